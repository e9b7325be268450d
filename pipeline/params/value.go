package params

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Value returns what a canonical text stands for: nil, bool, string, int64,
// float64, *big.Int, complex128, []byte, []any and map[string]any, the last also
// for the digest of a long array. A number without a fraction is an int64 up to
// 2^53, whatever it was, as JSON does not tell; beyond it is a float64, as other
// integers have an escape.
func Value(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read params: %w", err)
	}
	return plain(v)
}

// plain turns what package json has read into values.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil && -maxExact <= n && n <= maxExact {
			return n, nil
		}
		return v.Float64()
	case []any:
		for i := range v {
			var err error
			if v[i], err = plain(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		return plainMap(v)
	}
	return v, nil
}

func plainMap(v map[string]any) (any, error) {
	for escape, read := range escapes {
		if text, ok := v[escape].(string); ok && len(v) == 1 {
			return read(text)
		}
	}
	if parts, ok := v["$complex"].([]any); ok && len(v) == 1 && len(parts) == 2 {
		return plainComplex(parts)
	}
	m := make(map[string]any, len(v))
	for key, part := range v {
		if strings.HasPrefix(key, "$$") {
			key = key[1:]
		}
		var err error
		if m[key], err = plain(part); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// escapes are the ways to say what JSON cannot, each the key of an object with
// one text.
var escapes = map[string]func(text string) (any, error){
	"$bytes": func(text string) (any, error) { return base64.StdEncoding.DecodeString(text) },
	"$float": func(text string) (any, error) { return strconv.ParseFloat(text, 64) },
	"$int": func(text string) (any, error) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, fmt.Errorf("read params: %q is no integer", text)
		}
		return n, nil
	},
	"$number": func(text string) (any, error) { return json.Number(text), nil },
	"$string": func(text string) (any, error) {
		b, err := base64.StdEncoding.DecodeString(text)
		return string(b), err
	},
}

func plainComplex(parts []any) (any, error) {
	var numbers [2]float64
	for i, part := range parts {
		v, err := plain(part)
		if err != nil {
			return nil, err
		}
		switch v := v.(type) {
		case float64:
			numbers[i] = v
		case int64:
			numbers[i] = float64(v)
		default:
			return nil, fmt.Errorf("read params: %v is no part of a complex number", part)
		}
	}
	return complex(numbers[0], numbers[1]), nil
}
