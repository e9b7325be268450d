package interop

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"unicode/utf8"
)

// The neutral form of a value is what both sides describe it as: null, true,
// false and strings as they are, lists of neutral values, and objects with one
// key that says what they stand for. testdata/neutral.py is its other half.

func integer(digits string) any { return map[string]any{"$int": digits} }

// float tags the bits of x; all NaN are one.
func float(x float64) any {
	if math.IsNaN(x) {
		return map[string]any{"$float": "nan"}
	}
	return map[string]any{"$float": fmt.Sprintf("%016x", math.Float64bits(x))}
}

func dict(d map[string]any) any { return map[string]any{"$dict": d} }

func data(b []byte) any { return map[string]any{"$bytes": hex.EncodeToString(b)} }

// text spells out strings with lone surrogates, which JSON can hold and
// encoding/json cannot, by their bytes in WTF-8.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return "$wtf8:" + hex.EncodeToString([]byte(s))
}

// neutral turns what lazyscribe hands out for a *any into the neutral form.
func neutral(v any) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case string:
		return text(v)
	case int64:
		return integer(fmt.Sprint(v))
	case *big.Int:
		return integer(v.String())
	case float64:
		return float(v)
	case []byte:
		return data(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = neutral(v[i])
		}
		return list
	case map[string]any:
		d := make(map[string]any, len(v))
		for key, value := range v {
			d[text(key)] = neutral(value)
		}
		return dict(d)
	}
	panic(fmt.Sprintf("a %T is in no manifest", v))
}

// native turns a neutral value into one that can be logged.
func native(v any) any {
	if list, ok := v.([]any); ok {
		natives := make([]any, len(list))
		for i := range list {
			natives[i] = native(list[i])
		}
		return natives
	}
	tagged, ok := v.(map[string]any)
	if !ok {
		return v
	}
	for tag, v := range tagged {
		switch tag {
		case "$int":
			n, ok := new(big.Int).SetString(v.(string), 10)
			if ok && n.IsInt64() {
				return n.Int64()
			}
			return n
		case "$float":
			if v == "nan" {
				return math.NaN()
			}
			var bits uint64
			if _, err := fmt.Sscanf(v.(string), "%016x", &bits); err == nil {
				return math.Float64frombits(bits)
			}
		case "$dict":
			natives := map[string]any{}
			for key, value := range v.(map[string]any) {
				natives[key] = native(value)
			}
			return natives
		case "$bytes":
			if b, err := hex.DecodeString(v.(string)); err == nil {
				return b
			}
		}
	}
	panic(fmt.Sprintf("%v is no neutral value", v))
}
