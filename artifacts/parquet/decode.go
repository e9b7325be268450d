package parquet

import (
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// decode reads the whole file into dst, which checkTargetType has accepted.
func (f *file) decode(dst reflect.Value) error {
	var value reflect.Value
	var err error
	switch dst.Type() {
	case tableType:
		value, err = f.table()
	case columnsType:
		value, err = f.columns()
	case anyType:
		value, err = f.slice(rowsType)
	default:
		value, err = f.slice(dst.Type())
	}
	if err == nil {
		dst.Set(value)
	}
	return err
}

// slice reads all rows into a slice of the type given.
func (f *file) slice(t reflect.Type) (reflect.Value, error) {
	var parts []reflect.Value
	n := 0
	// What was read before stays taken from the budget.
	err := f.eachBatchOf(t.Elem(), false, func(rows reflect.Value) bool {
		parts = append(parts, rows)
		n += rows.Len()
		return true
	})
	if err != nil {
		return reflect.Value{}, err
	}
	all := reflect.MakeSlice(t, 0, n)
	for i, rows := range parts {
		all = reflect.AppendSlice(all, rows)
		parts[i] = reflect.Value{} // the garbage collector may have it
	}
	return all, nil
}

// eachBatch reads rows of type t in slices of them, until yield says no more.
func (f *file) eachBatch(t reflect.Type, yield func(rows reflect.Value) bool) error {
	return f.eachBatchOf(t, true, yield)
}

func (f *file) eachBatchOf(t reflect.Type, release bool, yield func(rows reflect.Value) bool) error {
	columns, err := f.wanted(t)
	if err != nil {
		return err
	}
	return f.eachRecord(columns, func(record arrow.RecordBatch) (bool, error) {
		var rows reflect.Value
		before := f.budget.used
		err := f.guard(func() (err error) {
			rows, err = f.convert(record, t)
			return err
		})
		if err != nil {
			return false, err
		}
		goOn := yield(rows)
		if release {
			f.budget.used = before
		}
		return goOn, nil
	})
}

// wanted returns the leaf columns that rows of type t have fields for, nil for
// all, and an error if a field has no column.
func (f *file) wanted(t reflect.Type) ([]int, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	seen := make(map[string]int, f.schema.NumFields())
	for i, column := range f.schema.Fields() {
		if _, twice := seen[column.Name]; twice {
			return nil, fmt.Errorf("%w: the file has two columns %q: read it into Columns or an arrow.Table", artifacts.ErrTargetType, column.Name)
		}
		seen[column.Name] = i
	}
	if isRowMap(t) {
		return nil, nil
	}
	leaves := []int{}
	for _, field := range fields.Of(t, tag) {
		i, found := seen[field.Name]
		switch {
		case found:
			leaves = appendLeaves(leaves, &f.arrow.Manifest.Fields[i])
		case !hasNil(field.Type):
			return nil, fmt.Errorf("%w: %s has a field for a column %q, which the file does not have", artifacts.ErrTargetType, t, field.Name)
		}
	}
	if len(leaves) == 0 {
		return nil, nil // rows without anything, but as many as there are
	}
	return leaves, nil
}

func appendLeaves(leaves []int, f *pqarrow.SchemaField) []int {
	if f.IsLeaf() {
		return append(leaves, f.ColIndex)
	}
	for i := range f.Children {
		leaves = appendLeaves(leaves, &f.Children[i])
	}
	return leaves
}

// convert makes a slice of rows from a record.
func (f *file) convert(record arrow.RecordBatch, t reflect.Type) (reflect.Value, error) {
	n := int(record.NumRows())
	d := decoder{f.budget}
	d.budget.take(int64(n) * int64(t.Size()))
	rows := reflect.MakeSlice(reflect.SliceOf(t), n, n)
	places := make([]reflect.Value, n) // of the rows, behind pointers
	for i := range places {
		row := rows.Index(i)
		for row.Kind() == reflect.Pointer {
			d.budget.take(int64(row.Type().Elem().Size()))
			row.Set(reflect.New(row.Type().Elem()))
			row = row.Elem()
		}
		places[i] = row
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var err error
	if isRowMap(t) {
		err = d.fillMaps(record, t, places)
	} else {
		err = d.fillStructs(record, t, places)
	}
	return rows, err
}

func (d decoder) fillStructs(record arrow.RecordBatch, t reflect.Type, rows []reflect.Value) error {
	for _, field := range fields.Of(t, tag) {
		at := record.Schema().FieldIndices(field.Name)
		if len(at) == 0 {
			continue
		}
		set, err := d.setter(record.Column(at[0]), field.Type)
		if err != nil {
			return fmt.Errorf("column %q: %w", field.Name, err)
		}
		for i, row := range rows {
			if err := set(i, field.Make(row)); err != nil {
				return fmt.Errorf("column %q: %w", field.Name, err)
			}
		}
	}
	return nil
}

// mapBytes is about what a map of n entries takes: Go keeps them in groups of
// eight.
func mapBytes(t reflect.Type, n int64) int64 {
	const header, group = 64, 8
	return header + (n+group-1)/group*group*int64(t.Key().Size()+t.Elem().Size()+1)
}

func (d decoder) fillMaps(record arrow.RecordBatch, t reflect.Type, rows []reflect.Value) error {
	columns := int(record.NumCols())
	for _, row := range rows {
		d.budget.take(mapBytes(t, int64(columns)))
		row.Set(reflect.MakeMapWithSize(t, columns))
	}
	for c, column := range record.Schema().Fields() {
		set, err := d.setter(record.Column(c), t.Elem())
		if err != nil {
			return fmt.Errorf("column %q: %w", column.Name, err)
		}
		key := mapKey(t, column.Name)
		for i, row := range rows {
			value := reflect.New(t.Elem()).Elem()
			if err := set(i, value); err != nil {
				return fmt.Errorf("column %q: %w", column.Name, err)
			}
			row.SetMapIndex(key, value)
		}
	}
	return nil
}

// records reads all of the file as Arrow has it.
func (f *file) records() ([]arrow.RecordBatch, error) {
	var all []arrow.RecordBatch
	err := f.eachRecord(nil, func(record arrow.RecordBatch) (bool, error) {
		record.Retain()
		all = append(all, record)
		return true, nil
	})
	return all, err
}

func (f *file) table() (reflect.Value, error) {
	records, err := f.records()
	if err != nil {
		return reflect.Value{}, err
	}
	return reflect.ValueOf(array.NewTableFromRecords(f.schema, records)), nil
}

func (f *file) columns() (reflect.Value, error) {
	records, err := f.records()
	if err != nil {
		return reflect.Value{}, err
	}
	columns := make(Columns, f.schema.NumFields())
	err = f.guard(func() error {
		d := decoder{f.budget}
		for c, field := range f.schema.Fields() {
			values, err := d.column(records, c, field.Type)
			if err != nil {
				return fmt.Errorf("column %q: %w", field.Name, err)
			}
			columns[c] = Column{Name: field.Name, Values: values}
		}
		return nil
	})
	return reflect.ValueOf(columns), err
}

// column makes the slice of one column.
func (d decoder) column(records []arrow.RecordBatch, c int, typ arrow.DataType) (any, error) {
	t, err := naturalType(typ)
	if err != nil {
		return nil, err
	}
	nulls := 0
	for _, record := range records {
		nulls += record.Column(c).NullN()
		if list := listOf(record.Column(c)); list != nil && list.ListValues().NullN() > 0 && !hasNil(t.Elem()) {
			return d.columnOf(records, c, anyType)
		}
	}
	if nulls > 0 && !hasNil(t) {
		t = reflect.PointerTo(t)
	}
	return d.columnOf(records, c, t)
}

// columnOf makes a slice of values of type t.
func (d decoder) columnOf(records []arrow.RecordBatch, c int, t reflect.Type) (any, error) {
	rows := 0
	for _, record := range records {
		rows += int(record.NumRows())
	}
	d.budget.take(int64(rows) * int64(t.Size()))
	values := reflect.MakeSlice(reflect.SliceOf(t), rows, rows)
	at := 0
	for _, record := range records {
		set, err := d.setter(record.Column(c), t)
		if err != nil {
			return nil, err
		}
		for i := range int(record.NumRows()) {
			if err := set(i, values.Index(at)); err != nil {
				return nil, err
			}
			at++
		}
	}
	return values.Interface(), nil
}
