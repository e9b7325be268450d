package project_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// mergeDepartures says which experiments differ where the rule here, the larger
// last_updated wins and a tie keeps the receiver's, is not what Python does. The
// values are those of the metric "who", or of tests.
var mergeDepartures = map[string]struct {
	slug, who string
	why       string
}{
	"04_tie_other_wins":      {"a-20250101000000", "self", "M4: a tie goes to the other in Python"},
	"05_tie_three_last_wins": {"a-20250101000000", "self", "M4: and of several to the last one"},
	"08_older_other_wins_when_a_neighbour_shares_created_at": {"a-20250101000000", "self-newer",
		"M5: Python searches an order that is none, and keeps the older"},
	"10_same_slug_other_created_at_with_middle": {"dup", "self-newer", "M5: the same, with another created_at"},
	"16_tests_differ": {"a-20250101000000", "", "M4: a tie of records whose tests differ"},
}

// M1-M8, M10.
func TestMergeScenarios(t *testing.T) {
	type scenario struct {
		Mode   string  `json:"mode"`
		Others int     `json:"others"`
		Result [][]any `json:"result"` // slug, last_updated, last_updated_by, metrics, artifacts, project, class
	}
	scenarios := fixture.Read[struct {
		Scenarios map[string]scenario `json:"scenarios"`
	}](t, "f_merge/expected.json").Scenarios
	same(t, "scenarios", len(scenarios), 16)
	for name, python := range scenarios {
		for _, mode := range []project.Mode{project.ReadOnly, project.ReadWrite} {
			t.Run(name+" "+mode.String(), func(t *testing.T) {
				dir := filepath.Join(fixture.Copy(t, "f_merge"), name)
				before := readText(t, filepath.Join(dir, "self.json"))
				self := openAt(t, filepath.Join(dir, "self.json"), project.Options{Mode: mode})
				var others []*project.Project
				for i := range python.Others {
					path := filepath.Join(dir, fmt.Sprintf("other%d.json", i+1))
					others = append(others, openAt(t, path, project.Options{Mode: project.ReadOnly}))
				}
				merged, err := self.Merge(others...)
				noError(t, err)
				defer func() { noError(t, merged.Close()) }()

				departs, departed := mergeDepartures[name]
				want := map[string]any{}
				for _, r := range python.Result {
					want[r[0].(string)] = []any{r[1], r[2], fixture.Native(r[3])}
				}
				got := map[string]any{}
				for x := range merged.All() {
					got[x.Slug()] = []any{stampOf(x.LastUpdated()), x.LastUpdatedBy(), valuesOf(x.Metrics())}
					if departed && x.Slug() == departs.slug {
						wantDeparture(t, x, departs.who)
						want[x.Slug()] = got[x.Slug()]
					}
				}
				same(t, "merged", got, want)
				created := func(a, b *experiment.Experiment) int { return a.CreatedAt().Compare(b.CreatedAt()) }
				if !slices.IsSortedFunc(slices.Collect(merged.All()), created) {
					t.Errorf("order %v is not that of creation", slugsOf(merged))
				}

				err = merged.Save(t.Context())
				if mode == project.ReadOnly { // M11
					wantError(t, err, artifacts.ErrReadOnly)
					return
				}
				noError(t, err)
				switch text := readText(t, filepath.Join(dir, "self.json")); {
				case departed:
				case name == "06_no_others":
					// P14: nothing was merged, so the file keeps its order; Python's save sorts it.
					same(t, "text", text, before)
				default:
					same(t, "text", text, readText(t, filepath.Join(dir, "merged.json")))
				}
			})
		}
	}
}

// wantDeparture checks that the receiver's version was kept.
func wantDeparture(t *testing.T, x *experiment.Experiment, who string) {
	t.Helper()
	var names []string
	for test := range x.Tests() {
		names = append(names, test.Name())
	}
	if who == "" {
		same(t, "tests", names, []string{"t"})
		return
	}
	v, _ := x.MetricValue("who")
	same(t, "who", v.Any(), any(who))
}

// A mergeCase is one of 300 random inputs and what Python made of it. Entries are
// slug, day of last_updated and metric v.
type mergeCase struct {
	Inputs [][]json.RawMessage `json:"inputs"`
	Loaded [][][3]any          `json:"loaded"`
	Merged [][3]any            `json:"merged"`
}

// byRule merges lists of entries by the rule as it is documented.
func byRule(lists [][][3]any) map[string][3]any {
	winners := map[string][3]any{}
	for _, list := range lists {
		for _, e := range list {
			slug := e[0].(string)
			if had, ok := winners[slug]; !ok || e[1].(string) > had[1].(string) {
				winners[slug] = e
			}
		}
	}
	return winners
}

// entriesOf returns a project in the form of a case.
func entriesOf(p *project.Project) [][3]any {
	list := [][3]any{}
	for x := range p.All() {
		v, _ := x.MetricValue("v")
		n, _ := v.Int64()
		list = append(list, [3]any{x.Slug(), x.LastUpdated().Format("02"), n})
	}
	return list
}

func bySlug(list [][3]any) map[string][3]any {
	m := map[string][3]any{}
	for _, e := range list {
		m[e[0].(string)] = e
	}
	return m
}

// M12.
func TestMergeRandom(t *testing.T) {
	cases := fixture.Read[[]mergeCase](t, "f_merge/random_merges.json")
	same(t, "cases", len(cases), 300)
	dir := t.TempDir()
	differ, older := 0, 0
	for i, c := range cases {
		var projects []*project.Project
		for j, input := range c.Inputs {
			text, err := json.Marshal(input)
			noError(t, err)
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.json", i, j))
			noError(t, os.WriteFile(path, text, 0o666))
			p, err := project.Open(t.Context(), path, &project.Options{Mode: project.ReadWrite})
			noError(t, err)
			projects = append(projects, p)
			for k := range c.Loaded[j] {
				c.Loaded[j][k] = [3]any(fixture.Native(c.Loaded[j][k][:]).([]any))
			}
		}
		for k := range c.Merged {
			c.Merged[k] = [3]any(fixture.Native(c.Merged[k][:]).([]any))
		}
		d, o := checkMerge(t, projects, c)
		differ, older = differ+d, older+o
		for _, p := range projects {
			noError(t, p.Close())
		}
		if t.Failed() {
			t.Fatalf("case %d", i)
		}
	}
	// How often the two rules part, so that a change of this one shows: experiments
	// that are another one in Python, and those of them where Python's is older.
	same(t, "experiments that differ from Python's, and older ones in Python", [2]int{differ, older}, [2]int{159, 84})
}

// checkMerge merges the projects of a case and counts the experiments that
// differ from Python's, and those of them that are older there.
func checkMerge(t *testing.T, projects []*project.Project, c mergeCase) (differ, older int) {
	t.Helper()
	before := make([][][3]any, len(projects))
	for i, p := range projects {
		before[i] = entriesOf(p)
	}
	merged := mergedOf(t, projects[0], projects[1:]...)
	got := entriesOf(merged)
	want := byRule(before)
	same(t, "merged", bySlug(got), want)
	same(t, "length", len(got), len(want)) // no slug twice
	if !slices.IsSortedFunc(got, func(a, b [3]any) int { return cmp.Compare(a[0].(string)[1:], b[0].(string)[1:]) }) {
		t.Errorf("order of creation: %v", got) // the slugs end in the day
	}
	for i, p := range projects {
		same(t, "a project that was merged", entriesOf(p), before[i])
	}

	python := bySlug(c.Merged)
	same(t, "slugs", slices.Sorted(maps.Keys(python)), slices.Sorted(maps.Keys(want)))
	for slug, theirs := range python {
		if theirs == want[slug] {
			continue
		}
		differ++
		switch strings.Compare(theirs[1].(string), want[slug][1].(string)) {
		case 1:
			t.Errorf("Python has a newer %q", slug)
		case -1:
			older++ // M5; else a tie, M4
		}
	}

	// Merging again changes nothing, and grouping does not matter.
	same(t, "merged with itself", entriesOf(mergedOf(t, merged, merged)), got)
	same(t, "merged again", entriesOf(mergedOf(t, merged, projects...)), got)
	if len(projects) >= 3 {
		rest := mergedOf(t, projects[1], projects[2:]...)
		same(t, "a(bc)", bySlug(entriesOf(mergedOf(t, projects[0], rest))), want)
		first := mergedOf(t, projects[0], projects[1])
		same(t, "(ab)c", bySlug(entriesOf(mergedOf(t, first, projects[2:]...))), want)
	}
	return differ, older
}

func mergedOf(t *testing.T, p *project.Project, others ...*project.Project) *project.Project {
	t.Helper()
	m, err := p.Merge(others...)
	noError(t, err)
	t.Cleanup(func() { noError(t, m.Close()) })
	return m
}
