package cli

import (
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// suited returns a value in a form that a handler takes. What JSON and YAML say is
// decoded into lists of anything, which formats of tables and arrays refuse.
func suited(h artifacts.Handler, value any) any {
	c, ok := h.(artifacts.Checker)
	if !ok || c.Check(value) == nil {
		return value
	}
	if t := typed(value); c.Check(t) == nil {
		return t
	}
	return value // and the handler says what is wrong with that
}

// typed gives lists the type that their elements have in common: objects are rows,
// numbers and lists of numbers arrays.
func typed(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, e := range v {
			object[name] = typed(e)
		}
		return object
	case []any:
		if t := commonType(v); t != nil {
			return convert(v, reflect.SliceOf(t)).Interface()
		}
	}
	return value
}

var (
	integerType = reflect.TypeFor[int64]()
	floatType   = reflect.TypeFor[float64]()
)

// commonType returns the type that all elements can have, or nil.
func commonType(list []any) reflect.Type {
	var common reflect.Type
	for _, e := range list {
		t := reflect.TypeOf(e)
		if nested, ok := e.([]any); ok {
			element := commonType(nested)
			if element == nil {
				return nil
			}
			t = reflect.SliceOf(element)
		}
		switch {
		case common == nil:
			common = t
		case common != t:
			common = wider(common, t)
		}
		if common == nil {
			return nil
		}
	}
	return common
}

// wider returns the type for integers and floats together, also in lists; nil if
// the types are others.
func wider(a, b reflect.Type) reflect.Type {
	switch {
	case b == nil:
		return nil
	case a == b:
		return a
	case a.Kind() == reflect.Slice && b.Kind() == reflect.Slice:
		if element := wider(a.Elem(), b.Elem()); element != nil {
			return reflect.SliceOf(element)
		}
	case (a == integerType || a == floatType) && (b == integerType || b == floatType):
		return floatType
	}
	return nil
}

// convert makes a value of a type that [commonType] returned.
func convert(value any, t reflect.Type) reflect.Value {
	list, ok := value.([]any)
	if !ok {
		return reflect.ValueOf(value).Convert(t)
	}
	slice := reflect.MakeSlice(t, len(list), len(list))
	for i, e := range list {
		slice.Index(i).Set(convert(e, t.Elem()))
	}
	return slice
}
