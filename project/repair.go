package project

import (
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A RepairReport says what [Project.Repair] did.
type RepairReport struct {
	Restored []string // slugs of experiments that were brought back
	CompactReport
}

// Repair does about what [Project.Check] finds what is safe to do: it brings
// back experiments that were dropped when a program which does not know segments
// (Python) overwrote the manifest with what it had read before they were folded,
// as they were then, and folds all segments. What was removed on purpose stays
// removed. An experiment can be brought back for a day after it was folded; see
// [Project.GC]. What this session has not saved stays pending.
func (p *Project) Repair(ctx context.Context) (RepairReport, error) {
	report, err := p.repair(ctx)
	if err != nil {
		return report, fmt.Errorf("repair project %q: %w", p.url, err)
	}
	return report, nil
}

func (p *Project) repair(ctx context.Context) (report RepairReport, err error) {
	if p.opts.Mode == ReadOnly {
		return report, fmt.Errorf("it is opened %w", artifacts.ErrReadOnly)
	}
	if err := p.enter(ctx); err != nil {
		return report, err
	}
	defer p.saving.unlock()
	if report.CompactReport, err = p.fold(ctx, 0); err != nil {
		return report, err
	}
	base := p.knownText()
	var restored []string
	err = p.home.Store.Update(ctx, p.home.Manifest, base, func(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
		restored = nil
		folded, err := segment.ReadFolded(ctx, p.home.Store, p.home.Manifest)
		if err != nil {
			return nil, err
		}
		if same {
			now = base.Bytes()
		}
		list, err := (&stored{data: now, exists: exists}).manifestEntries()
		if err != nil {
			return nil, err
		}
		has := slugSet(list)
		dropped := folded.Dropped(func(slug string) bool { return has[slug] })
		if len(dropped) == 0 {
			return nil, nil
		}
		for _, r := range dropped {
			restored = append(restored, r.Slug())
		}
		return compose(weave(list, lacking(list, dropped))), nil
	})
	if err == nil {
		report.Restored = restored
	}
	return report, err
}
