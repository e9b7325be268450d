package dataset

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// arrayFiles returns the files in which arrays are kept: one for each in npy, else
// one for all.
func arrayFiles(format Format, arrays []archive.Array) []pending {
	if len(arrays) == 0 {
		return nil
	}
	if format == Npy {
		files := make([]pending, len(arrays))
		for i, a := range arrays {
			files[i] = pending{base: a.Name, suffix: "npy", locate: locateNpy(a.Name), write: func(ctx context.Context, w io.Writer) error {
				return npy.Handler{}.Encode(ctx, w, a.Value)
			}}
		}
		return files
	}
	all := make(map[string]any, len(arrays))
	for _, a := range arrays {
		all[a.Name] = a.Value
	}
	p := pending{base: "arrays", suffix: "npz", locate: locateNpz}
	var h artifacts.Handler = npz.Handler{}
	if format == HDF5 {
		h, p.suffix, p.locate = hdf5.Handler{}, "h5", locateHDF5
	}
	p.write = func(ctx context.Context, w io.Writer) error { return h.Encode(ctx, w, all) }
	return []pending{p}
}

// A locator says which arrays are in a file that was written, and where. All of
// them are little-endian and in C order, as they are written from slices.
type locator = func(r io.ReaderAt, size int64) ([]array, error)

func locateNpy(name string) locator {
	return func(r io.ReaderAt, size int64) ([]array, error) {
		a, err := npyAt(io.NewSectionReader(r, 0, size), 0, name)
		return []array{a}, err
	}
}

func locateNpz(r io.ReaderAt, size int64) ([]array, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	var list []array
	for _, f := range z.File {
		offset, err := f.DataOffset()
		if err != nil {
			return nil, err
		}
		a, err := npyAt(io.NewSectionReader(r, offset, size-offset), offset, strings.TrimSuffix(f.Name, ".npy"))
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// npyAt reads the header of an npy file, which may be a part of another.
func npyAt(r io.Reader, offset int64, name string) (array, error) {
	h, err := npy.ReadHeader(r)
	if err != nil {
		return array{}, err
	}
	return array{Name: name, DType: h.DType, Shape: h.Shape, Offset: offset + int64(len(npy.AppendHeader(nil, h)))}, nil
}

func locateHDF5(r io.ReaderAt, size int64) ([]array, error) {
	f, err := hdf5.Open(r, size)
	if err != nil {
		return nil, err
	}
	var list []array
	for _, name := range f.Names() {
		s, err := f.Dataset(name)
		if err != nil {
			return nil, err
		}
		a := array{Name: name, DType: s.DType(), Shape: s.Shape()}
		if offset, ok := s.Offset(); ok {
			a.Offset = offset
		}
		list = append(list, a)
	}
	return list, nil
}

// stored is a file that was just written, whose first bytes are still known.
type stored struct {
	ctx  context.Context // of the one call that made it
	d    *DataSet
	key  string
	head []byte
}

func (f stored) ReadAt(p []byte, offset int64) (int, error) {
	if offset >= 0 && offset+int64(len(p)) <= int64(len(f.head)) {
		return copy(p, f.head[offset:]), nil
	}
	if err := f.d.store.ReadAt(f.ctx, f.key, p, offset); err != nil {
		return 0, err
	}
	return len(p), nil
}

// eachArray reads a file from front to end, calls do with each array in it and
// compares the digest. Only if that is as recorded is there no error; what do made
// of the arrays is to be dropped else. The arrays are npy files to do.
func (d *DataSet) eachArray(ctx context.Context, key string, f dataFile, do func(name string, r io.Reader) error) (err error) {
	in, err := d.openFile(ctx, key, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	checked := payload.Verify(ctx, in, f.recorded())
	place := int64(0)
	arrays := slices.Clone(f.Arrays)
	slices.SortFunc(arrays, func(a, b array) int { return cmp.Compare(a.Offset, b.Offset) })
	for _, a := range arrays {
		rows := 0
		if len(a.Shape) > 0 {
			rows = a.Shape[0]
		}
		offset, size, err := f.span(a, 0, rows)
		if err != nil {
			return fmt.Errorf("array %q: %w", a.Name, err)
		}
		if offset < place {
			return fmt.Errorf("%w: array %q begins within another one", artifacts.ErrCorrupt, a.Name)
		}
		if _, err := io.CopyN(io.Discard, checked, offset-place); err != nil {
			return early(err)
		}
		header := npy.AppendHeader(nil, npy.Header{DType: a.DType, Shape: a.Shape})
		numbers := io.LimitReader(checked, size)
		if err := do(a.Name, io.MultiReader(bytes.NewReader(header), numbers)); err != nil {
			return fmt.Errorf("array %q: %w", a.Name, err)
		}
		if _, err := io.Copy(io.Discard, numbers); err != nil {
			return err
		}
		place = offset + size
	}
	_, err = io.Copy(io.Discard, checked)
	return err
}

// early is the error of a file that ends before it should.
func early(err error) error {
	if err == io.EOF {
		return fmt.Errorf("%w: the file ends too early", artifacts.ErrCorrupt)
	}
	return err
}

// locate finds the arrays of a file that was just written.
func (d *DataSet) locate(ctx context.Context, key string, p *pending, name string) ([]array, error) {
	if p.locate == nil {
		return nil, nil
	}
	arrays, err := p.locate(stored{ctx, d, path.Join(dataFolder(key), name), p.head}, p.size)
	if err != nil {
		return nil, fmt.Errorf("find the arrays in file %q: %w", name, err)
	}
	return arrays, nil
}
