package parquet

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// numberSetter returns nil if a holds no numbers or t none.
func numberSetter(a arrow.Array, t reflect.Type) setter {
	switch a := a.(type) {
	case *array.Boolean:
		if t.Kind() != reflect.Bool {
			return nil
		}
		return func(i int, dst reflect.Value) error { dst.SetBool(a.Value(i)); return nil }
	case *array.Int8:
		return intSetter(a.Int8Values(), t)
	case *array.Int16:
		return intSetter(a.Int16Values(), t)
	case *array.Int32:
		return intSetter(a.Int32Values(), t)
	case *array.Int64:
		return intSetter(a.Int64Values(), t)
	case *array.Uint8:
		return uintSetter(a.Uint8Values(), t)
	case *array.Uint16:
		return uintSetter(a.Uint16Values(), t)
	case *array.Uint32:
		return uintSetter(a.Uint32Values(), t)
	case *array.Uint64:
		return uintSetter(a.Uint64Values(), t)
	case *array.Float16:
		return floatSetter(func(i int) float64 { return float64(a.Value(i).Float32()) }, t)
	case *array.Float32:
		return floatSetter(func(i int) float64 { return float64(a.Value(i)) }, t)
	case *array.Float64:
		return floatSetter(a.Value, t)
	}
	return nil
}

func unfit(v any, t reflect.Type) error {
	return fmt.Errorf("%w: %v does not fit a %s", artifacts.ErrTargetType, v, t)
}

func intSetter[N int8 | int16 | int32 | int64](values []N, t reflect.Type) setter {
	zero := reflect.Zero(t)
	switch {
	case zero.CanInt():
		return func(i int, dst reflect.Value) error {
			n := int64(values[i])
			if t.OverflowInt(n) {
				return unfit(n, t)
			}
			dst.SetInt(n)
			return nil
		}
	case zero.CanUint():
		return func(i int, dst reflect.Value) error {
			n := int64(values[i])
			if n < 0 || t.OverflowUint(uint64(n)) {
				return unfit(n, t)
			}
			dst.SetUint(uint64(n))
			return nil
		}
	case zero.CanFloat():
		return func(i int, dst reflect.Value) error {
			n := int64(values[i])
			if !exactInt(n) || t.Kind() == reflect.Float32 && int64(float32(n)) != n {
				return unfit(n, t)
			}
			dst.SetFloat(float64(n))
			return nil
		}
	}
	return nil
}

func uintSetter[N uint8 | uint16 | uint32 | uint64](values []N, t reflect.Type) setter {
	zero := reflect.Zero(t)
	if zero.CanUint() {
		return func(i int, dst reflect.Value) error {
			n := uint64(values[i])
			if t.OverflowUint(n) {
				return unfit(n, t)
			}
			dst.SetUint(n)
			return nil
		}
	}
	// Whatever else takes it takes the same number as an int64.
	slot := []int64{0}
	signed := intSetter(slot, t)
	if signed == nil {
		return nil
	}
	return func(i int, dst reflect.Value) error {
		n := uint64(values[i])
		if n > math.MaxInt64 {
			return unfit(n, t)
		}
		slot[0] = int64(n)
		return signed(0, dst)
	}
}

func floatSetter(value func(i int) float64, t reflect.Type) setter {
	if !reflect.Zero(t).CanFloat() {
		return nil
	}
	return func(i int, dst reflect.Value) error {
		v := value(i)
		if t.Kind() == reflect.Float32 && float64(float32(v)) != v && !math.IsNaN(v) {
			return unfit(v, t)
		}
		dst.SetFloat(v)
		return nil
	}
}

// timeSetter returns nil if a holds no times or t none.
func timeSetter(a arrow.Array, t reflect.Type) setter {
	at := func(get func(i int) time.Time) setter {
		if t != timeType {
			return nil
		}
		return func(i int, dst reflect.Value) error { dst.Set(reflect.ValueOf(get(i))); return nil }
	}
	span := func(get func(i int) int64, unit time.Duration) setter {
		if t != durationType {
			return nil
		}
		return func(i int, dst reflect.Value) error {
			n := get(i)
			if n > math.MaxInt64/int64(unit) || n < math.MinInt64/int64(unit) {
				return unfit(fmt.Sprint(n, " times ", unit), t)
			}
			dst.SetInt(n * int64(unit))
			return nil
		}
	}
	switch a := a.(type) {
	case *array.Timestamp:
		typ := a.DataType().(*arrow.TimestampType)
		zone, err := typ.GetZone()
		if err != nil || zone == nil {
			zone = time.UTC
		}
		return at(func(i int) time.Time { return a.Value(i).ToTime(typ.Unit).In(zone) })
	case *array.Date32:
		return at(func(i int) time.Time { return a.Value(i).ToTime() })
	case *array.Date64:
		return at(func(i int) time.Time { return a.Value(i).ToTime() })
	case *array.Time32:
		return span(func(i int) int64 { return int64(a.Value(i)) }, a.DataType().(*arrow.Time32Type).Unit.Multiplier())
	case *array.Time64:
		return span(func(i int) int64 { return int64(a.Value(i)) }, a.DataType().(*arrow.Time64Type).Unit.Multiplier())
	case *array.Duration:
		return span(func(i int) int64 { return int64(a.Value(i)) }, a.DataType().(*arrow.DurationType).Unit.Multiplier())
	}
	return nil
}

// bytesSetter returns nil if a holds neither text nor bytes, or t the other.
func (d decoder) bytesSetter(a arrow.Array, t reflect.Type) setter {
	if text, ok := a.(array.StringLike); ok {
		if t.Kind() != reflect.String {
			return nil
		}
		return func(i int, dst reflect.Value) error {
			v := text.Value(i)
			d.budget.take(int64(len(v)))
			dst.SetString(strings.Clone(v))
			return nil
		}
	}
	binary, ok := a.(interface{ Value(i int) []byte }) // in all its widths
	if !ok {
		return nil
	}
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return func(i int, dst reflect.Value) error {
			v := binary.Value(i)
			d.budget.take(int64(len(v)))
			dst.SetBytes(append([]byte{}, v...))
			return nil
		}
	case t.Kind() == reflect.Array && t.Elem().Kind() == reflect.Uint8:
		return func(i int, dst reflect.Value) error {
			v := binary.Value(i)
			if len(v) != t.Len() {
				return unfit(fmt.Sprint(len(v), " bytes"), t)
			}
			reflect.Copy(dst, reflect.ValueOf(bytes.Clone(v)))
			return nil
		}
	}
	return nil
}

var (
	ratType    = reflect.TypeFor[big.Rat]()
	ratPointer = reflect.TypeFor[*big.Rat]()
)

// decimalSetter stores decimals in a big.Rat, as the exact text, or in the
// nearest float64.
func decimalSetter(a arrow.Array, t reflect.Type) (setter, error) {
	decimal, ok := a.DataType().(arrow.DecimalType)
	if !ok {
		return nil, misfit(a, t)
	}
	text := func(i int) string { return decimalText(a, i, decimal.GetScale()) }
	switch {
	case t == ratType || t == ratPointer:
		return func(i int, dst reflect.Value) error {
			r, ok := new(big.Rat).SetString(text(i))
			if !ok {
				return unfit(text(i), t)
			}
			if t == ratType {
				dst.Set(reflect.ValueOf(r).Elem())
			} else {
				dst.Set(reflect.ValueOf(r))
			}
			return nil
		}, nil
	case t.Kind() == reflect.String:
		return func(i int, dst reflect.Value) error { dst.SetString(text(i)); return nil }, nil
	case t.Kind() == reflect.Float64:
		return func(i int, dst reflect.Value) error {
			r, ok := new(big.Rat).SetString(text(i))
			if !ok {
				return unfit(text(i), t)
			}
			f, _ := r.Float64()
			dst.SetFloat(f)
			return nil
		}, nil
	}
	return nil, misfit(a, t)
}

func decimalText(a arrow.Array, i int, scale int32) string {
	switch a := a.(type) {
	case *array.Decimal32:
		return a.Value(i).ToString(scale)
	case *array.Decimal64:
		return a.Value(i).ToString(scale)
	case *array.Decimal128:
		return a.Value(i).ToString(scale)
	case *array.Decimal256:
		return a.Value(i).ToString(scale)
	}
	return ""
}
