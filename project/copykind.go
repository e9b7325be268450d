package project

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// copying is one copy of a project under way: what [mirror.Job] has to know.
type copying struct {
	src, dst *Project
	merge    bool
	source   []element           // as it was when the copy began
	there    []element           // as the destination is
	files    map[int][]*copyFile // by index in source

	known    store.Text   // of the destination, when the copy began
	segments *segment.Set // of the destination, whose records are in there
}

// An element is one of a manifest as it is saved.
type element struct {
	place manifest.Place
	rec   *record.Record // nil if it could not be read
}

// elements returns those of the manifest, in its order.
func (p *Project) elements() []element {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]element, len(p.manifest))
	for i, e := range p.manifest {
		list[i] = element{e.place, e.base}
	}
	return list
}

func entriesOf(list []element) []mirror.Entry {
	entries := make([]mirror.Entry, len(list))
	for i, e := range list {
		if e.rec == nil {
			entries[i].Name = "\x00" + string(e.place.Text()) // no slug begins so
		} else {
			entries[i] = mirror.Entry{Name: e.rec.Slug(), Created: e.rec.CreatedAt()}
		}
	}
	return entries
}

// Adopt implements [mirror.Kind]. As in a save, segments are read after the text
// that is going to be replaced.
func (c *copying) Adopt(ctx context.Context, now []byte, same, exists bool) ([]mirror.Entry, error) {
	set, err := segment.Read(ctx, c.dst.home.Store, c.dst.home.Manifest, c.dst.knownSegments())
	if err != nil {
		return nil, err
	}
	if same {
		now = c.known.Bytes()
	}
	if err := c.adopt(&stored{now, exists, set}); err != nil {
		return nil, err
	}
	c.segments, c.there = set, c.dst.elements()
	return entriesOf(c.there), nil
}

// Written implements [mirror.Kind].
func (c *copying) Written(ctx context.Context, text []byte) error {
	if err := c.adopt(&stored{text, true, c.segments}); err != nil {
		return err
	}
	c.dst.retire(ctx, c.segments)
	return nil
}

// adopt makes what was read the state of the destination.
func (c *copying) adopt(now *stored) error {
	c.dst.mu.Lock()
	defer c.dst.mu.Unlock()
	if c.dst.knows(now) {
		return nil
	}
	return c.dst.rebase(now)
}

// Decide implements [mirror.Kind]: the rule of merging, but that digests somebody
// recorded later are taken over.
func (c *copying) Decide(src, dst int) mirror.Verdict {
	s, d := c.source[src], c.there[dst]
	switch {
	case s.rec == nil || bytes.Equal(s.place.Text(), d.place.Text()):
		return mirror.Equal
	case record.Equal(s.rec, d.rec):
		if digests(s.rec) > digests(d.rec) {
			return mirror.Update
		}
		return mirror.Equal
	case s.rec.LastUpdated().After(d.rec.LastUpdated()):
		return mirror.Update
	}
	return mirror.Keep
}

// digests counts the artifacts of a record whose digest is known.
func digests(r *record.Record) int {
	n := 0
	r.Body().AllArtifacts(func(_ *record.Test, a *record.Artifact) {
		if a.Meta().SHA256 != "" {
			n++
		}
	})
	return n
}

// Admit implements [mirror.Kind].
func (c *copying) Admit(p *mirror.Plan) error {
	switch {
	case p.Kept > 0 && !c.merge:
		return c.diverged(p)
	case p.Updated > 0 && c.dst.opts.Mode != ReadWrite:
		return fmt.Errorf("%w: %d of its experiments would change, and mode %q only adds; open it in mode %q",
			artifacts.ErrReadOnly, p.Updated, c.dst.opts.Mode, ReadWrite)
	}
	return nil
}

// diverged is the error of a destination that is no older copy.
func (c *copying) diverged(p *mirror.Plan) error {
	var alone, newer []int
	for _, choice := range p.Next {
		switch {
		case choice.Verdict != mirror.Keep:
		case choice.Src < 0:
			alone = append(alone, choice.Dst)
		default:
			newer = append(newer, choice.Dst)
		}
	}
	var parts []string
	tell := func(list []int, what string) {
		if len(list) == 0 {
			return
		}
		such := "a record that cannot be read"
		if rec := c.there[list[0]].rec; rec != nil {
			such = fmt.Sprintf("%q", rec.Slug())
		}
		parts = append(parts, fmt.Sprintf("%d %s, such as %s", len(list), what, such))
	}
	tell(alone, "that the source lacks")
	tell(newer, "that differ and are not older than there")
	return fmt.Errorf("%w: the destination is no older copy, it has experiments of its own: %s", artifacts.ErrConflict, strings.Join(parts, "; "))
}

// Place implements [mirror.Kind].
func (c *copying) Place(choice mirror.Choice) (manifest.Place, error) {
	switch choice.Verdict {
	case mirror.Keep:
		return c.there[choice.Dst].place, nil
	case mirror.Equal:
		// Where both have the same bytes the source's go together.
		if s, d := c.source[choice.Src].place, c.there[choice.Dst].place; !bytes.Equal(s.Text(), d.Text()) {
			return d, nil
		}
	case mirror.Update, mirror.Add:
		if moved := c.moved(choice.Src); len(moved) > 0 {
			return c.renamed(c.source[choice.Src].rec.Body(), moved)
		}
	}
	return c.source[choice.Src].place, nil
}

// renamed returns the text of a record some of whose files have other names.
func (c *copying) renamed(body *record.Body, moved map[*record.Artifact]*record.Artifact) (manifest.Place, error) {
	if err := body.Err(); err != nil {
		return manifest.Place{}, fmt.Errorf("experiment %q has files whose names are taken, and parts that cannot be read and would be lost: %w", body.Slug, err)
	}
	text, err := body.WithArtifacts(moved).Append(nil, nil)
	if err != nil {
		return manifest.Place{}, fmt.Errorf("experiment %q: %w", body.Slug, err)
	}
	return manifest.Alone(text), nil
}

// failures lists what could not be copied, in order.
func (c *copying) failures() []*ArtifactError {
	var list []*ArtifactError
	for _, files := range c.files {
		for _, f := range files {
			if f.failed != nil {
				list = append(list, f.failed)
			}
		}
	}
	slices.SortFunc(list, func(a, b *ArtifactError) int {
		return cmp.Or(cmp.Compare(a.Experiment, b.Experiment), cmp.Compare(a.Test, b.Test), cmp.Compare(a.Artifact, b.Artifact))
	})
	return list
}
