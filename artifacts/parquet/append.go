package parquet

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// An appender adds one value to a column. The invalid Value is null.
type appender func(v reflect.Value) error

// appenderTo returns the appender of a builder made for the type columnType or
// inferType gave.
func appenderTo(b array.Builder) appender {
	add := valueAppender(b)
	return func(v reflect.Value) error {
		v = contents(v)
		switch k := v.Kind(); {
		case k == reflect.Invalid, (k == reflect.Slice || k == reflect.Map) && v.IsNil():
			b.AppendNull()
			return nil
		}
		return add(v)
	}
}

// valueAppender is appenderTo for what is not null.
func valueAppender(b array.Builder) appender {
	switch b := b.(type) {
	case *array.BooleanBuilder:
		return func(v reflect.Value) error { b.Append(v.Bool()); return nil }
	case *array.Int8Builder:
		return func(v reflect.Value) error { b.Append(int8(v.Int())); return nil }
	case *array.Int16Builder:
		return func(v reflect.Value) error { b.Append(int16(v.Int())); return nil }
	case *array.Int32Builder:
		return func(v reflect.Value) error { b.Append(int32(v.Int())); return nil }
	case *array.Int64Builder:
		return func(v reflect.Value) error { return appendInt(b, v) }
	case *array.Uint8Builder:
		return func(v reflect.Value) error { b.Append(uint8(v.Uint())); return nil }
	case *array.Uint16Builder:
		return func(v reflect.Value) error { b.Append(uint16(v.Uint())); return nil }
	case *array.Uint32Builder:
		return func(v reflect.Value) error { b.Append(uint32(v.Uint())); return nil }
	case *array.Uint64Builder:
		return func(v reflect.Value) error { b.Append(v.Uint()); return nil }
	case *array.Float32Builder:
		return func(v reflect.Value) error { b.Append(float32(v.Float())); return nil }
	case *array.Float64Builder:
		return func(v reflect.Value) error { return appendFloat(b, v) }
	case *array.StringBuilder:
		return func(v reflect.Value) error { b.Append(v.String()); return nil }
	case *array.BinaryDictionaryBuilder:
		return func(v reflect.Value) error { return b.AppendString(v.String()) }
	case *array.BinaryBuilder:
		return func(v reflect.Value) error { b.Append(v.Bytes()); return nil }
	case *array.FixedSizeBinaryBuilder:
		return func(v reflect.Value) error { appendFixed(b, v); return nil }
	case *array.TimestampBuilder:
		unit := b.Type().(*arrow.TimestampType)
		return func(v reflect.Value) error { return appendTime(b, unit, v) }
	case *array.Date32Builder:
		return func(v reflect.Value) error { b.Append(arrow.Date32FromTime(v.Interface().(time.Time))); return nil }
	case *array.MapBuilder: // before the list it is one of
		return mapAppender(b)
	case *array.ListBuilder:
		elem := appenderTo(b.ValueBuilder())
		return func(v reflect.Value) error {
			b.Append(true)
			for i := range v.Len() {
				if err := elem(v.Index(i)); err != nil {
					return err
				}
			}
			return nil
		}
	case *array.StructBuilder:
		return structAppender(b)
	}
	return func(v reflect.Value) error {
		return fmt.Errorf("%w: a %s in a column of %s", artifacts.ErrUnsupportedValue, v.Type(), b.Type())
	}
}

// appendInt and appendFloat take what was widened as well: the types of
// different rows are known, their values not.
func appendInt(b *array.Int64Builder, v reflect.Value) error {
	if v.CanInt() {
		b.Append(v.Int())
		return nil
	}
	u := v.Uint()
	if u > math.MaxInt64 {
		return fmt.Errorf("%w: %d in a column of signed integers", artifacts.ErrUnsupportedValue, u)
	}
	b.Append(int64(u))
	return nil
}

func appendFloat(b *array.Float64Builder, v reflect.Value) error {
	switch {
	case v.CanFloat():
		b.Append(v.Float())
		return nil
	case v.CanInt() && exactInt(v.Int()):
		b.Append(float64(v.Int()))
		return nil
	case v.CanUint() && v.Uint() <= maxExact:
		b.Append(float64(v.Uint()))
		return nil
	}
	return fmt.Errorf("%w: %v in a column of floats would lose digits", artifacts.ErrUnsupportedValue, v)
}

// maxExact is where float64 begins to leave out integers.
const maxExact = 1 << 53

func exactInt(n int64) bool { return -maxExact <= n && n <= maxExact }

func appendFixed(b *array.FixedSizeBinaryBuilder, v reflect.Value) {
	value := make([]byte, v.Len())
	reflect.Copy(reflect.ValueOf(value), v)
	b.Append(value)
}

func appendTime(b *array.TimestampBuilder, t *arrow.TimestampType, v reflect.Value) error {
	at := v.Interface().(time.Time)
	if t.TimeZone == "" {
		// What a clock on the wall showed, as a naive datetime of Python has it.
		at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
	}
	ts, err := arrow.TimestampFromTime(at, t.Unit)
	if err != nil || !ts.ToTime(t.Unit).Equal(at.Truncate(t.Unit.Multiplier())) {
		return fmt.Errorf("%w: %v does not fit a timestamp in %s", artifacts.ErrUnsupportedValue, at, t.Unit)
	}
	b.Append(ts)
	return nil
}

func mapAppender(b *array.MapBuilder) appender {
	key, item := appenderTo(b.KeyBuilder()), appenderTo(b.ItemBuilder())
	return func(v reflect.Value) error {
		b.Append(true)
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if err := key(k); err != nil {
				return err
			}
			if err := item(v.MapIndex(k)); err != nil {
				return err
			}
		}
		return nil
	}
}

// structAppender takes structs, and maps that inferType made a struct of.
func structAppender(b *array.StructBuilder) appender {
	t := b.Type().(*arrow.StructType)
	appenders := make([]appender, t.NumFields())
	for i := range appenders {
		appenders[i] = appenderTo(b.FieldBuilder(i))
	}
	return func(v reflect.Value) error {
		if v.Kind() == reflect.Map {
			b.Append(true)
			for i, add := range appenders {
				if err := add(v.MapIndex(mapKey(v.Type(), t.Field(i).Name))); err != nil {
					return fmt.Errorf("key %q: %w", t.Field(i).Name, err)
				}
			}
			return nil
		}
		list := fields.Of(v.Type(), tag)
		b.Append(true)
		for i, add := range appenders {
			if err := add(list[i].Get(v)); err != nil {
				return fmt.Errorf("field %q: %w", list[i].Name, err)
			}
		}
		return nil
	}
}

func mapKey(t reflect.Type, name string) reflect.Value {
	return reflect.ValueOf(name).Convert(t.Key())
}
