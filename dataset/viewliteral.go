package dataset

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// appendLiteral writes information, as [Item.Info] returns it, as Go.
func appendLiteral(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0" // it would be an int
		}
		return append(b, text...)
	case string:
		return strconv.AppendQuote(b, v)
	case []any:
		b = append(b, "[]any{"...)
		for i, e := range v {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendLiteral(b, e)
		}
		return append(b, '}')
	case map[string]any:
		b = append(b, "map[string]any{"...)
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(strconv.AppendQuote(b, key), ": "...)
			b = appendLiteral(b, v[key])
		}
		return append(b, '}')
	}
	return append(b, "nil"...)
}
