package parquet

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Summary is what [Inspect] found out about a table.
type Summary struct {
	Columns   []ColumnInfo
	Rows      int64
	RowGroups int
	CreatedBy string // the program that wrote the file, as it calls itself

	// First are the first rows, one value for each column, of the types that an
	// interface gets.
	First [][]any

	// Unread says why the rows are not to be had, where that is so: the file is
	// sound as far as it was looked at, and has something that is not read.
	Unread error
}

// A ColumnInfo is a column of a [Summary].
type ColumnInfo struct {
	Name string
	Type string // Arrow's name for it: "timestamp[us, tz=UTC]"
}

// Inspect tells what is in a file, with at most first of its rows. Only what is
// needed for these is read of a file that is an [artifacts.File]; another reader
// is copied first, see [Handler.Decode]. Two columns may have one name.
func Inspect(ctx context.Context, r io.Reader, first int) (Summary, error) {
	var sum Summary
	err := Handler{}.withFile(ctx, r, func(f *file) error {
		sum.Rows, sum.RowGroups = f.rows, f.reader.NumRowGroups()
		sum.CreatedBy = f.reader.MetaData().GetCreatedBy()
		for _, column := range f.schema.Fields() {
			sum.Columns = append(sum.Columns, ColumnInfo{column.Name, column.Type.String()})
		}
		if first <= 0 {
			return nil
		}
		rows, err := f.head(first)
		if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, artifacts.ErrTargetType) || errors.Is(err, artifacts.ErrNeedsType) {
			sum.Unread, err = err, nil
		}
		sum.First = rows
		return err
	})
	if err != nil {
		return Summary{}, err
	}
	return sum, nil
}

// head reads the first n rows.
func (f *file) head(n int) ([][]any, error) {
	f.arrow.Props.BatchSize = int64(n)
	var rows [][]any
	err := f.eachRecord(nil, func(record arrow.RecordBatch) (bool, error) {
		err := f.guard(func() (err error) {
			rows, err = f.rowsOf(record)
			return err
		})
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return rows[:min(n, len(rows))], nil
}

// rowsOf makes lists of values of a record.
func (f *file) rowsOf(record arrow.RecordBatch) ([][]any, error) {
	rows := make([][]any, record.NumRows())
	for i := range rows {
		rows[i] = make([]any, record.NumCols())
	}
	d := decoder{f.budget}
	for c, column := range record.Schema().Fields() {
		values, err := d.columnOf([]arrow.RecordBatch{record}, c, anyType)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", column.Name, err)
		}
		for i, v := range values.([]any) {
			rows[i][c] = v
		}
	}
	return rows, nil
}
