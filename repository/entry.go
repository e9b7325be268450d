package repository

import (
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// An entry is one version: what the manifest holds, and what this session made
// of it. Its fields are guarded by the repository's lock; meta is replaced, never
// changed in place.
type entry struct {
	place manifest.Place     // in the manifest; nowhere if it is not there yet
	meta  artifacts.Artifact // as this session sees it; what could be read, with err
	err   error              // why it could not be read

	state    state
	value    *payload.Value // that waits to be written; nil: the file is there
	retry    bool           // its value could not be encoded before
	changes  int            // counts what was done to meta
	attempts []attempt      // saves whose outcome is not known
}

// state is what the next save has to do about an entry.
type state uint8

const (
	clean  state = iota // nothing
	fresh               // add it
	edited              // replace it
)

// attempt is a text of an entry that may or may not have got into the manifest.
type attempt struct {
	meta    artifacts.Artifact
	changes int // of the entry at that time
	text    []byte
}

// saved takes note that an attempt is in the manifest, at a place.
func (e *entry) saved(a *attempt, at manifest.Place) error {
	e.place, e.attempts, e.retry = at, nil, false
	if e.changes == a.changes {
		e.meta, e.state = a.meta, clean
	} else { // changed while it was being saved
		now := e.meta
		e.meta, e.state = a.meta, edited
		e.meta.Expiry, e.meta.PurgedAt = now.Expiry, now.PurgedAt
	}
	value := e.value
	e.value = nil
	if value != nil {
		return value.Close()
	}
	return nil
}

// change replaces the metadata, to be saved. The lock is held.
func (e *entry) change(meta artifacts.Artifact) {
	e.meta = meta
	e.changes++
	if e.state == clean {
		e.state = edited
	}
}

// expired reports whether the version has expired at a time.
func (e *entry) expired(at time.Time) bool { return e.meta.Expired(at) }

// identity tells the files of a repository apart, and so, in one that was not
// written by Python, its versions.
type identity struct{ name, file string }

func (e *entry) identity() identity { return identity{e.meta.Name, e.meta.FileName} }
