package project

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// removeFiles removes the files that removed records named, unless another
// record names them too.
func (p *Project) removeFiles(ctx context.Context, removed []*entry) error {
	removed = slices.DeleteFunc(removed, func(e *entry) bool { return e.base == nil }) // never was in the manifest
	var keys []string
	for _, e := range removed {
		body := e.base.Body()
		body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
			if key, err := p.home.Key(body.Slug, t, a.Meta()); err == nil {
				keys = append(keys, key)
			}
		})
	}
	if len(keys) == 0 {
		return nil
	}
	kept, err := p.namedBeside(ctx, removed)
	if err != nil {
		return err
	}
	var errs []error
	for _, key := range keys {
		if kept.claimed[key] || kept.blind != "" {
			continue
		}
		err := p.home.Store.Remove(ctx, key)
		if err == nil || errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, artifacts.ErrUnsafePath) {
			continue // a link that leads out never held a file of this project
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// namedBeside returns what other manifests name, and those records of this one
// whose folders are those of removed records, or lie in or around them: slugs
// found in a file need not be unique, nor plain names.
func (p *Project) namedBeside(ctx context.Context, removed []*entry) (*inventory, error) {
	folders := map[string]bool{}
	for _, e := range removed {
		folders[topFolder(e.base.Slug())] = true
	}
	var near []*record.Record
	p.mu.Lock()
	for _, e := range p.view() {
		if folders[topFolder(e.rec.Slug())] {
			near = append(near, e.rec)
		}
	}
	p.mu.Unlock()
	inv := newInventory(p.home.Manifest)
	for _, r := range near {
		inv.add(p.home, r.Body())
	}
	files, dirs, err := p.beside(ctx)
	if err != nil {
		return nil, err
	}
	return inv, inv.addNeighbours(ctx, p.home, files, dirs)
}

// topFolder returns the outermost folder of a slug.
func topFolder(slug string) string {
	top, _, _ := strings.Cut(path.Clean(slug), "/")
	return top
}
