package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// A DataFormat is how arrays that are outside of a text are stored.
type DataFormat int

// The formats of [Archive.SaveData].
const (
	Npy  DataFormat = iota // a file for each array: array_0.npy
	Npz                    // one file: arrays.npz
	HDF5                   // one file: arrays.h5
)

// String returns the suffix of the files.
func (f DataFormat) String() string {
	switch f {
	case Npy:
		return "npy"
	case Npz:
		return "npz"
	case HDF5:
		return "h5"
	}
	return fmt.Sprintf("DataFormat(%d)", int(f))
}

// SaveData writes the arrays that are outside of the text to files that create
// opens, and returns their names. Without such arrays there are none.
func (a *Archive) SaveData(ctx context.Context, format DataFormat, create func(name string) (io.WriteCloser, error)) ([]string, error) {
	s, err := a.source(0)
	if err != nil || len(s.arrays) == 0 {
		return nil, err
	}
	type file struct {
		name  string
		h     artifacts.Handler
		value any
	}
	var files []file
	all := make(map[string]any, len(s.arrays))
	for _, array := range s.arrays {
		all[array.Name] = array.Value
	}
	switch format {
	case Npy:
		for _, array := range s.arrays {
			files = append(files, file{array.Name + ".npy", npy.Handler{}, array.Value})
		}
	case Npz:
		files = append(files, file{"arrays.npz", npz.Handler{}, all})
	case HDF5:
		files = append(files, file{"arrays.h5", hdf5.Handler{}, all})
	default:
		return nil, fmt.Errorf("save arrays of archive: there is no format %v", format)
	}
	var names []string
	for _, f := range files {
		if err := save(ctx, f.name, f.h, f.value, create); err != nil {
			return names, fmt.Errorf("save arrays of archive: file %q: %w", f.name, err)
		}
		names = append(names, f.name)
	}
	return names, nil
}

func save(ctx context.Context, name string, h artifacts.Handler, value any, create func(string) (io.WriteCloser, error)) error {
	w, err := create(name)
	if err != nil {
		return err
	}
	return errors.Join(h.Encode(ctx, w, value), w.Close())
}

// The sources of arrays in files that SaveData wrote.

// NpyArrays has the arrays of a folder with a file for each.
func NpyArrays(folder fs.FS) ArraySource { return npyArrays{folder} }

// NpzArrays has those of one npz file.
func NpzArrays(file *npz.Archive) ArraySource { return npzArrays{file} }

// HDF5Arrays has those of one HDF5 file.
func HDF5Arrays(file *hdf5.File) ArraySource { return hdf5Arrays{file} }

// Arrays has those that [Archive.Data] returned. What is restored is those, and no
// copies.
func Arrays(arrays ...Array) ArraySource { return memoryArrays(arrays) }

type (
	npyArrays    struct{ folder fs.FS }
	npzArrays    struct{ file *npz.Archive }
	hdf5Arrays   struct{ file *hdf5.File }
	memoryArrays []Array
)

func (s npyArrays) ReadArray(ctx context.Context, name string, target any) error {
	f, err := s.folder.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(npy.Handler{}.Decode(ctx, f, target), f.Close())
}

func (s npzArrays) ReadArray(ctx context.Context, name string, target any) error {
	return s.file.Read(ctx, arrayOf(name), target)
}

func (s hdf5Arrays) ReadArray(ctx context.Context, name string, target any) error {
	return s.file.Read(ctx, arrayOf(name), target)
}

func (s memoryArrays) ReadArray(_ context.Context, name string, target any) error {
	for _, a := range s {
		if a.Name == arrayOf(name) {
			return artifacts.Assign(target, a.Value)
		}
	}
	return fmt.Errorf("array %q: %w", arrayOf(name), artifacts.ErrNotFound)
}

// arrayOf returns what the array in a file is called.
func arrayOf(file string) string { return strings.TrimSuffix(file, ".npy") }
