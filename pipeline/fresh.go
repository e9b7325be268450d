package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// session is one question about the freshness of payloads. What was found out is
// kept, so that a step which many depend on is looked at once.
type session struct {
	renew bool // make stale payloads of dependencies anew
	known map[*core]answer
}

// answer is the digest of a step's stored payload, "" if there is none, or why it
// is not to be used.
type answer struct {
	digest string
	err    error
}

// errNeverStored: nobody can tell whether a payload would be the same again, so
// what was made from it is good for the program that did.
var errNeverStored = errors.New("is never stored")

// fresh returns ErrStale if a recorded payload is not to be used.
func (s *session) fresh(ctx context.Context, c *core, r *Record) error {
	if c.maxAge > 0 {
		if age := c.store.opts.Now().Sub(r.Generated.At); age > c.maxAge {
			return fmt.Errorf("%w: generated %v ago, which is more than %v", ErrStale, age.Round(time.Second), c.maxAge)
		}
	}
	for _, d := range c.deps {
		now, err := s.digest(ctx, d.core())
		if err != nil {
			return err
		}
		if err := r.madeFrom(d.Name(), now); err != nil {
			return err
		}
	}
	return nil
}

// madeFrom returns ErrStale if a payload was not made from the one that a step it
// depends on has now. What is not stored any more cannot be compared.
func (r *Record) madeFrom(name, now string) error {
	was, ok := r.Used[name]
	switch {
	case !ok, now == "", was == now:
		return nil
	case was == "":
		return fmt.Errorf("%w: it was made from a payload of %s that was not stored", ErrStale, name)
	}
	return fmt.Errorf("%w: the payload of %s has changed: it was made from %.15s, now there is %.15s", ErrStale, name, was, now)
}

// digest returns the digest of a step's payload as far as it is fresh.
func (s *session) digest(ctx context.Context, c *core) (string, error) {
	if known, ok := s.known[c]; ok {
		return known.digest, known.err
	}
	var a answer
	a.digest, a.err = s.find(ctx, c)
	if s.known == nil {
		s.known = map[*core]answer{}
	}
	s.known[c] = a
	return a.digest, a.err
}

func (s *session) find(ctx context.Context, c *core) (string, error) {
	switch {
	case c.cache == CacheDisable:
		return "", fmt.Errorf("%w: the payload of %s %w", ErrStale, c.name(), errNeverStored)
	case c.cache == CacheRecompute && s.renew:
		return c.produce(ctx, true)
	}
	var stale error
	for layer := range c.store.layers {
		r, _, err := c.record(ctx, layer)
		if err == nil {
			err = s.fresh(ctx, c, r)
		}
		switch {
		case err == nil:
			return r.Payload.Digest, nil
		case !missing(err):
			return "", err
		case !errors.Is(err, artifacts.ErrNotFound) && stale == nil:
			stale = err
		}
	}
	switch {
	case stale == nil:
		return "", nil
	case s.renew:
		return c.produce(ctx, errors.Is(stale, errNeverStored))
	}
	return "", fmt.Errorf("%s: %w", c.name(), stale)
}

// record reads the record in one of the store's folders.
func (c *core) record(ctx context.Context, layer int) (*Record, []byte, error) {
	return c.store.record(ctx, layer, c.tree.Name, c.tree.Hash)
}

func (s *Store) record(ctx context.Context, layer int, name, hash string) (*Record, []byte, error) {
	key := recordKey(name, hash)
	text, err := s.layers[layer].ReadText(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	r, err := parseRecord(text, name, hash)
	if err != nil {
		return nil, text, fmt.Errorf("record %q: %w", s.layers[layer].URL(key), err)
	}
	return r, text, nil
}

// digests returns the digests of the payloads that a new one was made from: those
// it got, and of other dependencies, which it may have had already, those that are
// stored.
func (c *core) digests(ctx context.Context, used map[string]string) (map[string]string, error) {
	all := maps.Clone(used)
	if all == nil {
		all = map[string]string{}
	}
	look := &session{}
	for _, d := range c.deps {
		if _, ok := all[d.Name()]; ok {
			continue
		}
		digest, err := look.digest(ctx, d.core())
		if err != nil && !missing(err) {
			return nil, err
		}
		if digest != "" {
			all[d.Name()] = digest
		}
	}
	return all, nil
}
