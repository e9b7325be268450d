package archive

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "archive": a value of any type as one file,
// a zip file with the member archive.go, which is the text, and a member for each
// array that is outside of it, as numpy.savez names them. So numpy.load reads the
// arrays.
//
// It writes any value that an [Archive] can hold, under the name [Item], or the
// objects of a *Archive with the choices of that. It reads a file into a pointer to
// the type of its only object, or a **[Objects] for all of them. The types that
// the target's type is made of need not be registered; those inside of interfaces
// do. A *any gets the object if its type is registered, and is
// [artifacts.ErrNeedsType] otherwise.
type Handler struct {
	// Types that files may mention. Nil means [DefaultTypes].
	Types *Types

	// ArrayThreshold is [Options].ArrayThreshold.
	ArrayThreshold int

	// Compress deflates the arrays. The text always is.
	Compress bool

	// MaxSize is the number of bytes that the arrays of a file may have together,
	// see package npz, and Limits are those of its text. Their Memory, if it is 0, is
	// MaxSize as well: a text is deflated, and a small file has a long one.
	MaxSize int64
	Limits  Limits
}

// Item is the name under which a [Handler] writes a value.
const Item = "value"

// textMember is the name of the text in a file.
const textMember = "archive.go"

// maxText is the number of bytes that the text in a file may have.
const maxText = 1 << 30

// defaultThreshold is the number of elements that slices of numbers may have to be
// in the text of packages and files: the compiler takes about 20 µs for each.
const defaultThreshold = 1000

// Format returns the alias "archive" and the suffix "archive.npz", binary: a file
// is one that numpy reads, and the suffix alone is that of package npz.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "archive", Suffix: "archive.npz", Binary: true}
}

// Configure knows the settings array_threshold, compress and max_size.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.ArrayThreshold = s.Int("array_threshold", h.ArrayThreshold)
	h.Compress = s.Bool("compress", h.Compress)
	h.MaxSize = int64(s.Int("max_size", int(h.MaxSize)))
	return h, s.Err()
}

// Check goes through the value and refuses what cannot be written, with its path.
func (h Handler) Check(value any) error {
	a, err := h.archive(value)
	if err == nil && a.frozen == nil {
		_, err = newGraph(a.roots, a.opts.Types, nil)
	}
	return err
}

// archive returns the archive that a value is written as.
func (h Handler) archive(value any) (*Archive, error) {
	if a, ok := value.(*Archive); ok && a != nil {
		return a, nil
	}
	a := New(&Options{ArrayThreshold: h.ArrayThreshold, SingleItem: true, Types: h.Types})
	return a, a.Insert(Item, value)
}

// Encode writes the text, and one array after the other.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a, err := h.archive(value)
	if err != nil {
		return err
	}
	s, err := a.source(defaultThreshold)
	if err != nil {
		return err
	}
	file := zip.NewWriter(w)
	text, err := file.CreateHeader(&zip.FileHeader{Name: textMember, Method: zip.Deflate, Modified: noTime})
	if err == nil {
		err = writeText(ctx, text, s.text())
	}
	if err != nil {
		return err
	}
	method := zip.Store
	if h.Compress {
		method = zip.Deflate
	}
	for _, array := range s.arrays {
		m, err := file.CreateHeader(&zip.FileHeader{Name: array.Name + ".npy", Method: method, Modified: noTime})
		if err == nil {
			err = npy.Handler{}.Encode(ctx, m, array.Value)
		}
		if err != nil {
			return fmt.Errorf("array %q: %w", array.Name, err)
		}
	}
	return file.Close()
}

// noTime is the first that a zip file can record: the same value is the same file.
var noTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// writeText looks at the context between two parts.
func writeText(ctx context.Context, w io.Writer, text []byte) error {
	const step = 1 << 20
	for len(text) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(text), step)
		if _, err := w.Write(text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// Decode reads the text, and the arrays when it mentions them.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	t := reflect.TypeOf(target).Elem()
	switch t.Kind() {
	case reflect.Chan, reflect.UnsafePointer, reflect.Uintptr:
		return fmt.Errorf("%w: a %s is never archived", artifacts.ErrTargetType, t)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	file, done, err := npz.Handler{MaxSize: h.MaxSize}.OpenReader(ctx, r)
	if err != nil {
		return err
	}
	defer done()
	text, err := ReadText(ctx, file)
	if err != nil {
		return err
	}
	if err := file.Admit(file.Names()...); err != nil {
		return err
	}
	limits := h.Limits
	if limits.Memory == 0 {
		limits.Memory = file.MaxSize()
	}
	objects, err := Restore(ctx, text, &RestoreOptions{Types: h.Types.With(t), Arrays: NpzArrays(file), Limits: limits})
	if err != nil {
		return err
	}
	if t == reflect.TypeFor[*Objects]() {
		return artifacts.Assign(target, objects)
	}
	if len(objects.names) != 1 {
		return fmt.Errorf("%w: the file has the objects %q, not one alone; a *archive.Objects takes them", artifacts.ErrTargetType, objects.names)
	}
	value, err := objects.Value(objects.names[0])
	if err != nil {
		return err
	}
	return artifacts.Assign(target, value)
}
