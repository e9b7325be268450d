package cli

import (
	"context"
	"io"
	"math"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// decodeFor decodes a file of one format into a value for another.
func decodeFor(ctx context.Context, to, from artifacts.Handler, name string) (any, error) {
	if to.Format().Alias == parquetAlias && from.Format().Alias == csvAlias {
		return csvTable(ctx, from, name)
	}
	var v any
	if err := decodeFile(ctx, from, name, &v); err != nil {
		return nil, err
	}
	return suited(to, v), nil
}

var (
	csvAlias     = csv.Handler{}.Format().Alias
	parquetAlias = parquet.Handler{}.Format().Alias
)

// csvTable reads a file for a format whose columns have an order. The maps that a
// csv file is decoded into have none, and without rows no columns either.
func csvTable(ctx context.Context, from artifacts.Handler, name string) (parquet.Columns, error) {
	var sum csv.Summary
	err := readFile(from, name, func(r io.Reader) (err error) {
		sum, err = csv.Inspect(ctx, r, math.MaxInt)
		return err
	})
	if err != nil {
		return nil, err
	}
	table := make(parquet.Columns, len(sum.Columns))
	for i, c := range sum.Columns {
		values := make([]any, len(sum.First))
		for n, row := range sum.First {
			values[n] = row[i]
		}
		table[i] = parquet.Column{Name: c.Name, Values: values}
	}
	return table, nil
}
