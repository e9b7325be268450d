package repository

import (
	"bytes"
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// rebase makes data the manifest this session works on. What the session holds
// pending is carried over; a change that cannot be is a [*ConflictError] and
// leaves the repository as it was. The lock is held.
func (r *Repository) rebase(data []byte, exists bool) error {
	var now []*entry
	var err error
	if exists {
		if now, err = parse(data); err != nil {
			return err
		}
	}
	links, err := r.match(now)
	if err != nil {
		return err
	}
	r.text, r.exists = nil, exists
	if exists {
		r.text = store.Text{data}
	}
	return r.carry(now, links)
}

// link says that an entry of this session is the one a manifest just read has at
// a place in its list.
type link struct {
	mine *entry
	at   int
	how  *attempt // it was saved by an attempt whose outcome was not known
}

// carry replaces the manifest's entries by those just read, but for those this
// session changed. The lock is held. An error is about temporary files only.
func (r *Repository) carry(now []*entry, links []link) error {
	var errs []error
	for _, l := range links {
		errs = append(errs, l.relink(now))
	}
	r.added = slices.DeleteFunc(r.added, func(e *entry) bool { return e.state != fresh })
	r.manifest, r.names = now, nil
	r.concluded()
	return errors.Join(errs...)
}

// concluded takes note that the manifest was looked at: where storage has locks,
// an attempt that is not there will not come any more. The lock is held.
func (r *Repository) concluded() {
	if !r.store.Locks() {
		return
	}
	for e := range r.entries() {
		e.attempts = nil
	}
}

// match finds the entries this session changed, or may have saved, in a manifest
// just read.
func (r *Repository) match(now []*entry) ([]link, error) {
	var mine []*entry
	for e := range r.entries() {
		if e.state == edited || len(e.attempts) > 0 {
			mine = append(mine, e)
		}
	}
	if len(mine) == 0 {
		return nil, nil
	}
	theirs := map[identity][]int{}
	for i, e := range now {
		if e.err == nil {
			theirs[e.identity()] = append(theirs[e.identity()], i)
		}
	}
	var links []link
	linked := map[int]bool{}
	for _, e := range mine {
		l, ok := e.among(now, theirs, linked)
		switch {
		case ok:
			linked[l.at] = true
			links = append(links, l)
		case e.state == edited:
			return nil, e.conflict(now, theirs[e.identity()])
		}
	}
	return links, nil
}

// among finds an entry of this session among those just read: as it was read, or
// as it was saved in an attempt whose outcome was not known.
func (e *entry) among(now []*entry, theirs map[identity][]int, linked map[int]bool) (link, bool) {
	for i := range e.attempts {
		a := &e.attempts[i]
		for _, at := range theirs[identity{a.meta.Name, a.meta.FileName}] {
			if !linked[at] && bytes.Equal(a.text, now[at].place.Text()) {
				return link{e, at, a}, true
			}
		}
	}
	if e.state == edited {
		for _, at := range theirs[e.identity()] {
			if !linked[at] && equal(e.place.Text(), now[at].place.Text()) {
				return link{e, at, nil}, true
			}
		}
	}
	return link{}, false
}

// relink puts an entry of this session in the place of the one just read.
func (l link) relink(now []*entry) error {
	e, theirs := l.mine, now[l.at]
	now[l.at] = e
	if l.how != nil {
		return e.saved(l.how, theirs.place)
	}
	meta := theirs.meta // what is known of digests may have changed
	meta.Expiry = e.meta.Expiry
	if !e.meta.PurgedAt.IsZero() {
		meta.PurgedAt = e.meta.PurgedAt
	}
	e.place, e.meta = theirs.place, meta
	return nil
}

// conflict is the error of an entry this session changed and another writer
// changed too, or removed.
func (e *entry) conflict(now []*entry, theirs []int) error {
	for _, at := range theirs {
		if now[at].meta.Version == e.meta.Version {
			return &ConflictError{Mine: e.meta.Clone(), Theirs: now[at].meta.Clone()}
		}
	}
	return &ConflictError{Mine: e.meta.Clone(), Removed: true}
}

// keepLater begins a truncated repository anew, but for what others added to it
// after it was opened: a save never loses somebody else's save. The lock is held.
func (r *Repository) keepLater(now []byte, exists bool) error {
	r.manifest, r.names = nil, nil
	if !exists {
		return nil
	}
	list, err := parse(now)
	if err != nil {
		return err
	}
	opened, _ := parse(r.opened) // if it is no manifest, nothing of it is in the other
	before := map[identity][]*entry{}
	for _, e := range opened {
		before[e.identity()] = append(before[e.identity()], e)
	}
	for _, e := range list {
		if !slices.ContainsFunc(before[e.identity()], e.says) {
			r.manifest = append(r.manifest, e)
		}
	}
	r.text = store.Text{now}
	return nil
}

// says reports whether two entries are the same.
func (e *entry) says(other *entry) bool {
	a, b := e.place.Text(), other.place.Text()
	return bytes.Equal(a, b) || e.err == nil && other.err == nil && equal(a, b)
}
