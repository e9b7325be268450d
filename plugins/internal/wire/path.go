package wire

import (
	"reflect"
	"strconv"
	"strings"
)

// A path is a chain of steps: "[3]" into a list, ".loss" into a map or struct,
// and `["a b"]` where a key is no plain word. The first one has no dot.

// joinPath puts a step before a path.
func joinPath(step, path string) string {
	if path != "" && path[0] != '[' {
		path = "." + path
	}
	return step + path
}

func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// maxStep bounds what a key adds to a path, in bytes.
const maxStep = 80

func textStep(key string) string {
	if isWord(key) && len(key) <= maxStep {
		return key
	}
	if len(key) > maxStep {
		key = strings.ToValidUTF8(key[:maxStep], "") + "…"
	}
	return "[" + strconv.Quote(key) + "]"
}

func isWord(s string) bool {
	for i, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', i > 0 && '0' <= c && c <= '9', i > 0 && c == '-':
		default:
			return false
		}
	}
	return s != ""
}

func keyStep(key reflect.Value) string {
	for key.Kind() == reflect.Interface && !key.IsNil() {
		key = key.Elem()
	}
	switch {
	case key.Kind() == reflect.String:
		return textStep(key.String())
	case key.CanInt():
		return "[" + strconv.FormatInt(key.Int(), 10) + "]"
	case key.CanUint():
		return "[" + strconv.FormatUint(key.Uint(), 10) + "]"
	case key.CanFloat():
		return "[" + strconv.FormatFloat(key.Float(), 'g', -1, 64) + "]"
	}
	return "[" + key.Type().String() + "]"
}
