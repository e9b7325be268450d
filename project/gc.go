package project

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
)

// DefaultGrace is how old a file must be before GC takes it for abandoned. A
// save writes artifacts before the manifest names them.
const DefaultGrace = 24 * time.Hour

// GCOptions are the choices of one garbage collection. Nil means all defaults.
type GCOptions struct {
	Grace  time.Duration // 0: [DefaultGrace]; below 0: none
	DryRun bool          // only say what would be removed
	All    bool          // also files in experiments' folders that lazyscribe did not name

	meter *progress.Meter
}

// A GCReport says what a garbage collection did.
type GCReport struct {
	Removed []Finding // or would be, in a dry run
	Kept    []Finding // too young, or not known to be lazyscribe's own
	Bytes   int64     // of what was removed
}

// GC removes files that no record names: artifacts that were replaced, those of
// experiments that were removed or of saves that died, hidden leftovers, segments
// that add nothing any more, and notes of what was folded. It reads the manifest
// anew first. Files younger than the grace time are kept: a
// save under way may be about to name them.
//
// Only files in folders of experiments are looked at, and in folders named like
// them, and of these only the ones lazyscribe named, and no file that another
// manifest in the same folder names, be it of a project or of a repository.
// While any record of these manifests cannot be read, nothing but leftovers is
// removed: that record may name any of the files.
func (p *Project) GC(ctx context.Context, o *GCOptions) (GCReport, error) {
	var opts GCOptions
	if o != nil {
		opts = *o
	}
	opts.meter = progress.Start("gc", p.opts.Progress)
	defer opts.meter.End()
	report, err := p.collect(ctx, &opts)
	if err != nil {
		return report, fmt.Errorf("collect garbage of project %q: %w", p.url, err)
	}
	return report, nil
}

func (p *Project) collect(ctx context.Context, o *GCOptions) (report GCReport, err error) {
	if p.opts.Mode == ReadOnly && !o.DryRun {
		return report, fmt.Errorf("it is opened %w", artifacts.ErrReadOnly)
	}
	if err := p.Refresh(ctx); err != nil {
		return report, err
	}
	inv, err := p.inventory(ctx)
	if err != nil {
		return report, err
	}
	before := p.now().Add(-o.grace())
	if err := p.collectSegments(ctx, &report, inv, o, before); err != nil {
		return report, err
	}
	for _, f := range inv.orphans() {
		if inv.blind != "" || f.ModTime.After(before) || !inv.removable(f, o.All) {
			report.Kept = append(report.Kept, f)
			continue
		}
		if err := report.remove(ctx, f, o, p.home.Store.Remove); err != nil {
			return report, err
		}
	}
	for info, err := range p.home.Store.Leftovers(ctx, before) {
		if err != nil {
			return report, err
		}
		f := Finding{Kind: Leftover, Key: info.Key, Size: info.Size, ModTime: info.ModTime}
		if err := report.remove(ctx, f, o, p.home.Store.RemoveLeftover); err != nil {
			return report, err
		}
	}
	return report, nil
}

func (o *GCOptions) grace() time.Duration {
	switch {
	case o.Grace == 0:
		return DefaultGrace
	case o.Grace < 0:
		return 0
	}
	return o.Grace
}

func (r *GCReport) remove(ctx context.Context, f Finding, o *GCOptions, remove func(context.Context, string) error) error {
	if !o.DryRun {
		if err := remove(ctx, f.Key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
	}
	o.meter.Bytes(f.Size)
	o.meter.File()
	r.Removed = append(r.Removed, f)
	r.Bytes += f.Size
	return nil
}
