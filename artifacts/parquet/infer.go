package parquet

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// inferType returns the type of the column that holds v as well as what a
// column of the type known holds: what known is, or a wider number, or a struct
// with more fields.
func inferType(known arrow.DataType, v reflect.Value, depth int) (arrow.DataType, error) {
	v = contents(v)
	if !v.IsValid() {
		return known, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested more than %d levels deep", artifacts.ErrUnsupportedValue, maxDepth)
	}
	t := v.Type()
	switch {
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Interface:
		return inferStruct(known, v, depth)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Interface:
		elem := arrow.DataType(arrow.Null)
		if list, ok := known.(*arrow.ListType); ok {
			elem = list.Elem()
		}
		for i := range v.Len() {
			var err error
			if elem, err = inferType(elem, v.Index(i), depth+1); err != nil {
				return nil, err
			}
		}
		return widen(known, arrow.ListOf(elem))
	}
	found, err := columnType(t, nil, depth)
	if err != nil {
		return nil, err
	}
	return widen(known, found)
}

func inferStruct(known arrow.DataType, v reflect.Value, depth int) (arrow.DataType, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("%w: the keys of a %s are not strings", artifacts.ErrUnsupportedValue, v.Type())
	}
	types := make(map[string]arrow.DataType)
	switch known := known.(type) {
	case *arrow.NullType:
	case *arrow.StructType:
		for _, f := range known.Fields() {
			types[f.Name] = f.Type
		}
	default:
		return nil, fmt.Errorf("%w: a %s in a column of %s", artifacts.ErrUnsupportedValue, v.Type(), known)
	}
	if err := inferKeys(types, v, depth+1); err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, fmt.Errorf("%w: a map without keys in a column, which has no type", artifacts.ErrUnsupportedValue)
	}
	return arrow.StructOf(sortedColumns(types)...), nil
}

// inferKeys widens the types of columns by the values of a map.
func inferKeys(types map[string]arrow.DataType, row reflect.Value, depth int) error {
	for it := row.MapRange(); it.Next(); {
		name := it.Key().String()
		known := types[name]
		if known == nil {
			known = arrow.Null
		}
		t, err := inferType(known, it.Value(), depth)
		if err != nil {
			return fmt.Errorf("key %q: %w", name, err)
		}
		types[name] = t
	}
	return nil
}

func sortedColumns(types map[string]arrow.DataType) []arrow.Field {
	columns := make([]arrow.Field, 0, len(types))
	for _, name := range slices.Sorted(maps.Keys(types)) {
		columns = append(columns, column(name, types[name]))
	}
	return columns
}

// widen returns the type that holds the values of both.
func widen(a, b arrow.DataType) (arrow.DataType, error) {
	switch {
	case a.ID() == arrow.NULL || arrow.TypeEqual(a, b):
		return b, nil
	case b.ID() == arrow.NULL:
		return a, nil
	case a.ID() == arrow.LIST && b.ID() == arrow.LIST:
		elem, err := widen(a.(*arrow.ListType).Elem(), b.(*arrow.ListType).Elem())
		if err != nil {
			return nil, err
		}
		return arrow.ListOf(elem), nil
	case arrow.IsInteger(a.ID()) && arrow.IsInteger(b.ID()):
		return arrow.PrimitiveTypes.Int64, nil
	case isNumber(a) && isNumber(b):
		return arrow.PrimitiveTypes.Float64, nil
	}
	return nil, fmt.Errorf("%w: values of %s and of %s in one column", artifacts.ErrUnsupportedValue, a, b)
}

func isNumber(t arrow.DataType) bool {
	return arrow.IsInteger(t.ID()) || arrow.IsFloating(t.ID())
}

// contents returns what pointers and interfaces lead to, or the invalid Value
// for nil.
func contents(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}
