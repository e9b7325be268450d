package record

import (
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

// A Plan is what a save knows of a body's artifacts before the body itself may
// know it: the manifest has to name files whose save is not yet settled.
type Plan struct {
	Files map[*Artifact]artifacts.Artifact // what was written
	Skip  map[*Artifact]bool               // what could not be encoded
	Slugs map[*Cell]string                 // of experiments that are renamed by the same save
}

// ownDepth is how many levels a tree may have beyond a logged value: one that was
// read can be a whole test, which holds its values two levels deep.
const ownDepth = 2

var manifestFormat = pyjson.Format{Indent: manifest.Indent, SortKeys: true, MaxDepth: pyjson.MaxWriteDepth + ownDepth}

func entryTree(meta artifacts.Artifact) (*pyjson.Object, error) { return entry.Encode(meta) }

// Append appends the text of the body as one element of a manifest's list, in
// the form Python writes: sorted keys, indented by one level.
func (b *Body) Append(dst []byte, plan *Plan) ([]byte, error) {
	e := encoder{dst: dst, plan: plan}
	e.object(1, keyNames[:], b.kept, func(key string, level int) { e.bodyValue(b, key, level) })
	return e.dst, e.err
}

// encoder writes canonical JSON and remembers the first error.
type encoder struct {
	dst  []byte
	plan *Plan
	err  error
}

func (e *encoder) bodyValue(b *Body, key string, level int) {
	switch key {
	case "artifacts":
		e.artifacts(b.Artifacts, level)
	case "author":
		e.text(b.Author)
	case "created_at":
		e.time(b.CreatedAt)
	case "dependencies":
		e.list(len(b.Dependencies), level, func(i, _ int) { e.text(e.dependency(b.Dependencies[i])) })
	case "last_updated":
		e.time(b.LastUpdated)
	case "last_updated_by":
		e.text(b.LastUpdatedBy)
	case "metrics":
		e.fields(b.Metrics, level)
	case "name":
		e.text(b.Name)
	case "parameters":
		e.fields(b.Parameters, level)
	case "short_slug":
		e.text(b.ShortSlug)
	case "slug":
		e.text(b.Slug)
	case "tags":
		e.list(len(b.Tags), level, func(i, _ int) { e.text(b.Tags[i]) })
	case "tests":
		e.list(len(b.Tests), level, func(i, level int) { e.test(b.Tests[i], level) })
	}
}

// object writes known and kept keys in their order; a kept value goes before
// the one that value would write for its key.
func (e *encoder) object(level int, known []string, kept map[string]any, value func(key string, level int)) {
	keys := known
	for key := range kept {
		if !slices.Contains(known, key) {
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
			value(key, level+1)
		}
	}
	e.newline(level)
	e.dst = append(e.dst, '}')
}

// lineBreak begins a line at the deepest level that the parts of a record have.
// What is in trees, of any depth, is not written here.
var lineBreak = "\n" + strings.Repeat(manifest.Indent, 6)

func (e *encoder) newline(level int) {
	e.dst = append(e.dst, lineBreak[:1+level*len(manifest.Indent)]...)
}

func (e *encoder) time(t time.Time) {
	e.dst = append(pytime.Append(append(e.dst, '"'), t), '"')
}

func (e *encoder) text(s string) { e.dst = pyjson.AppendString(e.dst, s) }

func (e *encoder) dependency(d Dependency) string {
	if e.plan != nil && d.Cell != nil {
		if slug, ok := e.plan.Slugs[d.Cell]; ok {
			return d.text(slug)
		}
	}
	return d.String()
}

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

func byName(a, b Field) int { return strings.Compare(a.Name, b.Name) }

func (e *encoder) test(t *Test, level int) {
	if t.tree != nil {
		e.tree(t.tree, level)
		return
	}
	e.object(level, testKeys, t.kept, func(key string, level int) { e.testValue(t, key, level) })
}

var testKeys = []string{"artifacts", "description", "metrics", "name", "parameters"}

func (e *encoder) testValue(t *Test, key string, level int) {
	switch key {
	case "artifacts":
		e.artifacts(t.Artifacts, level)
	case "description":
		if t.Description == "" {
			e.dst = append(e.dst, "null"...)
		} else {
			e.text(t.Description)
		}
	case "metrics":
		e.fields(t.Metrics, level)
	case "name":
		e.text(t.Name)
	case "parameters":
		e.fields(t.Parameters, level)
	}
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
