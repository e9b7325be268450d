package repository

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A Change is one difference between two JSON values.
type Change struct {
	Path string          // such as opt.layers[3]; "" for the whole
	Old  json.RawMessage // nil: it was not there
	New  json.RawMessage // nil: it is not there any more
}

// DiffStructure returns what differs between the values of two versions in JSON,
// in order of their paths: keys of objects are compared by name, elements of
// lists by place. 1 and 1.0 differ. Which version comes first is decided as in
// [Repository.Diff]. Values are as in the file, so NaN and infinities may be
// among them, which RFC 8259 does not know.
func (r *Repository) DiffStructure(ctx context.Context, name string, a, b Version) ([]Change, error) {
	changes, err := r.diffStructure(ctx, name, a, b)
	if err != nil {
		return nil, fmt.Errorf("diff: %w", err)
	}
	return changes, nil
}

func (r *Repository) diffStructure(ctx context.Context, name string, a, b Version) ([]Change, error) {
	from, to, err := r.pair(ctx, name, a, b)
	if err != nil {
		return nil, err
	}
	var trees [2]any
	for i, c := range [...]content{from, to} {
		if trees[i], err = pyjson.Parse(c.data); err != nil {
			return nil, fmt.Errorf("artifact %q, version %d: handler %q: not JSON: %w", name, c.meta.Version, c.meta.Handler, err)
		}
	}
	var d structure
	d.compare("", trees[0], trees[1])
	return d.changes, d.err
}

// structure collects differences.
type structure struct {
	changes []Change
	err     error
}

func (d *structure) compare(path string, a, b any) {
	oa, isObject := a.(*pyjson.Object)
	ob, both := b.(*pyjson.Object)
	if isObject && both {
		d.objects(path, oa, ob)
		return
	}
	la, isList := a.([]any)
	lb, both := b.([]any)
	if isList && both {
		d.lists(path, la, lb)
		return
	}
	if !pyjson.Equal(a, b) {
		d.changes = append(d.changes, Change{path, d.text(a), d.text(b)})
	}
}

func (d *structure) objects(path string, a, b *pyjson.Object) {
	keys := append(a.Keys(), b.Keys()...)
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		va, inA := a.Get(key)
		vb, inB := b.Get(key)
		d.member(path+pyjson.KeyStep(path, key), va, inA, vb, inB)
	}
}

func (d *structure) lists(path string, a, b []any) {
	for i := range max(len(a), len(b)) {
		var va, vb any
		if i < len(a) {
			va = a[i]
		}
		if i < len(b) {
			vb = b[i]
		}
		d.member(path+"["+strconv.Itoa(i)+"]", va, i < len(a), vb, i < len(b))
	}
}

func (d *structure) member(path string, a any, inA bool, b any, inB bool) {
	switch {
	case inA && inB:
		d.compare(path, a, b)
	case inA:
		d.changes = append(d.changes, Change{Path: path, Old: d.text(a)})
	default:
		d.changes = append(d.changes, Change{Path: path, New: d.text(b)})
	}
}

func (d *structure) text(v any) json.RawMessage {
	text, err := pyjson.Append(nil, v, nil)
	if err != nil && d.err == nil {
		d.err = err
	}
	return text
}
