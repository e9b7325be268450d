package record

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
	"github.com/lazyscribe-go/lazyscribe/internal/slug"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Home is where the files of a manifest's records are.
type Home struct {
	Store    *store.Store
	Manifest string // key of the manifest in the store
	Name     string // how dependencies name the project: its path as given, without a scheme
	Scheme   string // that was left out of Name; "" for a local path
	payload.Loader

	// RefName returns how a record of this home names the project of another.
	RefName func(of *Home) string
}

// URL is the place of the manifest as a user would give it.
func (h *Home) URL() string {
	if h.Scheme == "" {
		return h.Name
	}
	return h.Scheme + "://" + h.Name
}

// A Cell is an experiment's place in a project: which record it is now, and
// where its files are. Experiments handed out before a save share it, so that
// they follow when the save renames or completes the record.
//
// It holds on to nothing but what it was set to last, and is one piece of memory:
// a filter makes one of each experiment. The two are not set in one step; who asks
// for the home first gets a record that is not older.
type Cell struct {
	rec  atomic.Pointer[Record]
	home atomic.Pointer[Home]
}

// NewCell returns a cell that holds r.
func NewCell(r *Record, h *Home) *Cell {
	c := &Cell{}
	c.Set(r, h)
	return c
}

// Set replaces what the cell holds.
func (c *Cell) Set(r *Record, h *Home) {
	c.rec.Store(r)
	c.home.Store(h)
}

// Record returns the record as it is now.
func (c *Cell) Record() *Record { return c.rec.Load() }

// Home returns where the record's files are now.
func (c *Cell) Home() *Home { return c.home.Load() }

// TestFolder is the folder of a test below its experiment's. It is not stored,
// so it must be what Python computes; "" is the experiment's own folder.
func TestFolder(testName string) string { return slug.Make(testName) }

// Key returns the key of an artifact's file. t is nil for the experiment's own.
func (h *Home) Key(slugText string, t *Test, a artifacts.Artifact) (string, error) {
	name := a.FileName
	if name == "" {
		handler, err := h.Handlers.Lookup(a.Handler)
		if err != nil {
			return "", err
		}
		name = entry.FileName(a, handler.Format())
	}
	folder := ""
	if t != nil {
		folder = TestFolder(t.Name)
	}
	if slugText == "" {
		return "", fmt.Errorf("%w: the experiment's slug is empty", artifacts.ErrUnsafePath)
	}
	return safepath.Join(h.Manifest, slugText, folder, name)
}

// Open opens an artifact's file.
func (h *Home) Open(ctx context.Context, slugText string, t *Test, a *Artifact) (store.File, error) {
	if a.Pending() != nil {
		return nil, artifacts.ErrNotSaved
	}
	key, err := h.Key(slugText, t, a.Meta())
	if err != nil {
		return nil, err
	}
	return h.Store.Open(ctx, key)
}

// Load decodes an artifact's file into target.
func (h *Home) Load(ctx context.Context, slugText string, t *Test, a *Artifact, target any, o *artifacts.LoadOptions) error {
	return h.Loader.Load(ctx, a.Meta(), target, o, func(ctx context.Context) (io.ReadCloser, error) {
		return h.Open(ctx, slugText, t, a)
	})
}
