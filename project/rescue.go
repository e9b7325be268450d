package project

import (
	"context"
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
)

// A failure is an artifact that could not be encoded.
type failure struct {
	it        *item
	a         *record.Artifact
	testIndex int // of its test among those of the name
	err       ArtifactError
}

// incomplete is the error of the save, nil if no artifact failed.
func (s *session) incomplete() error {
	errs := make([]error, len(s.failed))
	for i, f := range s.failed {
		errs[i] = &f.err
	}
	return saving.Incomplete(errs, s.p.opts.AllOrNothing)
}

// rescue keeps the values of artifacts that failed and are still wanted, under
// the slugs their experiments were saved by, and says in their errors where.
func (s *session) rescue(ctx context.Context) {
	if len(s.failed) == 0 {
		return
	}
	waiting := s.p.waiting()
	s.failed = slices.DeleteFunc(s.failed, func(f *failure) bool { return !waiting[f.a.Pending()] })
	for _, f := range s.failed {
		f.err.Experiment = f.it.body.Slug
		f.err.Kept = s.p.rescues.Keep(ctx, artifacts.Rescued{
			Project: s.p.url, Experiment: f.err.Experiment, Test: f.err.Test, TestIndex: f.testIndex,
			Artifact: f.a.Meta(), RescuedAt: s.p.now(),
		}, f.a.Pending(), f.err.Err)
	}
}

// rescuedFindings lists the values that are kept as findings of a check.
func (p *Project) rescuedFindings(ctx context.Context) ([]Finding, error) {
	list, err := p.rescues.List(ctx)
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, r := range list {
		f := Finding{Kind: Rescued, Key: p.rescues.Key(r.ID), Slug: r.Experiment, Test: r.Test, Artifact: r.Artifact.Name,
			Size: r.Size, ModTime: r.RescuedAt, Err: r.Err}
		if r.Err != nil {
			f.Kind = Unreadable
		} else if r.Error != "" {
			f.Err = errors.New(r.Error)
		}
		found = append(found, f)
	}
	return found, nil
}

// waiting returns the values of artifacts that are still to be saved.
func (p *Project) waiting() map[*payload.Value]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	values := map[*payload.Value]bool{}
	for _, list := range [][]*entry{p.manifest, p.added} {
		for _, e := range list {
			if e.state != fresh && e.state != edited {
				continue
			}
			for a := range pendingOf(e.rec.Body()) {
				values[a.Pending()] = true
			}
		}
	}
	return values
}
