package project

import (
	"context"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// named is an artifact a record names, and the key of its file.
type named struct {
	slug, test string
	meta       artifacts.Artifact
	key        string
	err        error // why there is no key
}

// inventory is what manifests name beside what is there.
type inventory struct {
	prefix    string // of keys, where the manifest is not at the top of its store
	artifacts []named
	claimed   map[string]bool // keys that records name, of this manifest or one beside it
	folders   map[string]bool // of experiments; true: all that is in it is understood, and nobody else's
	files     map[string]store.Info
	blind     string // a manifest that may name files nobody knows of; "" without one

	segments *segment.Set
	folded   *segment.Folded // nil: nothing was
	dropped  []segment.Record
}

func newInventory(manifest string) *inventory {
	return &inventory{prefix: folderOf(manifest), claimed: map[string]bool{}, folders: map[string]bool{}, files: map[string]store.Info{}}
}

// inventory goes through the records, those of manifests beside this one too,
// and lists the files in folders of experiments.
func (p *Project) inventory(ctx context.Context) (*inventory, error) {
	if err := p.load(ctx); err != nil {
		return nil, err
	}
	p.mu.Lock()
	segments := p.segments
	records, unread := make([]*record.Record, len(p.manifest)), p.truncate && p.exists
	for i, e := range p.manifest {
		records[i] = e.base
	}
	p.mu.Unlock()
	if unread {
		return nil, fmt.Errorf("in mode %q the files belong to records that are not read: save first", Truncate)
	}
	inv := newInventory(p.home.Manifest)
	for _, r := range records {
		if r != nil {
			inv.add(p.home, r.Body())
		} else {
			inv.blind = p.home.Manifest
		}
	}
	if err := inv.addSegments(ctx, p.home, segments); err != nil {
		return nil, err
	}
	beside, folders, err := p.beside(ctx)
	if err != nil {
		return nil, err
	}
	if err := inv.addNeighbours(ctx, p.home, beside, folders); err != nil {
		return nil, err
	}
	for _, folder := range inv.looked(folders) {
		for info, err := range p.home.Store.List(ctx, folder) {
			if err != nil {
				return nil, err
			}
			inv.files[info.Key] = info
		}
	}
	return inv, nil
}

// beside lists the files beside the manifest, and the folders.
func (p *Project) beside(ctx context.Context) (files []store.Info, folders []string, err error) {
	for info, err := range p.home.Store.Folder(ctx, folderOf(p.home.Manifest)) {
		switch {
		case err != nil:
			return nil, nil, err
		case strings.HasSuffix(info.Key, "/"):
			folders = append(folders, info.Key)
		case info.Key != p.home.Manifest:
			files = append(files, info)
		}
	}
	return files, folders, nil
}

// looked picks the folders to look into: those that hold a file some record
// names, those of experiments, and those that are named like one.
func (inv *inventory) looked(folders []string) []string {
	known := map[string]bool{}
	for key := range inv.claimed {
		known[inv.top(key)] = true
	}
	for slug := range inv.folders {
		known[topFolder(slug)] = true
	}
	var list []string
	for _, folder := range folders {
		if name := inv.top(folder); known[name] || stampedFolder.MatchString(name) {
			list = append(list, folder)
		}
	}
	return list
}

// top returns the first folder of a key below the manifest's.
func (inv *inventory) top(key string) string {
	return topFolder(strings.TrimPrefix(key, inv.prefix))
}

// add takes in a record of this manifest.
func (inv *inventory) add(home *record.Home, body *record.Body) {
	understood, seen := inv.folders[body.Slug]
	inv.folders[body.Slug] = len(body.Problems) == 0 && (understood || !seen)
	body.AllArtifacts(func(t *record.Test, a *record.Artifact) {
		if a.Pending() != nil {
			return
		}
		n := named{slug: body.Slug, meta: a.Meta()}
		if t != nil {
			n.test = t.Name
		}
		if n.key, n.err = home.Key(body.Slug, t, n.meta); n.err == nil {
			inv.claimed[n.key] = true
		} else {
			inv.folders[body.Slug] = false
		}
		inv.artifacts = append(inv.artifacts, n)
	})
}
