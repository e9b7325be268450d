package project

import (
	"context"
	"errors"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
)

// addSegments takes in the segments of the project, and what was folded. The
// files of an experiment that was dropped by accident are kept as long as it can
// be brought back.
func (inv *inventory) addSegments(ctx context.Context, home *record.Home, set *segment.Set) error {
	l, err := segment.List(ctx, home.Store, home.Manifest)
	if err != nil {
		return err
	}
	inv.segments = set.Among(l.Segments)
	for _, broken := range inv.segments.Broken().All() {
		inv.blind = broken.Key
	}
	if !l.Folded {
		return nil
	}
	if inv.folded, err = segment.ReadFolded(ctx, home.Store, home.Manifest); err != nil {
		return err
	}
	inv.dropped = inv.folded.Dropped(func(slug string) bool {
		_, there := inv.folders[slug]
		return there
	})
	for _, r := range inv.dropped {
		r.Body().AllArtifacts(func(t *record.Test, a *record.Artifact) {
			if key, err := home.Key(r.Slug(), t, a.Meta()); err == nil {
				inv.claimed[key] = true
			}
		})
	}
	return nil
}

// stale returns the segments whose records are all in the manifest itself.
func (p *Project) stale(set *segment.Set) (*segment.Set, error) {
	if set.Sound().Len() == 0 {
		return nil, nil
	}
	text := p.knownText()
	list, err := (&stored{data: text.Bytes(), exists: text != nil}).manifestEntries()
	if err != nil {
		return nil, err
	}
	return set.Within(slugSet(list)), nil
}

// checkSegments finds segments of no use, and what was dropped.
func (p *Project) checkSegments(inv *inventory) ([]Finding, error) {
	stale, err := p.stale(inv.segments)
	if err != nil {
		return nil, err
	}
	var list []Finding
	for _, seg := range stale.All() {
		list = append(list, staleFinding(seg))
	}
	for _, r := range inv.dropped {
		list = append(list, Finding{Kind: Dropped, Slug: r.Slug(), Err: errDropped})
	}
	if inv.folded != nil {
		for _, broken := range inv.folded.Broken {
			list = append(list, Finding{Kind: Unreadable, Key: broken.Key, Size: broken.Size, ModTime: broken.ModTime, Err: broken.Err})
		}
	}
	return list, nil
}

var errDropped = errors.New("it was in the manifest, and is not any more since a program overwrote that which does not know segments; repair brings it back")

func staleFinding(seg *segment.Segment) Finding {
	return Finding{Kind: Stale, Key: seg.Key, Size: seg.Size, ModTime: seg.ModTime}
}

// collectSegments removes segments of no use, and notes of what was folded.
func (p *Project) collectSegments(ctx context.Context, report *GCReport, inv *inventory, o *GCOptions, before time.Time) error {
	stale, err := p.stale(inv.segments)
	if err != nil {
		return err
	}
	for _, seg := range stale.All() {
		f := staleFinding(seg)
		if seg.ModTime.After(before) {
			report.Kept = append(report.Kept, f)
			continue
		}
		retire := func(ctx context.Context, _ string) error {
			return segment.NewSet(seg).Retire(ctx, p.home.Store, p.home.Manifest)
		}
		if err := report.remove(ctx, f, o, retire); err != nil {
			return err
		}
	}
	if inv.folded == nil {
		return nil
	}
	for _, info := range inv.folded.Expired(before, o.grace()) {
		f := Finding{Kind: Folded, Key: info.Key, Size: info.Size, ModTime: info.ModTime}
		if err := report.remove(ctx, f, o, p.home.Store.Remove); err != nil {
			return err
		}
	}
	return nil
}
