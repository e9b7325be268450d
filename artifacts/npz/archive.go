package npz

import (
	"archive/zip"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// An Archive is a file whose arrays are read one by one.
type Archive struct {
	members map[string]*zip.File
	names   []string
	others  map[string]*zip.File // that are no arrays
	maxSize uint64
}

// Open reads the directory of a file of a size in bytes. The arrays are read from
// r when they are asked for.
func (h Handler) Open(r io.ReaderAt, size int64) (*Archive, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	a := &Archive{members: make(map[string]*zip.File), others: make(map[string]*zip.File), maxSize: uint64(max(1<<30, 32*min(size, math.MaxInt64/32)))}
	if h.MaxSize > 0 {
		a.maxSize = uint64(h.MaxSize)
	}
	left := uint64(size)
	for _, f := range archive.File {
		// Members that share their bytes are how a small file becomes a huge one
		// without any compression.
		if f.CompressedSize64 > left {
			return nil, fmt.Errorf("%w: the members are larger than the file", artifacts.ErrCorrupt)
		}
		left -= f.CompressedSize64
		name, ok := strings.CutSuffix(f.Name, suffix)
		if !ok {
			a.others[f.Name] = f
			continue
		}
		if a.members[name] != nil {
			return nil, fmt.Errorf("%w: two arrays are named %q", artifacts.ErrCorrupt, name)
		}
		a.members[name] = f
		a.names = append(a.names, name)
	}
	return a, nil
}

// MaxSize returns the number of bytes that arrays may have that are read together:
// that of the handler, or what it means for a file of this size.
func (a *Archive) MaxSize() int64 { return int64(min(a.maxSize, math.MaxInt64)) }

// Names returns the names of the arrays in the order of the file.
func (a *Archive) Names() []string { return slices.Clone(a.names) }

// Header returns what an array says about itself, without reading its numbers. A
// name that is not there is [artifacts.ErrNotFound].
func (a *Archive) Header(name string) (npy.Header, error) {
	var h npy.Header
	err := a.open(name, func(r io.Reader) (err error) {
		h, err = npy.ReadHeader(r)
		return err
	})
	return h, err
}

// Read reads one array into target, as the handler of npy does.
func (a *Archive) Read(ctx context.Context, name string, target any) error {
	if a.members[name] == nil {
		return fmt.Errorf("array %q: %w", name, artifacts.ErrNotFound)
	}
	if err := a.Admit(name); err != nil {
		return err
	}
	return a.read(ctx, name, target)
}

// Admit returns an error if arrays are not there, or larger together than
// [Archive.MaxSize]. It is for those who read one after the other and keep them all.
func (a *Archive) Admit(names ...string) error {
	left := a.maxSize
	for _, name := range names {
		f := a.members[name]
		if f == nil {
			return fmt.Errorf("%w: the file has no array %q (it has: %s)", artifacts.ErrTargetType, name, a.list())
		}
		if f.UncompressedSize64 > left {
			return fmt.Errorf("%w: the arrays have more than %d bytes; the setting max_size allows more", artifacts.ErrTooLarge, a.maxSize)
		}
		left -= f.UncompressedSize64
	}
	return nil
}

// list names the arrays to a reader of messages, who does not want all of many.
func (a *Archive) list() string {
	const most = 10
	if len(a.names) > most {
		return fmt.Sprintf("%.500q and %d more", a.names[:most], len(a.names)-most)
	}
	return fmt.Sprintf("%.500q", a.names)
}

func (a *Archive) read(ctx context.Context, name string, target any) error {
	return a.open(name, func(r io.Reader) error { return npy.Handler{}.Decode(ctx, r, target) })
}

// open lets a function read an array. Its reader fails where the bytes are more
// than the directory says, or have another checksum.
func (a *Archive) open(name string, read func(io.Reader) error) error {
	f := a.members[name]
	if f == nil {
		return fmt.Errorf("array %q: %w", name, artifacts.ErrNotFound)
	}
	if err := readMember(f, read); err != nil {
		return fmt.Errorf("array %q: %w", name, err)
	}
	return nil
}

func readMember(f *zip.File, read func(io.Reader) error) error {
	r, err := f.Open()
	if err == nil {
		err = errors.Join(read(r), r.Close())
	}
	if err != nil {
		return damaged(err)
	}
	return nil
}

// damaged marks the errors of a zip file that is not as it should be. Others are
// those of the reader below.
func damaged(err error) error {
	if _, bad := errors.AsType[flate.CorruptInputError](err); bad ||
		errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrAlgorithm) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	return err
}
