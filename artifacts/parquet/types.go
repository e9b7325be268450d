package parquet

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// maxDepth is how deep columns may be nested, in what is written and what is
// read. It keeps types that contain themselves from recursing without end.
const maxDepth = 32

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

// kindTypes are the columns of the kinds that have one by themselves.
var kindTypes = map[reflect.Kind]arrow.DataType{
	reflect.Bool:    arrow.FixedWidthTypes.Boolean,
	reflect.Int:     arrow.PrimitiveTypes.Int64,
	reflect.Int8:    arrow.PrimitiveTypes.Int8,
	reflect.Int16:   arrow.PrimitiveTypes.Int16,
	reflect.Int32:   arrow.PrimitiveTypes.Int32,
	reflect.Int64:   arrow.PrimitiveTypes.Int64,
	reflect.Uint:    arrow.PrimitiveTypes.Uint64,
	reflect.Uint8:   arrow.PrimitiveTypes.Uint8,
	reflect.Uint16:  arrow.PrimitiveTypes.Uint16,
	reflect.Uint32:  arrow.PrimitiveTypes.Uint32,
	reflect.Uint64:  arrow.PrimitiveTypes.Uint64,
	reflect.Float32: arrow.PrimitiveTypes.Float32,
	reflect.Float64: arrow.PrimitiveTypes.Float64,
	reflect.String:  arrow.BinaryTypes.String,
}

// timeOptions are what a tag may say about a time.Time.
var timeOptions = map[string]arrow.TimeUnit{
	"s": arrow.Second, "ms": arrow.Millisecond, "us": arrow.Microsecond, "ns": arrow.Nanosecond,
}

// columnType returns the type of the column for values of t. options are those
// of a field's tag.
func columnType(t reflect.Type, options []string, depth int) (arrow.DataType, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: %s is nested more than %d levels deep", artifacts.ErrUnsupportedValue, t, maxDepth)
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return columnType(t.Elem(), options, depth+1)
	case t == timeType:
		return timestampType(options)
	}
	if err := checkOptions(t, options); err != nil {
		return nil, err
	}
	if simple, ok := kindTypes[t.Kind()]; ok {
		if slices.Contains(options, "dict") {
			return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: simple}, nil
		}
		return simple, nil
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			if t.Kind() == reflect.Array {
				return &arrow.FixedSizeBinaryType{ByteWidth: t.Len()}, nil
			}
			return arrow.BinaryTypes.Binary, nil
		}
		elem, err := columnType(t.Elem(), nil, depth+1)
		if err != nil {
			return nil, err
		}
		return arrow.ListOf(elem), nil
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return nil, fmt.Errorf("%w: the keys of a %s are not strings", artifacts.ErrUnsupportedValue, t)
		}
		elem, err := columnType(t.Elem(), nil, depth+1)
		if err != nil {
			return nil, err
		}
		return arrow.MapOf(arrow.BinaryTypes.String, elem), nil
	case reflect.Struct:
		columns, err := structColumns(t, depth+1)
		if err != nil {
			return nil, err
		}
		if len(columns) == 0 {
			return nil, fmt.Errorf("%w: a %s has no exported fields to make columns of", artifacts.ErrUnsupportedValue, t)
		}
		return arrow.StructOf(columns...), nil
	}
	return nil, fmt.Errorf("%w: there is no column type for a %s", artifacts.ErrUnsupportedValue, t)
}

// structColumns returns the columns of a struct type.
func structColumns(t reflect.Type, depth int) ([]arrow.Field, error) {
	var columns []arrow.Field
	for _, f := range fields.Of(t, tag) {
		typ, err := columnType(f.Type, formatOptions(f.Options), depth)
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", f.Name, err)
		}
		columns = append(columns, column(f.Name, typ))
	}
	return columns, nil
}

// tag is the key of the format's struct tags.
const tag = "parquet"

func column(name string, t arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: true}
}

// formatOptions leaves out what a tag of json says about empty values, which
// have a place in every row here.
func formatOptions(options []string) []string {
	return slices.DeleteFunc(slices.Clone(options), func(o string) bool {
		return o == "omitempty" || o == "omitzero" || o == "string"
	})
}

func timestampType(options []string) (arrow.DataType, error) {
	t := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	for _, o := range options {
		switch unit, isUnit := timeOptions[o]; {
		case isUnit:
			t.Unit = unit
		case o == "naive":
			t.TimeZone = ""
		case o == "date":
			return arrow.FixedWidthTypes.Date32, nil
		default:
			return nil, fmt.Errorf("%w: tag option %q does not go with a time, want date, s, ms, us, ns or naive", artifacts.ErrUnsupportedValue, o)
		}
	}
	return t, nil
}

func checkOptions(t reflect.Type, options []string) error {
	for _, o := range options {
		if o != "dict" || t.Kind() != reflect.String {
			return fmt.Errorf("%w: tag option %q does not go with a %s (dict goes with strings; date, s, ms, us, ns and naive with times)", artifacts.ErrUnsupportedValue, o, t)
		}
	}
	return nil
}
