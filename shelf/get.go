package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// GetOptions are the choices of one get. Nil means all defaults.
type GetOptions struct {
	// Digest is what [Manifest.Digest] must be, or it is [artifacts.ErrCorrupt]:
	// for a get that is to be the same for ever. A single file without a manifest
	// is compared with it too.
	Digest string

	// NoManifest gets several files that have no manifest: whatever is in the
	// folder, such as one that another program filled.
	NoManifest bool

	// Settings are those of the handler; a kind has none.
	Settings map[string]any

	// SkipValidation does not compare what a handler recorded of its surroundings
	// with the present ones.
	SkipValidation bool

	// MaxSize bounds the file that a handler reads, in bytes; 0 is no bound.
	MaxSize int64
}

// Get returns the value at a URL. T must be registered, itself or an interface
// that it implements; it is looked up before anything else. If the manifest says
// that the value was put in another way, that is taken, and the value must fit a
// T. The value of an interface is what the codec registered for it makes.
func Get[T any](ctx context.Context, s *Shelf, url string, o *GetOptions) (T, error) {
	var value, none T
	want := reflect.TypeFor[T]()
	own, err := s.registry().ByType(want, nil)
	if err != nil {
		return none, fmt.Errorf("get: %w", err)
	}
	g := getter{s: s, o: o.orDefault(), target: &value, choose: func(m *Manifest, _ string) (Codec, error) {
		if m.Handler == "" || m.Handler == own.Format().Alias {
			return own, nil
		}
		c, err := s.registry().ByAlias(m.Handler)
		if err != nil {
			return nil, fmt.Errorf("%w: it is a %s that handler %q wrote, and not a %s: %w", artifacts.ErrTargetType, m.Type, m.Handler, want, err)
		}
		return c, nil
	}}
	if err := g.get(ctx, url); err != nil {
		return none, err
	}
	return value, nil
}

// GetAs reads the value at a URL into target with the codec or the handler that
// has an alias, whatever the manifest says. What a target can be is up to that:
// mostly a pointer. If it is an [io.Writer], a get that fails may have written to
// it, and one that others replace the value of fails.
func (s *Shelf) GetAs(ctx context.Context, url, alias string, target any, o *GetOptions) error {
	c, err := s.registry().ByAlias(alias)
	if err != nil {
		return fmt.Errorf("get: %w", err)
	}
	return s.GetWith(ctx, url, c, target, o)
}

// GetWith is GetAs with a codec that need not be registered.
func (s *Shelf) GetWith(ctx context.Context, url string, c Codec, target any, o *GetOptions) error {
	if _, err := configured(c, nil); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	g := getter{s: s, o: o.orDefault(), target: target, choose: func(*Manifest, string) (Codec, error) { return c, nil }}
	return g.get(ctx, url)
}

// GetAny returns the value at a URL in the form that is natural to what wrote it,
// as the manifest has it; without one the end of the name says which handler it
// may be.
func (s *Shelf) GetAny(ctx context.Context, url string, o *GetOptions) (any, error) {
	var value any
	g := getter{s: s, o: o.orDefault(), target: &value, choose: s.byName}
	if err := g.get(ctx, url); err != nil {
		return nil, err
	}
	return value, nil
}

// byName chooses a codec by the manifest, or else by the end of the key.
func (s *Shelf) byName(m *Manifest, key string) (Codec, error) {
	if m.Handler != "" {
		return s.registry().ByAlias(m.Handler)
	}
	for rest := key; ; {
		_, suffix, ok := strings.Cut(rest, ".")
		if !ok {
			return nil, fmt.Errorf("%w: there is no manifest, and no handler has the end of the name: give a type or an alias", artifacts.ErrUnknownHandler)
		}
		if h, ok := s.registry().handlerSet().BySuffix(suffix); ok {
			return OfHandler(h), nil
		}
		rest = suffix
	}
}

func (o *GetOptions) orDefault() GetOptions {
	if o == nil {
		return GetOptions{}
	}
	return *o
}

// getter is one get.
type getter struct {
	s      *Shelf
	o      GetOptions
	target any
	choose func(m *Manifest, key string) (Codec, error)
}

func (g *getter) get(ctx context.Context, url string) error {
	return g.s.at(ctx, "get", url, func(st *store.Store, key string) error {
		return g.s.find(ctx, url, st, key, g.mayBegin(), func(known *found) error { return g.read(ctx, known) })
	})
}

// mayBegin reports whether a get can begin again: what an io.Writer was given
// cannot be taken back.
func (g *getter) mayBegin() bool {
	_, staged := g.target.(artifacts.StagedTarget)
	_, writer := g.target.(io.Writer)
	return staged || !writer
}

// read reads the value that is known to be at a URL.
func (g *getter) read(ctx context.Context, known *found) error {
	m := known.manifest
	c, err := g.choose(m, known.place.Key)
	if err != nil {
		return err
	}
	switch {
	case m.Handler == "" && c.Several():
		if m, err = known.folder(ctx, g.o.NoManifest); err != nil {
			return err
		}
	case known.absent != nil:
		return known.absent
	}
	if m.Several != c.Several() {
		return fmt.Errorf("%w: it is %s that handler %q wrote, and handler %q reads another form", artifacts.ErrTargetType, form(m), m.Handler, c.Format().Alias)
	}
	files := m.Files
	if g.o.Digest != "" {
		if files, err = pinned(m, g.o.Digest); err != nil {
			return err
		}
	}
	if c, err = g.configured(c); err != nil {
		return err
	}
	place := known.place
	place.Several = m.Several
	if cache := g.s.opts.Cache; cache != nil && cache.Mode == Block && g.o.Digest == "" {
		files = undigested(files)
	}
	r := parts.NewReader(ctx, place, files, m.Environment, g.s.fetcher(known))
	err = c.Decode(ctx, r, g.target)
	if errors.Is(err, artifacts.ErrTargetType) && m.Type != "" {
		err = fmt.Errorf("it was put as a %s: %w", m.Type, err)
	}
	return errors.Join(err, r.Close())
}

// undigested returns the files as ones of which only the sizes are known, so that
// they need not be read to the end.
func undigested(files []File) []File {
	files = slices.Clone(files)
	for i := range files {
		files[i].Digest = ""
	}
	return files
}

func form(m *Manifest) string {
	if m.Several {
		return "several files"
	}
	return "one file"
}

// pinned returns the files of a manifest whose digest must be as given.
func pinned(m *Manifest, digest string) ([]File, error) {
	if _, err := parts.Hex(digest); err != nil {
		return nil, err
	}
	switch got := m.Digest(); {
	case got == digest:
		return m.Files, nil
	case got == "" && !m.Several:
		file := m.Files[0]
		file.Digest = digest
		return []File{file}, nil
	case got == "":
		return nil, fmt.Errorf("%w: without a manifest the digest of several files is not known", artifacts.ErrCorrupt)
	default:
		return nil, fmt.Errorf("%w: its digest is %s, wanted was %s", artifacts.ErrCorrupt, got, digest)
	}
}

// configured applies the options to a codec.
func (g *getter) configured(c Codec) (Codec, error) {
	c, err := configured(c, g.o.Settings)
	if h, ok := c.(handlerCodec); ok {
		h.load = &artifacts.LoadOptions{MaxSize: g.o.MaxSize, SkipValidation: g.o.SkipValidation}
		return h, err
	}
	return c, err
}
