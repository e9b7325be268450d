package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// Decode reads a table, of which only what the target holds is kept in memory;
// where types have to be inferred, the text as well.
func (Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	t := dst.Type()
	if t.Kind() == reflect.Interface && t.NumMethod() == 0 {
		t = reflect.TypeFor[[]map[string]any]()
	}
	isColumns := t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.Slice
	row := t
	switch {
	case isColumns && t.Elem().Elem().Kind() != reflect.Interface && parser(t.Elem().Elem()) != nil:
	case t.Kind() == reflect.Slice && isRow(t.Elem()):
		row = t.Elem()
	default:
		return fmt.Errorf("%w: a table does not fit a %s; a slice of structs, maps or []string does, or a map of slices of one type", artifacts.ErrTargetType, t)
	}
	s, err := newScanner(ctxio.Reader(ctx, r))
	if err != nil {
		return err
	}
	fresh := reflect.New(t).Elem()
	if isColumns {
		err = readColumns(s, fresh)
	} else {
		err = readRows(s, fresh, row)
	}
	if err != nil {
		return err
	}
	dst.Set(fresh)
	return nil
}

// isRow reports whether a row can be read into a type.
func isRow(t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Pointer:
		return t.Elem().Kind() == reflect.Struct && isRow(t.Elem())
	case t.Kind() == reflect.Struct:
		return t != timeType && !slices.ContainsFunc(fields.Of(t, "csv"), func(f fields.Field) bool { return parser(f.Type) == nil })
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		return isAny(t.Elem()) || parser(t.Elem()) != nil
	}
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String
}

func isAny(t reflect.Type) bool { return t.Kind() == reflect.Interface && t.NumMethod() == 0 }

// readRows fills a slice of rows.
func readRows(s *scanner, dst reflect.Value, row reflect.Type) error {
	isText := row.Kind() == reflect.Slice
	isInferred := row.Kind() == reflect.Map && isAny(row.Elem())
	var kept *block
	if isInferred {
		kept = &block{}
		if err := kept.read(s, 0); err != nil {
			return err
		}
	}
	set, err := binder(s, row, kept)
	if err != nil {
		return err
	}
	dst.Set(reflect.MakeSlice(dst.Type(), 0, 0))
	add := func() error { return set(extend(dst)) }
	if isText { // whose header is a row too
		header := reflect.ValueOf(slices.Clone(s.header)).Convert(reflect.SliceOf(reflect.TypeFor[string]()))
		dst.Set(reflect.Append(dst, textRow(row, header)))
	}
	if isInferred {
		for kept.next(s) {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	}
	for {
		switch err := s.row(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := add(); err != nil {
			return err
		}
	}
}

// extend makes a slice longer by one and returns the new element. It doubles what
// is too short: in steps of a quarter, as append does it, millions of rows would be
// copied four times.
func extend(list reflect.Value) reflect.Value {
	n := list.Len()
	if n == list.Cap() {
		list.Grow(max(n, 1))
	}
	list.SetLen(n + 1)
	return list.Index(n)
}

// textRow copies strings into a row of whatever kind of string.
func textRow(t reflect.Type, header reflect.Value) reflect.Value {
	row := reflect.MakeSlice(t, header.Len(), header.Len())
	for i := range header.Len() {
		row.Index(i).SetString(header.Index(i).String())
	}
	return row
}

// readColumns fills a map of slices.
func readColumns(s *scanner, dst reflect.Value) error {
	if err := s.uniqueNames(); err != nil {
		return err
	}
	t := dst.Type()
	parse := parser(t.Elem().Elem())
	columns := make([]reflect.Value, len(s.header))
	for i := range columns {
		columns[i] = reflect.New(t.Elem()).Elem()
		columns[i].Set(reflect.MakeSlice(t.Elem(), 0, 0))
	}
	for {
		err := s.row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for i, c := range s.cells {
			if !parse(extend(columns[i]), c) {
				return s.misfit(i, t.Elem().Elem().String())
			}
		}
	}
	dst.Set(reflect.MakeMapWithSize(t, len(columns)))
	for i, name := range s.header {
		dst.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), columns[i])
	}
	return nil
}

// uniqueNames refuses a header in which a name has no one meaning.
func (s *scanner) uniqueNames() error {
	names := make(map[string]bool, len(s.header))
	for _, name := range s.header {
		if names[name] {
			return fmt.Errorf("%w: two columns are called %q; a [][]string can hold them", artifacts.ErrTargetType, name)
		}
		names[name] = true
	}
	return nil
}

func (s *scanner) misfit(column int, want string) error {
	c := s.cells[column]
	if c.isNothing() {
		return fmt.Errorf("%w: line %d, column %q: a null does not fit a %s; a pointer can be nil", artifacts.ErrTargetType, s.line, s.header[column], want)
	}
	return fmt.Errorf("%w: line %d, column %q: %.50q is no %s", artifacts.ErrTargetType, s.line, s.header[column], c.text, want)
}
