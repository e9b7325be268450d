package npy

import "reflect"

// A widener stores numbers as another type that holds each of them. src and dst
// are memory of as many numbers.
type widener func(dst, src []byte)

// widenerTo returns how numbers of a dtype become those of a Go type: nil if they
// are those already. It reports whether each of them can.
func widenerTo(t reflect.Type, d dtype) (widener, bool) {
	to, ok := dtypeOf(t)
	switch {
	case !ok || !to.holds(d):
		return nil, false
	case to.code() == d.code():
		return nil, true
	}
	switch d.code() {
	case "i1":
		return from[int8](t.Kind()), true
	case "i2":
		return from[int16](t.Kind()), true
	case "i4":
		return from[int32](t.Kind()), true
	case "u1":
		return from[uint8](t.Kind()), true
	case "u2":
		return from[uint16](t.Kind()), true
	case "u4":
		return from[uint32](t.Kind()), true
	case "f2":
		return fromHalf(t.Kind()), true
	case "f4":
		return from[float32](t.Kind()), true
	default: // c8: all others are as wide as can be
		return func(dst, src []byte) {
			wide := numbersIn[complex128](dst)
			for i, x := range numbersIn[complex64](src) {
				wide[i] = complex128(x)
			}
		}, true
	}
}

type real interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~int | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uint | ~float32 | ~float64
}

// from returns the widener from a type to one of a kind, which is wider.
func from[S real](kind reflect.Kind) widener {
	switch kind {
	case reflect.Int16:
		return widen[int16, S]
	case reflect.Int32:
		return widen[int32, S]
	case reflect.Int64:
		return widen[int64, S]
	case reflect.Int:
		return widen[int, S]
	case reflect.Uint16:
		return widen[uint16, S]
	case reflect.Uint32:
		return widen[uint32, S]
	case reflect.Uint64:
		return widen[uint64, S]
	case reflect.Uint:
		return widen[uint, S]
	case reflect.Float32:
		return widen[float32, S]
	default:
		return widen[float64, S]
	}
}

func widen[D, S real](dst, src []byte) {
	wide := numbersIn[D](dst)
	for i, x := range numbersIn[S](src) {
		wide[i] = D(x)
	}
}

func fromHalf(kind reflect.Kind) widener {
	if kind == reflect.Float32 {
		return halves[float32]
	}
	return halves[float64]
}

func halves[D float32 | float64](dst, src []byte) {
	wide := numbersIn[D](dst)
	for i, x := range numbersIn[Float16](src) {
		wide[i] = D(x.Float32())
	}
}
