package project_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// fragileText is longer than what anything between handler and file holds back.
var fragileText = strings.Repeat("fragile text ", 12_000)

// fragileOptions are those of a session whose handler breaks as trouble wants.
func fragileOptions(trouble *rescuetest.Trouble) project.Options {
	return project.Options{Mode: project.ReadWrite, Author: "me", Now: oneSecond,
		Handlers: rescuetest.Fragile{Trouble: trouble, Release: "1"}.Handlers()}
}

// logFragile logs an experiment with two artifacts the handler may break at, one
// of them of the second test of a name, and others.
func logFragile(t testing.TB, p *project.Project, name string) *experiment.Experiment {
	t.Helper()
	return logAs(t, p, name, func(d *experiment.Draft) error {
		part := func(log bool) error {
			return d.LogTest("part", "", func(d *experiment.TestDraft) error {
				if !log {
					return nil
				}
				return d.LogArtifact("rows", fragileText, "fragile", &artifacts.LogOptions{FileName: "sub/rows-20250601120000.frag"})
			})
		}
		d.LogMetric("m", 1)
		return errors.Join(
			d.LogArtifact("table", fragileText, "fragile", &artifacts.LogOptions{
				TTL: time.Hour, Settings: map[string]any{"mark": "<"}}),
			d.LogArtifact("notes", name, "text", nil),
			part(false), part(true), part(false))
	})
}

// fragileFiles are what the artifacts of logFragile are in the end.
var fragileFiles = map[string]string{"table": "<" + fragileText, "rows": fragileText}

// mustHaveFragile checks that an experiment has all that logFragile logged.
func mustHaveFragile(t testing.TB, x *experiment.Experiment) {
	t.Helper()
	tests := slices.Collect(x.Tests())
	same(t, "table", bytesOf(t, x, "table"), fragileFiles["table"])
	same(t, "rows", bytesOf(t, tests[1], "rows"), fragileFiles["rows"])
	for _, i := range []int{0, 2} {
		for a := range tests[i].Artifacts() {
			t.Errorf("artifact %q is of test %d", a.Name, i)
		}
	}
}

// keptFiles returns the files in which values are kept, by their slash paths.
func keptFiles(t testing.TB, url string) map[string]string {
	t.Helper()
	files := tree(t, filepath.Dir(url))
	maps.DeleteFunc(files, func(name, _ string) bool {
		return !strings.HasPrefix(name, filepath.Base(url)+".d/") || isFolder(name) || hidden(name)
	})
	return files
}

// rescuedOf lists what is kept by the names of the artifacts.
func rescuedOf(t testing.TB, p *project.Project) map[string]artifacts.Rescued {
	t.Helper()
	list, err := p.Rescued(t.Context())
	noError(t, err)
	byName := map[string]artifacts.Rescued{}
	for _, r := range list {
		noError(t, r.Err)
		byName[r.Artifact.Name] = r
	}
	same(t, "names among what is kept", len(byName), len(list))
	return byName
}

// A value whose handler fails is kept in a file, and another program makes of it
// what a save would have made.
func TestRescue(t *testing.T) {
	for _, c := range []struct {
		name string
		half rescuetest.Halfway
		says string
	}{
		{"Error", rescuetest.Break, "the process ended unexpectedly"},
		{"Panic", func(context.Context) error { panic("no more") }, "the handler panicked: no more"},
		{"Goexit", func(context.Context) error { runtime.Goexit(); return nil }, "its handler ended the goroutine"},
		{"OwnCancel", func(context.Context) error { return context.Canceled }, "context canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			p := openAt(t, url, fragileOptions(trouble))
			trouble.Encode(c.half)
			x := logFragile(t, p, "run")
			for range 2 { // files do not pile up
				err := p.Save(t.Context())
				wantError(t, err, artifacts.ErrIncomplete)
				kept := keptFiles(t, url)
				same(t, "files", len(kept), 2)
				failed, ok := errors.AsType[*project.ArtifactError](err)
				if !ok || failed.Experiment != x.Slug() || failed.Handler != "fragile" || failed.Kept.Err != nil {
					t.Fatalf("the error is about %+v", failed)
				}
				if _, ok := kept["project.json.d/rescue/"+failed.Kept.ID]; !ok {
					t.Errorf("there is no file of ID %q", failed.Kept.ID)
				}
				for _, word := range []string{c.says, failed.Kept.URL, "lazyscribe plugin rescue retry " + failed.Kept.ID} {
					if !strings.Contains(err.Error(), word) {
						t.Errorf("error %q does not say %q", err, word)
					}
				}
			}
			wantError(t, x.LoadArtifact(t.Context(), "table", new(string), nil), artifacts.ErrNotSaved)
			same(t, "what was saved", bytesOf(t, lookUp(t, openAt(t, url, project.Options{}), x.Slug()), "notes"), "run")

			q := openAt(t, url, project.Options{Mode: project.ReadWrite, Handlers: rescuetest.Fragile{Release: "2"}.Handlers()})
			rescued := rescuedOf(t, q)
			size := int64(len("kept text: ") + len(fragileText))
			base := artifacts.Rescued{Project: url, Experiment: x.Slug(), Size: size, RescuedAt: oneSecond(),
				Plugin: artifacts.Plugin{Name: "breakable", Version: "0.3.1", Format: "2", SDK: "none"}}
			table, rows := base, base
			table.Settings = map[string]any{"mark": "<"}
			table.Artifact = artifacts.Artifact{Name: "table", FileName: "table-20250601120000.frag", Handler: "fragile",
				CreatedAt: oneSecond(), Expiry: oneSecond().Add(time.Hour),
				Environment: artifacts.Environment{"fragile_release": "1", "fragile_value": "string"}}
			rows.Test, rows.TestIndex = "part", 1
			rows.Artifact = artifacts.Artifact{Name: "rows", FileName: "sub/rows-20250601120000.frag", Handler: "fragile",
				CreatedAt: oneSecond(), Environment: table.Artifact.Environment}
			same(t, "rescued", rescued, map[string]artifacts.Rescued{"table": table, "rows": rows},
				cmpopts.IgnoreFields(artifacts.Rescued{}, "ID", "URL", "Error"))
			if got := rescued["table"].Error; !strings.Contains(got, c.says) {
				t.Errorf("the cause is %q", got)
			}
			same(t, "findings", len(findings(t, q)[project.Rescued]), 2)

			for _, r := range rescued {
				y, err := q.Retry(t.Context(), r.ID, nil)
				noError(t, err)
				same(t, "slug", y.Slug(), x.Slug())
			}
			y := lookUp(t, q, x.Slug())
			mustHaveFragile(t, y)
			for a := range y.Artifacts() {
				if a.Name == "table" {
					table.Artifact.SHA256, table.Artifact.Size = sha256Hex(fragileFiles["table"]), int64(len(fragileFiles["table"]))
					table.Artifact.Environment = artifacts.Environment{"fragile_release": "2", "fragile_value": "string"}
					same(t, "table", a, table.Artifact, cmpopts.IgnoreFields(a, "Extra"))
				}
			}
			same(t, "kept in the end", keptFiles(t, url), map[string]string{})
			mustFind(t, q)
		})
	}
}

// What Retry makes is what a save without trouble would have made, but for the
// time of the edit.
func TestRetryIsASave(t *testing.T) {
	saved := func(breaks bool) map[string]string {
		url, trouble := manifestIn(t), new(rescuetest.Trouble)
		p := openAt(t, url, fragileOptions(trouble))
		if breaks {
			trouble.Encode(rescuetest.Break)
		}
		logFragile(t, p, "run")
		err := p.Save(t.Context())
		same(t, "incomplete", errors.Is(err, artifacts.ErrIncomplete), breaks)
		trouble.Encode(nil)
		q := openAt(t, url, fragileOptions(trouble))
		for _, name := range []string{"table", "rows"} {
			if r, ok := rescuedOf(t, q)[name]; ok {
				_, err := q.Retry(t.Context(), r.ID, nil)
				noError(t, err)
			}
		}
		files := tree(t, filepath.Dir(url))
		files["project.json"] = strings.ReplaceAll(files["project.json"],
			`"last_updated": "2025-06-01T12:00:02"`, `"last_updated": "2025-06-01T12:00:00"`)
		// New artifacts stand behind others.
		files["project.json"] = strings.Join(slices.Sorted(strings.SplitSeq(files["project.json"], "\n")), "\n")
		return files
	}
	want, got := saved(false), saved(true)
	want["project.json"], got["project.json"] = strings.ReplaceAll(want["project.json"], ",", ""), strings.ReplaceAll(got["project.json"], ",", "")
	same(t, "files", got, want)
}

// Once a save has the artifact its value is not kept any more, nor when it is
// not wanted any more.
func TestRescueEnds(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *project.Project, string){
		"Saved": func(*testing.T, *project.Project, string) {},
		"Removed": func(t *testing.T, p *project.Project, slug string) {
			noError(t, p.Remove(slug))
		},
		"Replaced": func(t *testing.T, p *project.Project, slug string) {
			editAs(t, p, slug, func(d *experiment.Draft) error {
				return d.LogArtifact("table", "another", "text", &artifacts.LogOptions{Replace: true})
			})
		},
		"Discarded": func(t *testing.T, p *project.Project, slug string) {
			noError(t, p.Discard(slug))
			logAs(t, p, "another", nil)
		},
		"DroppedBefore": func(t *testing.T, p *project.Project, _ string) {
			for _, r := range rescuedOf(t, p) {
				noError(t, p.DropRescued(t.Context(), r.ID))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			p := openAt(t, url, fragileOptions(trouble))
			trouble.Encode(rescuetest.Break)
			x := logFragile(t, p, "run")
			wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
			trouble.Encode(nil)
			end(t, p, x.Slug())
			saveAll(t, p)
			same(t, "kept", keptFiles(t, url), map[string]string{})
			mustFind(t, p)
			if name == "Saved" {
				mustHaveFragile(t, x)
			}
		})
	}
}

// A file always has the value as it was at the last save.
func TestRescueOfChangedValue(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	p := openAt(t, url, fragileOptions(trouble))
	value, source := "first", filepath.Join(t.TempDir(), "input")
	noError(t, os.WriteFile(source, []byte("first"), 0o666))
	logAs(t, p, "run", func(d *experiment.Draft) error {
		open := func(context.Context) (io.ReadCloser, error) { return os.Open(source) }
		return errors.Join(d.LogArtifact("value", &value, "fragile", nil), d.LogArtifact("file", open, "fragile", nil))
	})
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	value = "second"
	noError(t, os.WriteFile(source, []byte("second"), 0o666))
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	for name, r := range rescuedOf(t, p) {
		f, err := p.OpenRescued(t.Context(), r.ID)
		noError(t, err)
		data, err := io.ReadAll(f)
		noError(t, errors.Join(err, f.Close()))
		same(t, name, string(data), "kept text: second")
	}
}

// Nothing is kept of a value that is at fault itself, nor where nothing is to be
// written, nor by a handler that cannot.
func TestNoRescue(t *testing.T) {
	fails := func(err error) rescuetest.Halfway { return func(context.Context) error { return err } }
	for _, c := range []struct {
		name         string
		half         rescuetest.Halfway
		allOrNothing bool
	}{
		{"Unsupported", fails(artifacts.ErrUnsupportedValue), false},
		{"Settings", fails(artifacts.ErrSettings), false},
		{"AllOrNothing", rescuetest.Break, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			trouble.Encode(c.half)
			o := fragileOptions(trouble)
			o.AllOrNothing = c.allOrNothing
			p := openAt(t, url, o)
			logFragile(t, p, "run")
			err := p.Save(t.Context())
			wantError(t, err, artifacts.ErrIncomplete)
			if failed, _ := errors.AsType[*project.ArtifactError](err); failed.Kept != (artifacts.Kept{}) {
				t.Errorf("kept: %+v", failed.Kept)
			}
			same(t, "kept", keptFiles(t, url), map[string]string{})
			if c.allOrNothing {
				mustEqualTree(t, nil, tree(t, filepath.Dir(url)), isFolder)
			}
		})
	}
	r := newRogue() // its handler is no Rescuer
	half := func(context.Context) error { return errRogue }
	r.half.Store(&half)
	url := manifestIn(t)
	p := openAt(t, url, project.Options{Handlers: r.handlers()})
	logRogue(t, p)
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	same(t, "kept", keptFiles(t, url), map[string]string{})
}

// A save that was cancelled while a handler worked has written nothing.
func TestNoRescueWhenCancelled(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	ctx, cancel := context.WithCancel(t.Context())
	trouble.Encode(func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return rescuetest.ErrBroken
	})
	p := openAt(t, url, fragileOptions(trouble))
	x := logFragile(t, p, "run")
	wantError(t, p.Save(ctx), context.Canceled)
	mustEqualTree(t, nil, tree(t, filepath.Dir(url)), isFolder)
	trouble.Encode(nil)
	saveAll(t, p)
	mustHaveFragile(t, x)
}

// When the value cannot be kept either, everything else is saved all the same,
// and no half file is left.
func TestRescueFails(t *testing.T) {
	for _, c := range []struct {
		name string
		half rescuetest.Halfway
		full bool // the disk
		says string
	}{
		{"Error", rescuetest.Break, false, "could not be kept in a file: encode with handler \"fragile\": the process"},
		{"Panic", func(context.Context) error { panic("again") }, false, "the handler panicked: again"},
		{"Goexit", func(context.Context) error { runtime.Goexit(); return nil }, false, "its handler ended the goroutine"},
		{"DiskFull", nil, true, syscall.ENOSPC.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			trouble.Encode(rescuetest.Break)
			trouble.Rescue(c.half)
			o := project.WithFault(fragileOptions(trouble), func(op, key string) error {
				if c.full && strings.Contains(key, ".d/rescue") {
					return syscall.ENOSPC
				}
				return nil
			})
			p := openAt(t, url, *o)
			x := logFragile(t, p, "run")
			err := p.Save(t.Context())
			wantError(t, err, artifacts.ErrIncomplete)
			if failed, _ := errors.AsType[*project.ArtifactError](err); failed.Kept.Err == nil || failed.Kept.ID != "" {
				t.Errorf("kept: %+v", failed.Kept)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q does not say %q", err, c.says)
			}
			same(t, "kept", keptFiles(t, url), map[string]string{})
			same(t, "what was saved", bytesOf(t, lookUp(t, openAt(t, url, project.Options{}), x.Slug()), "notes"), "run")
			trouble.Encode(nil)
			saveAll(t, p)
			mustHaveFragile(t, x)
		})
	}
}
