package csv

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// binder returns what stores the row a scanner has in a value of a type, which
// is zero. The types of columns are those of kept, where rows have none.
func binder(s *scanner, t reflect.Type, kept *block) (func(dst reflect.Value) error, error) {
	if t.Kind() == reflect.Slice {
		return func(dst reflect.Value) error { return s.setText(dst) }, nil
	}
	if err := s.uniqueNames(); err != nil {
		return nil, err
	}
	switch {
	case t.Kind() == reflect.Map && kept != nil:
		return func(dst reflect.Value) error { return s.setAny(dst, kept.kinds) }, nil
	case t.Kind() == reflect.Map:
		parse := parser(t.Elem())
		return func(dst reflect.Value) error { return s.setMap(dst, parse) }, nil
	case t.Kind() == reflect.Pointer:
		set, err := structBinder(s, t.Elem())
		return func(dst reflect.Value) error {
			dst.Set(reflect.New(t.Elem()))
			return set(dst.Elem())
		}, err
	}
	return structBinder(s, t)
}

func (s *scanner) setText(dst reflect.Value) error {
	dst.Set(reflect.MakeSlice(dst.Type(), len(s.cells), len(s.cells)))
	parse := parser(reflect.TypeFor[string]())
	for i, c := range s.cells {
		if !parse(dst.Index(i), c) {
			return s.misfit(i, textKind.String())
		}
	}
	return nil
}

func (s *scanner) setMap(dst reflect.Value, parse parseFunc) error {
	t := dst.Type()
	dst.Set(reflect.MakeMapWithSize(t, len(s.cells)))
	for i, c := range s.cells {
		value := reflect.New(t.Elem()).Elem()
		if !parse(value, c) {
			return s.misfit(i, t.Elem().String())
		}
		dst.SetMapIndex(reflect.ValueOf(s.header[i]).Convert(t.Key()), value)
	}
	return nil
}

func (s *scanner) setAny(dst reflect.Value, columns []kinds) error {
	t := dst.Type()
	dst.Set(reflect.MakeMapWithSize(t, len(s.cells)))
	for i, c := range s.cells {
		natural, ok := columns[i].first().value(c)
		if !ok {
			return s.misfit(i, columns[i].first().String())
		}
		value := reflect.New(t.Elem()).Elem()
		if natural != nil {
			value.Set(reflect.ValueOf(natural))
		}
		dst.SetMapIndex(reflect.ValueOf(s.header[i]).Convert(t.Key()), value)
	}
	return nil
}

// structBinder finds the column of each field.
func structBinder(s *scanner, t reflect.Type) (func(dst reflect.Value) error, error) {
	known := fields.Of(t, "csv")
	type bound struct {
		field *fields.Field
		cell  int
		parse parseFunc
	}
	var all []bound
	for i := range known {
		f := &known[i]
		column := slices.Index(s.header, f.Name)
		if column < 0 && f.Type.Kind() == reflect.Pointer {
			continue
		}
		if column < 0 {
			return nil, fmt.Errorf("%w: a %s has the column %q, and the file has %s", artifacts.ErrTargetType, t, f.Name, strings.Join(s.header, ", "))
		}
		all = append(all, bound{f, column, parser(f.Type)})
	}
	return func(dst reflect.Value) error {
		for _, b := range all {
			if !b.parse(b.field.Make(dst), s.cells[b.cell]) {
				return s.misfit(b.cell, b.field.Type.String())
			}
		}
		return nil
	}, nil
}

// A block is rows that are kept until the types of their columns are known.
type block struct {
	kinds []kinds
	rows  []keptRow
	given int // of the rows
}

type keptRow struct {
	text string // of all cells
	ends []int  // of each, negated if it was in quotes, and one further
	line int
}

// read keeps rows until they are as long as limit, or all if that is 0.
func (b *block) read(s *scanner, limit int) error {
	b.kinds = make([]kinds, len(s.header))
	for i := range b.kinds {
		b.kinds[i] = anyKind
	}
	for size := 0; limit == 0 || size < limit; {
		err := s.row()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		row := keptRow{ends: make([]int, len(s.cells)), line: s.line}
		var text strings.Builder
		for i, c := range s.cells {
			b.kinds[i] = b.kinds[i].narrow(c)
			text.Write(c.text)
			if row.ends[i] = text.Len(); c.quoted {
				row.ends[i] = -text.Len() - 1
			}
		}
		row.text = text.String()
		b.rows = append(b.rows, row)
		size += len(row.text) + len(row.ends)
	}
	return nil
}

// next gives a row that was kept back to the scanner.
func (b *block) next(s *scanner) bool {
	if b.given == len(b.rows) {
		return false
	}
	row := b.rows[b.given]
	b.rows[b.given] = keptRow{}
	b.given++
	s.line, s.cells = row.line, s.cells[:0]
	text, start := []byte(row.text), 0
	for _, end := range row.ends {
		quoted := end < 0
		if quoted {
			end = -end - 1
		}
		s.cells = append(s.cells, cell{text: text[start:end], quoted: quoted})
		start = end
	}
	return true
}
