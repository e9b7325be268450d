package npz

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/named"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "npz". Its zero value writes what
// numpy.savez does.
type Handler struct {
	// Compress deflates the arrays, as numpy.savez_compressed does. All files are
	// read, whatever it is.
	Compress bool

	// MaxSize is the number of bytes that the arrays of one decoding may have
	// together. A file that wants more is [artifacts.ErrTooLarge]. 0 means 1 GiB,
	// or 32 times the size of the file if that is more: few arrays are deflated
	// better than that, except by those who mean harm.
	MaxSize int64
}

// Format returns alias and suffix "npz", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "npz", Suffix: "npz", Binary: true}
}

// Configure knows the settings compress and max_size.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.Compress = s.Bool("compress", h.Compress)
	h.MaxSize = int64(s.Int("max_size", int(h.MaxSize)))
	return h, s.Err()
}

// Check refuses values with parts that are not arrays of numbers, naming the
// first.
func (Handler) Check(value any) error {
	list, err := membersOf(value)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := (npy.Handler{}).Check(m.Value); err != nil {
			return fmt.Errorf("array %q: %w", m.Name, err)
		}
	}
	return nil
}

// Encode writes one array after the other.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	list, err := membersOf(value)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	for _, m := range list {
		if err := h.add(ctx, archive, m); err != nil {
			return fmt.Errorf("array %q: %w", m.Name, err)
		}
	}
	return archive.Close()
}

// suffix is the end of the names of members that are arrays.
const suffix = ".npy"

// noTime is the first that a zip file can record. Python records it too where it
// is told nothing.
var noTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

func (h Handler) add(ctx context.Context, archive *zip.Writer, m named.Array) error {
	header := &zip.FileHeader{Name: m.Name + suffix, Method: zip.Store, Modified: noTime}
	if h.Compress {
		header.Method = zip.Deflate
	}
	w, err := archive.CreateHeader(header)
	if err != nil {
		return err
	}
	return npy.Handler{}.Encode(ctx, w, m.Value)
}

// Decode reads the arrays that target has a place for.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	dst := reflect.ValueOf(target).Elem()
	into, err := named.For(dst.Type(), tag)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a, done, err := h.OpenReader(ctx, r)
	if err != nil {
		return err
	}
	defer done()
	names := into.Names(a.names)
	if err := a.Admit(names...); err != nil {
		return err
	}
	value, err := into.Read(names, func(name string, target any) error { return a.read(ctx, name, target) })
	if err != nil {
		return err
	}
	dst.Set(value)
	return nil
}
