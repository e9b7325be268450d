package shelf

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// ErrRegistered: the type, or the alias, is registered already, and
// [RegisterOptions].Clobber was not set. It wraps [artifacts.ErrExists].
var ErrRegistered = fmt.Errorf("registered already (%w)", artifacts.ErrExists)

// A Registry finds codecs by Go type and by alias. The zero Registry is empty and
// ready for use, with the handlers of [artifacts.Default]. It must not be copied.
type Registry struct {
	handlers *artifacts.Registry // nil: artifacts.Default

	mu      sync.RWMutex
	entries []entry // in the order they were registered
}

// entry is what one type is kept with: a codec of its own, or a handler.
type entry struct {
	typ   reflect.Type
	alias string
	codec Codec // nil: the handler that has the alias
}

// NewRegistry returns an empty registry whose aliases, but for those of kinds, are
// those of a registry of handlers; nil is [artifacts.Default].
func NewRegistry(handlers *artifacts.Registry) *Registry { return &Registry{handlers: handlers} }

var defaultRegistry = NewRegistry(nil)

// Default returns the registry used where none is given. It begins empty, and is
// shared by the whole process.
func Default() *Registry { return defaultRegistry }

// RegisterOptions are the choices of one registration. Nil means all defaults.
type RegisterOptions struct {
	// Clobber replaces what the type and the alias are registered for.
	Clobber bool
}

// Register has values of type T kept as k says. A type is registered once, and so
// is an alias, which no handler must have either: else it is [ErrRegistered].
// A *T is another type than T. If T is an interface see [Registry.ByType].
func Register[T any](r *Registry, k Kind[T], o *RegisterOptions) error {
	codec, err := k.codec()
	if err != nil {
		return fmt.Errorf("register type %s: %w", reflect.TypeFor[T](), err)
	}
	return r.add(entry{reflect.TypeFor[T](), k.Format.Alias, codec}, o)
}

// MustRegister is Register for the start of a program, where an error is a mistake
// in it: it panics.
func MustRegister[T any](r *Registry, k Kind[T], o *RegisterOptions) {
	if err := Register(r, k, o); err != nil {
		panic("shelf: " + err.Error())
	}
}

// RegisterAlias has values of type T kept in one file by the handler with an
// alias, such as "json". Any number of types can share one; it is looked up when
// it is used, so the handler may be registered later.
func RegisterAlias[T any](r *Registry, alias string, o *RegisterOptions) error {
	t := reflect.TypeFor[T]()
	if err := artifacts.CheckFormat(artifacts.Format{Alias: alias}); err != nil {
		return fmt.Errorf("register type %s: %w", t, err)
	}
	return r.add(entry{typ: t, alias: alias}, o)
}

func (r *Registry) add(e entry, o *RegisterOptions) error {
	clobber := o != nil && o.Clobber
	if e.codec != nil && !clobber {
		if _, err := r.handlerSet().Lookup(e.alias); err == nil {
			return fmt.Errorf("register type %s: a handler has the alias %q: %w", e.typ, e.alias, ErrRegistered)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	clash := func(old entry) bool {
		return old.typ == e.typ || old.alias == e.alias && (old.codec != nil || e.codec != nil)
	}
	if i := slices.IndexFunc(r.entries, clash); i >= 0 && !clobber {
		if old := r.entries[i]; old.typ != e.typ {
			return fmt.Errorf("register type %s: alias %q is that of %s: %w", e.typ, e.alias, old.typ, ErrRegistered)
		}
		return fmt.Errorf("register type %s: %w", e.typ, ErrRegistered)
	}
	r.entries = append(slices.DeleteFunc(r.entries, clash), e)
	return nil
}

func (r *Registry) handlerSet() *artifacts.Registry {
	if r.handlers == nil {
		return artifacts.Default()
	}
	return r.handlers
}

// Deregister forgets how values of type T are kept, and reports whether that was
// known.
func Deregister[T any](r *Registry) bool {
	return r.remove(func(e entry) bool { return e.typ == reflect.TypeFor[T]() })
}

// DeregisterAlias forgets all types that are kept with an alias, and reports
// whether there were any. Handlers stay where they are registered.
func (r *Registry) DeregisterAlias(alias string) bool {
	return r.remove(func(e entry) bool { return e.alias == alias })
}

func (r *Registry) remove(these func(entry) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := len(r.entries)
	r.entries = slices.DeleteFunc(r.entries, these)
	return len(r.entries) < before
}

// All yields the types that are registered when the iteration begins, with the
// aliases of their codecs, sorted by the types' names.
func (r *Registry) All() iter.Seq2[reflect.Type, string] {
	return func(yield func(reflect.Type, string) bool) {
		r.mu.RLock()
		entries := slices.Clone(r.entries)
		r.mu.RUnlock()
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.typ.String(), b.typ.String()) })
		for _, e := range entries {
			if !yield(e.typ, e.alias) {
				return
			}
		}
	}
}
