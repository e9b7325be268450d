package repository

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Export writes a repository of its own whose manifest is at url and that has
// the versions picked, in the order of the picks, with their numbers, files and
// folders. It never writes over anything: a file that is there already must have
// the same bytes, a manifest the same text, or the error is
// [artifacts.ErrExists]. So the same export can be made twice.
//
// Files are compared with their recorded digests on their way
// ([artifacts.ErrCorrupt]). Everything must be saved ([artifacts.ErrNotSaved]),
// and no file purged or missing ([artifacts.ErrNotFound]). After an error
// nothing is left behind.
func (r *Repository) Export(ctx context.Context, url string, picks ...Pick) error {
	if err := r.export(ctx, url, picks); err != nil {
		return fmt.Errorf("export repository %q to %q: %w", r.url, url, err)
	}
	return nil
}

func (r *Repository) export(ctx context.Context, url string, picks []Pick) (err error) {
	chosen, err := r.chosen(picks)
	if err != nil {
		return err
	}
	dst, key, err := store.Open(ctx, url, r.opts.storeOptions())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	x := &export{r: r, dst: &Repository{opts: r.opts, store: dst, key: key}}
	if err := x.files(ctx, chosen); err != nil {
		return errors.Join(err, x.undo(ctx))
	}
	places := make([]manifest.Place, len(chosen))
	for i, e := range chosen {
		places[i] = e.place
	}
	text := manifest.Compose(places)
	return saving.Commit(ctx, dst, key, nil, saving.Steps{
		Edit: func(_ context.Context, now []byte, _, exists bool) (store.Text, error) {
			switch {
			case !exists:
				return text, nil
			case string(now) == string(text.Bytes()):
				return nil, nil
			}
			return nil, fmt.Errorf("another manifest %w there", artifacts.ErrExists)
		},
		Remember: func() {},
		Undo:     x.undo,
	})
}

// chosen finds the versions picked. What it returns is not changed any more.
func (r *Repository) chosen(picks []Pick) ([]entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.settled(); err != nil {
		return nil, err
	}
	list, err := r.pick(picks)
	if err != nil {
		return nil, err
	}
	copies := make([]entry, len(list))
	for i, e := range list {
		if err := e.present(); err != nil {
			return nil, fmt.Errorf("version %d of artifact %q: %w", e.meta.Version, e.meta.Name, err)
		}
		copies[i] = entry{place: manifest.Alone(e.place.Text()), meta: e.meta}
	}
	return copies, nil
}

// export is one export under way.
type export struct {
	r, dst *Repository
	made   []string // keys of the files
}

func (x *export) files(ctx context.Context, list []entry) error {
	g := saving.NewGroup(ctx, x.dst.store)
	g.Meter = progress.Start("export", x.r.opts.Progress)
	defer g.Meter.End()
	seen := map[string]bool{}
	for _, e := range list {
		src, err := x.r.locate(e.meta)
		if err == nil {
			var dst string
			if dst, err = x.dst.locate(e.meta); err == nil && !seen[dst] {
				seen[dst] = true
				g.Meter.Expect(1, e.meta.Size)
				g.Go(func(ctx context.Context) error { return x.file(ctx, g, e.meta, src, dst) })
			}
		}
		if err != nil {
			return errors.Join(err, g.Wait())
		}
	}
	return g.Wait()
}

// file copies one file, or finds that it is there.
func (x *export) file(ctx context.Context, g *saving.Group, meta artifacts.Artifact, src, dst string) error {
	defer g.Meter.File()
	if x.r.store.Same(src, x.dst.store, dst) {
		return nil // onto itself: the manifest decides
	}
	info, err := g.Copy(ctx, dst, x.r.store, src)
	if errors.Is(err, artifacts.ErrExists) {
		same, compared := saving.SameFile(ctx, x.r.store, src, x.dst.store, dst)
		if compared == nil && same {
			return nil
		}
		return errors.Join(err, compared)
	}
	if err != nil {
		return err
	}
	return g.Do(func() error {
		x.made = append(x.made, dst)
		if meta.SHA256 != "" && !strings.EqualFold(info.SHA256, meta.SHA256) {
			return fmt.Errorf("version %d of artifact %q: %w: SHA-256 is %s, recorded was %s",
				meta.Version, meta.Name, artifacts.ErrCorrupt, info.SHA256, meta.SHA256)
		}
		return nil
	})
}

func (x *export) undo(ctx context.Context) error { return saving.Undo(ctx, x.dst.store, x.made) }
