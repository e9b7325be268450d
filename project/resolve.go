package project

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A Resolver finds the experiment a reference means. One it does not know is
// [artifacts.ErrNotFound]; the project then tries the reference as a path.
type Resolver interface {
	Resolve(ctx context.Context, ref experiment.Ref) (*experiment.Experiment, error)
}

// A Namer is a Resolver that has names for projects. They are written into
// dependencies instead of paths, which differ between machines.
type Namer interface {
	Resolver
	// NameOf returns the name of the project that was opened at path.
	NameOf(path string) (name string, ok bool)
}

// Resolve finds the experiment a dependency names: by Options.Resolver, else in
// this project, else in the project file at its path, relative to the working
// directory as in Python, then relative to this project's file. Files are opened
// read-only, once, when they are first needed; Close closes them. Dependencies
// may form cycles.
//
// A project or an experiment that is not there is [artifacts.ErrNotFound].
func (p *Project) Resolve(ctx context.Context, ref experiment.Ref) (*experiment.Experiment, error) {
	if ref.Slug == "" {
		return nil, fmt.Errorf("resolve dependency %q: it names no experiment: want project|slug", ref.Project)
	}
	x, err := p.resolve(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("resolve dependency %q: %w", ref, err)
	}
	return x, nil
}

func (p *Project) resolve(ctx context.Context, ref experiment.Ref) (*experiment.Experiment, error) {
	if r := p.opts.Resolver; r != nil {
		x, err := r.Resolve(ctx, ref)
		if err == nil || !errors.Is(err, artifacts.ErrNotFound) {
			return x, err
		}
	}
	if ref.Project == p.home.Name {
		return p.Lookup(ref.Slug)
	}
	var tried []string
	for _, url := range p.candidates(ref.Project) {
		up, err := p.upstreamAt(ctx, url)
		if err != nil {
			return nil, err
		}
		if up != nil {
			return up.Lookup(ref.Slug)
		}
		tried = append(tried, fmt.Sprintf("%q", url))
	}
	return nil, fmt.Errorf("project %w; tried %s", artifacts.ErrNotFound, strings.Join(tried, ", "))
}

// candidates lists where a project named in a dependency may be.
func (p *Project) candidates(name string) []string {
	switch {
	case strings.Contains(name, "://"):
		return []string{name}
	case p.scheme != "":
		return []string{p.scheme + "://" + name}
	case filepath.IsAbs(name):
		return []string{name}
	}
	list := []string{name}
	if beside := filepath.Join(filepath.Dir(p.home.Name), name); beside != filepath.Clean(name) {
		list = append(list, beside)
	}
	return list
}

// upstreamAt returns the project at a place, opened once, and nil if there is
// no file.
func (p *Project) upstreamAt(ctx context.Context, url string) (*Project, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	if up, ok := p.upstream[url]; ok {
		return up, nil
	}
	up, err := Open(ctx, url, &Options{Mode: ReadOnly, Author: p.opts.Author, Handlers: p.opts.Handlers,
		Resolver: p.opts.Resolver, Logger: p.opts.Logger, Now: p.opts.Now, AllowLinks: p.opts.AllowLinks})
	if err != nil {
		return nil, err
	}
	if !up.Exists() {
		return nil, up.Close()
	}
	if p.upstream == nil {
		p.upstream = map[string]*Project{}
	}
	p.upstream[url] = up
	return up, nil
}

// refName is how this project's records name the project at another home.
func (p *Project) refName(of *record.Home) string {
	if n, ok := p.opts.Resolver.(Namer); ok {
		if name, ok := n.NameOf(of.Name); ok {
			return name
		}
	}
	if of.Scheme != p.scheme {
		url := of.URL()
		if of.Scheme == "" {
			url = "file://" + of.Name // a bare path would be one of this storage
		}
		p.opts.Logger.LogAttrs(context.Background(), slog.LevelWarn, "Python cannot follow a dependency to another kind of storage: register the project under a name",
			slog.String("project", p.url), slog.String("dependency", url))
		return url
	}
	return of.Name
}
