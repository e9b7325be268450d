package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// folders are the storages that steps are tested over: each gives the URL of a new
// folder.
var folders = map[string]func(t *testing.T) string{
	"local":     func(t *testing.T) string { return filepath.Join(t.TempDir(), "new") },
	"memory":    func(*testing.T) string { return strings.TrimSuffix(storetest.MemoryURL("x"), "/x") },
	"fake S3":   func(t *testing.T) string { return servers.FakeS3(t, nil).URL("folder") },
	"versitygw": func(t *testing.T) string { return servers.VersityGW(t, nil).URL("folder") },
}

// over runs a test over each storage.
func over(t *testing.T, run func(t *testing.T, url string)) {
	for name, folder := range folders {
		t.Run(name, func(t *testing.T) { run(t, folder(t)) })
	}
}

// types keep points as JSON; everything else is archived.
var types = func() *shelf.Registry {
	r := shelf.NewRegistry(nil)
	if err := shelf.RegisterAlias[[]float64](r, "json", nil); err != nil {
		panic(err)
	}
	return r
}()

func open(t testing.TB, url string, o *pipeline.Options) *pipeline.Store {
	t.Helper()
	if o == nil {
		o = &pipeline.Options{}
	}
	o.NoSync = true
	if o.Types == nil {
		o.Types = types
	}
	s, err := pipeline.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// files returns the names of what is in a store's folder, but for log files.
func files(t testing.TB, url string) []string {
	t.Helper()
	all := contents(t, url)
	maps.DeleteFunc(all, func(key, _ string) bool { return strings.Contains(key, ".log") })
	return slices.Sorted(maps.Keys(all))
}

// contents returns all files of a store's folder.
func contents(t testing.TB, url string) map[string]string {
	t.Helper()
	s, err := store.OpenFolder(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return storetest.Files(t, s)
}

// pointsParams and estimatorParams are those of the two steps of a flow.
type pointsParams struct {
	N           int    `lazyscribe:"n_points"`
	RandomState uint64 `lazyscribe:"random_state,default=100"`
	LogEvery    int    `lazyscribe:"-"`
}

type estimatorParams struct{ ZThreshold float64 }

type estimator struct{ Z, Mean, Std float64 }

// flow is a step that generates points and one that estimates from them.
type flow struct {
	points    *pipeline.Step[pointsParams, []float64]
	estimator *pipeline.Step[estimatorParams, *estimator]

	noise     atomic.Int64 // what is added to points: the code, as it were
	pointRuns atomic.Int32
	estRuns   atomic.Int32
}

// flowOptions change the specs of a flow.
type flowOptions struct {
	points func(*pipeline.Spec[pointsParams, []float64])
	est    func(*pipeline.Spec[estimatorParams, *estimator])
}

func newFlow(t testing.TB, s *pipeline.Store, p pointsParams, o *flowOptions) *flow {
	t.Helper()
	f := &flow{}
	spec := pipeline.Spec[pointsParams, []float64]{
		Name: "gaussian_points", Params: p,
		Generate: func(_ context.Context, p pointsParams) ([]float64, error) {
			f.pointRuns.Add(1)
			r := rand.New(rand.NewPCG(p.RandomState, 0))
			xs := make([]float64, p.N)
			for i := range xs {
				xs[i] = r.NormFloat64() + float64(f.noise.Load())
			}
			return xs, nil
		},
		Validate: func(p pointsParams, xs []float64) error {
			if len(xs) != p.N {
				return fmt.Errorf("%d points, want %d", len(xs), p.N)
			}
			return nil
		},
	}
	if o != nil && o.points != nil {
		o.points(&spec)
	}
	var err error
	if f.points, err = pipeline.New(s, spec); err != nil {
		t.Fatal(err)
	}
	est := pipeline.Spec[estimatorParams, *estimator]{
		Name: "outlier_estimator", Params: estimatorParams{2}, DependsOn: []pipeline.Node{f.points},
		Generate: func(ctx context.Context, p estimatorParams) (*estimator, error) {
			f.estRuns.Add(1)
			xs, err := f.points.Payload(ctx)
			if err != nil {
				return nil, err
			}
			return estimate(p.ZThreshold, xs), nil
		},
	}
	if o != nil && o.est != nil {
		o.est(&est)
	}
	if f.estimator, err = pipeline.New(s, est); err != nil {
		t.Fatal(err)
	}
	return f
}

func estimate(z float64, xs []float64) *estimator {
	e := &estimator{Z: z}
	for _, x := range xs {
		e.Mean += x / float64(len(xs))
	}
	for _, x := range xs {
		e.Std += (x - e.Mean) * (x - e.Mean) / float64(len(xs))
	}
	e.Std = math.Sqrt(e.Std)
	return e
}

// runs checks how often the two steps were generated.
func (f *flow) runs(t testing.TB, points, est int32) {
	t.Helper()
	if p, e := f.pointRuns.Load(), f.estRuns.Load(); p != points || e != est {
		t.Errorf("points were generated %d times and the estimator %d times, want %d and %d", p, e, points, est)
	}
}

// is checks which error a call has returned.
func is(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

func ok(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// obj are parameters without a type of their own.
type obj = map[string]any

// book is kept in a file for each chapter.
type book map[string]string

func bookTypes(t testing.TB) *shelf.Registry {
	t.Helper()
	r := shelf.NewRegistry(nil)
	err := shelf.Register(r, shelf.Kind[book]{
		Format:  artifacts.Format{Alias: "book"},
		Several: true,
		Write: func(_ context.Context, out shelf.Out, b book) error {
			for name, text := range b {
				w, err := out.Create(name)
				if err != nil {
					return err
				}
				if _, err := io.WriteString(w, text); err != nil {
					return err
				}
				if err := w.Close(); err != nil {
					return err
				}
			}
			return nil
		},
		Read: func(_ context.Context, in shelf.In) (book, error) {
			b := book{}
			for _, name := range in.Names() {
				text, err := fs.ReadFile(in, name)
				if err != nil {
					return nil, err
				}
				b[name] = string(text)
			}
			return b, nil
		},
	}, nil)
	ok(t, "register", err)
	return r
}

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
