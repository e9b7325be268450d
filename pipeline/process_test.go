package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// order tells a child process to get a payload, and to die before the n-th
// operation of the storage.
type order struct {
	URL   string
	DieAt int
}

func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	s := open(t, o.URL, pipeline.WithFault(&pipeline.Options{Types: types}, childtest.DieAt(o.DieAt)))
	if err := childtest.Begin(os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
	e, err := childFlow(t, s).estimator.Payload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	childtest.Tell(os.Stdout, fmt.Sprintf("payload %v", *e))
}

// childFlow is a flow that tells of each generation.
func childFlow(t testing.TB, s *pipeline.Store) *flow {
	return newFlow(t, s, pointsParams{N: 50}, &flowOptions{
		points: func(spec *pipeline.Spec[pointsParams, []float64]) {
			generate := spec.Generate
			spec.Generate = func(ctx context.Context, p pointsParams) ([]float64, error) {
				childtest.Tell(os.Stdout, "points")
				return generate(ctx, p)
			}
		},
		est: func(spec *pipeline.Spec[estimatorParams, *estimator]) {
			generate := spec.Generate
			spec.Generate = func(ctx context.Context, p estimatorParams) (*estimator, error) {
				childtest.Tell(os.Stdout, "estimator")
				return generate(ctx, p)
			}
		},
	})
}

// TestEightProcesses: eight processes that want one payload generate it once.
func TestEightProcesses(t *testing.T) {
	for _, name := range []string{"local", "fake S3", "versitygw"} {
		t.Run(name, func(t *testing.T) {
			o := order{URL: folders[name](t)}
			var children []*childtest.Child
			for range 8 {
				children = append(children, childtest.Start(t, o, false))
			}
			for _, c := range children {
				c.Release()
			}
			said := map[string]int{}
			for _, c := range children {
				if err := c.Wait(); err != nil {
					t.Error(err)
				}
				for _, line := range c.Lines {
					if line != "PASS" {
						said[line]++
					}
				}
			}
			if len(said) != 3 || said["points"] != 1 || said["estimator"] != 1 {
				t.Errorf("the processes said %v", said)
			}
		})
	}
}

// TestKilled kills a process at each operation of the storage in turn. Whatever it
// left, the next one gets the payload, and generates what has no record.
func TestKilled(t *testing.T) {
	url := folders["local"](t)
	want, err := newFlow(t, open(t, folders["memory"](t), nil), pointsParams{N: 50}, nil).estimator.Payload(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stride := 1
	if testing.Short() {
		stride = 7
	}
	died, unnamed := 0, 0
	for n := 1; ; n += stride {
		if err := os.RemoveAll(url); err != nil {
			t.Fatal(err)
		}
		c := childtest.Start(t, order{URL: url, DieAt: n}, true)
		c.Release()
		if c.Wait() == nil {
			break
		}
		died++
		records, payloads := 0, 0
		entries, _ := os.ReadDir(url) // it may have died before the folder was there
		for _, e := range entries {
			switch name := e.Name(); {
			case strings.HasPrefix(name, "."), strings.HasSuffix(name, ".log"):
			case strings.HasSuffix(name, ".params.json"):
				records++
			default:
				payloads++
			}
		}
		if payloads > records {
			unnamed++
		}
		f := newFlow(t, open(t, url, nil), pointsParams{N: 50}, nil)
		for _, step := range []func() error{
			func() error { _, err := f.points.Load(t.Context(), nil); return err },
			func() error { _, err := f.estimator.Load(t.Context(), nil); return err },
		} {
			if err := step(); err == nil {
				records--
			}
		}
		if records != 0 {
			t.Errorf("killed at %d: not as many payloads can be loaded as there are records: %d more", n, records)
		}
		got, err := f.estimator.Payload(t.Context())
		if err != nil || *got != *want {
			t.Errorf("killed at %d: then got %v (%v), want %v", n, got, err, *want)
		}
	}
	// With strides the few operations between the two may all be skipped.
	if died == 0 || unnamed == 0 && stride == 1 {
		t.Errorf("%d processes died, of them %d between payload and record: the test sees nothing", died, unnamed)
	}
	t.Logf("%d processes died, of them %d between payload and record", died, unnamed)
}

// TestDamage: a payload that is not what was stored is never returned, but made
// anew; so is one whose file is gone or whose record is damaged.
func TestDamage(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		for name, damage := range map[string]func(text []byte) []byte{
			"a bit":     func(text []byte) []byte { text[len(text)/2] ^= 1; return text },
			"cut off":   func(text []byte) []byte { return text[:len(text)-2] },
			"grown":     func(text []byte) []byte { return append(text, ' ') },
			"gone":      func([]byte) []byte { return nil },
			"of others": func([]byte) []byte { return []byte("{}") },
		} {
			for _, suffix := range []string{".json", ".params.json"} {
				f := newFlow(t, open(t, url, nil), pointsParams{N: 4}, nil)
				want, err := f.points.Payload(t.Context())
				ok(t, "payload", err)
				ref, err := f.points.Ref(t.Context())
				ok(t, "ref", err)
				key := filepath.Base(ref.URL)
				if suffix == ".params.json" {
					key = "gaussian_points-" + f.points.Hash() + suffix
				}
				if suffix == ".params.json" && name == "grown" {
					continue // white space does not matter in a record
				}
				change(t, url, key, damage)
				f = newFlow(t, open(t, url, nil), pointsParams{N: 4}, nil)
				if xs, err := f.points.Load(t.Context(), nil); err == nil {
					t.Errorf("%s, %s: loaded %v", suffix, name, xs)
				}
				got, err := f.points.Payload(t.Context())
				if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s, %s: then got %v (%v), want %v", suffix, name, got, err, want)
				}
				f.runs(t, 1, 0)
				_, err = newFlow(t, open(t, url, nil), pointsParams{N: 4}, nil).points.Load(t.Context(), nil)
				ok(t, name+": load what was made anew", err)
			}
		}
	})
}

// change replaces a file by what a function makes of it; nil removes it.
func change(t *testing.T, url, key string, damage func([]byte) []byte) {
	t.Helper()
	s, err := store.OpenFolder(t.Context(), url, nil)
	ok(t, "open", err)
	defer s.Close()
	text, err := s.ReadText(t.Context(), key)
	ok(t, "read", err)
	ok(t, "remove", s.Remove(t.Context(), key))
	if text = damage(text); text == nil {
		return
	}
	_, err = s.Create(t.Context(), key, func(w io.Writer) error { _, err := w.Write(text); return err })
	ok(t, "write", err)
}
