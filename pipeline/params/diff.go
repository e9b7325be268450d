package params

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Tolerance says which numbers count as equal: those that differ by at most Abs,
// or by at most Rel times the larger of the two. NaN equals NaN. The zero
// Tolerance takes numbers as they are.
type Tolerance struct {
	Rel, Abs float64
}

// A Change is a parameter that differs.
type Change struct {
	Path     string // such as "params.n" or "dependencies.points.params.n"
	Old, New string // canonical texts; "" where there is none
}

// String says it as a sentence.
func (c Change) String() string {
	return fmt.Sprintf("%s: %s, now %s", c.Path, orAbsent(c.Old), orAbsent(c.New))
}

func orAbsent(text string) string {
	if text == "" {
		return "absent"
	}
	return text
}

// Diff returns what differs between two trees, by path: names, versions, hashed
// parameters, dependencies. What two steps share is compared once, also if both
// depend on it in several ways. A nil tree has nothing.
func Diff(a, b *Tree, within Tolerance) []Change {
	d := &differ{within: within, done: map[[2]*Tree]bool{}}
	d.trees("", a, b)
	return d.changes
}

type differ struct {
	within  Tolerance
	done    map[[2]*Tree]bool
	changes []Change
}

func (d *differ) trees(path string, a, b *Tree) {
	if a == nil {
		a = &Tree{}
	}
	if b == nil {
		b = &Tree{}
	}
	pair := [2]*Tree{a, b}
	if a == b || a.Hash == b.Hash && a.Hash != "" || d.done[pair] {
		return
	}
	d.done[pair] = true
	d.texts(path+"name", quoted(a.Name), quoted(b.Name))
	d.texts(path+"version", quoted(a.Version), quoted(b.Version))
	d.values(path+"params", a.Text, b.Text)
	for _, name := range union(a.Dependencies, b.Dependencies) {
		d.trees(path+"dependencies"+keyStep(name)+".", a.Dependencies[name], b.Dependencies[name])
	}
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return string(appendString(nil, s))
}

// values compares two canonical texts, part by part where both have parts.
func (d *differ) values(path string, a, b json.RawMessage) {
	if string(a) == string(b) || d.within.equal(a, b) {
		return
	}
	x, isMap := members(a)
	y, isAlso := members(b)
	if isMap && isAlso {
		for _, key := range union(x, y) {
			d.values(path+keyStep(key), x[key], y[key])
		}
		return
	}
	v, isList := elements(a)
	w, isAlso := elements(b)
	if isList && isAlso && len(v) == len(w) {
		for i := range v {
			d.values(path+indexStep(i), v[i], w[i])
		}
		return
	}
	d.texts(path, string(a), string(b))
}

// members returns the texts in an object that stands for itself.
func members(text json.RawMessage) (m map[string]json.RawMessage, ok bool) {
	if len(text) == 0 || text[0] != '{' || json.Unmarshal(text, &m) != nil {
		return nil, false
	}
	for key := range m {
		if strings.HasPrefix(key, "$") && !strings.HasPrefix(key, "$$") {
			return nil, false // an escape
		}
	}
	return m, true
}

// elements returns the texts in a list.
func elements(text json.RawMessage) (list []json.RawMessage, ok bool) {
	if len(text) == 0 || text[0] != '[' || json.Unmarshal(text, &list) != nil {
		return nil, false
	}
	return list, true
}

func (d *differ) texts(path, old, now string) {
	if old != now {
		d.changes = append(d.changes, Change{path, old, now})
	}
}

// equal reports whether two texts are numbers that count as equal.
func (t Tolerance) equal(a, b json.RawMessage) bool {
	x, isX := number(a)
	y, isY := number(b)
	if !isX || !isY || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return false
	}
	return math.Abs(x-y) <= max(t.Abs, t.Rel*max(math.Abs(x), math.Abs(y)))
}

// number returns the number that a canonical text is.
func number(text json.RawMessage) (float64, bool) {
	if len(text) == 0 {
		return 0, false
	}
	v, err := Value(text)
	if err != nil {
		return 0, false
	}
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func union[V any](a, b map[string]V) []string {
	all := map[string]bool{}
	for key := range a {
		all[key] = true
	}
	for key := range b {
		all[key] = true
	}
	return slices.Sorted(maps.Keys(all))
}
