package shelf

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// LookupOptions are the choices of one lookup. Nil means all defaults.
type LookupOptions struct {
	// Strict finds what is registered for the type itself only.
	Strict bool

	// Bound is an interface that the registered type must satisfy; nil is none.
	Bound reflect.Type
}

// ByType returns the codec for a type: the one registered for it, or else that of
// the first registered interface that it implements, in the order in which they
// were registered. If there is none the error is [artifacts.ErrUnknownHandler].
func (r *Registry) ByType(t reflect.Type, o *LookupOptions) (Codec, error) {
	if t == nil {
		return nil, errors.New("find codec: a nil interface has no type to choose one by")
	}
	var opts LookupOptions
	if o != nil {
		opts = *o
	}
	if b := opts.Bound; b != nil && b.Kind() != reflect.Interface {
		return nil, fmt.Errorf("find codec of type %s: bound %s is not an interface", t, b)
	}
	e, ok := r.find(t, opts)
	if !ok {
		return nil, fmt.Errorf("find codec: %w for type %s%s", artifacts.ErrUnknownHandler, t, r.hint(t))
	}
	return r.resolve(e)
}

func (r *Registry) find(t reflect.Type, o LookupOptions) (entry, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	within := func(e entry) bool { return o.Bound == nil || e.typ.Implements(o.Bound) }
	i := slices.IndexFunc(r.entries, func(e entry) bool { return e.typ == t && within(e) })
	if i < 0 && !o.Strict {
		i = slices.IndexFunc(r.entries, func(e entry) bool {
			return e.typ.Kind() == reflect.Interface && t.Implements(e.typ) && within(e)
		})
	}
	if i < 0 {
		return entry{}, false
	}
	return r.entries[i], true
}

// resolve finds the handler of an entry that names one.
func (r *Registry) resolve(e entry) (Codec, error) {
	if e.codec != nil {
		return e.codec, nil
	}
	h, err := r.handlerSet().Lookup(e.alias)
	if err != nil {
		return nil, fmt.Errorf("find codec of type %s: %w", e.typ, err)
	}
	return handlerCodec{typ: e.typ, handler: h}, nil
}

// hint ends the error about a type with what the caller may have meant.
func (r *Registry) hint(t reflect.Type) string {
	near := []reflect.Type{reflect.PointerTo(t)}
	if t.Kind() == reflect.Pointer {
		near = append(near, t.Elem())
	}
	for _, other := range near {
		if _, ok := r.find(other, LookupOptions{Strict: true}); ok {
			return fmt.Sprintf(" (%s is registered)", other)
		}
	}
	return ": register it with shelf.Register or shelf.RegisterAlias"
}

// ByAlias returns the codec with an alias: that of a kind, or that of a handler
// for values of any type. If there is none the error is
// [artifacts.ErrUnknownHandler].
func (r *Registry) ByAlias(alias string) (Codec, error) {
	r.mu.RLock()
	i := slices.IndexFunc(r.entries, func(e entry) bool { return e.codec != nil && e.alias == alias })
	var found Codec
	if i >= 0 {
		found = r.entries[i].codec
	}
	r.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	h, err := r.handlerSet().Lookup(alias)
	if err != nil {
		return nil, fmt.Errorf("find codec: %w", err)
	}
	return OfHandler(h), nil
}
