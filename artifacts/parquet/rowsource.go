package parquet

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// checkRowType refuses types a row cannot have.
func checkRowType(t reflect.Type) error {
	row := t
	for row.Kind() == reflect.Pointer {
		row = row.Elem()
	}
	switch {
	case row.Kind() == reflect.Struct && row != timeType:
		_, err := structColumns(row, 1)
		return err
	case row.Kind() == reflect.Map && row.Key().Kind() == reflect.String:
		return nil
	}
	return fmt.Errorf("%w: a row is a struct or a map with string keys, not a %s", artifacts.ErrUnsupportedValue, t)
}

// rowSchema returns the columns of rows of type t: those of the struct, or of
// the keys in the rows given.
func rowSchema(t reflect.Type, rows reflect.Value) (*arrow.Schema, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		columns, err := structColumns(t, 1)
		return arrow.NewSchema(columns, nil), err
	}
	types := make(map[string]arrow.DataType)
	for i := range rows.Len() {
		if row := contents(rows.Index(i)); row.IsValid() {
			if err := inferKeys(types, row, 1); err != nil {
				return nil, fmt.Errorf("row %d: %w", i, err)
			}
		}
	}
	return arrow.NewSchema(sortedColumns(types), nil), nil
}

// A rowBuilder makes batches of rows. It is used for all of a source, so that
// what it holds is allocated once.
type rowBuilder struct {
	schema *arrow.Schema
	record *array.RecordBuilder
	add    []appender
	fields []fields.Field // of rows that are structs
	strict bool           // the columns were found without all rows: see checkKeys
}

func newRowBuilder(schema *arrow.Schema, t reflect.Type) *rowBuilder {
	b := &rowBuilder{schema: schema, record: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
	for _, column := range b.record.Fields() {
		b.add = append(b.add, appenderTo(column))
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct {
		b.fields = fields.Of(t, tag)
	}
	return b
}

// build makes a batch of rows[from:to]. done is the number of rows that went
// before rows[0], for messages.
func (b *rowBuilder) build(rows reflect.Value, from, to, done int) (arrow.RecordBatch, error) {
	list := make([]reflect.Value, 0, to-from)
	for i := from; i < to; i++ {
		row := contents(rows.Index(i))
		if !row.IsValid() || row.Kind() == reflect.Map && row.IsNil() {
			return nil, fmt.Errorf("%w: row %d is nil", artifacts.ErrUnsupportedValue, done+i)
		}
		if err := b.checkKeys(row); err != nil {
			return nil, fmt.Errorf("row %d: %w", done+i, err)
		}
		list = append(list, row)
	}
	for c, add := range b.add {
		name := b.schema.Field(c).Name
		b.record.Field(c).Reserve(len(list))
		for i, row := range list {
			var v reflect.Value
			if b.fields != nil {
				v = b.fields[c].Get(row)
			} else {
				v = row.MapIndex(mapKey(row.Type(), name))
			}
			if err := add(v); err != nil {
				return nil, fmt.Errorf("row %d: column %q: %w", done+from+i, name, err)
			}
		}
	}
	return b.record.NewRecordBatch(), nil
}

// checkKeys refuses a map whose values would not all fit the columns, which
// were found in the first rows of an iterator.
func (b *rowBuilder) checkKeys(row reflect.Value) error {
	if b.fields != nil || !b.strict {
		return nil
	}
	for it := row.MapRange(); it.Next(); {
		name := it.Key().String()
		at := b.schema.FieldIndices(name)
		if len(at) == 0 {
			return fmt.Errorf("%w: key %q was in none of the first rows, which decide on the columns", artifacts.ErrUnsupportedValue, name)
		}
		known := b.schema.Field(at[0]).Type
		wide, err := inferType(known, it.Value(), 1)
		if err == nil && !arrow.TypeEqual(wide, known) {
			err = fmt.Errorf("%w: a %v in a column of %s, as the first rows have it", artifacts.ErrUnsupportedValue, contents(it.Value()).Type(), known)
		}
		if err != nil {
			return fmt.Errorf("column %q: %w", name, err)
		}
	}
	return nil
}
