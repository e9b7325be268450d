package csv

import (
	"encoding"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// isNull reports whether a cell of other than strings has no value, by the
// spellings that pyarrow knows.
func (c cell) isNull() bool {
	switch string(c.text) {
	case "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
		"N/A", "NA", "NULL", "NaN", "n/a", "nan", "null":
		return true
	}
	return false
}

// isNothing reports whether there is nothing at all, which is a null string.
func (c cell) isNothing() bool { return len(c.text) == 0 && !c.quoted }

// parseFunc stores a cell, or says that it does not fit.
type parseFunc func(dst reflect.Value, c cell) bool

// parser returns how cells are read into a type, or nil if they cannot be.
func parser(t reflect.Type) parseFunc {
	switch {
	case t == timeType:
		return func(dst reflect.Value, c cell) bool {
			at, ok := parseTime(string(c.text))
			dst.Set(reflect.ValueOf(at))
			return ok
		}
	case reflect.PointerTo(t).Implements(textReader):
		return func(dst reflect.Value, c cell) bool {
			return !c.isNothing() && dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(c.text) == nil
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return pointerParser(t)
	case reflect.Bool:
		return func(dst reflect.Value, c cell) bool {
			b, ok := parseBool(string(c.text))
			dst.SetBool(b)
			return ok
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(dst reflect.Value, c cell) bool {
			n, ok := parseInt(string(c.text))
			dst.SetInt(n)
			return ok && !dst.OverflowInt(n)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(dst reflect.Value, c cell) bool {
			digits, base := digitsOf(string(c.text))
			n, err := strconv.ParseUint(digits, base, 64)
			dst.SetUint(n)
			return err == nil && !dst.OverflowUint(n)
		}
	case reflect.Float32, reflect.Float64:
		return func(dst reflect.Value, c cell) bool {
			f, ok := math.NaN(), c.isNull()
			if !ok {
				f, ok = parseFloat(string(c.text), t.Bits())
			}
			dst.SetFloat(f)
			return ok
		}
	case reflect.String:
		return func(dst reflect.Value, c cell) bool {
			dst.SetString(string(c.text))
			return utf8.Valid(c.text)
		}
	}
	return nil
}

func pointerParser(t reflect.Type) parseFunc {
	if t.Elem().Kind() == reflect.Pointer {
		return nil
	}
	below := parser(t.Elem())
	if below == nil {
		return nil
	}
	isNull := cell.isNull
	if t.Elem().Kind() == reflect.String || reflect.PointerTo(t.Elem()).Implements(textReader) && t.Elem() != timeType {
		isNull = cell.isNothing
	}
	isFloat := t.Elem().Kind() == reflect.Float64 || t.Elem().Kind() == reflect.Float32
	return func(dst reflect.Value, c cell) bool {
		// What was written from a NaN comes back as one where null is nothing.
		if isNull(c) && (!isFloat || len(c.text) == 0) {
			return true
		}
		dst.Set(reflect.New(t.Elem()))
		return below(dst.Elem(), c)
	}
}

func parseBool(s string) (value, ok bool) {
	switch s {
	case "true", "True", "TRUE", "1":
		return true, true
	case "false", "False", "FALSE", "0":
		return false, true
	}
	return false, false
}

// digitsOf returns the digits of a whole number and their base.
func digitsOf(s string) (string, int) {
	s = strings.Trim(s, " \t")
	if hex, ok := strings.CutPrefix(s, "0x"); ok && !strings.HasPrefix(hex, "-") {
		return hex, 16
	}
	if strings.HasPrefix(s, "+") {
		return "", 10 // a float, as in pyarrow
	}
	return s, 10
}

func parseInt(s string) (int64, bool) {
	digits, base := digitsOf(s)
	n, err := strconv.ParseInt(digits, base, 64)
	return n, err == nil
}

// parseFloat refuses the forms of Go that no other program writes: digits with
// underscores, and of base 16. One strings.ContainsAny for all was a tenth of the
// time that reading a table takes.
func parseFloat(s string, bits int) (float64, bool) {
	s = strings.Trim(s, " \t")
	if strings.IndexByte(s, '_') >= 0 || strings.IndexByte(s, 'x') >= 0 || strings.IndexByte(s, 'X') >= 0 {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, bits)
	return f, err == nil
}

// timeLayouts are those of ISO 8601 that pyarrow takes for times, without and
// with a zone. Parse takes a fraction of a second wherever there are seconds.
var timeLayouts = []string{
	time.DateTime, time.DateTime + "Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00",
	"2006-01-02 15:04", "2006-01-02 15:04Z07:00", "2006-01-02T15:04", "2006-01-02T15:04Z07:00",
	time.DateTime + "Z0700", "2006-01-02T15:04:05Z0700",
}

// parseTime reads a date or a time, in UTC if it has no zone.
func parseTime(s string) (time.Time, bool) {
	if len(s) < len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return time.Time{}, false
	}
	if len(s) == len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, s)
		return t, err == nil
	}
	// Nearly all times are in the first two forms, and trying is slow.
	likely := timeLayouts[0]
	if s[len(s)-1] == 'Z' {
		likely = timeLayouts[1]
	}
	if t, err := time.Parse(likely, s); err == nil {
		return t.UTC(), true
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
