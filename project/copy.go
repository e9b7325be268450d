package project

import (
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// CopyTo makes dst, in any other storage or folder, a copy of the project as it
// is saved, or brings an older copy up to date: artifact files first, the
// manifest last, in one atomic step. Only what is missing is copied. Files are
// compared with the digests that are recorded, on their way and as they are at
// the destination; those the destination's manifest names already are looked at
// for their size alone.
//
// A destination that has experiments of its own, or newer versions, is no copy:
// the error is [artifacts.ErrConflict] and nothing is written, unless
// [artifacts.CopyOptions].Merge is set; then they are kept, and of two versions
// of an experiment the newer one. Nothing is ever removed, nor a file overwritten.
// Values that were kept because they could not be encoded ([Project.Rescued]) stay
// where they are, as do notes of what was folded.
//
// A file that is missing or damaged at the source, or a record that cannot be
// read, does not hold back the rest: all records are copied, and the error is
// [artifacts.ErrIncomplete] with an [*ArtifactError] or a [Problem] for each. After
// any other error the manifest of dst is what it was, but for
// [artifacts.ErrOutcomeUnknown]. Files that were copied until then stay, for the
// next copy to go on behind them.
//
// Neither project may have anything pending ([artifacts.ErrNotSaved]). The mode of
// dst must be [ReadWrite], or [Append] if nothing that is there has to change. A
// copy to a place where nothing was has the same bytes. [Options].Progress of dst
// is told how far it is.
func (p *Project) CopyTo(ctx context.Context, dst *Project, o *artifacts.CopyOptions) (artifacts.CopyReport, error) {
	var report artifacts.CopyReport
	if dst == nil {
		return report, fmt.Errorf("copy project %q: the destination is nil", p.url)
	}
	if o == nil {
		o = &artifacts.CopyOptions{}
	}
	if err := p.copyTo(ctx, dst, *o, &report); err != nil {
		return report, fmt.Errorf("copy project %q to %q: %w", p.url, dst.url, err)
	}
	return report, nil
}

func (p *Project) copyTo(ctx context.Context, dst *Project, o artifacts.CopyOptions, report *artifacts.CopyReport) error {
	for _, side := range []*Project{p, dst} {
		if err := side.settled(ctx); err != nil {
			return fmt.Errorf("project %q: %w", side.url, err)
		}
	}
	switch {
	case !p.Exists():
		return fmt.Errorf("project %q: %w", p.url, artifacts.ErrNotFound)
	case dst.opts.Mode == ReadOnly:
		return fmt.Errorf("the destination is opened %w", artifacts.ErrReadOnly)
	}
	if err := dst.enter(ctx); err != nil {
		return err
	}
	defer dst.saving.unlock()
	c := &copying{src: p, dst: dst, merge: o.Merge, source: p.elements(), files: map[int][]*copyFile{}, known: dst.knownText()}
	job := &mirror.Job{
		From: p.home.Store, To: dst.home.Store, Manifest: dst.home.Manifest, Known: c.known,
		Source: entriesOf(c.source), Kind: c, Options: o, Report: report,
		Meter: progress.Start("copy", dst.opts.Progress),
	}
	defer job.Meter.End()
	if err := job.Run(ctx); err != nil {
		return err
	}
	for _, failure := range c.failures() {
		report.Failed = append(report.Failed, failure)
	}
	for _, problem := range p.Problems() {
		report.Failed = append(report.Failed, problem)
	}
	return saving.Incomplete(report.Failed, false)
}

// settled returns an error if what the project shows is not what is saved.
func (p *Project) settled(ctx context.Context) error {
	if err := p.load(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errClosed
	case p.truncate:
		return fmt.Errorf("in mode %q its records are not read: save first", Truncate)
	}
	for _, list := range [][]*entry{p.manifest, p.added} {
		for _, e := range list {
			if e.state != clean {
				return fmt.Errorf("it has changes that are %w", artifacts.ErrNotSaved)
			}
		}
	}
	return nil
}
