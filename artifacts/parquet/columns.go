package parquet

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Columns is a table as a list of its columns, in order.
type Columns []Column

// A Column is a name and a slice of values, one for each row, such as a
// []float64, or a []*float64 with nil for null. What is decoded is a slice of
// pointers if, and only if, the column has nulls and its values have no nil of
// their own.
type Column struct {
	Name   string
	Values any
}

// columnsSource makes one batch of all: the values are in memory already.
func columnsSource(columns Columns) (*source, error) {
	list := make([]arrow.Field, len(columns))
	rows := 0
	for i, c := range columns {
		v := reflect.ValueOf(c.Values)
		if v.Kind() != reflect.Slice {
			return nil, fmt.Errorf("%w: column %q is a %T, want a slice", artifacts.ErrUnsupportedValue, c.Name, c.Values)
		}
		if i == 0 {
			rows = v.Len()
		}
		if v.Len() != rows {
			return nil, fmt.Errorf("%w: column %q has %d values, the first has %d", artifacts.ErrUnsupportedValue, c.Name, v.Len(), rows)
		}
		t, err := sliceType(v)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		list[i] = column(c.Name, t)
	}
	schema := arrow.NewSchema(list, nil)
	return &source{schema, func(yield func(arrow.RecordBatch, error) bool) {
		if len(columns) > 0 && rows > 0 {
			yield(buildColumns(schema, columns, rows))
		}
	}}, nil
}

// sliceType returns the type of the column for the elements of a slice.
func sliceType(v reflect.Value) (arrow.DataType, error) {
	elem := v.Type().Elem()
	if elem.Kind() != reflect.Interface && (elem.Kind() != reflect.Map || elem.Elem().Kind() != reflect.Interface) {
		return columnType(elem, nil, 1)
	}
	known := arrow.DataType(arrow.Null)
	for i := range v.Len() {
		var err error
		if known, err = inferType(known, v.Index(i), 1); err != nil {
			return nil, err
		}
	}
	return known, nil
}

func buildColumns(schema *arrow.Schema, columns Columns, rows int) (arrow.RecordBatch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for c, column := range columns {
		add, v := appenderTo(b.Field(c)), reflect.ValueOf(column.Values)
		b.Field(c).Reserve(rows)
		for i := range rows {
			if err := add(v.Index(i)); err != nil {
				return nil, fmt.Errorf("row %d: column %q: %w", i, column.Name, err)
			}
		}
	}
	return b.NewRecordBatch(), nil
}
