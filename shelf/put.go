package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// PutOptions are the choices of one put. Nil means all defaults.
type PutOptions struct {
	// Settings are those of the handler; a kind has none.
	Settings map[string]any

	// MediaType is what a bucket says the file is, or each of several, to who gets
	// it from there, such as a browser: "text/html; charset=utf-8". "" is
	// application/octet-stream. Disks do not keep it.
	MediaType string
}

// Put stores a value at a URL, in the place of what is there, and returns its
// manifest. How is chosen by T, or, if T is an interface, by the type of what is
// in it: see [Registry.ByType]. The type is looked up before anything else.
//
// A value of one file does not replace one of several, nor the other way round:
// that is [artifacts.ErrExists], and [Shelf.Remove] comes first.
func Put[T any](ctx context.Context, s *Shelf, url string, value T, o *PutOptions) (*Manifest, error) {
	t := reflect.TypeFor[T]()
	if t.Kind() == reflect.Interface {
		t = reflect.TypeOf(value)
	}
	c, err := s.registry().ByType(t, nil)
	if err != nil {
		return nil, fmt.Errorf("put: %w", err)
	}
	return s.PutWith(ctx, url, c, value, o)
}

// PutAs stores a value with the codec or the handler that has an alias.
func (s *Shelf) PutAs(ctx context.Context, url, alias string, value any, o *PutOptions) (*Manifest, error) {
	c, err := s.registry().ByAlias(alias)
	if err != nil {
		return nil, fmt.Errorf("put: %w", err)
	}
	return s.PutWith(ctx, url, c, value, o)
}

// PutWith stores a value with a codec that need not be registered; who gets it
// must have it then.
func (s *Shelf) PutWith(ctx context.Context, url string, c Codec, value any, o *PutOptions) (*Manifest, error) {
	if o == nil {
		o = &PutOptions{}
	}
	c, err := configured(c, o.Settings)
	if err == nil && o.MediaType != "" {
		_, _, err = mime.ParseMediaType(o.MediaType)
	}
	if err != nil {
		return nil, fmt.Errorf("put: %w", err)
	}
	var m *Manifest
	err = s.at(ctx, "put", url, func(st *store.Store, key string) error {
		old, _, err := load(ctx, st, key)
		if err != nil && !errors.Is(err, artifacts.ErrCorrupt) {
			return err // a corrupt manifest is replaced
		}
		if err := sameForm(old, c); err != nil {
			return err
		}
		p := &put{s: s, st: st, key: key, codec: c, value: value, mediaType: o.MediaType, record: putRecord{
			ID: newID(), Handler: c.Format().Alias, Type: typeName(value), Several: c.Several(), Put: s.now().UTC().Truncate(time.Millisecond),
		}}
		if c.Several() {
			err = p.several(ctx, old)
		} else {
			err = p.single(ctx)
		}
		s.opts.Cache.forget(url)
		m = p.record.manifest()
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// typeName returns what a manifest says of a value's type: nothing of a file's
// bytes, of which it does not matter how they came.
func typeName(value any) string {
	switch value.(type) {
	case nil, artifacts.Source, io.Reader:
		return ""
	}
	return reflect.TypeOf(value).String()
}

// sameForm refuses to replace a file by a folder of files, or that by a file.
func sameForm(old *record, c Codec) error {
	switch {
	case old == nil || old.Puts[0].Several == c.Several():
		return nil
	case c.Several():
		return fmt.Errorf("%w: it is one file, and handler %q writes several: remove it first", artifacts.ErrExists, c.Format().Alias)
	}
	return fmt.Errorf("%w: it is several files, and handler %q writes one: remove it first", artifacts.ErrExists, c.Format().Alias)
}

// put is one put.
type put struct {
	s      *Shelf
	st     *store.Store
	key    string
	codec  Codec
	value  any
	record putRecord

	mediaType string
}

// write lets the codec write and returns the writer, which waits to be committed
// or aborted; after an error nothing is left.
func (p *put) write(ctx context.Context, folder string) (w *parts.Writer, err error) {
	place := parts.Place{Store: p.st, Key: p.key, Folder: folder, Several: p.record.Several, MediaType: p.mediaType}
	w = parts.NewWriter(ctx, place, true)
	done := false
	defer func() {
		if !done { // a codec of the caller's may panic, or end its goroutine
			w.Abort()
		}
	}()
	err = p.codec.Encode(ctx, w, p.value)
	if first := w.Err(); first != nil {
		return w, first
	}
	if err != nil {
		return w, err
	}
	p.record.Files, err = w.Files()
	if err != nil {
		return w, err
	}
	p.record.Folder, p.record.Environment = folder, w.Environment()
	done = true
	return w, nil
}
