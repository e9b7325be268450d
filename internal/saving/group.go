package saving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// filesAtOnce is how many files a group writes side by side: enough to hide the
// waiting for a disk or a network, few enough to bound memory.
const filesAtOnce = 4

// A Group writes the files of one save, several at once. The first error of the
// storage ends it.
type Group struct {
	Meter *progress.Meter // counts what is written; set before, or nil

	store *store.Store
	group *errgroup.Group
	ctx   context.Context // of the one save; ends with its first error
	mu    sync.Mutex      // held while done runs
}

// NewGroup returns a group that writes into a store until ctx ends.
func NewGroup(ctx context.Context, s *store.Store) *Group {
	g := &Group{store: s}
	g.group, g.ctx = errgroup.WithContext(ctx)
	g.group.SetLimit(filesAtOnce)
	return g
}

// Written is what became of a file to be written.
type Written struct {
	Key  string             // of the file
	Meta artifacts.Artifact // with the file's name as it is, its digest, size and environment

	Err  error // why there is no file
	Skip bool  // Err is the value's own fault, or its handler's: others can be saved
}

// Locate returns the key of an artifact's file.
type Locate func(artifacts.Artifact) (key string, err error)

// errExited: runtime.Goexit was called, which a test's FailNow does too.
var errExited = errors.New("its handler ended the goroutine")

// Write encodes a value into a new file. The file has the name meta says, with a
// mark if that one is taken. done is told how it went; it is never called
// twice at once, and an error it returns ends the group.
func (g *Group) Write(meta artifacts.Artifact, value *payload.Value, locate Locate, done func(Written) error) {
	g.group.Go(func() error {
		returned := false
		defer func() {
			if !returned {
				_ = g.Do(func() error { return done(Written{Meta: meta, Err: errExited, Skip: true}) })
			}
		}()
		w := Written{Meta: meta}
		var info store.Info
		w.Key, info, w.Err = g.create(&w.Meta, locate, value)
		returned = true
		if w.Err == nil {
			w.Meta.SHA256, w.Meta.Size, w.Meta.Environment = info.SHA256, info.Size, value.Environment()
		} else if broken := new(payload.EncodeError); errors.As(w.Err, &broken) && g.ctx.Err() == nil {
			w.Err, w.Skip = broken.Err, true
		}
		g.Meter.File()
		return g.Do(func() error { return done(w) })
	})
}

// create writes a value to a file nobody has. It changes the file's name in meta
// if that one is taken: no record's file is ever written over.
func (g *Group) create(meta *artifacts.Artifact, locate Locate, value *payload.Value) (key string, info store.Info, err error) {
	wanted := meta.FileName
	for {
		key, err = locate(*meta)
		if err != nil {
			return key, info, err
		}
		info, err = g.store.Create(g.ctx, key, func(w io.Writer) error { return value.WriteTo(g.ctx, g.Meter.Writer(w)) })
		if !errors.Is(err, artifacts.ErrExists) {
			return key, info, err
		}
		meta.FileName = DistinctFile(wanted)
	}
}

// Copy copies a file of another store, as [store.Store.Copy] does.
func (g *Group) Copy(ctx context.Context, dst string, from *store.Store, src string) (store.Info, error) {
	f, err := from.Open(ctx, src)
	if err != nil {
		return store.Info{}, err
	}
	defer f.Close()
	return g.store.Create(ctx, dst, func(w io.Writer) error {
		if _, err := io.Copy(g.Meter.Writer(w), f); err != nil {
			return fmt.Errorf("copy %q: %w", from.URL(src), err)
		}
		return nil
	})
}

// Go runs any other work of the save beside the writing.
func (g *Group) Go(work func(context.Context) error) {
	g.group.Go(func() error { return work(g.ctx) })
}

// Do runs f while no done does, and returns its error.
func (g *Group) Do(f func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return f()
}

// Wait waits for all files and returns the first error.
func (g *Group) Wait() error { return g.group.Wait() }
