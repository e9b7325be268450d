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
	e.object(&bodyShape, b.kept, func(key, level int) { e.bodyValue(b, key, level) })
	return e.dst, e.err
}

// A shape is what all objects of a kind have in common: how deeply they are
// indented, and the keys this version knows, sorted.
type shape struct {
	level   int
	members []member
}

// A member is a key of an object with what begins its line in the text, which is
// the same in every record: a quarter of all bytes.
type member struct {
	key  string
	head string
	id   int // place among the known keys; -1 for any other
}

var bodyShape, testShape = newShape(1, keyNames[:]), newShape(3, testKeys[:])

func newShape(level int, known []string) shape {
	s := shape{level: level}
	for i, key := range known {
		s.members = append(s.members, s.member(key, i))
	}
	return s
}

func (s *shape) member(key string, id int) member {
	return member{key, lineBreak(s.level+1) + string(pyjson.AppendString(nil, key)) + ": ", id}
}

// withKept returns the members of an object that has the keys of kept too.
func (s *shape) withKept(kept map[string]any) []member {
	all := slices.Clip(s.members)
	for key := range kept {
		if !slices.ContainsFunc(s.members, func(m member) bool { return m.key == key }) {
			all = append(all, s.member(key, -1))
		}
	}
	if len(all) > len(s.members) {
		slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.key, b.key) })
	}
	return all
}

// encoder writes canonical JSON and remembers the first error.
type encoder struct {
	dst  []byte
	plan *Plan
	err  error
}

func (e *encoder) bodyValue(b *Body, key, level int) {
	switch key {
	case keyArtifacts:
		e.artifacts(b.Artifacts, level)
	case keyAuthor:
		e.text(b.Author)
	case keyCreatedAt:
		e.time(b.CreatedAt)
	case keyDependencies:
		e.list(len(b.Dependencies), level, func(i, _ int) { e.text(e.dependency(b.Dependencies[i])) })
	case keyLastUpdated:
		e.time(b.LastUpdated)
	case keyLastUpdatedBy:
		e.text(b.LastUpdatedBy)
	case keyMetrics:
		e.fields(b.Metrics, level)
	case keyName:
		e.text(b.Name)
	case keyParameters:
		e.fields(b.Parameters, level)
	case keyShortSlug:
		e.text(b.ShortSlug)
	case keySlug:
		e.text(b.Slug)
	case keyTags:
		e.list(len(b.Tags), level, func(i, _ int) { e.text(b.Tags[i]) })
	case keyTests:
		e.list(len(b.Tests), level, func(i, _ int) { e.test(b.Tests[i]) })
	}
}

// object writes known and kept keys in their order; a kept value goes before
// the one that value would write for its key.
func (e *encoder) object(s *shape, kept map[string]any, value func(key, level int)) {
	e.dst = append(e.dst, '{')
	for i, m := range s.withKept(kept) {
		if i > 0 {
			e.dst = append(e.dst, ',')
		}
		e.dst = append(e.dst, m.head...)
		if v, ok := kept[m.key]; ok {
			e.tree(v, s.level+1)
		} else {
			value(m.id, s.level+1)
		}
	}
	e.newline(s.level)
	e.dst = append(e.dst, '}')
}

// lines begins a line at the deepest level that the parts of a record have. What
// is in trees, of any depth, is not written here.
const lines = "\n" + manifest.Indent + manifest.Indent + manifest.Indent + manifest.Indent + manifest.Indent + manifest.Indent

func lineBreak(level int) string { return lines[:1+level*len(manifest.Indent)] }

func (e *encoder) newline(level int) { e.dst = append(e.dst, lineBreak(level)...) }

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

func (e *encoder) test(t *Test) {
	if t.tree != nil {
		e.tree(t.tree, testShape.level)
		return
	}
	e.object(&testShape, t.kept, func(key, level int) { e.testValue(t, key, level) })
}

func (e *encoder) testValue(t *Test, key, level int) {
	switch key {
	case testArtifacts:
		e.artifacts(t.Artifacts, level)
	case testDescription:
		if t.Description == "" {
			e.dst = append(e.dst, "null"...)
		} else {
			e.text(t.Description)
		}
	case testMetrics:
		e.fields(t.Metrics, level)
	case testName:
		e.text(t.Name)
	case testParameters:
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
