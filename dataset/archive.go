package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// encodeArchive encodes a value as a text of Go, by package archive, and the
// arrays that are outside of it.
func (d *DataSet) encodeArchive(ctx context.Context, key string, value any) (*content, error) {
	a := archive.New(&archive.Options{
		ArrayThreshold: d.opts.ArrayThreshold, Flat: d.opts.Flat, SingleItem: true, Types: d.opts.Types,
	})
	err := a.Insert(key, value)
	if err == nil {
		err = a.Freeze() // text and arrays are of one moment
	}
	if err != nil {
		return nil, err
	}
	text, err := a.Text()
	if err != nil {
		return nil, err
	}
	arrays, err := a.Data()
	if err != nil {
		return nil, err
	}
	c := &content{close: func() {}, files: arrayFiles(d.opts.Format, arrays)}
	c.item = item{Handler: archiveAlias, Type: typeName(value), Flat: d.opts.Flat}
	for i := range c.files {
		if err := c.files[i].measure(ctx); err != nil {
			return nil, err
		}
	}
	write := func(_ context.Context, w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
	return c, c.setBody(ctx, pending{base: "item", suffix: "txt", write: write})
}

// typeName returns what Go calls the type of a value, for people. Of what a value
// is read from it says nothing.
func typeName(value any) string {
	t := reflect.TypeOf(value)
	if _, reader := value.(io.Reader); t == nil || t.Kind() == reflect.Func || reader {
		return ""
	}
	return strings.ReplaceAll(t.String(), "interface {}", "any")
}

// decodeArchive restores a value from its text and arrays.
func (d *DataSet) decodeArchive(ctx context.Context, r *record, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	text, err := d.readBody(ctx, r)
	if err != nil {
		return err
	}
	objects, err := archive.Restore(ctx, text, &archive.RestoreOptions{
		Types:  d.opts.Types.With(reflect.TypeOf(target).Elem()),
		Arrays: &arraySource{d: d, record: r, others: map[string][]byte{}},
	})
	if err != nil {
		return err
	}
	value, err := objects.Value(r.Key)
	if err != nil {
		return err
	}
	return artifacts.Assign(target, value)
}

// readBody returns the body of an item.
func (d *DataSet) readBody(ctx context.Context, r *record) ([]byte, error) {
	in, known, err := d.openBody(ctx, r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(payload.Verify(ctx, in, known))
	return text, errors.Join(err, in.Close())
}

// An arraySource reads the arrays of one item.
type arraySource struct {
	d      *DataSet
	record *record
	others map[string][]byte // arrays that were in a file with one that was asked for
}

// ReadArray implements [archive.ArraySource].
func (s *arraySource) ReadArray(ctx context.Context, name string, target any) error {
	name = strings.TrimSuffix(name, ".npy")
	f, _, ok := s.record.Item.fileOf(name)
	if !ok {
		return fmt.Errorf("%w: the record has no array %q", artifacts.ErrCorrupt, name)
	}
	if len(f.Arrays) == 1 {
		return s.d.eachArray(ctx, s.record.Key, f, func(_ string, r io.Reader) error {
			return npy.Handler{}.Decode(ctx, r, target)
		})
	}
	if s.others[name] == nil {
		err := s.d.eachArray(ctx, s.record.Key, f, func(name string, r io.Reader) error {
			data, err := io.ReadAll(r)
			s.others[name] = data
			return err
		})
		if err != nil {
			return err
		}
	}
	data := s.others[name]
	delete(s.others, name)
	return npy.Handler{}.Decode(ctx, bytes.NewReader(data), target)
}
