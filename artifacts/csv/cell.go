package csv

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	textWriter = reflect.TypeFor[encoding.TextMarshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// appendFunc writes one cell.
type appendFunc func(b []byte, v reflect.Value) ([]byte, error)

// appender returns how cells of a type are written, or nil if they cannot be.
func appender(t reflect.Type, times timeForm) appendFunc {
	switch {
	case t == timeType:
		return func(b []byte, v reflect.Value) ([]byte, error) { return times.append(b, v.Interface().(time.Time)) }
	case t.Implements(textWriter) && t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface:
		return appendText
	}
	switch t.Kind() {
	case reflect.Pointer:
		if k := t.Elem().Kind(); k == reflect.Pointer || k == reflect.Interface {
			return nil // it might lead to itself
		}
		below := appender(t.Elem(), times)
		if below == nil {
			return nil
		}
		return func(b []byte, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return b, nil
			}
			return below(b, v.Elem())
		}
	case reflect.Interface:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendAny(b, v, times) }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(b, v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(b, v.Int(), 10), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendUint(b, v.Uint(), 10), nil }
	case reflect.Float32:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendFloat(b, v.Float(), 32), nil }
	case reflect.Float64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendFloat(b, v.Float(), 64), nil }
	case reflect.String:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendString(b, v.String()) }
	}
	return nil
}

func appendAny(b []byte, v reflect.Value, times timeForm) ([]byte, error) {
	if v.IsNil() {
		return b, nil
	}
	v = v.Elem()
	below := appender(v.Type(), times)
	if below == nil {
		return b, fmt.Errorf("a %s is no cell", v.Type())
	}
	return below(b, v)
}

func appendText(b []byte, v reflect.Value) ([]byte, error) {
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return b, err
	}
	return appendString(b, string(text))
}

func appendString(b []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return b, errors.New("a string that is not UTF-8")
	}
	return appendQuoted(b, s), nil
}

// appendFloat writes the shortest number that reads back as f, with an exponent
// where pyarrow has one: below 1e-6 and from 1e10 on.
func appendFloat(b []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	least := 1e-6
	if bits == 32 {
		least = float64(float32(least)) // which is a little less
	}
	if abs := math.Abs(f); abs == 0 || abs >= least && abs < 1e10 {
		return strconv.AppendFloat(b, f, 'f', -1, bits)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, bits)
	if n := len(b); b[n-2] == '0' && (b[n-3] == '-' || b[n-3] == '+') { // e-07
		b = append(b[:n-2], b[n-1])
	}
	return b
}

// timeForm is how the times of a column are written.
type timeForm struct {
	date, naive bool
	layout      string // of the fraction of a second; "": as many digits as needed, at least 6
}

func timeFormOf(options []string) timeForm {
	f := timeForm{}
	for _, option := range options {
		switch option {
		case "date":
			f.date = true
		case "naive":
			f.naive = true
		case "s":
			f.layout = time.DateTime
		case "ms":
			f.layout = time.DateTime + ".000"
		case "us":
			f.layout = time.DateTime + ".000000"
		case "ns":
			f.layout = time.DateTime + ".000000000"
		}
	}
	return f
}

func (f timeForm) append(b []byte, t time.Time) ([]byte, error) {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return b, fmt.Errorf("the year %d, and four digits is all there are", y)
	}
	if f.date {
		return t.AppendFormat(b, time.DateOnly), nil
	}
	layout := f.layout
	if layout == "" {
		if layout = time.DateTime + ".000000"; t.Nanosecond()%1000 != 0 {
			layout += "000"
		}
	}
	b = t.AppendFormat(b, layout)
	if !f.naive {
		b = append(b, 'Z')
	}
	return b, nil
}
