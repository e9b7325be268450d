package mirror

import (
	"slices"
	"time"
)

// An Entry is one element of a manifest.
type Entry struct {
	// Name is what an entry is known by at both sides; of one that cannot be
	// read, its text. It need not be unique.
	Name string

	// Created orders new entries among those of a destination that has others;
	// if it is zero they go behind them.
	Created time.Time
}

// A Verdict says which side's entry the destination is going to have.
type Verdict int

// The verdicts.
const (
	Equal  Verdict = iota // the two say the same
	Update                // the source's
	Keep                  // the destination's
	Add                   // the source's, as there is no other; never decided
)

// A Choice is an entry the destination is going to have.
type Choice struct {
	Src, Dst int // indices; -1 for none
	Verdict  Verdict
}

// A Plan says what the destination is going to have.
type Plan struct {
	Next                        []Choice // in the order of the manifest
	Added, Updated, Equal, Kept int
}

// newPlan pairs the entries of both sides. A destination without entries of its
// own gets the order of the source, any other keeps its own.
func newPlan(source, there []Entry, decide func(src, dst int) Verdict) *Plan {
	p := &Plan{Next: pair(source, there, decide)}
	own := make([]bool, len(there))
	for i := range own {
		own[i] = true
	}
	for _, c := range p.Next {
		if c.Dst >= 0 {
			own[c.Dst] = false
		}
		switch c.Verdict {
		case Add:
			p.Added++
		case Update:
			p.Updated++
		case Equal:
			p.Equal++
		case Keep:
			p.Kept++
		}
	}
	if !slices.Contains(own, true) {
		return p
	}
	bySrc := p.Next
	p.Next = make([]Choice, len(there), len(there)+p.Added)
	for i := range there {
		p.Next[i] = Choice{Src: -1, Dst: i, Verdict: Keep}
		if own[i] {
			p.Kept++
		}
	}
	var added []Choice
	for _, c := range bySrc {
		if c.Dst >= 0 {
			p.Next[c.Dst] = c
		} else {
			added = append(added, c)
		}
	}
	p.Next = insert(p.Next, there, added, source)
	return p
}

// pair finds for each entry of the source its counterpart: an equal one if there
// is one, else any of its name.
func pair(source, there []Entry, decide func(src, dst int) Verdict) []Choice {
	free := make(map[string][]int, len(there))
	for i, e := range there {
		free[e.Name] = append(free[e.Name], i)
	}
	list := make([]Choice, len(source))
	for i := range list {
		list[i] = Choice{Src: i, Dst: -1, Verdict: Add}
	}
	for _, first := range []bool{true, false} {
		for i, e := range source {
			if list[i].Dst >= 0 {
				continue
			}
			for n, at := range free[e.Name] {
				if v := decide(i, at); !first || v == Equal {
					list[i].Dst, list[i].Verdict = at, v
					free[e.Name] = slices.Delete(slices.Clone(free[e.Name]), n, n+1)
					break
				}
			}
		}
	}
	return list
}

// never is later than any entry was created.
var never = time.Unix(1<<40, 0)

// insert puts what is added behind all that is not younger.
func insert(next []Choice, there []Entry, added []Choice, source []Entry) []Choice {
	created := func(c Choice) time.Time {
		if t := source[c.Src].Created; !t.IsZero() {
			return t
		}
		return never
	}
	slices.SortStableFunc(added, func(a, b Choice) int { return created(a).Compare(created(b)) })
	list := make([]Choice, 0, len(next)+len(added))
	at := len(next)
	for _, c := range slices.Backward(added) { // the list is made from its end
		for at > 0 && there[at-1].Created.After(created(c)) {
			at--
			list = append(list, next[at])
		}
		list = append(list, c)
	}
	for at > 0 {
		at--
		list = append(list, next[at])
	}
	slices.Reverse(list)
	return list
}
