package repository_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A scenario is a repository and a save of it.
type scenario struct {
	name    string
	prepare func(t *testing.T, r *repository.Repository)
	pend    func(t *testing.T, r *repository.Repository, url string)
	want    map[string]string // what must be there after the save, see stateOf
}

func scenarios() []scenario {
	two := func(t *testing.T, r *repository.Repository) {
		log(t, r, "a", "old 0", nil)
		log(t, r, "a", "old 1", nil)
	}
	return []scenario{
		{
			"First", nil,
			func(t *testing.T, r *repository.Repository, _ string) { log(t, r, "a", "new", nil) },
			map[string]string{"a 0": "new"},
		},
		{
			"Several", two,
			func(t *testing.T, r *repository.Repository, _ string) {
				log(t, r, "a", "new 2", nil)
				log(t, r, "b/c", "new 0", nil)
				noError(t, r.SetExpiry("a", repository.Number(0), day(2041, 1, 1)))
			},
			map[string]string{"a 0": "old 0 until 2041", "a 1": "old 1", "a 2": "new 2", "b/c 0": "new 0"},
		},
		{
			"Renumbered", two,
			func(t *testing.T, r *repository.Repository, url string) {
				log(t, r, "a", "mine", nil)
				theirs := openAt(t, url, &repository.Options{Now: oneSecond})
				log(t, theirs, "a", "theirs", nil)
				noError(t, theirs.SetExpiry("a", repository.Number(1), day(2042, 1, 1)))
				save(t, theirs)
			},
			map[string]string{"a 0": "old 0", "a 1": "old 1 until 2042", "a 2": "theirs", "a 3": "mine"},
		},
		{
			"FileGone", two,
			func(t *testing.T, r *repository.Repository, url string) {
				log(t, r, "b", "mine", nil)
				theirs := openAt(t, url, &repository.Options{Now: oneSecond})
				b := log(t, theirs, "b", "theirs", nil)
				save(t, theirs)
				if !strings.HasPrefix(url, "mem:") { // its name is free, but not in the manifest
					noError(t, os.Remove(filepath.Join(filepath.Dir(url), "b", b.FileName)))
				}
			},
			map[string]string{"a 0": "old 0", "a 1": "old 1", "b 0": "theirs", "b 1": "mine"},
		},
	}
}

// stateOf reads all that a repository has: values, by name and number, and
// years of expiry. What is pending or gone has no value.
func stateOf(t *testing.T, r *repository.Repository) map[string]string {
	t.Helper()
	state := map[string]string{}
	for a := range r.All() {
		v := repository.Number(a.Version)
		text, err := repository.Load[string](t.Context(), r, a.Name, &repository.LoadOptions{Version: v})
		switch {
		case errors.Is(err, artifacts.ErrNotSaved):
			text = "pending"
		case errors.Is(err, artifacts.ErrNotFound), errors.Is(err, artifacts.ErrCorrupt):
			text = "theirs" // the one a scenario removed; another file may have got its name
		case err != nil:
			t.Error(err)
		}
		if !a.Expiry.IsZero() {
			text += " until " + a.Expiry.Format("2006")
		}
		state[a.Name+" "+v.String()] = text
	}
	return state
}

// Every single operation of a save fails, and all from one on, as on a disk that
// is gone.
func TestSaveFaults(t *testing.T) {
	for _, sc := range scenarios() {
		for _, place := range []string{"Disk", "Memory"} {
			t.Run(sc.name+place, func(t *testing.T) {
				faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
					trySave(t, sc, place, t.Context(), f, f.Hook, syscall.EIO)
				})
				if faults == 0 {
					t.Error("no operation failed")
				}
				t.Logf("%d faults", faults)
			})
		}
	}
}

// The context ends at every operation of a save.
func TestSaveCancelled(t *testing.T) {
	for _, sc := range scenarios() {
		t.Run(sc.name, func(t *testing.T) {
			for n := 1; ; n++ {
				f := &storetest.Faulty{FailAt: n, Err: context.Canceled}
				ctx, cancel := context.WithCancel(t.Context())
				trySave(t, sc, "Disk", ctx, f, func(op, key string) error {
					if f.Hook(op, key) != nil {
						cancel()
					}
					return nil
				}, context.Canceled)
				cancel()
				if f.Failed() == "" {
					t.Logf("cancelled at %d operations", n-1)
					return
				}
			}
		})
	}
}

// trySave saves a scenario into trouble, looks at what that left, and saves
// again without.
func trySave(t *testing.T, sc scenario, place string, ctx context.Context, f *storetest.Faulty, hook func(op, key string) error, cause error) {
	t.Helper()
	url := storetest.MemoryURL("models/repository.json")
	files := func() map[string]string { return nil }
	if place == "Disk" {
		url = manifestIn(t)
		files = func() map[string]string { return tree(t, filepath.Dir(filepath.Dir(url))) }
	}
	if sc.prepare != nil {
		before := openAt(t, url, &repository.Options{Now: oneSecond})
		sc.prepare(t, before)
		save(t, before)
	}
	on := false
	r := openAt(t, url, repository.WithFault(repository.Options{Now: oneSecond}, func(op, key string) error {
		if !on {
			return nil
		}
		return hook(op, key)
	}))
	sc.pend(t, r, url)
	untouched, stored := files(), stateOf(t, openAt(t, url, nil))

	on = true
	err := r.Save(ctx)
	on = false

	unknown := errors.Is(err, artifacts.ErrOutcomeUnknown)
	now := stateOf(t, openAt(t, url, nil))
	replaced := !cmp.Equal(stored, now)
	switch {
	case err == nil && !replaced:
		t.Error("nothing was saved, and no error says so")
	case err != nil && !errors.Is(err, cause):
		t.Errorf("got error %v, want %v", err, cause)
	case err != nil && !strings.HasPrefix(err.Error(), "save repository "):
		t.Errorf("error %q does not begin with the operation", err)
	case err != nil && replaced && !unknown:
		t.Errorf("the manifest was replaced, but the error is %v", err)
	case err != nil && !replaced && !unknown && !f.Sticky && place == "Disk":
		same(t, "files after the failure", files(), untouched)
	}
	if replaced {
		same(t, "what was saved", now, sc.want)
	}
	if err != nil && !r.Pending() {
		t.Error("nothing is pending after the failure")
	}
	save(t, r)
	for _, r := range []*repository.Repository{r, openAt(t, url, nil)} {
		same(t, "in the end", stateOf(t, r), sc.want)
	}
	if r.Pending() {
		t.Error("something is pending in the end")
	}
	if t.Failed() {
		t.Fatalf("after %q failed (sticky: %t, error: %v)", f.Failed(), f.Sticky, err)
	}
}

// A save whose outcome was not known is found again: by the next save, and by a
// refresh, even if the version was changed in between.
func TestOutcomeUnknown(t *testing.T) {
	for name, then := range map[string]func(t *testing.T, r *repository.Repository){
		"Save":    func(t *testing.T, r *repository.Repository) { save(t, r) },
		"Refresh": func(t *testing.T, r *repository.Repository) { noError(t, r.Refresh(t.Context())) },
		"Changed": func(t *testing.T, r *repository.Repository) {
			wantError(t, r.Discard("a", repository.Number(0)), artifacts.ErrOutcomeUnknown)
			noError(t, r.SetExpiry("a", repository.Number(0), day(2041, 1, 1)))
			save(t, r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := manifestIn(t)
			first := openAt(t, url, &repository.Options{Now: oneSecond})
			log(t, first, "b", "old", nil)
			save(t, first)
			on, renamed := false, false
			r := openAt(t, url, repository.WithFault(repository.Options{Now: oneSecond}, func(op, key string) error {
				renamed = renamed || on && op == "rename" && key == "repository.json"
				if on && renamed && op == "syncdir" {
					return syscall.EIO
				}
				return nil
			}))
			log(t, r, "a", "new", nil)
			on = true
			wantError(t, r.Save(t.Context()), artifacts.ErrOutcomeUnknown)
			on = false
			if !r.Pending() {
				t.Error("nothing is pending while nobody knows")
			}
			then(t, r)
			if r.Pending() {
				t.Error("something is pending in the end")
			}
			want := map[string]string{"a 0": "new", "b 0": "old"}
			if name == "Changed" {
				want["a 0"] += " until 2041"
			}
			same(t, "in the end", stateOf(t, openAt(t, url, nil)), want)
			same(t, "files", len(tree(t, filepath.Dir(url))), 3)
		})
	}
}

// An attempt that turns out to have failed can be taken back.
func TestOutcomeWasNothing(t *testing.T) {
	for _, meanwhile := range []bool{false, true} {
		url := storetest.MemoryURL("models/repository.json")
		theirs := openAt(t, url, &repository.Options{Now: oneSecond})
		log(t, theirs, "b", "old", nil)
		save(t, theirs)
		on := false
		r := openAt(t, url, repository.WithFault(repository.Options{Now: oneSecond}, func(op, key string) error {
			if on && op == "commit" && strings.HasSuffix(key, "repository.json") {
				return syscall.EIO
			}
			return nil
		}))
		log(t, r, "a", "new", nil)
		on = true
		wantError(t, r.Save(t.Context()), artifacts.ErrOutcomeUnknown)
		on = false
		wantError(t, r.Discard("a", repository.Number(0)), artifacts.ErrOutcomeUnknown)
		if meanwhile {
			log(t, theirs, "b", "newer", nil)
			save(t, theirs)
		}
		noError(t, r.Refresh(t.Context()))
		noError(t, r.Discard("a", repository.Number(0)))
		save(t, r)
		same(t, "names", openAt(t, url, nil).Names(), []string{"b"})
	}
}

// A purge that fails leaves every version with its file, or its purge on record.
func TestPurgeFaults(t *testing.T) {
	faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
		url := manifestIn(t)
		now := oneSecond()
		clock := func() time.Time { return now }
		first := openAt(t, url, &repository.Options{Now: clock})
		log(t, first, "a", "0", &artifacts.LogOptions{TTL: time.Hour})
		log(t, first, "a", "1", nil)
		save(t, first)
		now = now.Add(2 * time.Hour)
		on := false
		r := openAt(t, url, repository.WithFault(repository.Options{Now: clock}, func(op, key string) error {
			if !on {
				return nil
			}
			return f.Hook(op, key)
		}))
		on = true
		_, err := r.Purge(t.Context(), now, nil)
		on = false
		unknown := errors.Is(err, artifacts.ErrOutcomeUnknown)
		if err != nil && !unknown && !strings.Contains(err.Error(), "saved, but") && r.Pending() {
			t.Errorf("something is pending after %s: %v", f.Failed(), err)
		}
		reader := openAt(t, url, &repository.Options{Now: clock})
		a := find(t, reader, "a", repository.Number(0))
		_, missing := repository.Load[any](t.Context(), reader, "a", &repository.LoadOptions{Version: repository.Number(0)})
		if a.PurgedAt.IsZero() != (missing == nil) {
			t.Errorf("purged %v, but %v, after %s: %v", a.PurgedAt, missing, f.Failed(), err)
		}
		if unknown {
			save(t, r)
		}
		_, err = r.Purge(t.Context(), now, nil)
		noError(t, err)
		if _, err := os.Stat(filepath.Join(filepath.Dir(url), "a", a.FileName)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the file is there in the end: %v", err)
		}
	})
	t.Logf("%d faults", faults)
}
