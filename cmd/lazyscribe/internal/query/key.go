package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// A Key names one value of an experiment, as manifests do: created_at,
// metrics.auroc, parameters.opt.lr.
type Key struct {
	Field string // of the record
	Path  string // below metrics or parameters; "" for all of them
}

// Fields are the fields a key can begin with, in the order of a reader's
// interest.
var Fields = []string{
	"slug", "name", "short_slug", "author", "created_at", "last_updated", "last_updated_by",
	"tags", "dependencies", "tests", "artifacts", "metrics", "parameters",
}

// ParseKey reads a key. One that no experiment can have is an error that lists
// what there is.
func ParseKey(s string) (Key, error) {
	field, path, dotted := strings.Cut(s, ".")
	k := Key{field, path}
	switch {
	case !slices.Contains(Fields, field):
		return k, fmt.Errorf("unknown key %q (known: %s)", s, strings.Join(Fields, ", "))
	case dotted && path == "":
		return k, fmt.Errorf("key %q ends in a dot", s)
	case dotted && !k.nested():
		return k, fmt.Errorf("unknown key %q: %s has no parts", s, field)
	}
	return k, nil
}

// String returns what ParseKey reads.
func (k Key) String() string {
	if k.Path == "" {
		return k.Field
	}
	return k.Field + "." + k.Path
}

// nested reports whether the field has named values of its own.
func (k Key) nested() bool { return k.Field == "metrics" || k.Field == "parameters" }

// Of returns the value the key has in an experiment, nil if there is none: a
// string, a [time.Time], a []string (tags, dependencies, and the names of tests
// and artifacts), or what [experiment.Value.Any] returns.
func (k Key) Of(e *experiment.Experiment) any {
	switch k.Field {
	case "slug":
		return e.Slug()
	case "name":
		return e.Name()
	case "short_slug":
		return e.ShortSlug()
	case "author":
		return orMissing(e.Author())
	case "last_updated_by":
		return orMissing(e.LastUpdatedBy())
	case "created_at":
		return e.CreatedAt()
	case "last_updated":
		return e.LastUpdated()
	case "tags":
		return append([]string{}, e.Tags()...) // a list also when it is empty
	case "dependencies":
		return dependencies(e)
	case "tests":
		names := []string{}
		for t := range e.Tests() {
			names = append(names, t.Name())
		}
		return names
	case "artifacts":
		names := []string{}
		for a := range e.Artifacts() {
			names = append(names, a.Name)
		}
		return names
	case "metrics":
		return k.part(e.MetricValue, func() any { return valueMap(e.Metrics()) })
	case "parameters":
		return k.part(parameterOf(e), func() any { return valueMap(e.Parameters()) })
	}
	return nil
}

// part finds the value a path leads to. A name may hold dots itself, so the
// longest name that exists goes first: "opt.lr" before "lr" within "opt".
func (k Key) part(get func(string) (experiment.Value, bool), all func() any) any {
	if k.Path == "" {
		return all()
	}
	for name, rest := range splits(k.Path) {
		if v, ok := get(name); ok {
			if rest == "" {
				return v.Any()
			}
			if found := dig(v.Any(), rest); found != nil {
				return found
			}
		}
	}
	return nil
}

// dig follows a path into a decoded value.
func dig(value any, path string) any {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	for name, rest := range splits(path) {
		v, ok := object[name]
		switch {
		case !ok:
		case rest == "":
			return v
		default:
			if found := dig(v, rest); found != nil {
				return found
			}
		}
	}
	return nil
}

// splits yields the ways to read a path as a name and what follows it, the
// longest name first.
func splits(path string) func(yield func(name, rest string) bool) {
	return func(yield func(name, rest string) bool) {
		if !yield(path, "") {
			return
		}
		for i := len(path) - 1; i > 0; i-- {
			if path[i] == '.' && i+1 < len(path) && !yield(path[:i], path[i+1:]) {
				return
			}
		}
	}
}

func orMissing(s string) any {
	if s == "" {
		return nil
	}
	return s
}
