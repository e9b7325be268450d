package mirror

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// entry is one of the tests' manifests: "name", created and changed at a time.
type entry struct {
	name             string
	created, changed int
}

func entriesOf(list []entry) []Entry {
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i].Name = e.name
		if e.created > 0 {
			entries[i].Created = time.Unix(int64(e.created), 0)
		}
	}
	return entries
}

// planned plans by the rule of merging, and writes the result down: "name@changed",
// with the side it is from.
func planned(source, there []entry) (*Plan, string) {
	p := newPlan(entriesOf(source), entriesOf(there), func(src, dst int) Verdict {
		switch s, d := source[src].changed, there[dst].changed; {
		case s == d:
			return Equal
		case s > d:
			return Update
		}
		return Keep
	})
	var list []string
	for _, c := range p.Next {
		if c.Verdict == Keep {
			list = append(list, fmt.Sprintf("%s@%d(there)", there[c.Dst].name, there[c.Dst].changed))
		} else {
			list = append(list, fmt.Sprintf("%s@%d", source[c.Src].name, source[c.Src].changed))
		}
	}
	return p, strings.Join(list, " ")
}

func TestPlan(t *testing.T) {
	a, b, c, d := entry{"a", 1, 1}, entry{"b", 2, 2}, entry{"c", 3, 3}, entry{"d", 4, 4}
	later := func(e entry) entry { e.changed += 10; return e }
	list := func(e ...entry) []entry { return e }
	for _, test := range []struct {
		name                        string
		source, there               []entry
		want                        string
		added, updated, equal, kept int
	}{
		{"nothing", nil, nil, "", 0, 0, 0, 0},
		{"new", list(b, a), nil, "b@2 a@1", 2, 0, 0, 0},
		{"same", list(b, a), list(b, a), "b@2 a@1", 0, 0, 2, 0},
		{"older copy", list(d, later(b), a, c), list(a, b), "d@4 b@12 a@1 c@3", 2, 1, 1, 0},
		{"own", list(d, a, b), list(c, a), "c@3(there) a@1 b@2 d@4", 2, 0, 1, 1},
		{"own, in order", list(d, b), list(a, c), "a@1(there) b@2 c@3(there) d@4", 2, 0, 0, 2},
		{"newer there", list(a, b), list(later(a), b), "a@11(there) b@2", 0, 0, 1, 1},
		{"emptied", nil, list(a), "a@1(there)", 0, 0, 0, 1},
		{"twice", list(a, a), list(a), "a@1 a@1", 1, 0, 1, 0},
		{"twice there", list(a), list(a, a), "a@1 a@1(there)", 0, 0, 1, 1},
		{"equal before another", list(later(a), a), list(a), "a@11 a@1", 1, 0, 1, 0},
		{"without a time", list(entry{"x", 0, 1}, b), list(a, d), "a@1(there) b@2 d@4(there) x@1", 2, 0, 0, 2},
	} {
		p, got := planned(test.source, test.there)
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		counts := [4]int{p.Added, p.Updated, p.Equal, p.Kept}
		if want := [4]int{test.added, test.updated, test.equal, test.kept}; counts != want {
			t.Errorf("%s: counts %v, want %v", test.name, counts, want)
		}
	}
}

// TestPlanModel compares plans of random manifests with what a map makes of them:
// of each name the newest version, and nothing lost.
func TestPlanModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func() []entry {
		var list []entry
		for _, name := range random.Perm(8)[:random.IntN(8)] {
			list = append(list, entry{fmt.Sprint(name), 1 + name/2, 10 + random.IntN(4)})
		}
		return list
	}
	for range 2000 {
		source, there := some(), some()
		model := map[string]int{}
		for _, e := range slices.Concat(source, there) {
			model[e.name] = max(model[e.name], e.changed)
		}
		p, text := planned(source, there)
		got := map[string]int{}
		for _, c := range p.Next {
			e := entry{}
			if c.Verdict == Keep {
				e = there[c.Dst]
			} else {
				e = source[c.Src]
			}
			got[e.name] = e.changed
		}
		if diff := cmp.Diff(model, got); diff != "" || len(p.Next) != len(model) {
			t.Fatalf("source %v, there %v: plan %q (-want +got):\n%s", source, there, text, diff)
		}
		if n := p.Added + p.Updated + p.Equal + p.Kept; n != len(model) {
			t.Fatalf("source %v, there %v: %d counted of %d", source, there, n, len(model))
		}
	}
}
