package project

import (
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Project is an ordered set of experiments kept in one manifest.
type Project struct {
	opts   Options
	url    string // as given
	scheme string // of url; "" for a plain path
	home   *record.Home

	saving  gate       // held by whoever replaces what mu guards as a whole
	loading sync.Mutex // held while segments are read, or written and taken note of, without saving

	rescues rescue.Ledger // values that could not be encoded

	mu       sync.Mutex
	loaded   bool         // what is stored was read
	unread   error        // why it could not be
	text     store.Text   // of the manifest as last known
	segments *segment.Set // those whose records are in the list manifest
	crowded  bool         // there were so many of them that a writer should fold
	exists   bool         // there is a manifest, or a segment
	truncate bool         // the first save replaces what was there
	opened   *stored      // that, until then; nil: nothing was
	manifest []*entry     // what is stored: of the manifest, in its order, and of segments
	added    []*entry     // not stored yet, in order of their commits
	finder   finder
	drafts   map[*experiment.Draft]*newborn
	upstream map[string]*Project // opened to resolve dependencies
	users    *atomic.Int32       // projects that share the store (Merge); the last one closes it
	closed   bool

	wrote tally // of segments; guarded by saving
}

func (p *Project) now() time.Time { return p.opts.Now() }

// URL is where the manifest is, as it was given to Open.
func (p *Project) URL() string { return p.url }

// Mode is what may be done to the project.
func (p *Project) Mode() Mode { return p.opts.Mode }

// Author is recorded with what this session writes.
func (p *Project) Author() string { return p.opts.Author }

// Exists reports whether the project was there when it was last read or
// written.
func (p *Project) Exists() bool {
	p.look()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exists
}

// SingleWriter reports that the storage cannot tell two writers apart, so that
// only one may save at a time.
func (p *Project) SingleWriter() bool { return p.home.Store.SingleWriter() }

// Len returns the number of experiments that can be read.
func (p *Project) Len() int {
	p.look()
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.view())
}

// All ranges over the experiments in order of their creation, those of one time
// in the order of the manifest. It goes over what there is when the loop begins.
func (p *Project) All() iter.Seq[*experiment.Experiment] {
	return func(yield func(*experiment.Experiment) bool) {
		p.look()
		p.mu.Lock()
		view := p.view()
		p.mu.Unlock()
		for _, e := range view {
			p.mu.Lock()
			x := p.hand(e)
			p.mu.Unlock()
			if !yield(x) {
				return
			}
		}
	}
}

// hand returns the experiment of an entry. The lock is held.
func (p *Project) hand(e *entry) *experiment.Experiment { return experiment.Of(e.cell(p.home)) }

// view returns the readable entries in order of creation. The lock is held; the
// slice is never changed.
func (p *Project) view() []*entry { return p.finder.sorted(p.manifest, p.added) }

// Close releases what the project holds open. It does not save; unsaved values
// are dropped. If this session wrote segments it tries to fold them, for a
// minute at most, and to remove them then, for another; what it cannot fold
// stays, and is as good as folded for all readers in Go.
func (p *Project) Close() error {
	p.saving.lock()
	defer p.saving.unlock()
	p.foldMine()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	return p.closeAll()
}
