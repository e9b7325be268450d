// Package registry gives names to open projects, so that experiments can depend
// on one another without knowing where each project lies on which machine.
//
//	registry.Default().Add("features", features)
//	models, err := project.Open(ctx, "models.json", &project.Options{Resolver: registry.Default()})
//
// An experiment of models that depends on one of features is then recorded as
// "features|slug", and found again wherever features was opened. Python's
// lazyscribe has the same registry and the same text form.
//
// A Registry is safe for concurrent use and keeps the projects it is given: they
// must stay open while names are resolved.
package registry

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A Registry holds projects by name. The zero value is empty and ready.
type Registry struct {
	mu    sync.RWMutex
	names []string // in order of registration
	byKey map[string]*project.Project
}

var (
	_ project.Namer = (*Registry)(nil)

	std Registry
)

// Default returns the registry of the process, which is empty until somebody
// adds to it. It is the one piece of shared state of this package.
func Default() *Registry { return &std }

// Add gives a project a name. A name cannot hold a bar, which separates it from
// the slug in what is written. A name that is taken is [artifacts.ErrExists].
func (r *Registry) Add(name string, p *project.Project) error {
	switch {
	case name == "" || strings.Contains(name, "|"):
		return fmt.Errorf("register project %q: the name must not be empty nor hold a bar", name)
	case p == nil:
		return fmt.Errorf("register project %q: the project is nil", name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey[name] != nil {
		return fmt.Errorf("register project %q: %w", name, artifacts.ErrExists)
	}
	if r.byKey == nil {
		r.byKey = map[string]*project.Project{}
	}
	r.byKey[name] = p
	r.names = append(r.names, name)
	return nil
}

// Remove takes a name away; it reports whether there was one.
func (r *Registry) Remove(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey[name] == nil {
		return false
	}
	delete(r.byKey, name)
	for i, n := range r.names {
		if n == name {
			r.names = append(r.names[:i:i], r.names[i+1:]...)
			break
		}
	}
	return true
}

// Project returns the project of a name, or [artifacts.ErrNotFound].
func (r *Registry) Project(name string) (*project.Project, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if p := r.byKey[name]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("project %q in the registry: %w", name, artifacts.ErrNotFound)
}

// All ranges over names and projects in order of registration.
func (r *Registry) All() iter.Seq2[string, *project.Project] {
	return func(yield func(string, *project.Project) bool) {
		r.mu.RLock()
		names := append([]string(nil), r.names...)
		r.mu.RUnlock()
		for _, name := range names {
			if p, err := r.Project(name); err == nil && !yield(name, p) {
				return
			}
		}
	}
}

// NameOf returns the first name whose project was opened at path. Paths that
// lead to one file by different spellings are one.
func (r *Registry) NameOf(path string) (name string, ok bool) {
	for name, p := range r.All() {
		if samePlace(p.URL(), path) {
			return name, true
		}
	}
	return "", false
}

// Resolve finds the experiment of a reference whose project is a name of the
// registry, or the path of a project that is in it.
func (r *Registry) Resolve(_ context.Context, ref experiment.Ref) (*experiment.Experiment, error) {
	p, err := r.Project(ref.Project)
	if err != nil {
		name, ok := r.NameOf(ref.Project)
		if !ok {
			return nil, err
		}
		if p, err = r.Project(name); err != nil {
			return nil, err
		}
	}
	return p.Lookup(ref.Slug)
}

// samePlace compares the URL of a project with a path, as given or as the text
// of a dependency, which has no scheme.
func samePlace(url, path string) bool {
	if url == path {
		return true
	}
	if scheme, rest, ok := strings.Cut(url, "://"); ok {
		if rest == path {
			return true
		}
		if scheme != "file" {
			return false
		}
		url = rest
	}
	a, errA := filepath.Abs(url)
	b, errB := filepath.Abs(path)
	return errA == nil && errB == nil && a == b
}
