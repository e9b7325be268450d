package repository

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// CopyTo makes dst, in any other storage or folder, a copy of the repository as
// it is saved, or brings an older copy up to date: files first, the manifest
// last, in one atomic step. Only what is missing is copied. Files are compared
// with the digests that are recorded, on their way and as they are at the
// destination; those the destination's manifest names already are looked at for
// their size alone. Of a repository that a filter made, only what it chose is
// copied.
//
// A destination that has versions of its own is no copy: the error is
// [artifacts.ErrConflict] and nothing is written, unless
// [artifacts.CopyOptions].Merge is set; then they are kept. Numbers are final, so
// two versions of one number are a conflict in any case. Of a version whose
// expiry differs the source's goes; one that was purged at either place stays as
// it is at the destination. Nothing is ever removed, nor a file overwritten.
//
// A file that is missing or damaged at the source, or an entry that cannot be
// read, does not hold back the rest: all entries are copied, and the error is
// [artifacts.ErrIncomplete] with an [*ArtifactError] or a [Problem] for each. After
// any other error the manifest of dst is what it was, but for
// [artifacts.ErrOutcomeUnknown]. Files that were copied until then stay, for the
// next copy to go on behind them.
//
// Neither repository may have anything pending ([artifacts.ErrNotSaved]). A copy
// to a place where nothing was has the same bytes. [Options].Progress of dst is
// told how far it is.
func (r *Repository) CopyTo(ctx context.Context, dst *Repository, o *artifacts.CopyOptions) (artifacts.CopyReport, error) {
	var report artifacts.CopyReport
	if dst == nil {
		return report, fmt.Errorf("copy repository %q: the destination is nil", r.url)
	}
	if o == nil {
		o = &artifacts.CopyOptions{}
	}
	if err := r.copyTo(ctx, dst, *o, &report); err != nil {
		return report, fmt.Errorf("copy repository %q to %q: %w", r.url, dst.url, err)
	}
	return report, nil
}

func (r *Repository) copyTo(ctx context.Context, dst *Repository, o artifacts.CopyOptions, report *artifacts.CopyReport) error {
	for _, side := range []*Repository{r, dst} {
		if err := side.readyToCopy(); err != nil {
			return fmt.Errorf("repository %q: %w", side.url, err)
		}
	}
	switch {
	case !r.Exists():
		return fmt.Errorf("repository %q: %w", r.url, artifacts.ErrNotFound)
	case dst.part:
		return errors.New("the destination is a part of a repository")
	case dst.opts.Mode == ReadOnly:
		return fmt.Errorf("the destination is opened %w", artifacts.ErrReadOnly)
	}
	dst.saving.Lock()
	defer dst.saving.Unlock()
	dst.mu.Lock()
	known := dst.text
	dst.mu.Unlock()
	c := &copying{src: r, dst: dst, merge: o.Merge, source: r.elements(), failed: map[int]error{}, known: known}
	job := &mirror.Job{
		From: r.store, To: dst.store, Manifest: dst.key, Known: known,
		Source: entriesOf(c.source), Kind: c, Options: o, Report: report,
		Meter: progress.Start("copy", dst.opts.Progress),
	}
	defer job.Meter.End()
	if err := job.Run(ctx); err != nil {
		return err
	}
	for i := range c.source {
		if err := c.failed[i]; err != nil {
			report.Failed = append(report.Failed, err)
		}
	}
	for _, problem := range r.Problems() {
		report.Failed = append(report.Failed, problem)
	}
	return saving.Incomplete(report.Failed, false)
}

// readyToCopy returns an error if what the repository shows is not what is saved.
func (r *Repository) readyToCopy() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.truncate {
		return fmt.Errorf("in mode %q its entries are not read: save first", Truncate)
	}
	return r.settled()
}
