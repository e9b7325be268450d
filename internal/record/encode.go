package record

import (
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// A Plan is what a save knows of a body's artifacts before the body itself may
// know it: the manifest has to name files whose save is not yet settled.
type Plan struct {
	Files map[*Artifact]artifacts.Artifact // what was written
	Skip  map[*Artifact]bool               // what could not be encoded
}

// Indent is one level of the manifest's indentation.
const Indent = "    "

var manifestFormat = pyjson.Format{Indent: Indent, SortKeys: true}

func entryTree(meta artifacts.Artifact) (*pyjson.Object, error) { return entry.Encode(meta) }

// Append appends the text of the body as one element of a manifest's list, in
// the form Python writes: sorted keys, indented by one level.
func (b *Body) Append(dst []byte, plan *Plan) ([]byte, error) {
	e := encoder{dst: dst, plan: plan}
	values := map[string]func(level int){
		"artifacts":  func(level int) { e.artifacts(b.Artifacts, level) },
		"author":     func(int) { e.text(b.Author) },
		"created_at": func(int) { e.text(pytime.Format(b.CreatedAt)) },
		"dependencies": func(level int) {
			e.list(len(b.Dependencies), level, func(i, _ int) { e.text(b.Dependencies[i].String()) })
		},
		"last_updated":    func(int) { e.text(pytime.Format(b.LastUpdated)) },
		"last_updated_by": func(int) { e.text(b.LastUpdatedBy) },
		"metrics":         func(level int) { e.fields(b.Metrics, level) },
		"name":            func(int) { e.text(b.Name) },
		"parameters":      func(level int) { e.fields(b.Parameters, level) },
		"short_slug":      func(int) { e.text(b.ShortSlug) },
		"slug":            func(int) { e.text(b.Slug) },
		"tags":            func(level int) { e.list(len(b.Tags), level, func(i, _ int) { e.text(b.Tags[i]) }) },
		"tests":           func(level int) { e.list(len(b.Tests), level, func(i, level int) { e.test(b.Tests[i], level) }) },
	}
	e.object(1, keyNames[:], values, b.kept)
	return e.dst, e.err
}

// encoder writes canonical JSON and remembers the first error.
type encoder struct {
	dst  []byte
	plan *Plan
	err  error
}

// object writes known and kept keys in their order; a kept value goes before
// the one that would be written for its key.
func (e *encoder) object(level int, known []string, values map[string]func(level int), kept map[string]any) {
	keys := known
	for key := range kept {
		if _, ok := values[key]; !ok {
			keys = append(keys[:len(keys):len(keys)], key)
		}
	}
	if len(keys) > len(known) {
		slices.Sort(keys)
	}
	e.dst = append(e.dst, '{')
	for i, key := range keys {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.newline(level + 1)
		e.text(key)
		e.dst = append(e.dst, ": "...)
		if v, ok := kept[key]; ok {
			e.tree(v, level+1)
		} else {
			values[key](level + 1)
		}
	}
	e.newline(level)
	e.dst = append(e.dst, '}')
}

func (e *encoder) newline(level int) {
	e.dst = append(e.dst, '\n')
	for range level {
		e.dst = append(e.dst, Indent...)
	}
}

func (e *encoder) text(s string) { e.dst = pyjson.AppendString(e.dst, s) }

func (e *encoder) tree(v any, level int) {
	f := manifestFormat
	f.Level = level
	e.keep(pyjson.Append(e.dst, v, &f))
}

func (e *encoder) keep(dst []byte, err error) {
	if err != nil {
		if e.err == nil {
			e.err = err
		}
		return
	}
	e.dst = dst
}

func (e *encoder) list(n, level int, item func(i, level int)) {
	if n == 0 {
		e.dst = append(e.dst, "[]"...)
		return
	}
	e.dst = append(e.dst, '[')
	for i := range n {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.newline(level + 1)
		item(i, level+1)
	}
	e.newline(level)
	e.dst = append(e.dst, ']')
}

func (e *encoder) fields(fields []Field, level int) {
	if len(fields) == 0 {
		e.dst = append(e.dst, "{}"...)
		return
	}
	byName := func(a, b Field) int {
		if a.Name < b.Name {
			return -1
		}
		if a.Name > b.Name {
			return 1
		}
		return 0
	}
	if !slices.IsSortedFunc(fields, byName) {
		fields = slices.Clone(fields)
		slices.SortFunc(fields, byName)
	}
	f := manifestFormat
	f.Level = level + 1
	e.dst = append(e.dst, '{')
	for i, field := range fields {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.newline(level + 1)
		e.text(field.Name)
		e.dst = append(e.dst, ": "...)
		e.keep(field.Value.append(e.dst, &f))
	}
	e.newline(level)
	e.dst = append(e.dst, '}')
}

func (e *encoder) test(t *Test, level int) {
	if t.tree != nil {
		e.tree(t.tree, level)
		return
	}
	e.object(level, []string{"artifacts", "description", "metrics", "name", "parameters"}, map[string]func(level int){
		"artifacts": func(level int) { e.artifacts(t.Artifacts, level) },
		"description": func(int) {
			if t.Description == "" {
				e.dst = append(e.dst, "null"...)
			} else {
				e.text(t.Description)
			}
		},
		"metrics":    func(level int) { e.fields(t.Metrics, level) },
		"name":       func(int) { e.text(t.Name) },
		"parameters": func(level int) { e.fields(t.Parameters, level) },
	}, t.kept)
}

// artifacts writes the entries of artifacts that have a file, or will have.
func (e *encoder) artifacts(list []*Artifact, level int) {
	trees := make([]*pyjson.Object, 0, len(list))
	for _, a := range list {
		if e.plan != nil && e.plan.Skip[a] {
			continue
		}
		tree, err := a.entry(e.plan)
		if err != nil && e.err == nil {
			e.err = err
		}
		trees = append(trees, tree)
	}
	e.list(len(trees), level, func(i, level int) { e.tree(trees[i], level) })
}

func (a *Artifact) entry(plan *Plan) (*pyjson.Object, error) {
	if plan != nil {
		if meta, ok := plan.Files[a]; ok {
			return entryTree(meta)
		}
	}
	s := a.state.Load()
	if s.tree != nil {
		return s.tree, nil
	}
	return entryTree(s.meta)
}
