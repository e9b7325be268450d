package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A List is the releases in one file.
type List struct {
	url   string
	store *store.Store
	key   string

	saving sync.Mutex // held by a save

	mu      sync.Mutex
	text    store.Text // of the file as last known
	present []entry    // in the file, in its order
	added   []*addition
	saved   []entry // what the last save added to the file
	closed  bool
}

// entry is one element of the file.
type entry struct {
	Release
	place manifest.Place
	err   error // why it could not be read
}

// addition is a release that is not in the file yet.
type addition struct {
	Release
	attempts [][]byte // texts that may have got into the file
}

var errClosed = errors.New("the list is closed")

// parse splits the text of a file into its elements.
func parse(data []byte) ([]entry, error) {
	buf := manifest.Whole(data)
	var list []entry
	err := pyjson.Split(data, nil, func(r *pyjson.Record) error {
		e := entry{place: buf.Element(r.Start, r.End)}
		if r.Err != nil {
			e.err = r.Err
		} else {
			e.Release, e.err = decode(e.place.Text())
		}
		list = append(list, e)
		return nil
	})
	return list, err
}

// Load reads the releases in the file at url: a path, file://path or
// mem://name/key. A file that is not there is an empty list. One that is no JSON
// list is an error that holds a [*SyntaxError]; entries that cannot be read are
// set aside, see [List.Problems].
func Load(ctx context.Context, url string, opts *Options) (*List, error) {
	o := opts.orDefault()
	s, key, err := store.Open(ctx, url, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("load releases %q: %w", url, err)
	}
	l := &List{url: url, store: s, key: key}
	data, err := s.ReadText(ctx, key)
	switch {
	case errors.Is(err, artifacts.ErrNotFound):
		return l, nil
	case err == nil:
		l.text = store.Text{data}
		l.present, err = parse(data)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("load releases %q: %w", url, err), s.Close())
	}
	return l, nil
}

// URL is where the file is, as it was given to Load.
func (l *List) URL() string { return l.url }

// All returns the releases in the order of the file, those to be saved last.
func (l *List) All() []Release {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Release
	for _, e := range l.present {
		if e.err == nil {
			list = append(list, e.Release)
		}
	}
	for _, a := range l.added {
		list = append(list, a.Release)
	}
	for i := range list {
		list[i].Artifacts = slices.Clone(list[i].Artifacts)
	}
	return list
}

// Problems lists the entries that could not be read, in the order of the file.
func (l *List) Problems() []repository.Problem {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []repository.Problem
	lines := manifest.Finder{}
	for i, e := range l.present {
		if e.err != nil {
			p := repository.Problem{Index: i, Name: e.Tag}
			p.Line, p.Column, p.Err = lines.Find(e.place, e.err)
			list = append(list, p)
		}
	}
	return list
}

// Find returns the release that is meant. If there is none the error is
// [repository.ErrVersionNotFound].
func (l *List) Find(q Query) (Release, error) {
	r, err := Find(l.All(), q)
	if err != nil {
		return r, fmt.Errorf("releases %q: %w", l.url, err)
	}
	return r, nil
}

// Add adds a release, to be saved. A tag that is there already is
// [artifacts.ErrExists].
func (l *List) Add(r Release) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := r.check()
	switch {
	case err != nil:
	case l.closed:
		err = errClosed
	case l.has(r.Tag):
		err = artifacts.ErrExists
	}
	if err != nil {
		return fmt.Errorf("add release %q: %w", r.Tag, err)
	}
	r.Artifacts = slices.Clone(r.Artifacts)
	l.added = append(l.added, &addition{Release: r})
	return nil
}

// has reports whether a tag is taken. The lock is held.
func (l *List) has(tag string) bool {
	return slices.ContainsFunc(l.present, func(e entry) bool { return e.Tag == tag && e.err == nil }) ||
		slices.ContainsFunc(l.added, func(a *addition) bool { return a.Tag == tag })
}

// Save writes what was added, behind what is in the file by now, in one atomic
// step. With nothing to write it touches nothing.
//
// If another writer took a tag meanwhile the error is [artifacts.ErrExists].
// After any error nothing was written and all that was added is pending still,
// but for [artifacts.ErrOutcomeUnknown]: then the next Save finds out.
func (l *List) Save(ctx context.Context) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	if err := l.save(ctx); err != nil {
		return fmt.Errorf("save releases %q: %w", l.url, err)
	}
	return nil
}

func (l *List) save(ctx context.Context) error {
	l.mu.Lock()
	known, adding, closed := l.text, slices.Clone(l.added), l.closed
	l.mu.Unlock()
	if closed {
		return errClosed
	}
	if len(adding) == 0 {
		return nil
	}
	s := &session{l: l, adding: adding}
	err := saving.Commit(ctx, l.store, l.key, known, saving.Steps{
		Edit: s.edit, Remember: s.remember, Undo: func(context.Context) error { return nil },
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text, l.present, l.saved = s.text, s.next, s.next[s.had:]
	l.added = slices.DeleteFunc(l.added, func(a *addition) bool { return slices.Contains(adding, a) })
	return nil
}

// A session is one save under way.
type session struct {
	l      *List
	adding []*addition

	next []entry // of the new file, once edit has run
	had  int     // so many of them were there before
	text store.Text
}

func (s *session) edit(_ context.Context, now []byte, same, exists bool) (store.Text, error) {
	s.next = nil
	switch {
	case same:
		s.l.mu.Lock()
		s.next = slices.Clone(s.l.present)
		s.l.mu.Unlock()
	case exists:
		var err error
		if s.next, err = parse(now); err != nil {
			return nil, err
		}
	}
	buf := &manifest.Buffer{}
	had := s.next
	s.had = len(had)
	for _, a := range s.adding {
		if i := slices.IndexFunc(had, func(e entry) bool { return e.err == nil && e.Tag == a.Tag }); i >= 0 {
			if slices.ContainsFunc(a.attempts, func(text []byte) bool { return bytes.Equal(text, had[i].place.Text()) }) {
				continue // a save whose outcome was not known
			}
			return nil, fmt.Errorf("release %q: %w", a.Tag, artifacts.ErrExists)
		}
		at, err := buf.Append(func(dst []byte) ([]byte, error) {
			return pyjson.Append(dst, a.tree(), &pyjson.Format{Indent: manifest.Indent, Level: 1})
		})
		if err != nil {
			return nil, fmt.Errorf("release %q: %w", a.Tag, err)
		}
		s.next = append(s.next, entry{Release: a.Release, place: at})
	}
	s.text = manifest.Compose(placesOf(s.next))
	return s.text, nil
}

func (s *session) remember() {
	for _, e := range s.next[s.had:] {
		for _, a := range s.adding {
			if a.Tag == e.Tag {
				a.attempts = append(a.attempts, e.place.Text())
			}
		}
	}
}

// Close releases what the list holds open. It does not save.
func (l *List) Close() error {
	l.saving.Lock()
	defer l.saving.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	return l.store.Close()
}
