package project

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Rehash reads the files of artifacts whose digest is not known, because Python
// saved the project or wrote them, and records digest and size with the next
// [Project.Save]. It returns how many there were. Files that are missing are
// passed over; times and authors stay as they are. It needs [ReadWrite].
func (p *Project) Rehash(ctx context.Context) (int, error) {
	if p.opts.Mode != ReadWrite {
		return 0, fmt.Errorf("rehash project %q: it is not opened in mode %q: %w", p.url, ReadWrite, artifacts.ErrReadOnly)
	}
	p.saving.lock()
	defer p.saving.unlock()
	p.mu.Lock()
	view := p.view()
	p.mu.Unlock()
	meter := progress.Start("rehash", p.opts.Progress)
	defer meter.End()
	total := 0
	for _, e := range view {
		n, err := p.rehash(ctx, e, meter)
		total += n
		if err != nil {
			return total, fmt.Errorf("rehash project %q: %w", p.url, err)
		}
	}
	return total, nil
}

func (p *Project) rehash(ctx context.Context, e *entry, meter *progress.Meter) (int, error) {
	p.mu.Lock()
	rec := e.rec
	p.mu.Unlock()
	body := rec.Body()
	if len(body.Problems) > 0 {
		return 0, nil // it could not be written again
	}
	known := map[*record.Artifact]*record.Artifact{}
	var failed error
	body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		if failed == nil && a.Pending() == nil && a.Meta().SHA256 == "" {
			failed = p.rehashArtifact(ctx, known, body.Slug, t, a, meter)
		}
	})
	if failed != nil || len(known) == 0 {
		return 0, failed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.rec != rec {
		return 0, nil // an edit came between; the next time
	}
	p.replace(e, record.FromBody(body.WithArtifacts(known)))
	return len(known), nil
}

func (p *Project) rehashArtifact(ctx context.Context, known map[*record.Artifact]*record.Artifact, slug string, t *record.Test, a *record.Artifact, meter *progress.Meter) error {
	f, err := p.home.Open(ctx, slug, t, a)
	if errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, artifacts.ErrUnsafePath) || errors.Is(err, artifacts.ErrUnknownHandler) {
		return nil
	}
	if err != nil {
		return err
	}
	meter.Expect(1, f.Size())
	defer meter.File()
	meta := a.Meta()
	meta.SHA256, err = payload.Digest(ctx, meter.Reader(f))
	meta.Size = f.Size()
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	known[a], err = record.SavedArtifact(meta)
	return err
}
