package repository

import (
	"bytes"
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// copying is one copy of a repository under way: what [mirror.Job] has to know.
type copying struct {
	src, dst *Repository
	merge    bool
	source   []element // as it was when the copy began
	there    []element // as the destination is
	failed   map[int]error

	known   store.Text // of the destination, when the copy began
	adopted bool       // the destination is not at known any more
}

// An element is one of a manifest as it is saved.
type element struct {
	place manifest.Place
	meta  artifacts.Artifact
	err   error // why it could not be read
}

// elements returns those of the manifest, in its order.
func (r *Repository) elements() []element {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]element, len(r.manifest))
	for i, e := range r.manifest {
		list[i] = element{e.place, e.meta, e.err}
	}
	return list
}

func entriesOf(list []element) []mirror.Entry {
	entries := make([]mirror.Entry, len(list))
	for i, e := range list {
		if e.err == nil {
			entries[i].Name = fmt.Sprintf("%q %q %d", e.meta.Name, e.meta.FileName, e.meta.Version)
		} else {
			entries[i].Name = string(e.place.Text()) // does not begin with a quote, or is another text
		}
	}
	return entries
}

// Adopt implements [mirror.Kind].
func (c *copying) Adopt(_ context.Context, now []byte, same, exists bool) ([]mirror.Entry, error) {
	if same {
		now = c.known.Bytes()
	}
	if !same || c.adopted {
		c.adopted = true
		c.dst.mu.Lock()
		err := c.dst.rebase(now, exists)
		c.dst.mu.Unlock()
		if err != nil {
			return nil, err
		}
	}
	c.there = c.dst.elements()
	return entriesOf(c.there), nil
}

// Written implements [mirror.Kind].
func (c *copying) Written(_ context.Context, text []byte) error {
	c.dst.mu.Lock()
	defer c.dst.mu.Unlock()
	return c.dst.rebase(text, true)
}

// Decide implements [mirror.Kind].
func (c *copying) Decide(src, dst int) mirror.Verdict {
	s, d := c.source[src], c.there[dst]
	switch {
	case s.err != nil || bytes.Equal(s.place.Text(), d.place.Text()):
		return mirror.Equal
	case s.meta.Handler != d.meta.Handler || !s.meta.CreatedAt.Equal(d.meta.CreatedAt):
		return mirror.Keep // another version, that happens to be called the same
	case !s.meta.PurgedAt.IsZero() || !d.meta.PurgedAt.IsZero():
		return mirror.Equal // which files a place keeps is its own affair
	case equal(s.place.Text(), d.place.Text()) && (s.meta.SHA256 == "" || d.meta.SHA256 != ""):
		return mirror.Equal
	}
	return mirror.Update
}

// Admit implements [mirror.Kind].
func (c *copying) Admit(p *mirror.Plan) error {
	if p.Kept == 0 {
		return nil
	}
	var own []int // by place at the destination
	numbers := map[string]map[int]bool{}
	for _, choice := range p.Next {
		if choice.Verdict != mirror.Keep {
			continue
		}
		own = append(own, choice.Dst)
		meta := c.there[choice.Dst].meta
		if numbers[meta.Name] == nil {
			numbers[meta.Name] = map[int]bool{}
		}
		numbers[meta.Name][meta.Version] = true
	}
	for _, choice := range p.Next {
		if choice.Src < 0 {
			continue
		}
		if s := c.source[choice.Src]; s.err == nil && numbers[s.meta.Name][s.meta.Version] {
			return fmt.Errorf("%w: version %d of artifact %q is another one at the destination", artifacts.ErrConflict, s.meta.Version, s.meta.Name)
		}
	}
	if c.merge {
		return nil
	}
	such := "an entry that cannot be read"
	if e := c.there[own[0]]; e.err == nil {
		such = fmt.Sprintf("version %d of artifact %q", e.meta.Version, e.meta.Name)
	}
	return fmt.Errorf("%w: the destination is no older copy, it has %d versions that the source lacks, such as %s", artifacts.ErrConflict, len(own), such)
}

// Place implements [mirror.Kind].
func (c *copying) Place(choice mirror.Choice) (manifest.Place, error) {
	if choice.Dst < 0 {
		return c.source[choice.Src].place, nil
	}
	d := c.there[choice.Dst].place
	if choice.Verdict == mirror.Keep {
		return d, nil
	}
	s := c.source[choice.Src].place
	if choice.Verdict == mirror.Equal && !bytes.Equal(s.Text(), d.Text()) {
		return d, nil
	}
	return s, nil // the source's go together
}

// Files implements [mirror.Kind].
func (c *copying) Files(choice mirror.Choice) []mirror.File {
	e := c.source[choice.Src]
	if e.err != nil || !e.meta.PurgedAt.IsZero() {
		return nil
	}
	file := mirror.File{Meta: e.meta, Fail: func(err error) {
		c.failed[choice.Src] = &ArtifactError{Name: e.meta.Name, Version: e.meta.Version, Handler: e.meta.Handler, Err: err}
	}}
	if choice.Dst >= 0 {
		d := c.there[choice.Dst].meta
		if !d.PurgedAt.IsZero() {
			return nil
		}
		file.Recorded = mirror.SameDigest(choice.Verdict, e.meta.SHA256, d.SHA256)
	}
	var err error
	if file.Src, err = c.src.locate(e.meta); err == nil {
		file.Dst, err = c.dst.locate(e.meta)
	}
	if err != nil {
		file.Fail(err)
		return nil
	}
	return []mirror.File{file}
}
