package wire

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// locate turns the decoder's error, which does not say where, into one that
// does, by decoding parts until the smallest one that fails is found.
func locate(mode cbor.DecMode, data []byte, t reflect.Type, cause error) error {
	// Each level looks at the bytes of one part of the level before. The bound
	// keeps data that is made to be all nesting from costing its square.
	l := locator{mode: mode, budget: 4 * len(data)}
	return l.find(data, t, cause)
}

type locator struct {
	mode   cbor.DecMode // the one that failed
	budget int          // bytes to look at
}

// find returns the error for data, which fails to decode as a t with cause.
func (l *locator) find(data []byte, t reflect.Type, cause error) *Error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if l.budget -= len(data); l.budget >= 0 {
		switch data[0] >> 5 {
		case majorArray:
			if elem, ok := elementType(t); ok {
				if e := l.findInArray(data, elem); e != nil {
					return e
				}
			}
		case majorMap:
			if e := l.findInMap(data, t); e != nil {
				return e
			}
		}
	}
	return misfit(data, t, cause)
}

func (l *locator) findInArray(data []byte, elem reflect.Type) *Error {
	var items []cbor.RawMessage
	if l.mode.Unmarshal(data, &items) != nil {
		return nil
	}
	for i, item := range items {
		if err := l.mode.Unmarshal(item, reflect.New(elem).Interface()); err != nil {
			return l.find(item, elem, err).under(indexStep(i))
		}
	}
	return nil
}

func (l *locator) findInMap(data []byte, t reflect.Type) *Error {
	var items map[string]cbor.RawMessage
	if l.mode.Unmarshal(data, &items) != nil {
		return nil // other keys than text: the map as a whole has to do
	}
	for _, key := range slices.Sorted(maps.Keys(items)) {
		elem, ok := valueType(t, key)
		if !ok {
			continue
		}
		if err := l.mode.Unmarshal(items[key], reflect.New(elem).Interface()); err != nil {
			return l.find(items[key], elem, err).under(textStep(key))
		}
	}
	return nil
}

func elementType(t reflect.Type) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return t.Elem(), true
	case reflect.Interface:
		return t, true
	}
	return nil, false
}

func valueType(t reflect.Type, key string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Interface:
		return t, true
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() && (fieldName(f) == key || strings.EqualFold(f.Name, key)) {
				return f.Type, true
			}
		}
	}
	return nil, false
}

// fieldName is the key of a struct field in a map.
func fieldName(f reflect.StructField) string {
	for _, tag := range []string{"cbor", "json"} {
		if value, ok := f.Tag.Lookup(tag); ok {
			if name, _, _ := strings.Cut(value, ","); name != "" {
				return name
			}
			break
		}
	}
	return f.Name
}

// misfit is the error for an item that itself, and no part of it, is wrong.
func misfit(data []byte, t reflect.Type, cause error) *Error {
	reason := strings.TrimPrefix(cause.Error(), "cbor: ")
	if _, ok := errors.AsType[*cbor.UnmarshalTypeError](cause); ok {
		return &Error{Kind: artifacts.ErrTargetType, Reason: nameOf(data) + " does not fit " + t.String(), Cause: cause}
	}
	if t.Kind() == reflect.Interface || isContentError(cause) {
		return &Error{Kind: artifacts.ErrCorrupt, Reason: reason, Cause: cause}
	}
	return &Error{Kind: artifacts.ErrTargetType, Reason: reason, Cause: cause}
}

// isContentError reports whether an item is wrong whatever it is decoded into.
func isContentError(err error) bool {
	if _, ok := errors.AsType[*cbor.SemanticError](err); ok { // not UTF-8
		return true
	}
	if _, ok := errors.AsType[*cbor.DupMapKeyError](err); ok {
		return true
	}
	_, ok := errors.AsType[*cbor.InadmissibleTagContentTypeError](err)
	return ok
}

// nameOf says for people what kind of value an item is.
func nameOf(data []byte) string {
	switch data[0] >> 5 {
	case majorUint, majorNegative:
		return "an integer"
	case majorBytes:
		return "a byte string"
	case majorText:
		return "a text"
	case majorArray:
		return "a list"
	case majorMap:
		return "a map"
	case majorTag:
		if data[0]&31 < 2 {
			return "a time"
		}
		return "a large integer"
	}
	switch data[0] & 31 {
	case 20, 21:
		return "a truth value"
	case 22, 23:
		return "null"
	}
	return "a float"
}
