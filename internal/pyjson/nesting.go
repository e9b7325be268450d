package pyjson

import (
	"fmt"
	"reflect"
)

const (
	// cycleFrom is the number of references on the way to a value from which
	// they are remembered. Few values have so many, and a cycle gets there.
	cycleFrom = 64

	// maxRefs bounds the references on the way to a value; only a chain of
	// pointers to pointers can have more of them than it has levels.
	maxRefs = 4 * MaxWriteDepth
)

// Nesting guards a walk through a Go value against endless and too deep ones.
type nesting struct {
	depth int // open lists and objects
	refs  int // pointers, maps and slices on the way
	seen  map[ref]bool
}

// A ref identifies a pointer, map or slice. Different slices may start at one
// address, and so may a struct and its first field.
type ref struct {
	pointer uintptr
	length  int
	typ     reflect.Type
}

// A step is one value that a walk went into.
type step struct {
	ref          ref
	levels, refs int // 0 or 1
}

// enter notes that the walk goes into v, and leave that it has come out.
func (n *nesting) enter(v reflect.Value) (step, error) {
	s := step{levels: 1}
	switch v.Kind() {
	case reflect.Pointer:
		s.refs, s.ref = 1, ref{v.Pointer(), 0, v.Type()}
		if v.Type().Elem() != objectType {
			s.levels = 0
		}
	case reflect.Map:
		s.refs, s.ref = 1, ref{v.Pointer(), 0, v.Type()}
	case reflect.Slice:
		s.refs, s.ref = 1, ref{v.Pointer(), v.Len(), v.Type()}
	}
	switch remember := s.refs > 0 && n.refs >= cycleFrom; {
	case remember && n.seen[s.ref]:
		return s, ErrCycle
	case n.depth+s.levels > MaxWriteDepth || n.refs+s.refs > maxRefs:
		return s, fmt.Errorf("%w: more than %d levels", ErrTooDeep, MaxWriteDepth)
	case remember:
		if n.seen == nil {
			n.seen = map[ref]bool{}
		}
		n.seen[s.ref] = true
	}
	n.depth += s.levels
	n.refs += s.refs
	return s, nil
}

func (n *nesting) leave(s step) {
	n.depth -= s.levels
	n.refs -= s.refs
	if n.seen != nil {
		delete(n.seen, s.ref)
	}
}
