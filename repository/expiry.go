package repository

import (
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// SetExpiry sets when a version expires, in whole seconds; the zero time is
// never. [Latest] does not find a version that has expired already: name it by
// its number. The change is kept in memory until [Repository.Save].
//
// Python's lazyscribe 2.2.1 cannot compare expiries it has read from a file: its
// searches by time fail on a name that has any.
func (r *Repository) SetExpiry(name string, v Version, at time.Time) error {
	if err := r.setExpiry(name, v, at); err != nil {
		return inContext("set expiry of artifact", name, v, err)
	}
	return nil
}

func (r *Repository) setExpiry(name string, v Version, at time.Time) error {
	expiry, err := (&artifacts.LogOptions{Expiry: at}).ExpiryAt(at)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.writable(); err != nil {
		return err
	}
	e, err := r.find(name, v)
	if err != nil {
		return err
	}
	meta := e.meta
	if meta.Expiry = expiry; !meta.Expiry.Equal(e.meta.Expiry) {
		e.change(meta)
	}
	return nil
}
