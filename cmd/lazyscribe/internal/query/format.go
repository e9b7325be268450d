package query

import (
	"math/big"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// Format returns a key's value as text for people: texts and times bare, lists
// of names joined by commas, anything else as JSON. What is missing is "".
func Format(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return Time(v)
	case []string:
		return strings.Join(v, ", ")
	}
	text, err := pyjson.Append(nil, v, &pyjson.Format{RawUnicode: true})
	if err != nil {
		return "" // not reached: the value was read from JSON
	}
	return string(text)
}

// Time returns a time as manifests have it.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// Plain returns a key's value as JSON is made of it: times as their text, all
// else as it is.
func Plain(v any) any {
	if t, ok := v.(time.Time); ok {
		return Time(t)
	}
	return v
}

// Number returns a key's value as a float64; ok is false for anything that is
// not a number.
func Number(v any) (x float64, ok bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case *big.Int:
		x, _ := new(big.Float).SetInt(v).Float64()
		return x, true
	}
	return 0, false
}
