package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// persist stores the payload that is held. The caller has the lock.
func (s *Step[P, V]) persist(ctx context.Context) error {
	used, err := s.c.digests(ctx, s.made.used)
	if err != nil {
		return err
	}
	host, _ := os.Hostname() // for people
	r := &Record{
		Format:      recordFormat,
		Hash:        s.Hash(),
		Description: describe(s.c.tree),
		Upstream:    map[string]Description{},
		Used:        used,
		Generated:   Generated{At: s.made.at.UTC().Truncate(time.Second), Seconds: s.made.took.Seconds(), Host: host},
	}
	for hash, t := range s.c.tree.All() {
		if hash != r.Hash {
			r.Upstream[hash] = describe(t)
		}
	}
	format := s.c.codec.Format()
	r.Payload = Payload{Handler: format.Alias, Type: reflect.TypeFor[V]().String(), Several: s.c.codec.Several()}
	err = s.c.publish(ctx, r, format.Suffix, func(w *parts.Writer) error {
		if err := s.c.codec.Encode(ctx, w, *s.held); err != nil {
			return fmt.Errorf("store a %T at %q with handler %q: %w", *s.held, s.c.store.top().URL(""), format.Alias, err)
		}
		return nil
	})
	if err == nil {
		s.digest, s.made = r.Payload.Digest, nil
	}
	return err
}

// publishTries is how often a name for a payload's file is looked for.
const publishTries = 4

// publish stores a payload under a name that is free, then the record that names
// it, then removes the payload that the record named before. If the same bytes are
// stored already they stay.
func (c *core) publish(ctx context.Context, r *Record, suffix string, write func(*parts.Writer) error) error {
	top := c.store.top()
	old, _, err := c.record(ctx, 0)
	if err != nil && !missing(err) {
		return err
	}
	mark := ""
	if old != nil {
		mark = newMark()
	}
	for range publishTries {
		r.Payload.Key = payloadKey(r.Name, r.Hash, mark, suffix)
		mark = newMark()
		var taken bool
		if taken, err = exists(ctx, top, r.Payload); err != nil {
			return err
		} else if taken {
			continue
		}
		w := parts.NewWriter(ctx, c.store.place(0, r.Payload), false)
		if err = c.put(ctx, w, r, old, write); err == nil {
			return c.putRecord(ctx, r)
		}
		w.Abort()
		if !errors.Is(err, artifacts.ErrExists) || !errors.Is(w.Err(), artifacts.ErrExists) {
			return err
		}
	}
	return err
}

// put writes the files of a payload and describes them in its record.
func (c *core) put(ctx context.Context, w *parts.Writer, r, old *Record, write func(*parts.Writer) error) error {
	if err := write(w); err != nil {
		return err
	}
	files, err := w.Files()
	if err != nil {
		return err
	}
	if !r.Payload.Several {
		files[0].Name = r.Payload.Key
	}
	r.Payload.Files, r.Payload.Environment = files, w.Environment()
	r.Payload.Digest = r.Payload.manifest().Digest()
	if old != nil && old.Payload.Digest == r.Payload.Digest && old.Payload.Handler == r.Payload.Handler && c.store.intact(ctx, 0, old.Payload) == nil {
		w.Abort()
		r.Payload.Key, r.Payload.Files = old.Payload.Key, old.Payload.Files
		return nil
	}
	if r.Payload.Several {
		return nil // each was there when it was closed
	}
	return w.Commit(ctx)
}

// putRecord stores the record of a payload that is there, in the place of the one
// before, whose payload is removed. A record that somebody else without the lock
// puts at the same time wins or loses; then its payload, or this one, is left to
// be collected.
func (c *core) putRecord(ctx context.Context, r *Record) error {
	before, _, err := c.record(ctx, 0)
	if err != nil && !missing(err) {
		return err
	}
	drop := before
	if err = replace(ctx, c.store.top(), recordKey(r.Name, r.Hash), r); err != nil {
		if errors.Is(err, artifacts.ErrOutcomeUnknown) {
			return err // the payload may be named
		}
		drop = r
	}
	if drop == nil || before != nil && before.Payload.Key == r.Payload.Key {
		return err
	}
	if dropErr := c.store.removePayload(context.WithoutCancel(ctx), 0, drop.Payload); dropErr != nil {
		c.logger.WarnContext(ctx, "files of a payload stay that no record names", "step", c.name(), "key", drop.Payload.Key, "error", dropErr)
	}
	return err
}

// replace writes a record in one step.
func replace(ctx context.Context, s *store.Store, key string, r *Record) error {
	text, err := r.text()
	if err != nil {
		return err
	}
	w, err := s.NewWriter(ctx, key, &store.WriterOptions{Replace: true})
	if err != nil {
		return err
	}
	defer w.Abort() // nothing, once it is committed
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Commit(ctx)
}

// fetch copies a payload and its record from another folder to the first. The
// caller has the lock.
func (c *core) fetch(ctx context.Context, layer int, r *Record) error {
	clone := *r
	from := c.store.reader(ctx, layer, r.Payload)
	defer from.Close()
	return c.publish(ctx, &clone, c.codec.Format().Suffix, func(w *parts.Writer) error {
		w.KeepEnvironment(r.Payload.Environment)
		for _, f := range r.Payload.Files {
			if err := copyFile(w, from, f.Name); err != nil {
				return err
			}
		}
		return from.Verify()
	})
}

func copyFile(w *parts.Writer, from *parts.Reader, name string) error {
	src, err := from.Open(name)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := w.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	return dst.Close()
}

// exists reports whether the name of a payload is taken.
func exists(ctx context.Context, s *store.Store, p Payload) (bool, error) {
	if !p.Several {
		_, err := s.Stat(ctx, p.Key)
		if errors.Is(err, artifacts.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	for _, err := range s.List(ctx, p.Key+"/") {
		return err == nil, err
	}
	return false, nil
}

// intact compares the files of a payload with their digests.
func (s *Store) intact(ctx context.Context, layer int, p Payload) error {
	r := s.reader(ctx, layer, p)
	defer r.Close()
	for _, f := range p.Files {
		opened, err := r.Open(f.Name)
		if err != nil {
			return err
		}
		if err := opened.Close(); err != nil { // which reads it
			return err
		}
	}
	return r.Verify()
}

// removePayload removes the files of a payload. One that is not there is removed.
func (s *Store) removePayload(ctx context.Context, layer int, p Payload) error {
	var errs []error
	for _, f := range p.Files {
		if err := s.layers[layer].Remove(ctx, s.place(layer, p).FileKey(f.Name)); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
