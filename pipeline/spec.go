package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// Cache says what a step does about stored payloads.
type Cache int

const (
	// CacheDefault loads what is stored, and stores what it generates.
	CacheDefault Cache = iota

	// CacheRecompute generates once in each process, whatever is stored, and stores
	// it.
	CacheRecompute

	// CacheDisable generates once in each process and stores nothing. A step that
	// depends on it is generated in each process too, as nobody can tell what it
	// was made from.
	CacheDisable

	// CacheIgnore is CacheDisable for what does not matter to the result, such as a
	// connection: the step is not in the hash of those that depend on it.
	CacheIgnore
)

// stores reports whether what is generated is stored.
func (c Cache) stores() bool { return c == CacheDefault || c == CacheRecompute }

// A Spec says what a step is. P are its parameters, a struct or a map as package
// params takes them; V is its payload.
type Spec[P, V any] struct {
	// Name begins the names of the files: letters, digits, '_', '.' and '-'. "" is
	// made of P: GaussianPointsParams is gaussian_points.
	Name string

	Params P

	// Version is changed by the author with the code of Generate, so that what
	// older code made is not taken for what this one makes.
	Version string

	// Generate makes the payload. It gets the payloads of other steps by their
	// method Payload with the ctx it is given, so that the use is seen.
	Generate func(ctx context.Context, p P) (V, error)

	// DependsOn are the steps whose payloads Generate uses.
	DependsOn []Node

	// Validate refuses a payload that cannot be right, before it is stored and
	// when it was loaded.
	Validate func(p P, v V) error

	// PostGenerate and PostLoad add to a payload what is not worth storing: after
	// it was generated, validated and stored, or loaded and validated. After
	// GenerateOptions.NoPersist a later Persist stores that too.
	PostGenerate, PostLoad func(ctx context.Context, p P, v *V) error

	// Handler is the alias of what keeps the payload, IO the handler itself. At
	// most one is given; else what is registered for V keeps it, and if there is
	// none, the format "archive".
	Handler string
	IO      artifacts.Handler

	Cache  Cache
	MaxAge time.Duration // after which a payload is stale; 0: never

	// Logger hears what [Logger] is told while the payload is generated, besides
	// the log file and Options.Logger; nil: nobody.
	Logger *slog.Logger
}

// New returns a step. Nothing is read or written yet, but whatever is wrong with
// the spec is found: parameters without a canonical form, a dependency that has
// the name of another one or of a parameter, a payload that nothing can keep.
func New[P, V any](s *Store, spec Spec[P, V]) (*Step[P, V], error) {
	if spec.Name == "" {
		spec.Name = nameOf(reflect.TypeFor[P]())
	}
	step, err := newStep(s, spec)
	if err != nil {
		return nil, fmt.Errorf("new step %q: %w", spec.Name, err)
	}
	return step, nil
}

func newStep[P, V any](s *Store, spec Spec[P, V]) (*Step[P, V], error) {
	if s == nil {
		return nil, errors.New("the store is nil")
	}
	if err := checkName(spec.Name); err != nil {
		return nil, err
	}
	if spec.Generate == nil {
		return nil, errors.New("Generate is nil")
	}
	if spec.Cache < CacheDefault || spec.Cache > CacheIgnore {
		return nil, fmt.Errorf("unknown Cache %d", spec.Cache)
	}
	codec, err := codecFor(s.opts.Types, spec)
	if err != nil {
		return nil, err
	}
	if suffix := codec.Format().Suffix; "."+suffix == recordSuffix {
		return nil, fmt.Errorf("files of handler %q end in %q, as those of records do", codec.Format().Alias, suffix)
	}
	spec.DependsOn = slices.Clone(spec.DependsOn)
	c := &core{store: s, cache: spec.Cache, maxAge: spec.MaxAge, codec: codec, tracked: map[string]bool{}}
	c.logger = s.opts.Logger
	if spec.Logger != nil {
		c.logger = slog.New(slog.NewMultiHandler(s.opts.Logger.Handler(), spec.Logger.Handler()))
	}
	var trees []*params.Tree
	for _, d := range spec.DependsOn {
		dep, err := coreOf(d)
		if err != nil {
			return nil, fmt.Errorf("dependency: %w", err)
		}
		c.tracked[d.Hash()] = true
		if dep.cache != CacheIgnore {
			c.deps = append(c.deps, d)
			trees = append(trees, d.ParamsTree())
		}
	}
	if c.tree, err = params.New(spec.Name, spec.Version, spec.Params, trees...); err != nil {
		return nil, err
	}
	step := &Step[P, V]{c: c, spec: spec, busy: make(chan struct{}, 1)}
	c.produce = step.produce
	c.value = func(ctx context.Context) (any, error) { return step.Payload(ctx) }
	return step, nil
}

// codecFor returns what keeps the payloads of a step.
func codecFor[P, V any](types *shelf.Registry, spec Spec[P, V]) (shelf.Codec, error) {
	switch {
	case spec.IO != nil && spec.Handler != "":
		return nil, errors.New("both Handler and IO are given: leave one out")
	case spec.IO != nil:
		return handlerCodec(spec.IO)
	case spec.Handler != "":
		return types.ByAlias(spec.Handler)
	}
	codec, err := types.ByType(reflect.TypeFor[V](), nil)
	if !errors.Is(err, artifacts.ErrUnknownHandler) {
		return codec, err
	}
	spec.IO = archive.Handler{}
	if h, err := types.ByAlias(spec.IO.Format().Alias); err == nil {
		return h, nil // perhaps with settings
	}
	return handlerCodec(spec.IO)
}

// handlerCodec makes a codec of a handler that need not be registered.
func handlerCodec(h artifacts.Handler) (shelf.Codec, error) {
	handlers := new(artifacts.Registry)
	if err := handlers.Add(h); err != nil {
		return nil, err
	}
	return shelf.NewRegistry(handlers).ByAlias(h.Format().Alias)
}
