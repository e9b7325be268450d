package record

import (
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// decodeBody takes a record's text apart. It never fails as a whole: what cannot
// be read is left out and told in Problems.
func decodeBody(r *Record) *Body {
	b := &Body{
		Name: r.Name(), Slug: r.Slug(), ShortSlug: r.ShortSlug(),
		Author: r.Author(), LastUpdatedBy: r.LastUpdatedBy(),
		CreatedAt: r.createdAt, LastUpdated: r.updatedAt,
		kept: map[string]any{},
	}
	tree, err := pyjson.Parse(r.text)
	if err != nil {
		b.problem("", err)
		return b
	}
	o, ok := tree.(*pyjson.Object)
	if !ok {
		b.problem("", errors.New("want an object"))
		return b
	}
	for key, v := range o.All() {
		b.set(key, v)
	}
	return b
}

func (b *Body) set(key string, v any) {
	switch key {
	case "name", "slug", "short_slug", "last_updated":
		// read already
	case "created_at":
		b.kept[key] = v // written back to the letter: its form is its author's
	case "author", "last_updated_by":
		if _, ok := v.(string); !ok {
			b.kept[key] = v
		}
	case "metrics", "parameters":
		o, ok := v.(*pyjson.Object)
		if !ok {
			b.kept[key] = v
			return
		}
		if key == "metrics" {
			b.Metrics = fieldsOf(o)
		} else {
			b.Parameters = fieldsOf(o)
		}
	case "tags":
		var all bool
		if b.Tags, all = stringsOf(v); !all {
			b.kept[key] = v
		}
	case "dependencies":
		b.setDependencies(v)
	case "artifacts":
		b.Artifacts = b.artifacts(key, v)
	case "tests":
		b.setTests(v)
	default:
		b.kept[key] = v
	}
}

func (b *Body) setDependencies(v any) {
	list, all := stringsOf(v)
	if !all {
		b.problem("dependencies", errors.New("want a list of strings"))
	}
	for _, text := range list {
		b.Dependencies = append(b.Dependencies, Dependency{Text: text})
	}
}

// objects returns the objects of a list, nil in place of anything else.
func (b *Body) objects(path string, v any) []*pyjson.Object {
	items, ok := v.([]any)
	if !ok {
		b.problem(path, errors.New("want a list"))
		return nil
	}
	list := make([]*pyjson.Object, len(items))
	for i, item := range items {
		if list[i], ok = item.(*pyjson.Object); !ok {
			b.problem(fmt.Sprintf("%s[%d]", path, i), errors.New("want an object"))
		}
	}
	return list
}

func (b *Body) artifacts(path string, v any) []*Artifact {
	var list []*Artifact
	for i, o := range b.objects(path, v) {
		if o == nil {
			continue
		}
		meta, err := entry.Decode(o)
		if err != nil {
			b.problem(fmt.Sprintf("%s[%d]", path, i), err)
		}
		list = append(list, savedArtifact(meta, o))
	}
	return list
}

func (b *Body) setTests(v any) {
	for i, o := range b.objects("tests", v) {
		if o != nil {
			b.addTest(fmt.Sprintf("tests[%d]", i), o)
		}
	}
}

func (b *Body) addTest(path string, o *pyjson.Object) {
	t := &Test{tree: o, kept: map[string]any{}}
	name, _ := o.Get("name")
	var ok bool
	if t.Name, ok = name.(string); !ok {
		b.problem(path, errors.New(`no "name"`))
		return
	}
	for key, v := range o.All() {
		switch key {
		case "name":
		case "description":
			if t.Description, _ = v.(string); t.Description == "" {
				t.kept[key] = v // null, "" or something odd: it stays what it is
			}
		case "metrics", "parameters":
			fields, ok := v.(*pyjson.Object)
			switch {
			case !ok:
				t.kept[key] = v
			case key == "metrics":
				t.Metrics = fieldsOf(fields)
			default:
				t.Parameters = fieldsOf(fields)
			}
		case "artifacts":
			t.Artifacts = b.artifacts(path+".artifacts", v)
		default:
			t.kept[key] = v
		}
	}
	b.Tests = append(b.Tests, t)
}
