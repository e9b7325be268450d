package project

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"gocloud.dev/blob"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Open opens the project whose manifest is at url: a path, file://path, s3://,
// gs:// or azblob:// if the program imports the driver, or mem://name/key for a
// store that lives as long as the process. A manifest that
// is not there is an empty project, in every mode; the first save makes it, and
// its folder.
//
// A manifest that is no JSON list is an error that holds a [*SyntaxError];
// mistakes within one record are set aside, see [Project.Problems].
//
// With [CommitSegments] in [Append] mode nothing is read yet. Whatever asks for
// what is there does so, once; [Project.Refresh] can be told how long to wait,
// and says what went wrong. Where there is no error to return, a project that
// cannot be read looks like one that has only what this session added, and
// Problems says why.
func Open(ctx context.Context, url string, opts *Options) (*Project, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open project %q: %w", url, err)
	}
	s, key, err := store.Open(ctx, url, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open project %q: %w", url, err)
	}
	p, err := open(ctx, s, key, url, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open project %q: %w", url, err), s.Close())
	}
	return p, nil
}

// OpenBucket opens the project whose manifest is the object key of a bucket.
// The bucket stays open when the project is closed.
//
// gocloud.dev has no way to replace an object only if nobody else did, so a
// plain bucket is for one writer at a time: SingleWriter reports it and the
// logger is told when the bucket is opened for writing. A save still notices a
// writer who came between, if not one who comes in the same instant.
func OpenBucket(ctx context.Context, b *blob.Bucket, key string, opts *Options) (*Project, error) {
	o, err := opts.withDefaults()
	if err == nil && b == nil {
		err = errors.New("the bucket is nil")
	}
	if err != nil {
		return nil, fmt.Errorf("open project %q: %w", key, err)
	}
	s, err := store.OpenBucket(b, o.storeOptions())
	if err != nil {
		return nil, fmt.Errorf("open project %q: %w", key, err)
	}
	p, err := open(ctx, s, key, key, o)
	if err != nil {
		return nil, fmt.Errorf("open project %q: %w", key, err)
	}
	return p, nil
}

func (o *Options) storeOptions() *store.Options {
	return &store.Options{NoSync: o.NoSync, AllowLinks: o.AllowLinks, AssumeSingleWriter: o.AssumeSingleWriter, Logger: o.Logger, Fault: o.fault}
}

func open(ctx context.Context, s *store.Store, key, url string, o Options) (*Project, error) {
	scheme, name := splitScheme(url)
	p := &Project{
		opts: o, url: url, scheme: scheme, saving: newGate(),
		home:   &record.Home{Store: s, Manifest: key, Name: name, Scheme: scheme, Loader: payload.Loader{Handlers: o.Handlers, Logger: o.Logger}},
		drafts: map[*experiment.Draft]*newborn{}, users: new(atomic.Int32),
	}
	p.rescues.Folder = rescue.Folder{Store: s, Manifest: key}
	p.users.Store(1)
	p.home.RefName = p.refName
	if s.SingleWriter() && o.Mode != ReadOnly && !o.AssumeSingleWriter {
		o.Logger.LogAttrs(ctx, slog.LevelWarn, "storage has no compare-and-swap: let one writer save at a time", slog.String("project", url))
	}
	if o.Mode == Append && o.Commit == CommitSegments {
		return p, nil // adding needs nothing of what is there
	}
	return p, p.load(ctx)
}

// splitScheme separates the scheme of a URL from what Python would call the
// path: everything behind "://".
func splitScheme(url string) (scheme, path string) {
	if i := strings.Index(url, "://"); i > 0 {
		if scheme = url[:i]; scheme == "file" {
			scheme = ""
		}
		return scheme, url[i+len("://"):]
	}
	return "", url
}

// Refresh reads the manifest and its segments again. What this session has not saved stays
// pending; if it changed an experiment that another writer changed too, Refresh
// returns a [*ConflictError] and leaves the project as it was.
func (p *Project) Refresh(ctx context.Context) error {
	if err := p.saving.enter(ctx); err != nil {
		return fmt.Errorf("refresh project %q: %w", p.url, err)
	}
	defer p.saving.unlock()
	now, err := p.read(ctx)
	if err != nil {
		return fmt.Errorf("refresh project %q: %w", p.url, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return fmt.Errorf("refresh project %q: %w", p.url, errClosed)
	}
	if p.truncate {
		return nil // what is there is not looked at before the first save
	}
	if p.knows(now) {
		return nil
	}
	if err := p.rebase(now); err != nil {
		return fmt.Errorf("refresh project %q: %w", p.url, err)
	}
	return nil
}

// closeAll releases what is held. The lock is held.
func (p *Project) closeAll() error {
	var errs []error
	for _, list := range [][]*entry{p.manifest, p.added} {
		for _, e := range list {
			if e.state != clean {
				errs = append(errs, dropValues(e.rec))
			}
		}
	}
	for _, up := range p.upstream {
		errs = append(errs, up.Close())
	}
	if p.users.Add(-1) == 0 {
		errs = append(errs, p.home.Store.Close())
	}
	return errors.Join(errs...)
}

// dropValues releases the values of artifacts that will not be saved.
func dropValues(r *record.Record) error {
	if r.Pending() == 0 {
		return nil
	}
	var errs []error
	r.Body().AllArtifacts(func(_ *record.Test, a *record.Artifact) {
		if v := a.Pending(); v != nil {
			errs = append(errs, v.Close())
		}
	})
	return errors.Join(errs...)
}
