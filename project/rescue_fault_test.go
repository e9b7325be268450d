package project_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// mustBeWhole checks that every file in which a value is kept has all of it.
func mustBeWhole(t testing.TB, p *project.Project) {
	t.Helper()
	list, err := p.Rescued(t.Context())
	noError(t, err)
	for _, r := range list {
		noError(t, r.Err)
		f, err := p.OpenRescued(t.Context(), r.ID)
		noError(t, err)
		data, err := io.ReadAll(f)
		noError(t, errors.Join(err, f.Close()))
		same(t, "kept text of "+r.Artifact.Name, string(data), "kept text: "+fragileText)
	}
}

// Every single operation of saves and retries fails, and all from one on. What
// is saved is whole, what is kept is whole, and in the end everything is there.
func TestRescueFaults(t *testing.T) {
	for name, c := range map[string]struct {
		before int // saves that could not encode
		works  bool
		retry  bool
	}{
		"FirstSave":  {0, false, false},
		"SecondSave": {1, false, false},
		"GoodSave":   {1, true, false},
		"Retry":      {1, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
				url, trouble, on := filepath.Join(scratch(t), "project.json"), new(rescuetest.Trouble), false
				o := *project.WithFault(fragileOptions(trouble), func(op, key string) error {
					if !on {
						return nil
					}
					return f.Hook(op, key)
				})
				p := openAt(t, url, o)
				trouble.Encode(rescuetest.Break)
				x := logFragile(t, p, "run")
				for range c.before {
					wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
				}
				if c.works {
					trouble.Encode(nil)
				}
				id := ""
				if c.retry {
					id = rescuedOf(t, p)["table"].ID
				} else {
					addMarked(t, p, "other", "other")
				}
				acting := openAt(t, url, o)
				on = true
				var err error
				if c.retry {
					_, err = acting.Retry(t.Context(), id, nil)
				} else {
					err = p.Save(t.Context())
				}
				on = false
				q := openAt(t, url, fragileOptions(nil))
				mustBeWhole(t, q)
				mustFind(t, q, project.Rescued, project.Orphan, project.Leftover)
				switch {
				case err == nil && c.retry:
					same(t, "table", bytesOf(t, lookUp(t, q, x.Slug()), "table"), fragileFiles["table"])
				case err == nil:
					mustHaveFragile(t, lookUp(t, q, x.Slug()))
				case errors.Is(err, artifacts.ErrIncomplete) && !strings.Contains(err.Error(), "could not be kept") && !strings.Contains(err.Error(), "clean up"):
					same(t, "kept of what was left out", len(rescuedOf(t, q)), 2)
				case !errors.Is(err, syscall.EIO) && !errors.Is(err, artifacts.ErrIncomplete):
					t.Errorf("error %v does not say what failed", err)
				}
				trouble.Encode(nil)
				saveAll(t, p)
				mustHaveFragile(t, x)
				q = openAt(t, url, fragileOptions(nil))
				mustHaveFragile(t, lookUp(t, q, x.Slug()))
				mustFind(t, q, project.Rescued, project.Orphan, project.Leftover)
				list, err := q.Rescued(t.Context())
				noError(t, err)
				for _, r := range list { // what could not be removed harms nobody
					_, err := q.Retry(t.Context(), r.ID, nil)
					noError(t, err)
				}
				same(t, "kept", keptFiles(t, url), map[string]string{})
				sweep(t, url)
				if t.Failed() {
					t.Fatalf("after %q failed (sticky: %t, error: %v)", f.Failed(), f.Sticky, err)
				}
			})
			t.Logf("%d faults", faults)
		})
	}
}

// The context ends at every operation of a save that keeps values.
func TestRescueCancelled(t *testing.T) {
	for n := 1; ; n++ {
		url, trouble := filepath.Join(scratch(t), "project.json"), new(rescuetest.Trouble)
		f := &storetest.Faulty{FailAt: n, Err: context.Canceled}
		ctx, cancel := context.WithCancel(t.Context())
		p := openAt(t, url, *project.WithFault(fragileOptions(trouble), func(op, key string) error {
			if f.Hook(op, key) != nil {
				cancel()
			}
			return nil
		}))
		trouble.Encode(rescuetest.Break)
		x := logFragile(t, p, "run")
		if err := p.Save(ctx); err == nil {
			t.Fatal("no error")
		}
		cancel()
		mustBeWhole(t, p)
		mustFind(t, p, project.Rescued)
		trouble.Encode(nil)
		saveAll(t, p)
		mustHaveFragile(t, x)
		same(t, "kept", keptFiles(t, url), map[string]string{})
		if f.Failed() == "" {
			t.Logf("cancelled at %d operations", n-1)
			return
		}
	}
}

// TestRescueKilled lets a process die before the first operation of its storage,
// before the second, and so on, while it saves with a handler that does not
// work, saves with one that does, and retries.
func TestRescueKilled(t *testing.T) {
	for n := 1; ; n += pick(3, 1) {
		url := filepath.Join(scratch(t), "project.json")
		c := startChild(t, order{URL: url, Mark: "child", Fragile: true, DieAt: n})
		c.Release()
		alive := c.Wait() == nil
		q := openAt(t, url, fragileOptions(nil))
		mustBeWhole(t, q)
		mustFind(t, q, project.Rescued, project.Orphan, project.Leftover)
		told, known := 0, ""
		for _, line := range c.Lines {
			what, slug, _ := strings.Cut(line, " ")
			switch what {
			case "incomplete":
				same(t, "what was saved", bytesOf(t, lookUp(t, q, slug), "notes"), "run")
			case "saved":
				mustHaveFragile(t, lookUp(t, q, slug))
			case "retried":
			default:
				continue // what a test says at its end
			}
			told, known = told+1, slug
		}
		list, err := q.Rescued(t.Context())
		noError(t, err)
		for _, r := range list {
			_, err := q.Retry(t.Context(), r.ID, nil)
			noError(t, err)
		}
		if known != "" { // a save was acknowledged
			mustHaveFragile(t, lookUp(t, q, known))
		}
		same(t, "kept", keptFiles(t, url), map[string]string{})
		sweep(t, url)
		if t.Failed() {
			t.Fatalf("after its death at operation %d: %q", n, c.Lines)
		}
		if alive {
			same(t, "told", told, 4)
			t.Logf("%d operations", n)
			return
		}
	}
}

// runFragile is the work of a child that keeps values: "incomplete SLUG" says
// that a save was acknowledged but for some artifacts, "retried SLUG" that one of
// these was added, "saved SLUG" that all were.
func (o order) runFragile(t *testing.T, in io.Reader, out io.Writer) {
	trouble, die := new(rescuetest.Trouble), childtest.DieAt(o.DieAt)
	p := openAt(t, o.URL, *project.WithFault(fragileOptions(trouble), die))
	noError(t, childtest.Begin(in, out))
	trouble.Encode(rescuetest.Break)
	x := logFragile(t, p, "run")
	for range 2 {
		wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
		childtest.Tell(out, "incomplete "+x.Slug())
	}
	trouble.Encode(nil)
	q := openAt(t, o.URL, *project.WithFault(fragileOptions(trouble), die))
	_, err := q.Retry(t.Context(), rescuedOf(t, q)["table"].ID, nil)
	noError(t, err)
	childtest.Tell(out, "retried "+x.Slug())
	saveAll(t, p)
	childtest.Tell(out, "saved "+x.Slug())
}
