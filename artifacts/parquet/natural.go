package parquet

import (
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

var anyType = reflect.TypeFor[any]()

var naturalTypes = map[arrow.Type]reflect.Type{
	arrow.NULL:        anyType,
	arrow.BOOL:        reflect.TypeFor[bool](),
	arrow.INT8:        reflect.TypeFor[int8](),
	arrow.INT16:       reflect.TypeFor[int16](),
	arrow.INT32:       reflect.TypeFor[int32](),
	arrow.INT64:       reflect.TypeFor[int64](),
	arrow.UINT8:       reflect.TypeFor[uint8](),
	arrow.UINT16:      reflect.TypeFor[uint16](),
	arrow.UINT32:      reflect.TypeFor[uint32](),
	arrow.UINT64:      reflect.TypeFor[uint64](),
	arrow.FLOAT16:     reflect.TypeFor[float32](),
	arrow.FLOAT32:     reflect.TypeFor[float32](),
	arrow.FLOAT64:     reflect.TypeFor[float64](),
	arrow.STRING:      reflect.TypeFor[string](),
	arrow.TIMESTAMP:   timeType,
	arrow.DATE32:      timeType,
	arrow.DATE64:      timeType,
	arrow.TIME32:      durationType,
	arrow.TIME64:      durationType,
	arrow.DURATION:    durationType,
	arrow.BINARY:      reflect.TypeFor[[]byte](),
	arrow.DECIMAL128:  reflect.TypeFor[*big.Rat](),
	arrow.DECIMAL256:  reflect.TypeFor[*big.Rat](),
	arrow.STRUCT:      reflect.TypeFor[map[string]any](),
	arrow.STRING_VIEW: reflect.TypeFor[string](),
}

// The same to Go, whatever Arrow keeps them in.
func init() {
	naturalTypes[arrow.LARGE_STRING] = naturalTypes[arrow.STRING]
	for _, id := range []arrow.Type{arrow.LARGE_BINARY, arrow.BINARY_VIEW, arrow.FIXED_SIZE_BINARY} {
		naturalTypes[id] = naturalTypes[arrow.BINARY]
	}
	for _, id := range []arrow.Type{arrow.DECIMAL32, arrow.DECIMAL64} {
		naturalTypes[id] = naturalTypes[arrow.DECIMAL128]
	}
}

// naturalType is the type a value of a column has in a *any. That a list has
// nulls only its values show, see anyList; a list of lists is one of any, as
// each of them can be either.
func naturalType(t arrow.DataType) (reflect.Type, error) {
	if natural, ok := naturalTypes[t.ID()]; ok {
		return natural, nil
	}
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return naturalType(t.ValueType)
	case arrow.ExtensionType:
		return naturalType(t.StorageType())
	case *arrow.MapType:
		key, err := naturalType(t.KeyType())
		if err != nil {
			return nil, err
		}
		if !key.Comparable() || key == anyType {
			return nil, fmt.Errorf("%w: a map with keys of %s", artifacts.ErrNeedsType, t.KeyType())
		}
		return reflect.MapOf(key, anyType), nil
	case arrow.ListLikeType:
		elem, err := naturalType(t.Elem())
		if err != nil {
			return nil, err
		}
		if _, nested := t.Elem().(arrow.ListLikeType); nested {
			elem = anyType
		}
		return reflect.SliceOf(elem), nil
	}
	return nil, fmt.Errorf("%w: values of %s have no type in Go", artifacts.ErrTargetType, t)
}

// hasNil reports whether null has a place in a type.
func hasNil(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return true
	}
	return false
}

func isRowMap(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Key().Kind() == reflect.String
}

// checkRowTarget refuses types a row cannot be decoded into.
func checkRowTarget(t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isRowMap(t) || t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() {
		return nil
	}
	return fmt.Errorf("%w: a row does not fit a %s, but a struct or a map with string keys", artifacts.ErrTargetType, t)
}

var (
	tableType   = reflect.TypeFor[arrow.Table]()
	columnsType = reflect.TypeFor[Columns]()
	rowsType    = reflect.TypeFor[[]map[string]any]()
)

func checkTargetType(t reflect.Type) error {
	switch {
	case t == tableType || t == columnsType || t == anyType:
		return nil
	case t.Kind() == reflect.Slice:
		return checkRowTarget(t.Elem())
	}
	return fmt.Errorf("%w: a table does not fit a %s, but a slice of structs or maps, Columns, an arrow.Table or any", artifacts.ErrTargetType, t)
}
