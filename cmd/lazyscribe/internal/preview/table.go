package preview

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// table is a csv file, which is read to its end: how many rows it has and of what
// type they are is known after the last.
func table(ctx context.Context, r io.Reader, _ Options) (*Preview, error) {
	sum, err := csv.Inspect(ctx, r, maxRows)
	if err != nil {
		return nil, err
	}
	p := &Preview{Facts: []Fact{{"rows", sum.Rows}, {"width", int64(len(sum.Columns))}}}
	for _, c := range sum.Columns {
		p.Columns = append(p.Columns, Column{c.Name, c.Type})
	}
	p.Rows, err = plainRows(sum.First)
	return p, err
}

// columns is a parquet file, of which the end and the first rows are read.
func columns(ctx context.Context, r io.Reader, _ Options) (*Preview, error) {
	sum, err := parquet.Inspect(ctx, r, maxRows)
	if err != nil {
		return nil, err
	}
	p := &Preview{Facts: []Fact{{"rows", sum.Rows}, {"width", int64(len(sum.Columns))}, {"row_groups", int64(sum.RowGroups)}}}
	if sum.CreatedBy != "" {
		p.Facts = append(p.Facts, Fact{"created_by", sum.CreatedBy})
	}
	p.Columns = []Column{} // a table also without any
	for _, c := range sum.Columns {
		p.Columns = append(p.Columns, Column{c.Name, c.Type})
	}
	if sum.Unread != nil {
		p.Unread = sum.Unread.Error()
	}
	p.Rows, err = plainRows(sum.First)
	return p, err
}

// maxValues is how many values the first rows may hold together.
const maxValues = 1 << 20

func plainRows(rows [][]any) ([][]any, error) {
	list := make([][]any, len(rows))
	for i, row := range rows {
		tree, err := Plain(row, maxValues)
		if err != nil {
			return nil, err
		}
		list[i] = tree.([]any)
	}
	return list, nil
}
