package project_test

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestSaveFaults makes every single operation of a save fail, and all from one
// on, as on a disk that is gone.
func TestSaveFaults(t *testing.T) {
	for _, sc := range scenarios() {
		for place, begin := range map[string]func(*testing.T) func() site{"Disk": sc.onDisk, "Memory": sc.inMemory} {
			t.Run(sc.name+place, func(t *testing.T) {
				t.Parallel()
				next := begin(t)
				faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
					trySave(t, sc, next(), &trouble{hook: f.Hook, faulty: f}, syscall.EIO)
				})
				if faults == 0 {
					t.Error("no operation failed")
				}
				t.Logf("%d faults", faults)
			})
		}
	}
}

// TestSaveCancelled ends the context at every operation of a save.
func TestSaveCancelled(t *testing.T) {
	for _, sc := range scenarios() {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			next := sc.onDisk(t)
			for n := 1; ; n++ {
				f := &storetest.Faulty{FailAt: n, Err: context.Canceled}
				ctx, cancel := context.WithCancel(t.Context())
				trySave(t, sc, next(), &trouble{ctx: ctx, faulty: f, hook: func(op, key string) error {
					if f.Hook(op, key) != nil {
						cancel()
					}
					return nil
				}}, context.Canceled)
				cancel()
				if f.Failed() == "" {
					t.Logf("cancelled at %d operations", n-1)
					return
				}
			}
		})
	}
}

// trouble is what a save meets.
type trouble struct {
	ctx    context.Context // of the save; nil: the test's
	hook   func(op, key string) error
	faulty *storetest.Faulty // knows at which operation
}

// trySave saves a scenario into trouble, looks at what that left, and saves
// again without.
func trySave(t *testing.T, sc scenario, at site, trouble *trouble, cause error) {
	t.Helper()
	on := false
	p := openProject(t, at.url, project.WithFault(project.Options{Mode: project.ReadWrite, Now: oneSecond},
		func(op, key string) error {
			if !on {
				return nil
			}
			return trouble.hook(op, key)
		}))
	sc.pend(t, p, at)
	want := pending(t, p)
	before := at.files()
	ctx := trouble.ctx
	if ctx == nil {
		ctx = t.Context()
	}

	on = true
	err := p.Save(ctx)
	on = false

	replaced := at.files()["project.json"] != before["project.json"]
	unknown := errors.Is(err, artifacts.ErrOutcomeUnknown)
	saved := replaced && (err == nil || unknown ||
		sc.removes && strings.Contains(err.Error(), "saved, but"))
	switch {
	case unknown && !replaced && !strings.HasPrefix(at.url, "mem:"):
		t.Errorf("the manifest was not touched, but the error is %v", err) // it is known, on a disk
	case err == nil && !replaced:
		t.Error("nothing was saved, and no error says so")
	case err != nil && !errors.Is(err, cause):
		t.Errorf("got error %v, want %v", err, cause)
	case err != nil && replaced && !saved:
		t.Errorf("the manifest was replaced, but the error is %v", err)
	case err != nil:
		mustTell(t, err, trouble)
	}
	if !saved {
		mustEqualTree(t, before, at.files(), func(name string) bool {
			return trouble.faulty.Sticky || unknown || isFolder(name)
		})
		got := pending(t, p)
		if _, known := want["theirs"]; !known {
			delete(got, "theirs") // the save may have come to know of it
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("pending (-before +after the save):\n%s", diff)
		}
	}
	mustFind(t, openProject(t, at.url, nil), project.Leftover, project.Orphan)

	saveProject(t, p)
	for _, p := range []*project.Project{p, openProject(t, at.url, nil)} {
		if diff := cmp.Diff(sc.want, editedMarks(t, p)); diff != "" {
			t.Errorf("saved (-want +got):\n%s", diff)
		}
	}
	mustFind(t, p, allowed(trouble, replaced, err)...)
	after := at.files()
	saveProject(t, p) // there is nothing left to save
	mustEqualTree(t, after, at.files(), nil)
	sweep(t, at.url)
	if t.Failed() {
		t.Fatalf("after %q failed (sticky: %t, error: %v)", trouble.faulty.Failed(), trouble.faulty.Sticky, err)
	}
}

// allowed is what Check may find after the save that was tried again: hidden
// files; and files that nobody names, where cleaning up failed too, or was left
// to be because the manifest might have named them.
func allowed(trouble *trouble, replaced bool, err error) []project.FindingKind {
	kinds := []project.FindingKind{project.Leftover}
	if trouble.faulty.Sticky || errors.Is(err, artifacts.ErrOutcomeUnknown) && !replaced || err != nil && strings.Contains(err.Error(), "saved, but") {
		kinds = append(kinds, project.Orphan)
	}
	return kinds
}

// mustTell checks that an error says what could not be done, and to which file.
func mustTell(t *testing.T, err error, trouble *trouble) {
	t.Helper()
	if !strings.HasPrefix(err.Error(), "save project ") {
		t.Errorf("error %q does not begin with the operation", err)
	}
	if trouble.ctx != nil {
		return // it may be noticed at any operation that follows
	}
	failed := trouble.faulty.Ops()[trouble.faulty.FailAt-1:]
	if !trouble.faulty.Sticky {
		failed = failed[:1]
	}
	if !slices.ContainsFunc(failed, func(op string) bool { return tells(err.Error(), op) }) {
		t.Errorf("error %q does not say that %q failed", err, failed[0])
	}
}

// tells reports whether a message names an operation, or the one it was a part
// of, and its file.
func tells(message, failed string) bool {
	op, key, _ := strings.Cut(failed, " ")
	file := path.Base(key)
	if key == "." || op == "list" {
		file = "runs" // the folder of the manifest
	}
	return strings.Contains(message, file) &&
		slices.ContainsFunc([]string{op, "create", "update", "move", "remove", "open"}, func(word string) bool {
			return strings.Contains(message, word+" ") || strings.Contains(message, word+":")
		})
}
