package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A walk looks at a value before it is encoded: it finds what cannot cross and
// replaces what the encoder would spell otherwise. Levels count containers as
// they nest. What has to change is copied, the rest is shared.
type walk struct {
	foreign bool // something encodes itself in a way that is not known here
	probe   bool // try to encode what encodes itself
}

// value looks at what an interface holds. It returns what to put in its place,
// and whether that is something else. Common types need no reflection.
func (w *walk) value(v any, levels int) (plain any, changed bool, e *Error) {
	switch x := v.(type) {
	case nil, bool, int, int64, float64, []byte:
		return v, false, nil
	case string:
		return v, false, checkText(x)
	case json.Number:
		n, err := plainNumber(x)
		if err != nil {
			return nil, false, unsupported("%v", err)
		}
		return n, true, nil
	case []any:
		list, e := w.list(x, levels)
		if list == nil || e != nil {
			return v, false, e
		}
		return list, true, nil
	case map[string]any:
		object, e := w.object(x, levels)
		if object == nil || e != nil {
			return v, false, e
		}
		return object, true, nil
	}
	out, changed, e := w.visit(reflect.ValueOf(v), levels, levels)
	if !changed || e != nil {
		return v, false, e
	}
	return out.Interface(), true, nil
}

// list returns a list to put in the place of another, nil if it may stay.
func (w *walk) list(list []any, levels int) (anew []any, e *Error) {
	if e := tooDeep(levels); e != nil {
		return nil, e
	}
	for i, elem := range list {
		plain, changed, e := w.value(elem, levels+1)
		if e != nil {
			return nil, e.under(indexStep(i))
		}
		if !changed {
			continue
		}
		if anew == nil {
			anew = slices.Clone(list)
		}
		anew[i] = plain
	}
	return anew, nil
}

// object is the same for a map.
func (w *walk) object(object map[string]any, levels int) (anew map[string]any, e *Error) {
	if e := tooDeep(levels); e != nil {
		return nil, e
	}
	for key, elem := range object {
		plain, changed, e := w.value(elem, levels+1)
		if e == nil {
			e = checkText(key)
		}
		if e != nil {
			return nil, e.under(textStep(key))
		}
		if !changed {
			continue
		}
		if anew == nil {
			anew = maps.Clone(object)
		}
		anew[key] = plain
	}
	return anew, nil
}

func checkText(s string) *Error {
	if !utf8.ValidString(s) {
		return unsupported("is text that is not UTF-8")
	}
	return nil
}

// tooDeep reports on a container inside of so many others.
func tooDeep(levels int) *Error {
	if levels < MaxNesting {
		return nil
	}
	return &Error{Kind: artifacts.ErrUnsupportedValue, Reason: fmt.Sprintf("nested more than %d levels deep, or contains itself", MaxNesting), whole: true}
}

func unsupported(format string, a ...any) *Error {
	return &Error{Kind: artifacts.ErrUnsupportedValue, Reason: fmt.Sprintf(format, a...)}
}
