package parquet

import (
	"fmt"
	"iter"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// batchRows is the number of rows that are converted at once. It bounds what
// streams hold in memory.
const batchRows = 1 << 16

// A source is a value to be encoded: its columns, and its rows in batches. A
// batch is the consumer's to release.
type source struct {
	schema  *arrow.Schema
	batches iter.Seq2[arrow.RecordBatch, error]
}

// newSource returns the source of any value that can be encoded. It reads the
// first rows of a sequence of maps, and no row of another sequence.
func newSource(value any, rowGroup int) (*source, error) {
	size := min(batchRows, rowGroup)
	switch v := value.(type) {
	case arrow.Table:
		return tableSource(v, size), nil
	case arrow.RecordBatch:
		return &source{v.Schema(), func(yield func(arrow.RecordBatch, error) bool) {
			v.Retain()
			yield(v, nil)
		}}, nil
	case array.RecordReader:
		return readerSource(v), nil
	case Columns:
		return columnsSource(v)
	case *Columns:
		if v != nil {
			return columnsSource(*v)
		}
	}
	v := contents(reflect.ValueOf(value))
	if !v.IsValid() {
		return nil, fmt.Errorf("%w: nil is no table", artifacts.ErrUnsupportedValue)
	}
	if elem := sequenceOf(v.Type()); elem != nil {
		return sequenceSource(elem, v, size)
	}
	if k := v.Kind(); k != reflect.Slice && k != reflect.Array {
		return nil, fmt.Errorf("%w: a %T is no table: want a slice of structs or maps, Columns, an iterator or an Arrow table", artifacts.ErrUnsupportedValue, value)
	}
	return sliceSource(v, size)
}

func tableSource(t arrow.Table, size int) *source {
	return &source{t.Schema(), func(yield func(arrow.RecordBatch, error) bool) {
		r := array.NewTableReader(t, int64(size))
		defer r.Release()
		readerSource(r).batches(yield)
	}}
}

func readerSource(r array.RecordReader) *source {
	return &source{r.Schema(), func(yield func(arrow.RecordBatch, error) bool) {
		for r.Next() {
			batch := r.RecordBatch()
			batch.Retain()
			if !yield(batch, nil) {
				return
			}
		}
		if err := r.Err(); err != nil {
			yield(nil, err)
		}
	}}
}

func sliceSource(rows reflect.Value, size int) (*source, error) {
	t := rows.Type().Elem()
	if err := checkRowType(t); err != nil {
		return nil, err
	}
	schema, err := rowSchema(t, rows)
	if err != nil {
		return nil, err
	}
	return &source{schema, func(yield func(arrow.RecordBatch, error) bool) {
		builder := newRowBuilder(schema, t)
		for at := 0; at < rows.Len(); at += size {
			if !yield(builder.build(rows, at, min(at+size, rows.Len()), 0)) {
				return
			}
		}
	}}, nil
}

// sequenceOf returns the type of the rows of an iterator, or nil.
func sequenceOf(t reflect.Type) reflect.Type {
	if t.Kind() != reflect.Func {
		return nil
	}
	switch {
	case t.CanSeq():
		return t.In(0).In(0)
	case t.CanSeq2() && t.In(0).In(1) == reflect.TypeFor[error]():
		return t.In(0).In(0)
	}
	return nil
}

// sequenceSource gathers the rows of an iterator in batches. The first is made
// at once if the columns depend on it.
func sequenceSource(t reflect.Type, seq reflect.Value, size int) (*source, error) {
	if err := checkRowType(t); err != nil {
		return nil, err
	}
	if seq.IsNil() {
		return nil, fmt.Errorf("%w: the iterator is nil", artifacts.ErrUnsupportedValue)
	}
	next, stop := iter.Pull2(chunks(t, seq, size))
	chunk, err, more := next()
	if err != nil {
		stop()
		return nil, err
	}
	if !more {
		chunk = reflect.MakeSlice(reflect.SliceOf(t), 0, 0)
	}
	schema, err := rowSchema(t, chunk)
	if err != nil {
		stop()
		return nil, err
	}
	return &source{schema, func(yield func(arrow.RecordBatch, error) bool) {
		defer stop()
		builder := newRowBuilder(schema, t)
		builder.strict = true
		for done := 0; more; {
			if !yield(builder.build(chunk, 0, chunk.Len(), done)) {
				return
			}
			done += chunk.Len()
			if chunk, err, more = next(); err != nil {
				yield(nil, err)
				return
			}
		}
	}}, nil
}

// chunks gathers the values of an iterator in slices.
func chunks(t reflect.Type, seq reflect.Value, size int) iter.Seq2[reflect.Value, error] {
	return func(yield func(reflect.Value, error) bool) {
		chunk := reflect.MakeSlice(reflect.SliceOf(t), 0, 0)
		add := func(row reflect.Value) bool {
			chunk = reflect.Append(chunk, row)
			if chunk.Len() < size {
				return true
			}
			full := chunk
			chunk = reflect.MakeSlice(chunk.Type(), 0, size)
			return yield(full, nil)
		}
		if seq.Type().CanSeq() {
			for row := range seq.Seq() {
				if !add(row) {
					return
				}
			}
		} else {
			for row, failed := range seq.Seq2() {
				if err, _ := failed.Interface().(error); err != nil {
					yield(reflect.Value{}, err)
					return
				}
				if !add(row) {
					return
				}
			}
		}
		if chunk.Len() > 0 {
			yield(chunk, nil)
		}
	}
}
