package csv

import (
	"context"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// A Summary is what [Inspect] found out about a table.
type Summary struct {
	Columns []Column
	Rows    int64   // without the header
	First   [][]any // the first rows, one value for each column
}

// A Column is a column of a [Summary].
type Column struct {
	Name string

	// Type is what a *any would have the values as: "int64", "bool", "time",
	// "float64" or "string"; "null" if there is none.
	Type string

	Nulls int64 // cells without a value
}

// Inspect reads a file to its end and tells what is in it, with at most first of
// its rows. Types are inferred from all of the rows, of which no others are kept
// in memory. Two columns may have one name.
func Inspect(ctx context.Context, r io.Reader, first int) (Summary, error) {
	s, err := newScanner(ctxio.Reader(ctx, r))
	if err != nil {
		return Summary{}, err
	}
	in := &inspection{columns: make([]inspected, len(s.header))}
	for i := range in.columns {
		in.columns[i].types = anyKind
	}
	for {
		err := s.row()
		if errors.Is(err, io.EOF) {
			return in.summary(s.header), nil
		}
		if err == nil {
			err = in.add(s, first)
		}
		if err != nil {
			return Summary{}, err
		}
	}
}

// An inspection is what is known of the rows that were read.
type inspection struct {
	rows    int64
	columns []inspected
	first   [][]cell
}

type inspected struct {
	types   kinds // that all cells are of
	nulls   int64 // cells that are null unless the column is one of strings
	nothing int64 // cells that are null even then
}

func (in *inspection) add(s *scanner, first int) error {
	in.rows++
	if len(in.first) < first {
		row := slices.Clone(s.cells)
		for i := range row {
			row[i].text = slices.Clone(row[i].text) // it is the scanner's
		}
		in.first = append(in.first, row)
	}
	for i, c := range s.cells {
		column := &in.columns[i]
		column.types = column.types.narrow(c)
		if column.types == textKind && !utf8.Valid(c.text) {
			return s.misfit(i, textKind.String())
		}
		if c.isNull() {
			column.nulls++
		}
		if c.isNothing() {
			column.nothing++
		}
	}
	return nil
}

func (in *inspection) summary(header []string) Summary {
	sum := Summary{Rows: in.rows, Columns: make([]Column, len(header)), First: make([][]any, len(in.first))}
	for i, c := range in.columns {
		kind, nulls := c.types.first(), c.nulls
		name := kind.String()
		switch {
		case kind == textKind:
			name, nulls = "string", c.nothing
		case nulls == in.rows:
			name = "null"
		}
		sum.Columns[i] = Column{Name: header[i], Type: name, Nulls: nulls}
	}
	for n, row := range in.first {
		values := make([]any, len(row))
		for i, c := range row {
			values[i], _ = in.columns[i].types.first().value(c) // all cells are of that type
		}
		sum.First[n] = values
	}
	return sum
}
