package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// Get reads the value of a key as a T. Each call reads it anew: what it returns
// shares no memory with anything, and changing it changes nothing that is stored.
// A key that is not there is [artifacts.ErrNotFound], one with information alone
// [ErrNoValue]; a value of another type is [artifacts.ErrTargetType].
//
// Nothing waits for writers: what is returned was there, whole, at some moment
// between call and return.
func Get[T any](ctx context.Context, d *DataSet, key string) (T, error) {
	var value T
	err := d.Load(ctx, key, &value)
	if err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// Lazy returns a function that reads the value of a key when it is called, each
// time anew. To read once, wrap it in sync.OnceValues.
func Lazy[T any](d *DataSet, key string) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) { return Get[T](ctx, d, key) }
}

// Load is [Get] for callers that have a pointer to what is to be read into. A
// *any gets the value as its handler reads it without being told a type.
func (d *DataSet) Load(ctx context.Context, key string, target any) error {
	return d.onItem("get", key, d.reading, func() error {
		return d.onValue(ctx, key, func(r *record) error { return d.decode(ctx, r, target) })
	})
}

// onValue is onRecord for keys that have a value.
func (d *DataSet) onValue(ctx context.Context, key string, do func(*record) error) error {
	return d.onRecord(ctx, key, func(r *record) error {
		if r.Item == nil {
			return ErrNoValue
		}
		return do(r)
	})
}

// onRecord calls do with the record of a key. A file that is not there says that
// the record was replaced after it was read: then do is called with the next one.
func (d *DataSet) onRecord(ctx context.Context, key string, do func(*record) error) error {
	last := int64(0)
	for {
		r, err := d.read(ctx, key)
		switch {
		case err != nil:
			return err
		case r.Revision == last:
			return errMissing
		}
		last = r.Revision
		if err := do(r); !errors.Is(err, errGone) {
			return err
		}
	}
}

// errMissing says that a file is gone which the present record names.
var errMissing = fmt.Errorf("%w: a file that the record names is missing; Check tells which", artifacts.ErrCorrupt)

// errGone says that a file which a record names is not there.
var errGone = errors.New("file is gone")

// openFile opens a file of an item.
func (d *DataSet) openFile(ctx context.Context, key string, f dataFile) (io.ReadCloser, error) {
	file, err := d.store.Open(ctx, path.Join(dataFolder(key), f.Name))
	return file, gone(err)
}

// gone translates the error for a file that is not there.
func gone(err error) error {
	if errors.Is(err, artifacts.ErrNotFound) {
		return errGone
	}
	return err
}

// recorded is what is known of a file, in the form that package payload compares
// with.
func (f dataFile) recorded() artifacts.Artifact {
	return artifacts.Artifact{Name: f.Name, SHA256: f.SHA256, Size: f.Size}
}

// decode reads the value of a record into a target.
func (d *DataSet) decode(ctx context.Context, r *record, target any) error {
	if r.Item.Handler == archiveAlias {
		return d.decodeArchive(ctx, r, target)
	}
	h, err := payload.HandlerForLoad(r.Item.Handler, d.opts.Handlers, nil)
	if err != nil {
		return err
	}
	in, known, err := d.openBody(ctx, r)
	if err != nil {
		return err
	}
	known.Handler, known.Environment = r.Item.Handler, r.Item.Environment
	err = payload.Decode(ctx, h, in, known, target, nil)
	return errors.Join(err, in.Close())
}

// openBody opens the body of an item, and says what is known of it.
func (d *DataSet) openBody(ctx context.Context, r *record) (io.ReadCloser, artifacts.Artifact, error) {
	b := r.Item.Body
	switch {
	case b.File != nil:
		f, err := d.openFile(ctx, r.Key, *b.File)
		return f, b.File.recorded(), err
	case b.Text != nil:
		return atHand{bytes.NewReader([]byte(*b.Text))}, artifacts.Artifact{}, nil
	}
	return atHand{bytes.NewReader(b.Bytes)}, artifacts.Artifact{}, nil
}

// atHand is a file in memory.
type atHand struct{ *bytes.Reader }

func (atHand) Close() error { return nil }

// WriteBody writes what the handler of a value made of it, byte for byte: of
// values written by Put the Go text in which it is restored, without the arrays
// that are outside of it. That it is not as recorded is known, and an error, at
// its end.
func (d *DataSet) WriteBody(ctx context.Context, key string, w io.Writer) error {
	return d.onItem("read", key, d.reading, func() error {
		return d.onValue(ctx, key, func(r *record) error {
			in, known, err := d.openBody(ctx, r)
			if err != nil {
				return err
			}
			in = payload.Verify(ctx, in, known)
			_, err = io.Copy(w, in)
			return errors.Join(err, in.Close())
		})
	})
}

// WriteArray writes the file that has an array of a value, byte for byte: with
// [Npy] the array, else with the others of the value. "" is the only array.
func (d *DataSet) WriteArray(ctx context.Context, key, array string, w io.Writer) error {
	return d.onItem("read", key, d.reading, func() error {
		return d.onValue(ctx, key, func(r *record) error {
			f, _, err := r.Item.choose(array)
			if err != nil {
				return err
			}
			in, err := d.openFile(ctx, key, f)
			if err != nil {
				return err
			}
			_, err = io.Copy(w, payload.Verify(ctx, in, f.recorded()))
			return errors.Join(err, in.Close())
		})
	})
}
