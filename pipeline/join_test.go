package pipeline_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// TestLogStep: an experiment says what a step was made with and where its payload
// is, or has a copy.
func TestLogStep(t *testing.T) {
	f := newFlow(t, open(t, folders["memory"](t), nil), pointsParams{N: 5, RandomState: 100}, nil)
	path := filepath.Join(t.TempDir(), "project.json")
	p, err := project.Open(t.Context(), path, nil)
	ok(t, "open", err)
	_, err = p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		if err := pipeline.LogStep(t.Context(), d, f.estimator, nil); err != nil {
			return err
		}
		return pipeline.LogStep(t.Context(), d, f.points, &pipeline.LogOptions{Artifact: true})
	})
	ok(t, "log", err)
	ok(t, "save", p.Save(t.Context()))
	f.runs(t, 1, 1)

	p, err = project.Open(t.Context(), path, nil)
	ok(t, "open", err)
	e := first(p.All())
	var got map[string]any
	ok(t, "parameter", e.Parameter("outlier_estimator", &got))
	want := map[string]any{"ZThreshold": int64(2), "gaussian_points": map[string]any{"n_points": int64(5), "random_state": int64(100)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	ref, err := f.estimator.Ref(t.Context())
	ok(t, "ref", err)
	var logged pipeline.Ref
	ok(t, "parameter", e.Parameter("outlier_estimator.payload", &logged))
	if diff := cmp.Diff(ref, logged); diff != "" || ref.Handler != "archive" || ref.Size == 0 {
		t.Error(diff)
	}
	xs, err := artifacts.Load[[]float64](t.Context(), e, "gaussian_points", nil)
	if err != nil || len(xs) != 5 {
		t.Errorf("the copy is %v (%v)", xs, err)
	}
}

// TestPromote: a repository gets the bytes of the payload.
func TestPromote(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, &pipeline.Options{Types: bookTypes(t)})
		f := newFlow(t, s, pointsParams{N: 5}, &flowOptions{points: func(s *pipeline.Spec[pointsParams, []float64]) { s.Handler = "json" }})
		path := filepath.Join(t.TempDir(), "repository.json")
		r, err := repository.Open(t.Context(), path, nil)
		ok(t, "open", err)
		a, err := pipeline.Promote(t.Context(), r, f.points)
		ok(t, "promote", err)
		ok(t, "save", r.Save(t.Context()))
		ref, err := f.points.Ref(t.Context())
		ok(t, "ref", err)
		if "sha256:"+a.SHA256 != ref.Digest || a.Name != "gaussian_points" || a.Version != 0 {
			t.Errorf("promoted %+v", a)
		}
		var xs []float64
		err = r.LoadArtifact(t.Context(), "gaussian_points", &xs, nil)
		if err != nil || len(xs) != 5 {
			t.Errorf("loaded %v (%v)", xs, err)
		}
		several, err := pipeline.New(s, pipeline.Spec[obj, book]{Name: "book", Params: obj{}, Generate: func(context.Context, obj) (book, error) { return book{"a": ""}, nil }})
		ok(t, "new", err)
		_, err = pipeline.Promote(t.Context(), r, several)
		is(t, "several files", err, artifacts.ErrUnsupportedValue)
		if err := s.Check(t.Context(), record(t, s, "gaussian_points")); err != nil {
			t.Error(err)
		}
		change(t, url, filepath.Base(ref.URL), func(text []byte) []byte { text[3] ^= 1; return text })
		src, err := pipeline.NewSource(t.Context(), f.points)
		ok(t, "source", err)
		is(t, "damaged", src.WriteArtifact(t.Context(), "gaussian_points", io.Discard), artifacts.ErrCorrupt)
		is(t, "another name", src.WriteArtifact(t.Context(), "x", io.Discard), artifacts.ErrNotFound)
	})
}

// TestNeverStored: what is never stored cannot be referred to.
func TestNeverStored(t *testing.T) {
	f := newFlow(t, open(t, folders["memory"](t), nil), pointsParams{N: 5}, &flowOptions{points: func(s *pipeline.Spec[pointsParams, []float64]) { s.Cache = pipeline.CacheDisable }})
	_, err := f.points.Ref(t.Context())
	is(t, "ref", err, artifacts.ErrNotSaved)
}

// TestFile: of a file among the parameters the content counts.
func TestFile(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		dir := t.TempDir()
		path := filepath.Join(dir, "input.csv")
		ok(t, "write", os.WriteFile(path, []byte("1,2\n"), 0o666))
		moved := filepath.Join(dir, "moved.csv")
		ok(t, "write", os.WriteFile(moved, []byte("1,2\n"), 0o666))
		type params struct{ Input pipeline.File }
		step := func(path string) *pipeline.Step[params, []byte] {
			input, err := pipeline.NewFile(t.Context(), path)
			ok(t, "file", err)
			s, err := pipeline.New(open(t, url, nil), pipeline.Spec[params, []byte]{
				Name: "read", Params: params{input}, Generate: func(ctx context.Context, p params) ([]byte, error) {
					r, err := p.Input.Open(ctx)
					if err != nil {
						return nil, err
					}
					defer r.Close()
					return io.ReadAll(r)
				},
			})
			ok(t, "new", err)
			return s
		}
		first := step(path)
		v, err := first.Payload(t.Context())
		if err != nil || string(v) != "1,2\n" {
			t.Errorf("read %q (%v)", v, err)
		}
		if step(moved).Hash() != first.Hash() {
			t.Error("the place of a file counts")
		}
		ok(t, "write", os.WriteFile(path, []byte("1,3\n"), 0o666))
		if step(path).Hash() == first.Hash() {
			t.Error("the content of a file does not count")
		}
		_, err = first.Generate(t.Context(), nil)
		is(t, "changed since", err, artifacts.ErrCorrupt)
		_, err = pipeline.NewFile(t.Context(), filepath.Join(dir, "none"))
		is(t, "missing", err, artifacts.ErrNotFound)
		r := record(t, open(t, url, nil), "read")
		if !bytes.Contains(r.NotHashed["Input.url"], []byte("input.csv")) || strings.Contains(string(r.Params), "input.csv") {
			t.Errorf("recorded %s and %s", r.Params, r.NotHashed)
		}
	})
}

func first[V any](seq iter.Seq[V]) (v V) {
	for v = range seq {
		break
	}
	return v
}

// record returns the only record of a step.
func record(t *testing.T, s *pipeline.Store, name string) *pipeline.Record {
	t.Helper()
	r, err := s.Record(t.Context(), name, "")
	ok(t, "record", err)
	return r
}
