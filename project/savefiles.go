package project

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// createdFile is an artifact file this save made.
type createdFile struct {
	key  string
	of   *record.Artifact
	test *record.Test // nil: the experiment's own
	meta artifacts.Artifact
}

// writeFiles writes the files of all pending artifacts. Values that cannot be
// encoded are noted in failed and skipped; any other error ends it.
func (s *session) writeFiles(ctx context.Context) error {
	g := saving.NewGroup(ctx, s.p.home.Store)
	g.Meter = progress.Start("save", s.p.opts.Progress)
	defer g.Meter.End()
	for _, it := range s.items {
		it.body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
			switch {
			case a.Pending() != nil:
				g.Meter.Expect(1, 0) // what an encoder will write is not known
				g.Write(a.Meta(), a.Pending(),
					func(meta artifacts.Artifact) (string, error) { return s.p.home.Key(it.body.Slug, t, meta) },
					func(w saving.Written) error { return s.wroteFile(it, t, a, w) })
			case it.e.from != nil:
				g.Meter.Expect(1, a.Meta().Size)
				g.Go(func(ctx context.Context) error { return s.copyFile(ctx, g, it, t, a) })
			}
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, it := range s.items {
		if len(it.moved) > 0 {
			it.body = it.body.WithArtifacts(it.moved)
		}
	}
	return nil
}

// wroteFile takes note of a file that was written, or could not be.
func (s *session) wroteFile(it *item, t *record.Test, a *record.Artifact, w saving.Written) error {
	if w.Err == nil {
		it.files = append(it.files, &createdFile{w.Key, a, t, w.Meta})
		it.plan.Files[a] = w.Meta
		return nil
	}
	failed := &failure{it: it, a: a, err: ArtifactError{Experiment: it.body.Slug, Artifact: w.Meta.Name, Handler: w.Meta.Handler, Err: w.Err}}
	if t != nil {
		failed.err.Test, failed.testIndex = t.Name, it.body.TestIndex(t)
	}
	if !w.Skip {
		return &failed.err
	}
	it.plan.Skip[a] = true
	s.failed = append(s.failed, failed)
	return nil
}

// copyFile copies the file of an artifact that came with an experiment of
// another project, unless it is there already. The artifact itself is shared
// with that project and stays as it is.
func (s *session) copyFile(ctx context.Context, g *saving.Group, it *item, t *record.Test, a *record.Artifact) error {
	defer g.Meter.File()
	meta := a.Meta()
	from := it.e.from
	if !meta.PurgedAt.IsZero() {
		return nil
	}
	src, err := from.Key(it.body.Slug, t, meta)
	if err != nil {
		s.p.opts.Logger.WarnContext(ctx, "artifact not copied", "experiment", it.body.Slug, "artifact", meta.Name, "cause", err)
		return nil
	}
	wanted := meta.FileName
	if wanted == "" {
		wanted = path.Base(src)
	}
	for {
		dst, err := s.p.home.Key(it.body.Slug, t, meta)
		if err != nil {
			return fmt.Errorf("copy artifact %q of experiment %q: %w", meta.Name, it.body.Slug, err)
		}
		if from.Store.Same(src, s.p.home.Store, dst) {
			return nil // both projects share the folder
		}
		_, err = g.Copy(ctx, dst, from.Store, src)
		switch {
		case err == nil:
			return g.Do(func() error { return it.copied(dst, t, a, meta) })
		case errors.Is(err, artifacts.ErrNotFound):
			s.p.opts.Logger.WarnContext(ctx, "artifact not copied: its file is missing", "experiment", it.body.Slug, "artifact", meta.Name)
			return nil
		case errors.Is(err, artifacts.ErrUnsafePath) && unsafe(ctx, from.Store, src):
			s.p.opts.Logger.WarnContext(ctx, "artifact not copied", "experiment", it.body.Slug, "artifact", meta.Name, "cause", err)
			return nil
		case !errors.Is(err, artifacts.ErrExists):
			return fmt.Errorf("copy artifact %q of experiment %q: %w", meta.Name, it.body.Slug, err)
		}
		same, err := saving.SameFile(ctx, from.Store, src, s.p.home.Store, dst)
		if err != nil {
			return fmt.Errorf("copy artifact %q of experiment %q: %w", meta.Name, it.body.Slug, err)
		}
		if same {
			return nil
		}
		meta.FileName = saving.DistinctFile(wanted)
	}
}

// copied takes note of a file that was copied, perhaps under another name.
func (it *item) copied(key string, t *record.Test, a *record.Artifact, meta artifacts.Artifact) (err error) {
	it.files = append(it.files, &createdFile{key, a, t, meta})
	if meta.FileName == a.Meta().FileName {
		return nil
	}
	if it.moved == nil {
		it.moved = map[*record.Artifact]*record.Artifact{}
	}
	it.moved[a], err = record.SavedArtifact(meta)
	return err
}

// unsafe reports whether a link leads from a file's place out of its folder.
func unsafe(ctx context.Context, s *store.Store, key string) bool {
	_, err := s.Stat(ctx, key)
	return errors.Is(err, artifacts.ErrUnsafePath)
}

// undo removes the files of a save that came to nothing.
func (s *session) undo(ctx context.Context) error {
	keys := append(createdKeys(s.items), createdKeys(s.dropped)...)
	if s.noted != "" {
		keys = append(keys, s.noted)
	}
	return saving.Undo(ctx, s.p.home.Store, keys)
}

// createdKeys lists the files this save made for some of its items.
func createdKeys(items []*item) []string {
	var keys []string
	for _, it := range items {
		for _, f := range it.files {
			keys = append(keys, f.key)
		}
	}
	return keys
}
