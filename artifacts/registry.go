package artifacts

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A Registry finds handlers by alias. The zero Registry is empty and ready for
// use. It must not be copied; see [Registry.Clone].
type Registry struct {
	mu      sync.RWMutex
	byAlias map[string]Handler
	order   []string // aliases as they were added, for BySuffix
	hint    func(alias string) string
	supply  func() // adds more, see Supply; nil: nothing
}

var defaultRegistry = newDefault()

func newDefault() *Registry {
	r := new(Registry)
	r.Register(JSON{})
	r.Register(Text{})
	r.Register(Gob{})
	return r
}

// Default returns the registry used where none is given. It begins with
// [JSON], [Text] and [Gob], and is shared by the whole process.
func Default() *Registry { return defaultRegistry }

// Register adds a handler to the [Default] registry, usually from an init
// function. It panics as [Registry.Register] does.
func Register(h Handler) { defaultRegistry.Register(h) }

// Register adds a handler and panics where [Registry.Add] returns an error: it
// is meant for program start, where such an error is a mistake in the program.
func (r *Registry) Register(h Handler) {
	if err := r.Add(h); err != nil {
		panic("artifacts: " + err.Error())
	}
}

// Add adds a handler under its format's alias. It refuses a nil handler, a
// format that [CheckFormat] refuses, environment keys that
// [CheckEnvironmentKey] refuses, and an alias that is taken ([ErrExists]).
func (r *Registry) Add(h Handler) error {
	if v := reflect.ValueOf(h); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return errors.New("register handler: handler is nil")
	}
	format := h.Format()
	if err := CheckFormat(format); err != nil {
		return fmt.Errorf("register handler: %w", err)
	}
	if k, ok := h.(EnvironmentKeyer); ok {
		for _, key := range k.EnvironmentKeys() {
			if err := CheckEnvironmentKey(key); err != nil {
				return fmt.Errorf("register handler %q: %w", format.Alias, err)
			}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.byAlias[format.Alias]; taken {
		return fmt.Errorf("register handler %q: %w", format.Alias, ErrExists)
	}
	if r.byAlias == nil {
		r.byAlias = make(map[string]Handler)
	}
	r.byAlias[format.Alias] = h
	r.order = append(r.order, format.Alias)
	return nil
}

// Lookup returns the handler registered under alias. If there is none the
// error is [ErrUnknownHandler], lists the aliases that are known, and ends with
// what the function given to [Registry.Hint] says.
func (r *Registry) Lookup(alias string) (Handler, error) {
	h, hint, unknown := r.lookup(alias)
	if h == nil {
		r.supplied()
		h, hint, unknown = r.lookup(alias)
	}
	if h != nil {
		return h, nil
	}
	if hint != nil {
		if text := hint(alias); text != "" {
			return nil, fmt.Errorf("%w; %s", unknown, text)
		}
	}
	return nil, unknown
}

// lookup returns the handler, or whom to ask for a hint and the error there is
// without one: asking takes its time, and is not done under the lock.
func (r *Registry) lookup(alias string) (h Handler, hint func(alias string) string, unknown error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if h, ok := r.byAlias[alias]; ok {
		return h, nil, nil
	}
	known := "none is registered"
	if len(r.byAlias) > 0 {
		known = "known: " + strings.Join(slices.Sorted(maps.Keys(r.byAlias)), ", ")
	}
	return nil, r.hint, fmt.Errorf("%w %s (%s)", ErrUnknownHandler, strconv.Quote(alias), known)
}

// Hint sets a function that [Registry.Lookup] asks when an alias is unknown:
// what it returns, such as the command that would add the handler, ends the
// error's message. The empty text adds nothing. It is called at each such
// Lookup, perhaps several times at once, and replaces one set before; nil sets
// none.
func (r *Registry) Hint(hint func(alias string) string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hint = hint
}

// BySuffix returns the handler for files whose names end in a dot and suffix:
// the one registered first if there are several. Files without a suffix have
// none.
func (r *Registry) BySuffix(suffix string) (Handler, bool) {
	if suffix == "" {
		return nil, false
	}
	if h, ok := r.bySuffix(suffix); ok {
		return h, true
	}
	r.supplied()
	return r.bySuffix(suffix)
}

func (r *Registry) bySuffix(suffix string) (Handler, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, alias := range r.order {
		if h := r.byAlias[alias]; h.Format().Suffix == suffix {
			return h, true
		}
	}
	return nil, false
}

// All yields the handlers that are registered when the iteration begins,
// sorted by alias.
func (r *Registry) All() iter.Seq[Handler] {
	return func(yield func(Handler) bool) {
		r.supplied()
		r.mu.RLock()
		all := maps.Clone(r.byAlias)
		r.mu.RUnlock()
		for _, alias := range slices.Sorted(maps.Keys(all)) {
			if !yield(all[alias]) {
				return
			}
		}
	}
}

// Clone returns a registry with the same handlers and hint, to which others can
// be added without changing r.
func (r *Registry) Clone() *Registry {
	r.supplied()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return &Registry{byAlias: maps.Clone(r.byAlias), order: slices.Clone(r.order), hint: r.hint}
}

// CheckFormat returns an error if a format's alias or suffix cannot be used:
// see [Format].
func CheckFormat(f Format) error {
	if f.Alias == "" {
		return errors.New("alias is empty")
	}
	for i, c := range []byte(f.Alias) {
		if 'a' <= c && c <= 'z' || i > 0 && ('0' <= c && c <= '9' || c == '_' || c == '-') {
			continue
		}
		return fmt.Errorf("alias %q must be lower-case letters, digits, _ and -, beginning with a letter", f.Alias)
	}
	if f.Suffix == "" {
		return nil
	}
	// A suffix becomes part of a file name, so it must not be able to change
	// the folder or to vanish as trailing dots do on some systems.
	for part := range strings.SplitSeq(f.Suffix, ".") {
		if part == "" || strings.Trim(part, suffixBytes) != "" {
			return fmt.Errorf("suffix %q of alias %q must be letters, digits, _ and -, joined by dots", f.Suffix, f.Alias)
		}
	}
	return nil
}

const suffixBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
