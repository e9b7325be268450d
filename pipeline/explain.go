package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// An Explanation says whether a payload would be loaded or generated, and why.
type Explanation struct {
	Name, Hash string

	// Err is why it would be generated: it wraps ErrNotFound, ErrCorrupt or
	// [ErrStale]. Nil if it would be loaded.
	Err error

	// Nearest is, if nothing is stored for these parameters, the record of the
	// same step that differs least, the newest of several; nil if there is none.
	Nearest *Record

	// Changes are what differs between the two.
	Changes []params.Change
}

// String says it in sentences.
func (e *Explanation) String() string {
	about := fmt.Sprintf("%s (%.8s)", e.Name, e.Hash)
	switch {
	case e.Err == nil:
		return about + " is stored"
	case e.Nearest == nil:
		return fmt.Sprintf("%s: %v", about, e.Err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: nothing is stored; the nearest is %.8s of %s", about, e.Nearest.Hash, e.Nearest.Generated.At.Format("2006-01-02 15:04:05"))
	for _, c := range e.Changes {
		fmt.Fprintf(&b, "\n  %s", c)
	}
	return b.String()
}

// Explain says whether the payload would be loaded, and if not, why: for
// parameters that nothing is stored for it finds the nearest that something is.
// It reads records only, and neither compares the payload nor generates.
func (s *Step[P, V]) Explain(ctx context.Context) (*Explanation, error) {
	e := &Explanation{Name: s.Name(), Hash: s.Hash()}
	_, err := (&session{}).find(ctx, s.c)
	if err == nil {
		if _, err = s.c.anyRecord(ctx); err == nil {
			return e, nil
		}
	}
	if !missing(err) {
		return nil, s.c.fail("explain", err)
	}
	e.Err = err
	if errors.Is(err, artifacts.ErrNotFound) {
		if e.Nearest, e.Changes, err = s.c.store.Nearest(ctx, s.c.tree); err != nil {
			return nil, s.c.fail("explain", err)
		}
	}
	return e, nil
}

// anyRecord returns the first record there is.
func (c *core) anyRecord(ctx context.Context) (r *Record, err error) {
	for layer := range c.store.layers {
		if r, _, err = c.record(ctx, layer); err == nil || !missing(err) {
			return r, err
		}
	}
	return nil, err
}

// Nearest returns the record of a step's name whose parameters differ least from
// those of a tree, and how they differ: from the record's to the tree's. Of
// several the newest counts. It is nil if there is none.
func (s *Store) Nearest(ctx context.Context, t *params.Tree) (nearest *Record, changes []params.Change, err error) {
	for r, err := range s.Records(ctx, t.Name) {
		if _, damaged := errors.AsType[*RecordError](err); damaged {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		stored, err := r.Tree()
		if err != nil {
			continue // damaged further in
		}
		differ := params.Diff(stored, t, params.Tolerance{})
		if nearest == nil || len(differ) < len(changes) || len(differ) == len(changes) && r.Generated.At.After(nearest.Generated.At) {
			nearest, changes = r, differ
		}
	}
	return nearest, changes, nil
}
