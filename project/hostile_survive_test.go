package project_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// putManifest makes text the manifest at url.
func putManifest(t testing.TB, url string, text []byte) {
	t.Helper()
	s, key, err := store.Open(t.Context(), url, &store.Options{NoSync: true})
	if err == nil {
		err = s.Update(t.Context(), key, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			return store.Text{text}, nil
		})
		err = errors.Join(err, s.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// getManifest returns the manifest at url.
func getManifest(t testing.TB, url string) []byte {
	t.Helper()
	s, key, err := store.Open(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	text, err := s.ReadText(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// survive opens a manifest that may hold anything, looks at everything in it,
// appends an experiment, saves and opens it again. A manifest that cannot be
// opened must be refused with the place; of one that can be, no byte of any
// record may be lost. It returns the error of opening.
func survive(t testing.TB, url string, text []byte) error {
	t.Helper()
	putManifest(t, url, text)
	o := &project.Options{Mode: project.ReadWrite, Now: oneSecond, NoSync: true}
	p, err := project.Open(t.Context(), url, o)
	if err != nil {
		mustPlace(t, err)
		if !bytes.Equal(getManifest(t, url), text) {
			t.Error("opening changed the manifest")
		}
		return err
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	problems := look(t, p)
	x, err := p.Log(t.Context(), "appended", func(d *experiment.Draft) error { return d.LogParameter("n", 1) })
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); err != nil {
		t.Fatalf("save: %v", err)
	}
	mustKeepRecords(t, text, getManifest(t, url))

	q := openProject(t, url, &project.Options{Mode: project.ReadOnly})
	if n := look(t, q); n != problems || q.Len() != p.Len() {
		t.Errorf("%d problems and %d experiments, after the save %d and %d", problems, p.Len(), n, q.Len())
	}
	if y, err := q.Lookup(x.Slug()); err != nil || y.Name() != "appended" {
		t.Errorf("the appended experiment: %v", err)
	}
	return nil
}

// mustPlace checks that an error of opening says where the manifest is broken.
func mustPlace(t testing.TB, err error) {
	t.Helper()
	var syntax *project.SyntaxError
	if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 || syntax.Msg == "" {
		t.Errorf("error %v does not say where", err)
	}
}

// mustKeepRecords checks that a manifest has the elements of an older one, byte
// for byte and in their order, and one more.
func mustKeepRecords(t testing.TB, old, now []byte) {
	t.Helper()
	was, is := elements(t, old), elements(t, now)
	if len(is) != len(was)+1 {
		t.Errorf("%d records, after one more %d", len(was), len(is))
	}
	for _, text := range is {
		if len(was) > 0 && text == was[0] {
			was = was[1:]
		}
	}
	if len(was) > 0 {
		t.Errorf("lost: %.200q", was[0])
	}
}

// elements returns the texts of a manifest's records, those that cannot be read
// too.
func elements(t testing.TB, text []byte) []string {
	t.Helper()
	var list []string
	err := pyjson.Split(text, record.Keys, func(r *pyjson.Record) error {
		list = append(list, string(text[r.Start:r.End]))
		return nil
	})
	if err != nil {
		t.Errorf("the manifest cannot be read any more: %v", err)
	}
	return list
}

// look asks a project for everything it knows, and returns how many problems it
// has.
func look(t testing.TB, p *project.Project) (problems int) {
	t.Helper()
	if n := len(slices.Collect(p.All())); n != p.Len() {
		t.Errorf("%d experiments, says Len, but %d", p.Len(), n)
	}
	for x := range p.All() {
		lookAt(t, p, x)
	}
	list := p.Problems()
	for _, problem := range list {
		if problem.Err == nil || !strings.Contains(problem.Error(), problem.Err.Error()) {
			t.Errorf("problem %+v does not say what is wrong", problem)
		}
		if problem.Line < 1 || problem.Column < 1 {
			t.Errorf("problem %+v does not say where", problem)
		}
	}
	for _, err := range p.Check(t.Context(), nil) {
		if err != nil {
			t.Errorf("check: %v", err)
		}
	}
	return len(list)
}

func lookAt(t testing.TB, p *project.Project, x *experiment.Experiment) {
	t.Helper()
	if !p.Contains(x.Slug()) || !p.Contains(x.ShortSlug()) {
		t.Errorf("experiment %q is not found by its slugs", x.Slug())
	}
	_, _, _, _ = x.Name(), x.Author(), x.LastUpdatedBy(), x.Tags()
	if x.CreatedAt().IsZero() && x.LastUpdated().IsZero() {
		t.Logf("experiment %q is of the year 1", x.Slug())
	}
	values := func(name string, v experiment.Value) {
		_, _ = v.Float64()
		_, _ = v.Int64()
		_ = v.Any()
		if text, err := v.MarshalJSON(); err != nil || !json.Valid(text) {
			t.Errorf("%q of %q: %.100q is no JSON, error %v", name, x.Slug(), text, err)
		}
	}
	for name, v := range x.Metrics() {
		values(name, v)
	}
	for name, v := range x.Parameters() {
		values(name, v)
	}
	for a := range x.Artifacts() {
		var got any
		if err := x.LoadArtifact(t.Context(), a.Name, &got, nil); err == nil {
			t.Errorf("loaded %v from nowhere", got)
		}
	}
	for test := range x.Tests() {
		_ = test.Description()
		for name, v := range test.Metrics() {
			values(name, v)
		}
		for name, v := range test.Parameters() {
			values(name, v)
		}
		for a := range test.Artifacts() {
			_, _ = test.OpenArtifact(t.Context(), a.Name)
		}
	}
	for ref := range x.Dependencies() {
		_ = ref.String()
	}
	if _, err := x.JSON(); err != nil {
		t.Errorf("JSON of %q: %v", x.Slug(), err)
	}
}
