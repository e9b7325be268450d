package dataset

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/bits"
	"path"
	"regexp"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// Rows reads the rows from up to, but not with, to of an array that is kept
// outside of a value's text, and nothing else of its file: in a bucket it is one
// request, or two for more than 16 MiB. Which arrays there are is in [Item].Arrays; "" is the only one. T is a
// type that package npy reads the rows into, with as many axes as the array has:
// [][]float64 for rows of a matrix, or npy.Array for any.
//
// The digest of the file is not compared, as most of it is not read.
func Rows[T any](ctx context.Context, d *DataSet, key, array string, from, to int) (T, error) {
	var rows T
	err := d.onItem("read rows of", key, d.reading, func() error {
		return d.onValue(ctx, key, func(r *record) error { return d.rows(ctx, r, array, from, to, &rows) })
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return rows, nil
}

func (d *DataSet) rows(ctx context.Context, r *record, name string, from, to int, target any) error {
	f, a, err := r.Item.choose(name)
	if err != nil {
		return err
	}
	offset, size, err := f.span(a, from, to)
	if err != nil {
		return fmt.Errorf("array %q: %w", a.Name, err)
	}
	data, err := d.part(ctx, path.Join(dataFolder(r.Key), f.Name), offset, size)
	if err != nil {
		return err
	}
	shape := append([]int{to - from}, a.Shape[1:]...)
	header := npy.AppendHeader(nil, npy.Header{DType: a.DType, Shape: shape})
	if err := (npy.Handler{}).Decode(ctx, io.MultiReader(bytes.NewReader(header), bytes.NewReader(data)), target); err != nil {
		return fmt.Errorf("array %q: %w", a.Name, err)
	}
	return nil
}

// muchData is what is not taken memory for on the word of a record.
const muchData = 16 << 20

// part reads a part of a file. The record, which said where it is, may say of a
// small file that it is large: that the end of the part is there is found out
// before memory is taken for much.
func (d *DataSet) part(ctx context.Context, file string, offset, size int64) ([]byte, error) {
	if size > muchData {
		if err := d.store.ReadAt(ctx, file, make([]byte, 1), offset+size-1); err != nil {
			return nil, gone(err)
		}
	}
	data := make([]byte, size)
	return data, gone(d.store.ReadAt(ctx, file, data, offset))
}

// choose returns the array that is meant and its file.
func (it *item) choose(name string) (dataFile, array, error) {
	if f, a, ok := it.fileOf(name); ok {
		return f, a, nil
	}
	var all []string
	for _, f := range it.Files {
		for _, a := range f.Arrays {
			all = append(all, a.Name)
		}
	}
	if name == "" && len(all) == 1 {
		f, a, _ := it.fileOf(all[0])
		return f, a, nil
	}
	return dataFile{}, array{}, fmt.Errorf("array %q: %w (there are: %.500q)", name, artifacts.ErrNotFound, all)
}

// numeric matches the names of dtypes whose elements have a fixed size.
var numeric = regexp.MustCompile(`^[<>|=][biufc]([0-9]{1,2})$`)

// span returns where rows are in a file. The record is not trusted to be right
// about it.
func (f dataFile) span(a array, from, to int) (offset, size int64, err error) {
	m := numeric.FindStringSubmatch(a.DType)
	switch {
	case a.Offset <= 0:
		return 0, 0, fmt.Errorf("%w: its numbers do not follow one another in the file (it is compressed, in chunks or in Fortran order)", artifacts.ErrUnsupportedValue)
	case m == nil:
		return 0, 0, fmt.Errorf("%w: dtype %q", artifacts.ErrCorrupt, a.DType)
	case len(a.Shape) == 0:
		return 0, 0, fmt.Errorf("%w: it is one number", artifacts.ErrTargetType)
	case from < 0 || from > to || to > a.Shape[0]:
		return 0, 0, fmt.Errorf("rows %d to %d of %d", from, to, a.Shape[0])
	}
	width, _ := strconv.ParseUint(m[1], 10, 64) // digits only
	for _, n := range a.Shape[1:] {
		hi, lo := bits.Mul64(width, uint64(n))
		if n < 0 || hi != 0 {
			return 0, 0, fmt.Errorf("%w: shape %v", artifacts.ErrCorrupt, a.Shape)
		}
		width = lo
	}
	over, end := bits.Mul64(width, uint64(to))
	if over != 0 || end > uint64(f.Size) || int64(end) > f.Size-a.Offset {
		return 0, 0, fmt.Errorf("%w: the file has %d bytes, too few for rows up to %d of shape %v", artifacts.ErrCorrupt, f.Size, to, a.Shape)
	}
	start := int64(width * uint64(from)) // no larger than the end
	return a.Offset + start, int64(end) - start, nil
}
