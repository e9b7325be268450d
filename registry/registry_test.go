package registry_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/registry"
)

func open(t *testing.T, url string) *project.Project {
	t.Helper()
	p, err := project.Open(t.Context(), url, &project.Options{Author: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func names(r *registry.Registry) []string {
	list := []string{}
	for name := range r.All() {
		list = append(list, name)
	}
	return list
}

// D14, and what Python leaves to luck: empty names, bars, names that are taken.
func TestRegistry(t *testing.T) {
	r := &registry.Registry{}
	a, b := open(t, filepath.Join(t.TempDir(), "a.json")), open(t, filepath.Join(t.TempDir(), "b.json"))
	for _, p := range []*project.Project{a, b} {
		if err := r.Add(filepath.Base(p.URL()), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []struct {
		name string
		p    *project.Project
		want error
	}{{"", a, nil}, {"x|y", a, nil}, {"nil", nil, nil}, {"a.json", b, artifacts.ErrExists}} {
		if err := r.Add(bad.name, bad.p); err == nil || bad.want != nil && !errors.Is(err, bad.want) {
			t.Errorf("add %q: error %v", bad.name, err)
		}
	}
	if diff := cmp.Diff([]string{"a.json", "b.json"}, names(r)); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if p, err := r.Project("a.json"); p != a || err != nil {
		t.Errorf("project a.json is %v, %v", p, err)
	}
	_, err := r.Project("c.json")
	if !errors.Is(err, artifacts.ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("project c.json: error %v", err)
	}
	for range r.All() {
		break
	}
	if !r.Remove("a.json") || r.Remove("a.json") {
		t.Error("removing does not say whether there was one")
	}
	if diff := cmp.Diff([]string{"b.json"}, names(r)); diff != "" {
		t.Errorf("names after removing (-want +got):\n%s", diff)
	}
}

// D3: spellings of one path are one, unlike in Python; the first name wins.
func TestNameOf(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	r := &registry.Registry{}
	for name, url := range map[string]string{"plain": "up/p.json", "file": "file://other/p.json", "memory": "mem://" + t.Name() + "/p.json"} {
		if err := r.Add(name, open(t, url)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Add("second", open(t, "./up/p.json")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"up/p.json":                      "plain",
		"./up/../up/p.json":              "plain",
		filepath.Join(dir, "up/p.json"):  "plain",
		"other/p.json":                   "file",
		"file://other/p.json":            "file",
		t.Name() + "/p.json":             "memory",
		"mem://" + t.Name() + "/p.json":  "memory",
		"p.json":                         "",
		"mem://" + t.Name() + "/p2.json": "",
		"":                               "",
	} {
		got, ok := r.NameOf(path)
		if got != want || ok != (want != "") {
			t.Errorf("name of %q is %q, %v; want %q", path, got, ok, want)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Chdir(t.TempDir())
	up := open(t, "up/p.json")
	x, err := up.Log(t.Context(), "base", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &registry.Registry{}
	if err := r.Add("UP", up); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []experiment.Ref{
		{Project: "UP", Slug: x.Slug()}, {Project: "UP", Slug: "base"}, {Project: "up/p.json", Slug: "base"},
	} {
		got, err := r.Resolve(t.Context(), ref)
		if err != nil || got.Slug() != x.Slug() {
			t.Errorf("%v is %v, %v", ref, got, err)
		}
	}
	for _, ref := range []experiment.Ref{{Project: "UP", Slug: "nope"}, {Project: "up", Slug: "base"}, {}} {
		if _, err := r.Resolve(t.Context(), ref); !errors.Is(err, artifacts.ErrNotFound) {
			t.Errorf("%v: error %v", ref, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	r := &registry.Registry{}
	p := open(t, "mem://"+t.Name()+"/p.json")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			name := fmt.Sprint(i)
			if err := r.Add(name, p); err != nil {
				t.Error(err)
			}
			if _, ok := r.NameOf(p.URL()); !ok {
				t.Error("no name")
			}
			r.Remove(name)
		})
	}
	wg.Wait()
	if n := len(names(r)); n != 0 {
		t.Errorf("%d names are left", n)
	}
}

func Example() {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC) }
	features, err := project.Open(ctx, "mem://registry-example/features.json", &project.Options{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	defer features.Close()
	if err := registry.Default().Add("features", features); err != nil {
		log.Fatal(err)
	}
	models, err := project.Open(ctx, "mem://registry-example/models.json", &project.Options{Now: now, Resolver: registry.Default()})
	if err != nil {
		log.Fatal(err)
	}
	defer models.Close()

	base, err := features.Log(ctx, "Base", nil)
	if err != nil {
		log.Fatal(err)
	}
	model, err := models.Log(ctx, "Model", func(d *experiment.Draft) error {
		d.DependOn(base)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	for ref := range model.Dependencies() {
		upstream, err := models.Resolve(ctx, ref)
		fmt.Println(ref, "is", upstream.Name(), err)
	}
	// Output: features|base-20250301100000 is Base <nil>
}
