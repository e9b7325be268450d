package project_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// recordText is a manifest entry with little in it. Its arguments go into JSON
// strings as they are.
func recordText(name, slug, short, created, updated, rest string) string {
	return fmt.Sprintf(`{"name": "%s", "slug": "%s", "short_slug": "%s", "author": "r", "created_at": "%s", "last_updated": "%s"%s}`,
		name, slug, short, created, updated, rest)
}

func listOf(records ...string) string { return "[" + strings.Join(records, ", ") + "]" }

// P14, P17-P19: order of creation, and which one a slug means. Five looks make
// the project build an index; the answers stay the same.
func TestLookup(t *testing.T) {
	path := manifestOf(t, listOf(
		recordText("late", "late-3", "late", "2025-01-03T00:00:00", "2025-01-03T00:00:00", ""),
		recordText("a", "a-1", "a", "2025-01-01T00:00:00", "2025-01-01T00:00:00", ""),
		recordText("b", "b-1", "a", "2025-01-01T00:00:00", "2025-01-01T00:00:00", ""), // one time: order of the file
		recordText("a", "a-2", "a", "2025-01-02T00:00:00", "2025-01-02T00:00:00", ""),
		recordText("shadow", "shadow-9", "a-1", "2025-01-04T00:00:00", "2025-01-04T00:00:00", ""),
		recordText("twin", "twin", "twin", "2025-01-05T00:00:00", "2025-01-05T00:00:00", ""),
		recordText("younger twin", "twin", "twin", "2025-01-06T00:00:00", "2025-01-05T00:00:00", ""), // P15: both are kept
		recordText("é", `\u00e9`, "e", "2025-01-07T00:00:00", "2025-01-07T00:00:00", ""),
	))
	p := openAt(t, path, project.Options{Mode: project.ReadOnly})
	same(t, "order", slugsOf(p), []string{"a-1", "b-1", "a-2", "late-3", "shadow-9", "twin", "twin", "é"})
	same(t, "length", p.Len(), 8)
	for range 2 {
		for slug, want := range map[string]string{
			"a-1":  "a", // a full slug goes before a short one; in Python the newest of either
			"a":    "a",
			"b-1":  "b",
			"twin": "younger twin",
			"late": "late",
			"é":    "é",
			"e":    "é",
		} {
			same(t, slug, lookUp(t, p, slug).Name(), want)
			same(t, "contains "+slug, p.Contains(slug), true)
		}
		same(t, "the newest of a short slug", lookUp(t, p, "a").Slug(), "a-2")
		for _, slug := range []string{"", "A", "late-", "younger twin"} { // names are not looked up
			_, err := p.Lookup(slug)
			wantError(t, err, artifacts.ErrNotFound)
			wantError(t, err, fs.ErrNotExist)
			same(t, "message", err.Error(), fmt.Sprintf("look up experiment %q: not found", slug))
			same(t, "contains "+slug, p.Contains(slug), false)
		}
	}
}

// Every look-up sees what was logged, edited and removed so far, whether an
// index was built before or not.
func TestLookupFollowsChanges(t *testing.T) {
	for _, looks := range []int{0, 10} {
		now := watch.New()
		p := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
		for range looks {
			p.Contains("nothing")
		}
		first := logAs(t, p, "x", nil)
		now.Advance(1e9)
		second := logAs(t, p, "x", nil)
		same(t, "newest", lookUp(t, p, "x").Slug(), second.Slug())
		saveAll(t, p)
		noError(t, p.Remove(second.Slug()))
		same(t, "after removing", lookUp(t, p, "x").Slug(), first.Slug())
		same(t, "contains", p.Contains(second.Slug()), false)
		_, err := p.Edit(t.Context(), "x", func(d *experiment.Draft) error { d.Tag("t"); return nil })
		noError(t, err)
		same(t, "edited", lookUp(t, p, first.Slug()).Tags(), []string{"t"})
		saveAll(t, p)
		same(t, "after a save", [2]int{p.Len(), len(lookUp(t, p, "x").Tags())}, [2]int{1, 1})
	}
}

// P19: a loop goes over what there was when it began.
func TestAllWhileLogging(t *testing.T) {
	p := openAt(t, manifestIn(t), project.Options{})
	logAs(t, p, "a", nil)
	logAs(t, p, "b", nil)
	n := 0
	for range p.All() {
		logAs(t, p, "c", nil)
		n++
	}
	same(t, "visited", n, 2)
	same(t, "length", p.Len(), 4)
	for range p.All() {
		break
	}
}
