package hdf5

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A File is a file whose datasets are read one by one. It is safe for concurrent
// use if what it is read from is.
type File struct {
	*storage
	maxSize  uint64
	datasets map[string]uint64 // addresses of headers
	names    []string
}

// Open reads the groups of a file of a size in bytes. Datasets are read from r when
// they are asked for. It is [Handler.Open] without settings.
func Open(r io.ReaderAt, size int64) (*File, error) { return Handler{}.Open(r, size) }

// Open is the function of that name with the handler's limit of memory.
func (h Handler) Open(r io.ReaderAt, size int64) (*File, error) {
	return h.open(&storage{r: r, size: uint64(max(size, 0))})
}

func (h Handler) open(s *storage) (*File, error) {
	f := &File{storage: s, maxSize: h.limit(s.size)}
	root, err := s.superblock()
	if err != nil {
		return nil, err
	}
	w := &walker{meta: s.meta(), groups: make(map[uint64]bool), datasets: make(map[string]uint64)}
	if err := w.walk("", root, 0); err != nil {
		return nil, err
	}
	slices.Sort(w.names)
	f.datasets, f.names = w.datasets, w.names
	return f, nil
}

// limit returns how many bytes may be read at a time of a file of a size. Where
// that is not a setting, arrays that are larger than anything that was deflated
// into such a file are refused: what they have beyond it was never written.
func (h Handler) limit(size uint64) uint64 {
	if h.MaxSize > 0 {
		return uint64(h.MaxSize)
	}
	size = min(size, math.MaxInt64/maxDeflation/2)
	return min(max(1<<30, 32*size), 1<<20+maxDeflation*size)
}

// Names returns the paths of the datasets, sorted: "layers/weights". A dataset with
// several names has several paths; soft links are not among them, nor are links to
// other files, and of the names of a group there is one.
func (f *File) Names() []string { return slices.Clone(f.names) }

// Dataset returns a dataset by its path. One that is not there is
// [artifacts.ErrNotFound]; one of a kind that is not read is
// [errors.ErrUnsupported].
func (f *File) Dataset(name string) (*Dataset, error) {
	addr, ok := f.datasets[name]
	if !ok {
		return nil, fmt.Errorf("dataset %q: %w", name, artifacts.ErrNotFound)
	}
	d, err := f.open(name, addr)
	if err != nil {
		return nil, fmt.Errorf("dataset %q: %w", name, err)
	}
	return d, nil
}

// Read reads one dataset into target, see the package's comment.
func (f *File) Read(ctx context.Context, name string, target any) error {
	d, err := f.Dataset(name)
	if err != nil {
		return err
	}
	return d.Read(ctx, target)
}

// admit returns an error if so many bytes are more than may be read at a time.
func (f *File) admit(bytes uint64) error {
	if bytes > f.maxSize {
		return fmt.Errorf("%w: %d bytes are to be read, more than %d; the setting max_size allows more", artifacts.ErrTooLarge, bytes, f.maxSize)
	}
	return nil
}

// admitAll opens datasets that are to be read together.
func (f *File) admitAll(names []string) (map[string]*Dataset, error) {
	all := make(map[string]*Dataset, len(names))
	total := uint64(0)
	for _, name := range names {
		if _, ok := f.datasets[name]; !ok {
			return nil, fmt.Errorf("%w: the file has no dataset %q (it has: %s)", artifacts.ErrTargetType, name, f.list())
		}
		d, err := f.Dataset(name)
		if err != nil {
			return nil, err
		}
		all[name] = d
		total += min(d.memory(d.space.rows()), math.MaxInt64/2)
		if err := f.admit(total); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// list names the datasets to a reader of messages, who does not want all of many.
func (f *File) list() string {
	const most = 10
	if len(f.names) > most {
		return fmt.Sprintf("%.500q and %d more", f.names[:most], len(f.names)-most)
	}
	return fmt.Sprintf("%.500q", f.names)
}
