package repository

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/neighbours"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// PurgeOptions are the choices of one purge. Nil means all defaults.
type PurgeOptions struct {
	DryRun bool // only say what would be purged
}

// Purge deletes the files of versions that expired before a time, and have
// expired by now. Their entries stay, with the time of the purge; loading them is
// [artifacts.ErrNotFound]. It returns the versions. Nothing else ever deletes a
// version's file.
//
// The manifest is read anew first, and saved before the files are deleted, so
// everything else must be saved ([artifacts.ErrNotSaved]). A file that a version
// names which is to stay, or another manifest in the same folder, is kept, and
// so are all files while one of these manifests cannot be read. A purge that was
// interrupted can be repeated.
func (r *Repository) Purge(ctx context.Context, before time.Time, o *PurgeOptions) ([]artifacts.Artifact, error) {
	list, err := r.purge(ctx, before, o != nil && o.DryRun)
	if err != nil {
		return list, fmt.Errorf("purge repository %q: %w", r.url, err)
	}
	return list, nil
}

func (r *Repository) purge(ctx context.Context, before time.Time, dryRun bool) ([]artifacts.Artifact, error) {
	if r.opts.Mode == ReadOnly && !dryRun {
		return nil, fmt.Errorf("it is opened %w", artifacts.ErrReadOnly)
	}
	r.mu.Lock()
	err := r.settled()
	unread := r.truncate && r.exists
	r.mu.Unlock()
	if unread {
		err = fmt.Errorf("in mode %q the files belong to versions that are not read: save first", Truncate)
	}
	if err != nil {
		return nil, err
	}
	if err := r.refresh(ctx); err != nil {
		return nil, err
	}
	claims, err := r.claims(ctx)
	if err != nil {
		return nil, err
	}
	return r.purgeUnclaimed(ctx, before, claims, dryRun)
}

func (r *Repository) purgeUnclaimed(ctx context.Context, before time.Time, claims *neighbours.Claims, dryRun bool) ([]artifacts.Artifact, error) {
	if broken := r.Problems(); len(broken) > 0 {
		return nil, fmt.Errorf("it may name any of the files: %w", broken[0])
	}
	r.mu.Lock()
	chosen, keys := r.purgeable(before, claims)
	list := metas(chosen)
	if !dryRun {
		for i, e := range chosen {
			list[i].PurgedAt = pytime.Seconds(r.now())
			e.change(list[i])
		}
	}
	r.mu.Unlock()
	for i := range list {
		list[i] = list[i].Clone()
	}
	if dryRun {
		return list, nil
	}
	if len(chosen) > 0 {
		if err := r.Save(ctx); err != nil {
			return nil, errors.Join(err, r.unpurge(chosen))
		}
	}
	if err := saving.Remove(ctx, r.store, keys); err != nil {
		return list, fmt.Errorf("saved, but files are still there: %w", err)
	}
	return list, nil
}

// claims returns the keys of files that are not this repository's to delete:
// those other manifests in the folder name.
func (r *Repository) claims(ctx context.Context) (*neighbours.Claims, error) {
	var beside []store.Info
	var folders []string
	for info, err := range r.store.Folder(ctx, r.key[:strings.LastIndexByte(r.key, '/')+1]) {
		if err != nil {
			return nil, err
		}
		switch {
		case strings.HasSuffix(info.Key, "/"):
			folders = append(folders, info.Key)
		case info.Key != r.key:
			beside = append(beside, info)
		}
	}
	home := &record.Home{Store: r.store, Manifest: r.key, Loader: payload.Loader{Handlers: r.opts.Handlers, Logger: r.opts.Logger}}
	claims, err := neighbours.Find(ctx, home, beside, folders)
	if err == nil && claims.Blind != "" {
		err = fmt.Errorf("%q cannot be read and may name any of the files", r.store.URL(claims.Blind))
	}
	return claims, err
}

// purgeable returns the versions to be purged, and the keys of their files and
// of those that were purged before. The lock is held.
func (r *Repository) purgeable(before time.Time, claims *neighbours.Claims) (chosen []*entry, keys []string) {
	now := r.now()
	due := func(e *entry) bool {
		return e.err == nil && e.expired(now) && e.meta.Expiry.Before(before)
	}
	kept := claims.Keys
	for e := range r.entries() {
		if key, err := r.locate(e.meta); err == nil && !due(e) {
			kept[key] = true
		}
	}
	for e := range r.entries() {
		key, err := r.locate(e.meta)
		if err != nil || kept[key] || !due(e) {
			continue
		}
		keys = append(keys, key)
		if e.meta.PurgedAt.IsZero() {
			chosen = append(chosen, e)
		}
	}
	return chosen, keys
}

// unpurge takes back what a purge that failed wanted to save.
func (r *Repository) unpurge(chosen []*entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, e := range chosen {
		if e.state == edited && len(e.attempts) == 0 {
			errs = append(errs, r.discard(e))
		}
	}
	return errors.Join(errs...)
}
