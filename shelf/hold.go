package shelf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

const (
	// findTries is how often what is found is given up as it was replaced meanwhile.
	findTries = 16

	// directTries is how often that is before a single file is copied first.
	directTries = 2
)

// find lets use work with what has a key. What was recorded may be of a value that
// others have replaced by the time its files are read: then, if it is allowed to,
// it begins again.
func (s *Shelf) find(ctx context.Context, url string, st *store.Store, key string, again bool, use func(*found) error) error {
	for try := 1; ; try++ {
		look := s.lookUp
		if try > directTries {
			look = s.hold
		}
		known, text, err := look(ctx, url, st, key)
		if err == nil {
			err = errors.Join(use(known), known.close())
		}
		if err == nil || try == findTries || !again ||
			!errors.Is(err, artifacts.ErrCorrupt) && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
		if _, now, _ := load(ctx, st, key); bytes.Equal(now, text) && (known == nil || !known.open) {
			return err
		}
		s.opts.Cache.forget(url)
	}
}

// hold is lookUp for a single file that others replace faster than it can be
// looked up and then read: it copies the file first and then finds out, from the
// manifests before and after, which put it is of.
func (s *Shelf) hold(ctx context.Context, url string, st *store.Store, key string) (*found, []byte, error) {
	before, _, err := load(ctx, st, key)
	if err != nil || before == nil || before.Puts[0].Several || before.bare() {
		return s.lookUp(ctx, url, st, key)
	}
	held, sum, err := spool(ctx, st, key)
	if err != nil {
		return nil, nil, err
	}
	after, text, err := load(ctx, st, key)
	if err != nil {
		return nil, nil, errors.Join(err, held.Close())
	}
	all := before.Puts
	if after != nil {
		all = append(all, after.Puts...)
	}
	i := slices.IndexFunc(all, func(p putRecord) bool { return !p.Several && p.Files[0].Digest == parts.Digest(sum) })
	if i < 0 {
		err := fmt.Errorf("%w: SHA-256 is %s, and none of the puts that are recorded had that", artifacts.ErrCorrupt, sum)
		return nil, text, errors.Join(err, held.Close())
	}
	return &found{url: url, place: parts.Place{Store: st, Key: key}, manifest: all[i].manifest(), held: &held}, text, nil
}

// heldFile is a temporary copy, which is removed when it is closed.
type heldFile struct{ kept }

func (f heldFile) Close() error { return errors.Join(f.kept.Close(), os.Remove(f.Name())) }

// unclosed is the copy while it is read: a codec that does not open it must not
// leave it behind, so it is closed with what is known of it.
type unclosed struct{ kept }

func (unclosed) Close() error { return nil }

// close removes the copy that is held, if any.
func (f *found) close() error {
	if f.held == nil {
		return nil
	}
	return f.held.Close()
}

// spool copies a file to a temporary one and returns it with its SHA-256.
func spool(ctx context.Context, st *store.Store, key string) (heldFile, string, error) {
	from, err := st.Open(ctx, key)
	if err != nil {
		return heldFile{}, "", err
	}
	to, err := os.CreateTemp("", "lazyscribe-shelf-")
	if err != nil {
		return heldFile{}, "", errors.Join(err, from.Close())
	}
	sum := hashing.New()
	_, err = sum.Copy(to, payload.Cancelable(ctx, from))
	k, rewindErr := rewound(to)
	if err = errors.Join(err, rewindErr, from.Close()); err != nil {
		return heldFile{}, "", errors.Join(err, to.Close(), os.Remove(to.Name()))
	}
	return heldFile{k}, sum.Sum(), nil
}
