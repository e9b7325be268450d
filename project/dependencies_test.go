package project_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/registry"
)

// Departures from Python: dependencies are found when they are asked for, not at
// load (D5-D8), so that cycles are fine and one that is missing harms nothing
// else (W15); a reference with several bars is split at the last (D4); two
// upstream experiments of one short slug are both kept (D10); the text stays as
// it is in the file, short slugs and paths too (D9, D3); what is not found from
// the working directory is looked for beside the project's file (D11).
func TestDependencyFixture(t *testing.T) {
	type upstream struct {
		Slug    string         `json:"slug"`
		Metrics map[string]any `json:"metrics"`
	}
	type used struct {
		OK map[string]upstream `json:"ok"`
	}
	want := fixture.Read[struct {
		Stored   map[string][][]string `json:"stored"`
		Down     used                  `json:"down_use"`
		Mid      used                  `json:"mid"`
		Registry used                  `json:"registry_file_with_registry"`
		Bad      struct{ Short used }  `json:"bad"`
	}](t, "d_dependencies/expected.json")
	dir := fixture.Copy(t, "d_dependencies")
	t.Chdir(dir)

	for path, dependencies := range want.Stored {
		i := 0
		for x := range openAt(t, path, project.Options{}).All() {
			var texts []string
			for ref := range x.Dependencies() {
				texts = append(texts, ref.String())
			}
			same(t, path, texts, dependencies[i])
			i++
		}
		same(t, "experiments of "+path, i, len(dependencies))
		keepsItsText(t, path)
	}

	up := openAt(t, "up/project.json", project.Options{Mode: project.ReadOnly})
	named := &registry.Registry{}
	noError(t, named.Add("UP", up))
	for path, python := range map[string]map[string]upstream{
		"down/project.json":  want.Down.OK,
		"mid/project.json":   want.Mid.OK,
		"down_registry.json": want.Registry.OK,
		"bad_short.json":     want.Bad.Short.OK,
	} {
		p := openAt(t, path, project.Options{Mode: project.ReadOnly, Resolver: named})
		got := map[string]upstream{}
		for x := range p.All() {
			for ref := range x.Dependencies() {
				found, err := p.Resolve(t.Context(), ref)
				noError(t, err)
				got[found.ShortSlug()] = upstream{found.Slug(), valuesOf(found.Metrics())}
			}
		}
		for key, u := range python {
			u.Metrics = fixture.Native(u.Metrics).(map[string]any)
			python[key] = u
		}
		same(t, path, got, python)
	}
	x := lookUp(t, openAt(t, "down/project.json", project.Options{}), "use")
	for ref := range x.Dependencies() { // artifacts come with them
		if ref.Project == "up/project.json" {
			found, err := up.Resolve(t.Context(), ref)
			noError(t, err)
			value, err := artifacts.Load[[]int](t.Context(), found, "f", nil)
			noError(t, err)
			same(t, "artifact of a dependency", value, []int{1})
		}
	}
}

// D4, D7, D8, D10.
func TestDependencyFixtureDepartures(t *testing.T) {
	t.Chdir(fixture.Copy(t, "d_dependencies"))
	tests := []struct {
		path  string
		slugs []string // of what the dependencies are, in order; "" is not found
		fail  string   // end of the error of the last one
	}{
		{path: "cycle_a.json", slugs: []string{"b"}},
		{path: "cycle_b.json", slugs: []string{"a"}},
		{path: "self.json", slugs: []string{"s0"}},
		{path: "same_short.json", slugs: []string{"base-20250501000000", "base-20250506000000"}},
		{path: "bad_missing_file.json", slugs: []string{""}, fail: `project not found; tried "nope.json"`},
		{path: "bad_missing_exp.json", slugs: []string{""}, fail: `look up experiment "nope": not found`},
		{path: "down_registry.json", slugs: []string{"", "middle-20250502000000"}},
		{path: "bad_no_pipe.json", slugs: []string{""}, fail: "it names no experiment: want project|slug"},
		{path: "bad_two_pipes.json", slugs: []string{""}, fail: `project not found; tried "up/project.json|a"`},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			p := openAt(t, test.path, project.Options{})
			same(t, "problems", len(p.Problems()), 0)
			var got []string
			var last error
			for x := range p.All() {
				for ref := range x.Dependencies() {
					found, err := p.Resolve(t.Context(), ref)
					if err != nil {
						last, got = err, append(got, "")
						continue
					}
					got = append(got, found.Slug())
				}
			}
			same(t, "found", got, test.slugs)
			if test.fail != "" && (last == nil || !strings.HasSuffix(last.Error(), test.fail)) {
				t.Errorf("got error %v, want %s", last, test.fail)
			}
		})
	}
}

// D11: from another working directory what lies beside the file is found.
func TestDependencyFromElsewhere(t *testing.T) {
	dir := fixture.Copy(t, "d_dependencies")
	t.Chdir(t.TempDir())
	resolve := func(path string) error {
		p := openAt(t, filepath.Join(dir, path), project.Options{})
		for x := range p.All() {
			for ref := range x.Dependencies() {
				if _, err := p.Resolve(t.Context(), ref); err != nil {
					return err
				}
			}
		}
		return nil
	}
	noError(t, resolve("same_short.json"))
	err := resolve("down/project.json")
	wantError(t, err, artifacts.ErrNotFound)
	wantError(t, err, fs.ErrNotExist)
	if beside := filepath.Join(dir, "down/up/project.json"); !strings.Contains(err.Error(), beside) {
		t.Errorf("error %q does not say that %q was tried", err, beside)
	}
}

// D1-D3: what is written for an upstream project.
func TestDependencyNames(t *testing.T) {
	t.Chdir(t.TempDir())
	memory := "mem://" + t.Name()
	tests := []struct {
		name     string
		upstream string // URL, as opened
		from     string // URL of the project that depends on it
		register bool
		want     string // what stands before the bar
		warns    bool   // Python could not follow it
	}{
		{name: "path as given", upstream: "./up/../up/project.json", from: "a.json", want: "./up/../up/project.json"},
		{name: "without the scheme", upstream: "file://up/project.json", from: "a.json", want: "up/project.json"},
		{name: "a name of the registry", upstream: "up/project.json", from: "a.json", register: true, want: "features"},
		{name: "one with what Python cuts off", upstream: "[up]/a#b?c.json", from: "a.json", want: "[up]/a#b?c.json"}, // D12
		{name: "one that holds a bar", upstream: "up/a|b.json", from: "a.json", want: "up/a|b.json"},
		{name: "in one store", upstream: memory + "/up/project.json", from: memory + "/a.json", want: t.Name() + "/up/project.json"},
		{name: "from disk to memory", upstream: memory + "/up/project.json", from: "a.json", want: memory + "/up/project.json", warns: true},
		{name: "from memory to disk", upstream: "up/project.json", from: memory + "/b.json", want: "file://up/project.json", warns: true},
		{name: "a name across stores", upstream: memory + "/up/project.json", from: "a.json", register: true, want: "features"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			up := openAt(t, test.upstream, project.Options{Mode: project.Truncate})
			base := logAs(t, up, "base", nil)
			saveAll(t, up)
			named := &registry.Registry{}
			if test.register {
				noError(t, named.Add("features", up))
			}
			var log bytes.Buffer
			p := openAt(t, test.from, project.Options{Mode: project.Truncate, Resolver: named, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			logAs(t, p, "model", func(d *experiment.Draft) error {
				d.DependOn(base)
				d.DependOn(base) // once is enough
				return nil
			})
			saveAll(t, p)
			same(t, "warned", strings.Contains(log.String(), "Python cannot follow"), test.warns)

			again := openAt(t, test.from, project.Options{Mode: project.ReadOnly, Resolver: named})
			var got []experiment.Ref
			for ref := range lookUp(t, again, "model").Dependencies() {
				got = append(got, ref)
			}
			same(t, "dependencies", got, []experiment.Ref{{Project: test.want, Slug: base.Slug()}})
			found, err := again.Resolve(t.Context(), got[0])
			noError(t, err)
			same(t, "found", found.Slug(), base.Slug())
		})
	}
}

// A dependency follows the name its upstream gets when the two are saved.
func TestDependencyFollowsTheSlug(t *testing.T) {
	path := manifestIn(t)
	now := watch.New()
	p := openAt(t, path, project.Options{Now: now.Now})
	base := logAs(t, p, "base", nil)
	before := base.Slug()
	logAs(t, p, "model", func(d *experiment.Draft) error { d.DependOn(base); return nil })

	other := openAt(t, path, project.Options{Now: now.Now})
	logAs(t, other, "base", nil)
	saveAll(t, other, p)

	if base.Slug() == before {
		t.Fatalf("slug %q was taken, and is kept", before)
	}
	again := openAt(t, path, project.Options{Mode: project.ReadOnly})
	for ref := range lookUp(t, again, "model").Dependencies() {
		same(t, "dependency", ref, experiment.Ref{Project: path, Slug: base.Slug()})
	}
}

// D7: an upstream that is not there yet is found once it is, and read once.
func TestDependencyAppears(t *testing.T) {
	dir := t.TempDir()
	path, upstream := filepath.Join(dir, "p.json"), filepath.Join(dir, "up.json")
	p := openAt(t, path, project.Options{})
	ref := experiment.Ref{Project: "up.json", Slug: "base"} // beside p.json
	logAs(t, p, "model", func(d *experiment.Draft) error { d.DependOnRef(ref); return nil })
	saveAll(t, p)

	_, err := p.Resolve(t.Context(), ref)
	wantError(t, err, artifacts.ErrNotFound)
	up := openAt(t, upstream, project.Options{})
	base := logAs(t, up, "base", nil)
	saveAll(t, up)
	found, err := p.Resolve(t.Context(), ref)
	noError(t, err)
	same(t, "slug", found.Slug(), base.Slug())

	noError(t, os.Remove(upstream))
	_, err = p.Resolve(t.Context(), ref)
	noError(t, err)
}

// D8: cycles, and an experiment that depends on one of its own project.
func TestDependencyCycle(t *testing.T) {
	url := storetest.MemoryURL("a.json")
	a := openAt(t, url, project.Options{})
	b := openAt(t, strings.Replace(url, "a.json", "b.json", 1), project.Options{})
	first := logAs(t, a, "first", nil)
	second := logAs(t, b, "second", func(d *experiment.Draft) error { d.DependOn(first); return nil })
	third := logAs(t, a, "third", func(d *experiment.Draft) error {
		d.DependOn(second)
		d.DependOn(first)
		return nil
	})
	saveAll(t, a, b)
	for x, want := range map[*experiment.Experiment][]string{second: {first.Slug()}, third: {second.Slug(), first.Slug()}} {
		var got []string
		for ref := range x.Dependencies() {
			found, err := a.Resolve(t.Context(), ref)
			noError(t, err)
			got = append(got, found.Slug())
		}
		same(t, x.Slug(), got, want)
	}
}
