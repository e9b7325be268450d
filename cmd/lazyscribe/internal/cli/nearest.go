package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/slug"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// suggestions is how many names a hint holds at most.
const suggestions = 3

// nearSlugs says what to do about a slug that leads nowhere: the slugs that are
// like it, or where to find them.
func nearSlugs(p *project.Project, wanted string) string {
	if p.Len() == 0 {
		return "the project holds no experiments"
	}
	var slugs []string
	for e := range p.All() {
		slugs = append(slugs, e.ShortSlug(), e.Slug())
	}
	near := nearest(slug.Make(wanted), slugs)
	if len(near) == 0 {
		return "lazyscribe list shows what there is"
	}
	return "did you mean " + oneOf(quoted(near)) + "?"
}

// nearest returns the names that are most like the one that was wanted, best
// first, without repetition: those that hold it, and those a few typing
// mistakes away.
func nearest(wanted string, names []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	allowed := 1 + len(wanted)/4
	var found []candidate
	for _, name := range names {
		d := allowed + 1
		if wanted != "" && strings.Contains(name, wanted) {
			d = 0
		} else if length := len(name) - len(wanted); -allowed <= length && length <= allowed {
			d = distance(wanted, name)
		}
		if d <= allowed {
			found = append(found, candidate{name, d})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(a.name), len(b.name)), strings.Compare(a.name, b.name))
	})
	var best []string
	for _, c := range found {
		if len(best) < suggestions && !slices.Contains(best, c.name) {
			best = append(best, c.name)
		}
	}
	return best
}

// distance is the number of bytes to insert, remove, replace or swap with a
// neighbour that makes b of a (the optimal string alignment distance).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replaced := last[j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			row[j] = min(replaced, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
