package csv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// inferredBytes is how much of a file is looked at to infer its types, where it
// is read row by row. It is as much as pyarrow looks at.
const inferredBytes = 1 << 20

// Rows reads a table row by row, of which one is in memory at a time. T is a
// struct, a pointer to one, a []string or a map[string]V; see the package for
// what they take. Unlike in a [][]string the header is no row here.
//
// If T is a map[string]any, types are inferred from the first mebibyte, and a
// later cell that is of another one is [artifacts.ErrTargetType].
//
// An error is the last element, beside a zero T. If r comes from an OpenArtifact
// that checks digests, rows are given out before the digest is known: what is
// wrong with it is the error after the last row. The sequence can be used once.
func Rows[T any](ctx context.Context, r io.Reader) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := eachRow(ctx, r, reflect.TypeFor[T](), func(row reflect.Value) bool {
			return yield(row.Interface().(T), nil)
		})
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

// eachRow calls yield until it returns false.
func eachRow(ctx context.Context, r io.Reader, t reflect.Type, yield func(reflect.Value) bool) error {
	if !isRow(t) {
		return fmt.Errorf("%w: a row does not fit a %s", artifacts.ErrTargetType, t)
	}
	s, err := newScanner(ctxio.Reader(ctx, r))
	if err != nil {
		return err
	}
	var kept *block
	if t.Kind() == reflect.Map && isAny(t.Elem()) {
		kept = &block{}
		if err := kept.read(s, inferredBytes); err != nil {
			return err
		}
	}
	set, err := binder(s, t, kept)
	if err != nil {
		return err
	}
	for {
		if kept == nil || !kept.next(s) {
			err := s.row()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
		row := reflect.New(t).Elem()
		if err := set(row); err != nil {
			return err
		}
		if !yield(row) {
			return nil
		}
	}
}
