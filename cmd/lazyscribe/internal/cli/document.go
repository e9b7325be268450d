package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A document is what --from reads: one experiment, or a list of them.
//
//	{"name": ..., "metrics": {...}, "parameters": {...}, "tags": [...], "dependencies": [...],
//	 "tests": [{"name": ..., "description": ..., "metrics": ..., "parameters": ..., "artifacts": ...}],
//	 "artifacts": [{"name": ..., "handler": ..., "value": ... or "file": ...}]}
//
// It is read strictly: a key that means nothing is a mistake, most likely in
// writing one that does.
type document struct {
	text []byte
	err  error // the first mistake
}

// parseDocument reads a document. Its errors have line and column.
func parseDocument(text []byte) ([]experimentInput, error) {
	tree, err := pyjson.Parse(text)
	if err != nil {
		return nil, err
	}
	d := &document{text: text}
	root := node{doc: d, tree: tree}
	var inputs []experimentInput
	if _, many := tree.([]any); many {
		root.each(func(n node) { inputs = append(inputs, n.experiment()) })
	} else {
		inputs = append(inputs, root.experiment())
	}
	return inputs, d.err
}

// A node is a value of the document and the way to it.
type node struct {
	doc  *document
	tree any
	path []any // keys and places in lists
}

// fail notes a mistake at the node, unless there was one before.
func (n node) fail(format string, args ...any) {
	if n.doc.err == nil {
		n.doc.err = pyjson.ErrorAt(n.doc.text, placeOf(n.doc.text, n.path), fmt.Sprintf(format, args...))
	}
}

func (n node) child(step, tree any) node {
	return node{n.doc, tree, append(slices.Clip(n.path), step)}
}

// object returns the members of an object that may have the keys given.
func (n node) object(keys ...string) map[string]node {
	o, ok := n.tree.(*pyjson.Object)
	if !ok {
		n.fail("want an object with %s", oneOf(keys))
		return nil
	}
	members := make(map[string]node, o.Len())
	for key, v := range o.All() {
		member := n.child(key, v)
		if !slices.Contains(keys, key) {
			member.fail("unknown key %q (known: %s)", key, strings.Join(keys, ", "))
		}
		members[key] = member
	}
	return members
}

// each visits the elements of a list; an absent one has none.
func (n node) each(visit func(node)) {
	if n.doc == nil {
		return
	}
	list, ok := n.tree.([]any)
	if !ok {
		n.fail("want a list")
		return
	}
	for i, v := range list {
		visit(n.child(i, v))
	}
}

// text returns a string, "" for an absent one.
func (n node) text() string {
	if n.doc == nil {
		return ""
	}
	s, ok := n.tree.(string)
	if !ok {
		n.fail("want a string")
	}
	return s
}

func (n node) fields(check func(node) any) []field {
	if n.doc == nil {
		return nil
	}
	o, ok := n.tree.(*pyjson.Object)
	if !ok {
		n.fail("want an object")
		return nil
	}
	var list []field
	for name, v := range o.All() {
		list = append(list, field{name, check(n.child(name, v))})
	}
	return list
}

func (n node) experiment() experimentInput {
	m := n.object("name", "metrics", "parameters", "tags", "dependencies", "tests", "artifacts")
	in := experimentInput{name: m["name"].text(), partInput: part(m)}
	m["tags"].each(func(tag node) { in.tags = append(in.tags, tag.text()) })
	m["dependencies"].each(func(dep node) { in.depends = append(in.depends, dep.ref()) })
	m["tests"].each(func(test node) {
		m := test.object("name", "description", "metrics", "parameters", "artifacts")
		if m["name"].text() == "" {
			test.fail("a test without a name")
		}
		in.tests = append(in.tests, testInput{m["name"].text(), m["description"].textOrNull(), part(m)})
	})
	return in
}

func part(m map[string]node) partInput {
	p := partInput{metrics: m["metrics"].fields(node.metric), parameters: m["parameters"].fields(node.any)}
	m["artifacts"].each(func(a node) { p.artifacts = append(p.artifacts, a.artifact()) })
	return p
}

func (n node) any() any { return n.tree }

// textOrNull is text for what records may have null for.
func (n node) textOrNull() string {
	if n.tree == nil {
		return ""
	}
	return n.text()
}

// metric takes the strings, too, that strict JSON has for NaN and the
// infinities.
func (n node) metric() any {
	tree := n.tree
	switch tree {
	case "NaN", "Infinity", "-Infinity":
		tree = pyjson.Number(tree.(string))
	}
	if !isMetric(tree) {
		n.fail("want a number or a list of numbers")
	}
	return tree
}

func (n node) ref() experiment.Ref {
	ref, err := parseRef(n.text())
	if err != nil {
		n.fail("%v", err)
	}
	return ref
}

func (n node) artifact() artifactInput {
	m := n.object("name", "handler", "value", "file")
	in := artifactInput{name: m["name"].text(), alias: m["handler"].text(), file: m["file"].text(), value: m["value"].tree}
	_, hasValue := m["value"]
	switch {
	case in.name == "":
		n.fail("an artifact without a name")
	case hasValue == (in.file != ""):
		n.fail("artifact %q: want either a value or a file", in.name)
	}
	return in
}
