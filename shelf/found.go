package shelf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// found is what is known to be at a URL, before any file of it is read.
type found struct {
	url      string // as the caller has it
	place    parts.Place
	manifest *Manifest
	cached   bool // what the manifest says was not asked for now

	// open says that the file may be of another put that the manifest names, as
	// soon as one that is on its way comes to its end.
	open bool

	held *heldFile // a copy of the file, to be read and closed; nil: it is read where it is

	etag   string // of a file without a manifest
	absent error  // why there is no file without a manifest
}

// lookUp finds out what has a key, and returns the text of the manifest too.
func (s *Shelf) lookUp(ctx context.Context, url string, st *store.Store, key string) (*found, []byte, error) {
	f := &found{url: url, place: parts.Place{Store: st, Key: key}}
	text, ok := s.opts.Cache.manifest(url, s.now())
	var r *record
	var err error
	if ok {
		f.cached = true
		r, err = parse(text)
	} else {
		r, text, err = load(ctx, st, key)
	}
	switch {
	case err != nil:
		return nil, text, err
	case r == nil:
		return f, text, f.plain(ctx)
	}
	p := r.Puts[0]
	if len(r.Puts) > 1 || p.Bare {
		f.open = true
		p, err = identify(ctx, st, key, r.Puts)
		switch {
		case errors.Is(err, artifacts.ErrCorrupt) && r.bare():
			return f, text, f.plain(ctx)
		case err != nil:
			return nil, text, err
		}
	} else if !ok {
		s.opts.Cache.keepManifest(url, text, s.now())
	}
	f.place.Folder, f.place.Several, f.manifest = p.Folder, p.Several, p.manifest()
	return f, text, nil
}

// plain looks at a file without a manifest.
func (f *found) plain(ctx context.Context) error {
	f.manifest = &Manifest{}
	info, err := f.place.Store.Stat(ctx, f.place.Key)
	if errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, syscall.EISDIR) {
		f.absent = artifacts.ErrNotFound
		return nil
	}
	if err != nil {
		return err
	}
	f.etag = info.ETag
	f.manifest.Files, f.manifest.Put = []File{{Name: f.place.Key, Size: info.Size}}, info.ModTime
	return nil
}

// folder returns the files in a folder without a manifest, if they are asked for:
// they may be what a put left that did not come to its end.
func (f *found) folder(ctx context.Context, asked bool) (*Manifest, error) {
	if !asked {
		return nil, fmt.Errorf("%w: there is no manifest (NoManifest reads what is in the folder)", artifacts.ErrNotFound)
	}
	m := &Manifest{Several: true}
	prefix := f.place.Key + "/"
	for info, err := range f.place.Store.List(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		name := strings.TrimPrefix(info.Key, prefix)
		if strings.HasPrefix(name, "~") || strings.HasSuffix(name, "/") {
			continue
		}
		m.Files = append(m.Files, File{Name: name, Size: info.Size})
	}
	if m.Files == nil {
		return nil, artifacts.ErrNotFound
	}
	return m, nil
}

// identify finds out which of several puts a file is of, by its digest: one of them
// did not come to its end.
func identify(ctx context.Context, st *store.Store, key string, puts []putRecord) (putRecord, error) {
	file, err := st.Open(ctx, key)
	if err != nil {
		return putRecord{}, err
	}
	sum, err := payload.Digest(ctx, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return putRecord{}, err
	}
	for _, p := range puts {
		if p.Files[0].Digest == parts.Digest(sum) {
			return p, nil
		}
	}
	return putRecord{}, fmt.Errorf("%w: SHA-256 is %s, and none of the %d puts that are recorded had that", artifacts.ErrCorrupt, sum, len(puts))
}
