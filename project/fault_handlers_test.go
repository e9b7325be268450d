package project_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// rogue is a handler that misbehaves when it has written half of a file.
type rogue struct {
	artifacts.Text
	half *atomic.Pointer[func(ctx context.Context) error] // nil: it behaves
}

func newRogue() rogue { return rogue{half: new(atomic.Pointer[func(context.Context) error])} }

func (r rogue) Format() artifacts.Format { return artifacts.Format{Alias: "rogue", Suffix: "txt"} }

func (r rogue) Encode(ctx context.Context, w io.Writer, value any) error {
	text := value.(string)
	if _, err := io.WriteString(w, text[:len(text)/2]); err != nil {
		return err
	}
	if half := r.half.Load(); half != nil {
		if err := (*half)(ctx); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, text[len(text)/2:])
	return err
}

func (r rogue) handlers() *artifacts.Registry {
	reg := artifacts.Default().Clone()
	reg.Register(r)
	return reg
}

// rogueText is longer than what anything between handler and file holds back.
var rogueText = strings.Repeat("rogue text ", 50_000)

// logRogue logs a marked experiment with two more artifacts, one of them of a
// test, that the rogue handler has to encode.
func logRogue(t *testing.T, p *project.Project) *experiment.Experiment {
	t.Helper()
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		return errors.Join(
			d.LogArtifact("rogue", rogueText, "rogue", nil),
			fillMarked(d, "run"),
			d.LogTest("part two", "", func(d *experiment.TestDraft) error {
				return d.LogArtifact("rogue", rogueText, "rogue", nil)
			}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// mustHaveRogue checks that all artifacts of the experiment are as logged.
func mustHaveRogue(t *testing.T, x *experiment.Experiment) {
	t.Helper()
	if err := readMarked(t.Context(), x); err != nil {
		t.Error(err)
	}
	test, ok := x.Test("part two")
	if !ok {
		t.Fatal("the test is gone")
	}
	for _, from := range []artifacts.Loader{x, test} {
		if got, err := artifacts.Load[string](t.Context(), from, "rogue", nil); err != nil || got != rogueText {
			t.Errorf("loaded %d bytes, error %v", len(got), err)
		}
	}
}

var errRogue = errors.New("half is enough")

func TestHandlerFails(t *testing.T) {
	for _, c := range []struct {
		name string
		half func(context.Context) error
		says string
	}{
		{"Error", func(context.Context) error { return errRogue }, "half is enough"},
		{"Panic", func(context.Context) error { panic("half is enough") }, "half is enough"},
		{"PanicNil", func(context.Context) error { panic(nil) }, "panic"},
		{"Goexit", func(context.Context) error { runtime.Goexit(); return nil }, "ended the goroutine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRogue()
			r.half.Store(&c.half)
			url := filepath.Join(t.TempDir(), "project.json")
			p := openProject(t, url, &project.Options{Handlers: r.handlers(), Mode: project.ReadWrite})
			other := addMarked(t, p, "other", "other")
			x := logRogue(t, p)
			for range 2 { // it fails again when it is tried again
				err := p.Save(t.Context())
				var failed *project.ArtifactError
				if !errors.Is(err, artifacts.ErrIncomplete) || !errors.As(err, &failed) || !strings.Contains(err.Error(), c.says) {
					t.Fatalf("got error %v, want what is missing", err)
				}
				if failed.Experiment != x.Slug() || failed.Artifact != "rogue" || failed.Handler != "rogue" {
					t.Errorf("the error is about %+v", failed)
				}
				q := openProject(t, url, &project.Options{Mode: project.ReadOnly})
				mustFind(t, q)
				if diff := cmp.Diff(map[string]shown{"other": {Artifacts: 3}, "run": {Artifacts: 3}}, pending(t, q)); diff != "" {
					t.Errorf("saved (-want +got):\n%s", diff)
				}
				for _, have := range []*experiment.Experiment{other, x} {
					if err := readMarked(t.Context(), have); err != nil {
						t.Error(err)
					}
				}
				if err := x.LoadArtifact(t.Context(), "rogue", new(string), nil); !errors.Is(err, artifacts.ErrNotSaved) {
					t.Errorf("load of what is still pending: %v", err)
				}
			}
			r.half.Store(nil)
			saveProject(t, p)
			mustHaveRogue(t, x)
			q := openProject(t, url, &project.Options{Handlers: r.handlers()})
			y, err := q.Lookup("run")
			if err != nil {
				t.Fatal(err)
			}
			mustHaveRogue(t, y)
			mustFind(t, q)
		})
	}
}

func TestHandlerFailsAllOrNothing(t *testing.T) {
	r := newRogue()
	half := func(context.Context) error { return errRogue }
	r.half.Store(&half)
	dir := t.TempDir()
	p := openProject(t, filepath.Join(dir, "project.json"), &project.Options{Handlers: r.handlers(), AllOrNothing: true})
	addMarked(t, p, "other", "other")
	x := logRogue(t, p)
	if err := p.Save(t.Context()); !errors.Is(err, errRogue) {
		t.Fatalf("got error %v, want %v", err, errRogue)
	}
	mustEqualTree(t, nil, tree(t, dir), isFolder)
	r.half.Store(nil)
	saveProject(t, p)
	mustHaveRogue(t, x)
	mustFind(t, p)
}

// TestHandlerHangs ends the context while a handler works.
func TestHandlerHangs(t *testing.T) {
	for _, c := range []struct {
		name string
		half func(context.Context) error
	}{
		{"Waits", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
		{"OwnError", func(ctx context.Context) error { <-ctx.Done(); return errRogue }},
		{"Ignores", func(ctx context.Context) error { <-ctx.Done(); return nil }},
		{"Panics", func(ctx context.Context) error { <-ctx.Done(); panic("stopped") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRogue()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			half := func(ctx context.Context) error {
				cancel()
				return c.half(ctx)
			}
			r.half.Store(&half)
			dir := t.TempDir()
			p := openProject(t, filepath.Join(dir, "project.json"), &project.Options{Handlers: r.handlers()})
			x := logRogue(t, p)
			if err := p.Save(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, artifacts.ErrIncomplete) {
				t.Errorf("got error %v, want %v", err, context.Canceled)
			}
			mustEqualTree(t, nil, tree(t, dir), isFolder)
			r.half.Store(nil)
			saveProject(t, p)
			mustHaveRogue(t, x)
			mustFind(t, p)
		})
	}
}

// TestHandlerHidesErrors has a handler that does not pass on that the disk is
// full. The storage's word counts.
func TestHandlerHidesErrors(t *testing.T) {
	reg := artifacts.Default().Clone()
	reg.Register(artifacts.Typed[string]{
		Kind: artifacts.Format{Alias: "careless", Suffix: "txt"},
		Write: func(_ context.Context, w io.Writer, s string) error {
			for part := range strings.SplitAfterSeq(s, " ") {
				_, _ = io.WriteString(w, part)
			}
			return nil
		},
	})
	dir := t.TempDir()
	full := true
	p := openProject(t, filepath.Join(dir, "project.json"), project.WithFault(project.Options{Handlers: reg}, func(op, _ string) error {
		if full && op == "write" {
			return syscall.ENOSPC
		}
		return nil
	}))
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		return d.LogArtifact("careless", rogueText, "careless", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); !errors.Is(err, syscall.ENOSPC) || errors.Is(err, artifacts.ErrIncomplete) {
		t.Errorf("got error %v, want %v", err, syscall.ENOSPC)
	}
	mustEqualTree(t, nil, tree(t, dir), isFolder)
	full = false
	saveProject(t, p)
	if a, ok := first(x); !ok || a.Size != int64(len(rogueText)) {
		t.Errorf("saved %+v", a)
	}
	mustFind(t, p)
}

func first(x *experiment.Experiment) (a artifacts.Artifact, ok bool) {
	for a := range x.Artifacts() {
		return a, true
	}
	return a, false
}

// TestSourceFails has sources of values that cannot be read to their end.
func TestSourceFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "input.txt")
	p := openProject(t, filepath.Join(dir, "runs", "project.json"), nil)
	source := func(context.Context) (io.ReadCloser, error) { return os.Open(file) }
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		return d.LogArtifact("input", source, "text", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(t.Context()); !errors.Is(err, artifacts.ErrIncomplete) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got error %v, want what is missing", err)
	}
	mustFind(t, p)
	writeTree(t, dir, map[string]string{"input.txt": "now it is there"})
	saveProject(t, p)
	if got, err := artifacts.Load[string](t.Context(), x, "input", nil); err != nil || got != "now it is there" {
		t.Errorf("loaded %q, error %v", got, err)
	}
	mustFind(t, p)
}

func isFolder(name string) bool { return strings.HasSuffix(name, "/") }
