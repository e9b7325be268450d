package csv

import (
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/fields"
)

// A table writes itself.
type table func(*writer) error

var errorType = reflect.TypeFor[error]()

// tableOf returns what writes a value.
func tableOf(v reflect.Value) (table, error) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() {
		return nil, fmt.Errorf("%w: nil is no table", artifacts.ErrUnsupportedValue)
	}
	t := v.Type()
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Slice && t.Elem().Elem().Kind() == reflect.String:
		return func(w *writer) error { return writeText(w, v) }, nil
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		if names, row := rowWriter(t.Elem()); row != nil {
			return func(w *writer) error { return writeRows(w, elements(v), names, row) }, nil
		}
		if isMapRow(t.Elem()) {
			return func(w *writer) error { return writeMaps(w, elements(v), unionOfKeys(v)) }, nil
		}
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		if k := t.Elem().Kind(); k == reflect.Slice || k == reflect.Interface {
			return func(w *writer) error { return writeColumns(w, v) }, nil
		}
	case t.CanSeq() && t.Kind() == reflect.Func && !v.IsNil():
		return sequence(t.In(0).In(0), single(v))
	case t.CanSeq2() && t.Kind() == reflect.Func && !v.IsNil() && t.In(0).In(1) == errorType:
		return sequence(t.In(0).In(0), v.Seq2())
	}
	return nil, fmt.Errorf("%w: a %s is no table; a slice of structs, maps or []string is, or a map of slices", artifacts.ErrUnsupportedValue, t)
}

// rows are what a table has, and what a source of rows fails with.
type rows = iter.Seq2[reflect.Value, reflect.Value]

func elements(v reflect.Value) rows {
	return func(yield func(_, _ reflect.Value) bool) {
		for i := range v.Len() {
			if !yield(v.Index(i), reflect.Value{}) {
				return
			}
		}
	}
}

func single(v reflect.Value) rows {
	return func(yield func(_, _ reflect.Value) bool) {
		v.Seq()(func(row reflect.Value) bool { return yield(row, reflect.Value{}) })
	}
}

func sequence(t reflect.Type, all rows) (table, error) {
	if names, row := rowWriter(t); row != nil {
		return func(w *writer) error { return writeRows(w, all, names, row) }, nil
	}
	if isMapRow(t) {
		return func(w *writer) error { return writeMaps(w, all, nil) }, nil
	}
	return nil, fmt.Errorf("%w: a %s is no row; a struct or map is", artifacts.ErrUnsupportedValue, t)
}

// rowWriter returns the columns of a struct and what writes one, or nil.
func rowWriter(t reflect.Type) (names []string, row func(*writer, reflect.Value) error) {
	isPointer := t.Kind() == reflect.Pointer
	if isPointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == timeType {
		return nil, nil
	}
	known := fields.Of(t, "csv")
	cells := make([]appendFunc, len(known))
	for i := range known {
		names = append(names, known[i].Name)
		if cells[i] = appender(known[i].Type, timeFormOf(known[i].Options)); cells[i] == nil {
			return nil, nil
		}
	}
	return names, func(w *writer, v reflect.Value) error {
		if isPointer {
			if v.IsNil() {
				return fmt.Errorf("%w: row %d is nil", artifacts.ErrUnsupportedValue, w.rows)
			}
			v = v.Elem()
		}
		for i := range known {
			if cell := known[i].Get(v); cell.IsValid() {
				var err error
				if w.buf, err = cells[i](w.buf, cell); err != nil {
					return w.misplaced(names[i], err)
				}
			}
			w.buf = append(w.buf, ',')
		}
		return w.endRow()
	}
}

func isMapRow(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Key().Kind() == reflect.String && appender(t.Elem(), timeForm{}) != nil
}

func writeRows(w *writer, all rows, names []string, row func(*writer, reflect.Value) error) error {
	if err := w.header(names); err != nil {
		return err
	}
	for v, failed := range all {
		if err := failure(failed); err != nil {
			return err
		}
		if err := row(w, v); err != nil {
			return err
		}
	}
	return nil
}

func failure(v reflect.Value) error {
	if !v.IsValid() || v.IsNil() {
		return nil
	}
	return v.Interface().(error)
}

// unionOfKeys returns the keys that any of the maps has.
func unionOfKeys(v reflect.Value) []string {
	names := make(map[string]bool)
	for row := range elements(v) {
		for _, key := range row.MapKeys() {
			names[key.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// writeMaps writes maps. Without names the first has all of them.
func writeMaps(w *writer, all rows, names []string) error {
	var keys []reflect.Value
	var cell appendFunc
	begin := func(t reflect.Type) error {
		cell = appender(t.Elem(), timeForm{})
		for _, name := range names {
			keys = append(keys, reflect.ValueOf(name).Convert(t.Key()))
		}
		return w.header(names)
	}
	for row, failed := range all {
		if err := failure(failed); err != nil {
			return err
		}
		if keys == nil {
			if names == nil {
				for _, key := range row.MapKeys() {
					names = append(names, key.String())
				}
				slices.Sort(names)
			}
			if err := begin(row.Type()); err != nil {
				return err
			}
		}
		met := 0
		for i, key := range keys {
			if v := row.MapIndex(key); v.IsValid() {
				var err error
				if w.buf, err = cell(w.buf, v); err != nil {
					return w.misplaced(names[i], err)
				}
				met++
			}
			w.buf = append(w.buf, ',')
		}
		if met < row.Len() {
			return fmt.Errorf("%w: row %d has columns the first row has not (%s)", artifacts.ErrUnsupportedValue, w.rows, strings.Join(names, ", "))
		}
		if err := w.endRow(); err != nil {
			return err
		}
	}
	if keys == nil {
		return fmt.Errorf("%w: a table without rows needs a struct for its columns", artifacts.ErrUnsupportedValue)
	}
	return nil
}

// writeText writes rows of strings, the first of which is the header.
func writeText(w *writer, v reflect.Value) error {
	var width int
	for row := range elements(v) {
		names := make([]string, row.Len())
		for i := range names {
			names[i] = row.Index(i).String()
		}
		if w.rows == 0 {
			width = len(names)
		}
		if len(names) != width {
			return fmt.Errorf("%w: row %d has %d cells, and the header %d", artifacts.ErrUnsupportedValue, w.rows, len(names), width)
		}
		if err := w.header(names); err != nil {
			return err
		}
	}
	if w.rows == 0 {
		return fmt.Errorf("%w: a table without a header", artifacts.ErrUnsupportedValue)
	}
	return nil
}

// writeColumns writes a map of slices of one length.
func writeColumns(w *writer, v reflect.Value) error {
	names := make([]string, 0, v.Len())
	for _, key := range v.MapKeys() {
		names = append(names, key.String())
	}
	slices.Sort(names)
	columns, cells := make([]reflect.Value, len(names)), make([]appendFunc, len(names))
	for i, name := range names {
		c := v.MapIndex(reflect.ValueOf(name).Convert(v.Type().Key()))
		if c.Kind() == reflect.Interface {
			c = c.Elem()
		}
		if c.Kind() != reflect.Slice {
			return fmt.Errorf("%w: the column %q is no slice", artifacts.ErrUnsupportedValue, name)
		}
		if cells[i] = appender(c.Type().Elem(), timeForm{}); cells[i] == nil || c.Type().Elem().Kind() == reflect.Uint8 {
			return fmt.Errorf("%w: the column %q is a %s", artifacts.ErrUnsupportedValue, name, c.Type())
		}
		if columns[i] = c; c.Len() != columns[0].Len() {
			return fmt.Errorf("%w: the column %q has %d cells, and %q has %d", artifacts.ErrUnsupportedValue, name, c.Len(), names[0], columns[0].Len())
		}
	}
	if err := w.header(names); err != nil {
		return err
	}
	for row := range columns[0].Len() {
		for i, c := range columns {
			var err error
			if w.buf, err = cells[i](w.buf, c.Index(row)); err != nil {
				return w.misplaced(names[i], err)
			}
			w.buf = append(w.buf, ',')
		}
		if err := w.endRow(); err != nil {
			return err
		}
	}
	return nil
}
