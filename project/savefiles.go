package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// filesAtOnce is how many artifact files a save writes side by side: enough to
// hide the waiting for a disk or a network, few enough to bound memory.
const filesAtOnce = 4

// cleanupTime bounds the removal of files after a failed save, which goes on
// when the caller's context has ended already.
const cleanupTime = 30 * time.Second

// createdFile is an artifact file this save made.
type createdFile struct {
	key  string
	test *record.Test // nil: the experiment's own
	meta artifacts.Artifact
}

// writeFiles writes the files of all pending artifacts. Values that cannot be
// encoded are noted in failed and skipped; any other error ends it.
func (s *session) writeFiles(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(filesAtOnce)
	var mu sync.Mutex // guards plans, files, moved and failed
	for _, it := range s.items {
		it.body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
			switch {
			case a.Pending() != nil:
				g.Go(func() error { return s.writeFile(ctx, &mu, it, t, a) })
			case it.e.from != nil:
				g.Go(func() error { return s.copyFile(ctx, &mu, it, t, a) })
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

func (s *session) writeFile(ctx context.Context, mu *sync.Mutex, it *item, t *record.Test, a *record.Artifact) error {
	meta := a.Meta()
	value := a.Pending()
	failure := &ArtifactError{Experiment: it.body.Slug, Artifact: meta.Name, Handler: meta.Handler}
	if t != nil {
		failure.Test = t.Name
	}
	skip := func(cause error) {
		failure.Err = cause
		it.plan.Skip[a] = true
		s.failed = append(s.failed, failure)
	}
	returned := false
	defer func() {
		if !returned {
			mu.Lock()
			defer mu.Unlock()
			skip(errExited)
		}
	}()
	key, info, err := s.create(ctx, it, t, &meta, value)
	returned = true
	mu.Lock()
	defer mu.Unlock()
	if err == nil {
		meta.SHA256, meta.Size, meta.Environment = info.SHA256, info.Size, value.Environment()
		it.files = append(it.files, &createdFile{key, t, meta})
		it.plan.Files[a] = meta
		return nil
	}
	if broken := new(payload.EncodeError); errors.As(err, &broken) && ctx.Err() == nil {
		skip(broken.Err)
		return nil
	}
	failure.Err = err
	return failure
}

// errExited: runtime.Goexit was called, which a test's FailNow does too.
var errExited = errors.New("its handler ended the goroutine")

// create encodes a value into a new file. A file name that is taken gets a
// suffix, in meta too: no record's file is ever written over.
func (s *session) create(ctx context.Context, it *item, t *record.Test, meta *artifacts.Artifact, value *payload.Value) (key string, info store.Info, err error) {
	wanted := meta.FileName
	for {
		key, err = s.p.home.Key(it.body.Slug, t, *meta)
		if err != nil {
			return key, info, err
		}
		info, err = s.p.home.Store.Create(ctx, key, func(w io.Writer) error {
			return value.WriteTo(ctx, w)
		})
		if !errors.Is(err, artifacts.ErrExists) {
			return key, info, err
		}
		meta.FileName = distinctFile(wanted)
	}
}

// distinctFile puts a unique mark before the suffix of a file name.
func distinctFile(name string) string {
	dir, base := path.Split(name)
	stem, ext := base, ""
	if i := strings.IndexByte(base, '.'); i > 0 {
		stem, ext = base[:i], base[i:]
	}
	return dir + stem + "-" + uniqueSuffix() + ext
}

// copyFile copies the file of an artifact that came with an experiment of
// another project, unless it is there already. The artifact itself is shared
// with that project and stays as it is.
func (s *session) copyFile(ctx context.Context, mu *sync.Mutex, it *item, t *record.Test, a *record.Artifact) error {
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
		if from.Store.URL(src) == s.p.home.Store.URL(dst) {
			return nil // both projects share the folder
		}
		_, err = from.Store.Copy(ctx, s.p.home.Store, dst, src)
		switch {
		case err == nil:
			mu.Lock()
			defer mu.Unlock()
			it.files = append(it.files, &createdFile{dst, t, meta})
			if meta.FileName == a.Meta().FileName {
				return nil
			}
			if it.moved == nil {
				it.moved = map[*record.Artifact]*record.Artifact{}
			}
			it.moved[a], err = record.SavedArtifact(meta)
			return err
		case errors.Is(err, artifacts.ErrNotFound):
			s.p.opts.Logger.WarnContext(ctx, "artifact not copied: its file is missing", "experiment", it.body.Slug, "artifact", meta.Name)
			return nil
		case errors.Is(err, artifacts.ErrUnsafePath) && unsafe(ctx, from.Store, src):
			s.p.opts.Logger.WarnContext(ctx, "artifact not copied", "experiment", it.body.Slug, "artifact", meta.Name, "cause", err)
			return nil
		case !errors.Is(err, artifacts.ErrExists):
			return fmt.Errorf("copy artifact %q of experiment %q: %w", meta.Name, it.body.Slug, err)
		}
		same, err := sameFile(ctx, from.Store, src, s.p.home.Store, dst)
		if err != nil {
			return fmt.Errorf("copy artifact %q of experiment %q: %w", meta.Name, it.body.Slug, err)
		}
		if same {
			return nil
		}
		meta.FileName = distinctFile(wanted)
	}
}

// unsafe reports whether a link leads from a file's place out of its folder.
func unsafe(ctx context.Context, s *store.Store, key string) bool {
	_, err := s.Stat(ctx, key)
	return errors.Is(err, artifacts.ErrUnsafePath)
}

// undo removes the files of a save that came to nothing.
func (s *session) undo(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
	defer cancel()
	return errors.Join(s.removeCreated(ctx, s.items), s.removeCreated(ctx, s.dropped))
}

// removeCreated removes the files this save made for some of its items.
func (s *session) removeCreated(ctx context.Context, items []*item) error {
	var errs []error
	for _, it := range items {
		for _, f := range it.files {
			if err := s.p.home.Store.Remove(ctx, f.key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
				errs = append(errs, fmt.Errorf("clean up: %w", err))
			}
		}
	}
	return errors.Join(errs...)
}

// sameFile reports whether two files have the same bytes.
func sameFile(ctx context.Context, a *store.Store, keyA string, b *store.Store, keyB string) (same bool, err error) {
	fa, err := a.Open(ctx, keyA)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, fa.Close()) }()
	fb, err := b.Open(ctx, keyB)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, fb.Close()) }()
	if fa.Size() != fb.Size() {
		return false, nil
	}
	da, err := digest(ctx, fa)
	if err != nil {
		return false, err
	}
	db, err := digest(ctx, fb)
	return da == db, err
}
