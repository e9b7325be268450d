package project

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

const (
	// crowd is how many segments may wait before a writer tries to fold them:
	// few enough that reading them all costs little beside the manifest.
	crowd = 256

	// lookEvery is after how many of its own segments a writer looks how many
	// there are.
	lookEvery = 64

	// closeTries is how often Close tries to fold, and closeTime for how long.
	// Of a crowd that ends at once the first ones fold for the others. Removing
	// what was folded has as much time again, or a slow fold would leave it all.
	closeTries = 4
	closeTime  = time.Minute
)

// A CompactReport says what [Project.Compact] did.
type CompactReport struct {
	Segments    int // that were folded and removed
	Experiments int // that the manifest did not have before
	Broken      int // segments that cannot be read and were left alone, see [Project.Check]
}

// Compact folds the segments beside the manifest into it. It is of use when
// Python, which does not see segments, is to see everything; all else goes on
// either way. What this session has not saved stays pending. Any number of
// writers and of others who compact may work meanwhile.
//
// An error leaves the manifest as it was, or complete with some segments that
// were not removed and add nothing any more.
func (p *Project) Compact(ctx context.Context) (CompactReport, error) {
	report, err := p.compact(ctx)
	if err != nil {
		return report, fmt.Errorf("compact project %q: %w", p.url, err)
	}
	return report, nil
}

func (p *Project) compact(ctx context.Context) (CompactReport, error) {
	if p.opts.Mode == ReadOnly {
		return CompactReport{}, fmt.Errorf("it is opened %w", artifacts.ErrReadOnly)
	}
	if err := p.enter(ctx); err != nil {
		return CompactReport{}, err
	}
	defer p.saving.unlock()
	return p.fold(ctx, 0)
}

// enter takes the project for something that must not be done twice at once, or
// when it is closed.
func (p *Project) enter(ctx context.Context) error {
	if err := p.saving.enter(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		p.saving.unlock()
		return errClosed
	}
	return nil
}

// errLostRaces: other writers replaced the manifest first, as often as was to be
// borne.
var errLostRaces = errors.New("other writers were faster")

// fold puts what segments hold into the manifest and retires them. It gives up
// when others replaced the manifest first as often as tries says; never for 0.
// Whoever is ready to give up also leaves segments alone that add nothing: most
// likely somebody has just folded them and is about to remove them, and a crowd
// that ends at once would do all of that work over and over. It neither writes
// nor looks at what this session has pending.
func (p *Project) fold(ctx context.Context, tries int) (CompactReport, error) {
	report, set, err := p.foldIn(ctx, tries)
	if err != nil {
		return report, err
	}
	return report, p.retireFolded(ctx, set)
}

// foldIn is the part of fold that replaces the manifest. It returns the segments
// to retire.
func (p *Project) foldIn(ctx context.Context, tries int) (CompactReport, *segment.Set, error) {
	var report CompactReport
	set := p.knownSegments()
	base, calls, others := p.knownText(), 0, false
	err := p.home.Store.Update(ctx, p.home.Manifest, base, func(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
		if calls++; tries > 0 && calls > tries {
			return nil, errLostRaces
		}
		var err error
		if set, err = segment.Read(ctx, p.home.Store, p.home.Manifest, set); err != nil { // none twice
			return nil, err
		}
		report = CompactReport{Segments: set.Sound().Len()}
		report.Broken = set.Len() - report.Segments
		if report.Segments == 0 {
			return nil, nil
		}
		if same {
			now = base.Bytes()
		}
		list, err := (&stored{data: now, exists: exists}).manifestEntries()
		if err != nil {
			return nil, fmt.Errorf("fold segments: %w", err)
		}
		added := lacking(list, set.Records())
		report.Experiments = len(added)
		if others = len(added) == 0 && tries > 0; len(added) == 0 {
			return nil, nil // all of it was folded before
		}
		return compose(weave(list, added)), nil
	})
	if err != nil {
		return CompactReport{}, nil, err
	}
	if others {
		return CompactReport{}, nil, nil
	}
	return report, set, nil
}

// retireFolded removes what foldIn returned.
func (p *Project) retireFolded(ctx context.Context, set *segment.Set) error {
	if err := set.Retire(ctx, p.home.Store, p.home.Manifest); err != nil {
		return fmt.Errorf("folded, but segments are still there: %w", err)
	}
	clear(p.wrote.keys)
	return nil
}

func compose(list []*entry) store.Text {
	places := make([]manifest.Place, len(list))
	for i, e := range list {
		places[i] = e.place
	}
	return manifest.Compose(places)
}

func (p *Project) knownSegments() *segment.Set {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.segments
}

// retire takes segments away that a save has folded. That they are still there
// is no error of the save.
func (p *Project) retire(ctx context.Context, set *segment.Set) {
	sound := set.Sound()
	if sound.Len() == 0 {
		return
	}
	if err := sound.Retire(ctx, p.home.Store, p.home.Manifest); err != nil {
		p.opts.Logger.WarnContext(ctx, "segments were folded and are still there", "project", p.url, "cause", err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.segments = set.Broken()
	clear(p.wrote.keys)
}

// tally is what a session knows of the segments it wrote.
type tally struct {
	keys  map[string]bool // of those it has not seen folded
	since int             // segments written since it last looked at the others
}

// wroteSegment takes note of a segment, and folds if there are many.
func (p *Project) wroteSegment(ctx context.Context, key string) {
	if p.wrote.keys == nil {
		p.wrote.keys = map[string]bool{}
	}
	p.wrote.keys[key] = true
	p.mu.Lock()
	crowded := p.crowded
	p.crowded = false
	p.mu.Unlock()
	if p.wrote.since++; p.wrote.since < lookEvery && !crowded {
		return
	}
	p.wrote.since = 0
	if n, err := p.lookAtSegments(ctx); err != nil || n <= crowd {
		return
	}
	if _, err := p.fold(ctx, 1); err != nil { // somebody else's turn, or the next time
		p.opts.Logger.DebugContext(ctx, "segments are not folded", "project", p.url, "cause", err)
	}
}

// lookAtSegments counts the segments there are, and forgets those of this
// session that were folded.
func (p *Project) lookAtSegments(ctx context.Context) (int, error) {
	l, err := segment.List(ctx, p.home.Store, p.home.Manifest)
	if err != nil {
		return 0, err
	}
	there := make(map[string]bool, len(l.Segments))
	for _, info := range l.Segments {
		if p.wrote.keys[info.Key] {
			there[info.Key] = true
		}
	}
	p.wrote.keys = there
	return len(l.Segments), nil
}

// foldMine folds when a session ends whose segments still wait.
func (p *Project) foldMine() {
	if len(p.wrote.keys) == 0 {
		return
	}
	set, err := p.foldForClose()
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), closeTime)
		defer cancel()
		err = p.retireFolded(ctx, set)
	}
	if err != nil && !errors.Is(err, errLostRaces) {
		p.opts.Logger.Warn("segments are not folded", "project", p.url, "cause", err)
	}
}

func (p *Project) foldForClose() (*segment.Set, error) {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	if _, err := p.lookAtSegments(ctx); err != nil || len(p.wrote.keys) == 0 {
		return nil, err
	}
	_, set, err := p.foldIn(ctx, closeTries)
	return set, err
}
