package pickle

import (
	"math"
	"math/big"
	"reflect"
	"time"
)

// writers has the types that have a form of their own. It is filled by init, for
// some of them come back to it.
var writers map[reflect.Type]func(e *encoder, v reflect.Value, key bool) error

func init() {
	writers = map[reflect.Type]func(*encoder, reflect.Value, bool) error{
		bigIntType: own(func(e *encoder, n big.Int) error {
			if n.BitLen() > 8*math.MaxInt32-8 {
				return unsupported("an int of %d bits", n.BitLen())
			}
			e.bigInt(&n)
			return nil
		}),
		durationType: own(func(e *encoder, d time.Duration) error {
			e.timedelta(d)
			return nil
		}),
		reflect.TypeFor[time.Time](): own((*encoder).time),
		reflect.TypeFor[Naive](): own(func(e *encoder, n Naive) error {
			b, err := packDatetime(n.Time, n.Fold)
			if err != nil {
				return unsupported("%v", err)
			}
			e.class("datetime", "datetime")
			e.bytes(b)
			e.reduce(1)
			return nil
		}),
		reflect.TypeFor[Date](): own(func(e *encoder, d Date) error {
			if err := d.check(); err != nil {
				return unsupported("%v", err)
			}
			e.class("datetime", "date")
			e.bytes(d.pack())
			e.reduce(1)
			return nil
		}),
		reflect.TypeFor[TimeOfDay](): own((*encoder).timeOfDay),
		reflect.TypeFor[Zone]():      own((*encoder).zone),
		reflect.TypeFor[Decimal](): own(func(e *encoder, d Decimal) error {
			if err := checkDecimal(string(d)); err != nil {
				return unsupported("%v", err)
			}
			e.class("decimal", "Decimal")
			e.text(string(d))
			e.reduce(1)
			return nil
		}),
		reflect.TypeFor[Tuple](): func(e *encoder, v reflect.Value, key bool) error {
			return e.nilOr(v, func() error { return e.tuple(v, key) })
		},
		reflect.TypeFor[FrozenSet](): func(e *encoder, v reflect.Value, _ bool) error {
			return e.nilOr(v, func() error { return e.frozenSet(v) })
		},
		reflect.TypeFor[Set]():       unhashable,
		reflect.TypeFor[Dict]():      unhashable,
		reflect.TypeFor[ByteArray](): unhashable,
	}
}

// own writes values of type T by f.
func own[T any](f func(*encoder, T) error) func(*encoder, reflect.Value, bool) error {
	return func(e *encoder, v reflect.Value, _ bool) error { return f(e, v.Interface().(T)) }
}

// unhashable writes a container that can be shared and is no key.
func unhashable(e *encoder, v reflect.Value, key bool) error {
	return e.nilOr(v, func() error { return e.shared(v, key) })
}

// nilOr writes a slice that is nil as None.
func (e *encoder) nilOr(v reflect.Value, write func() error) error {
	if v.IsNil() {
		e.op(opNone)
		return nil
	}
	return write()
}

func (e *encoder) time(t time.Time) error {
	z := zoneOf(t)
	b, err := packDatetime(t, false)
	if err != nil {
		return unsupported("%v", err)
	}
	e.class("datetime", "datetime")
	e.bytes(b)
	if err := e.zone(z); err != nil {
		return err
	}
	e.reduce(2)
	return nil
}

func (e *encoder) timeOfDay(t TimeOfDay) error {
	if err := t.check(); err != nil {
		return unsupported("%v", err)
	}
	e.class("datetime", "time")
	e.bytes(t.pack())
	args := 1
	if t.Zone != nil {
		if err := e.zone(*t.Zone); err != nil {
			return err
		}
		args = 2
	}
	e.reduce(args)
	return nil
}
