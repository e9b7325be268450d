package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/preview"
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
	if from.Format().Alias == pickleAlias {
		if err := checkUnfolded(v, name); err != nil {
			return nil, err
		}
	}
	return suited(to, v), nil
}

var (
	csvAlias     = csv.Handler{}.Format().Alias
	parquetAlias = parquet.Handler{}.Format().Alias
)

// checkUnfolded refuses a value whose parts are in it over and over. A pickle says
// so in few bytes; other formats would write each of them again, without end.
func checkUnfolded(value any, name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if _, err := preview.Plain(value, maxShown+info.Size()); err != nil {
		return fmt.Errorf("convert file %q: %w", name, err)
	}
	return nil
}

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
