package params

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// A Tree is the parameters of a step and of all steps it depends on. Steps that
// several depend on are one Tree, which all of them share.
type Tree struct {
	Name    string
	Version string // of the step's code, as its author counts
	Hash    string // see [Hash]

	// Set is the step's own parameters.
	Set

	// Dependencies are the steps it depends on, by their names.
	Dependencies map[string]*Tree
}

// New returns the tree of a step, with its hash. Its parameters must be a struct
// or a map with keys, and none of them may have the name of a dependency: in a
// tree that is flat both would be in one place.
func New(name, version string, v any, dependencies ...*Tree) (*Tree, error) {
	set, err := Of(v)
	if err != nil {
		return nil, err
	}
	return FromSet(name, version, set, dependencies...)
}

// FromSet is [New] for parameters that are in canonical form already.
func FromSet(name, version string, set Set, dependencies ...*Tree) (*Tree, error) {
	if err := checkText(set.Text); err != nil {
		return nil, err
	}
	if !utf8.ValidString(name) || !utf8.ValidString(version) {
		return nil, fmt.Errorf("name %q or version %q is not UTF-8", name, version)
	}
	t := &Tree{Name: name, Version: version, Set: set, Dependencies: map[string]*Tree{}}
	for _, d := range dependencies {
		if _, ok := t.Dependencies[d.Name]; ok {
			return nil, fmt.Errorf("%w: two dependencies are both called %q", ErrAmbiguous, d.Name)
		}
		t.Dependencies[d.Name] = d
	}
	// Those below were looked at when they were made.
	if _, err := t.own(); err != nil {
		return nil, err
	}
	t.Hash = Hash(name, version, set.Text, t.Hashes())
	return t, nil
}

// Hashes returns the hashes of the steps that the step itself depends on, by
// their names.
func (t *Tree) Hashes() map[string]string {
	hashes := make(map[string]string, len(t.Dependencies))
	for name, d := range t.Dependencies {
		hashes[name] = d.Hash
	}
	return hashes
}

// All returns the trees of the step and of all it depends on, each once, by
// their hashes.
func (t *Tree) All() map[string]*Tree {
	all := map[string]*Tree{}
	var visit func(*Tree)
	visit = func(t *Tree) {
		if all[t.Hash] != nil {
			return
		}
		all[t.Hash] = t
		for _, d := range t.Dependencies {
			visit(d)
		}
	}
	visit(t)
	return all
}

// Flat returns the parameters as nested maps, those of a dependency under its
// name beside the step's own, hashed or not: {"n": 5, "points": {"n": 100}}.
// Values are as [Value] has them. Maps of steps that several depend on are
// shared.
func (t *Tree) Flat() (map[string]any, error) { return t.flat(map[*Tree]map[string]any{}) }

func (t *Tree) flat(done map[*Tree]map[string]any) (map[string]any, error) {
	if known, ok := done[t]; ok {
		return known, nil
	}
	flat, err := t.own()
	if err != nil {
		return nil, err
	}
	for name, d := range t.Dependencies {
		if flat[name], err = d.flat(done); err != nil {
			return nil, err
		}
	}
	done[t] = flat
	return flat, nil
}

// own returns the step's own parameters, hashed or not, none of which has the name
// of a dependency.
func (t *Tree) own() (map[string]any, error) {
	v, err := Value(t.Text)
	if err != nil {
		return nil, err
	}
	own, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("params are no JSON object")
	}
	for path, text := range t.Unhashed {
		if own[path], err = Value(text); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Dependencies)) {
		if _, ok := own[name]; ok {
			return nil, fmt.Errorf("%w: %q is the name of a parameter and of a dependency", ErrAmbiguous, name)
		}
	}
	return own, nil
}
