package soak

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A referee knows which saves were acknowledged.
type referee struct {
	url    string
	faulty bool // reading may fail now and then

	mu    sync.Mutex
	acked map[string]bool // by mark
}

// ack takes note of a save, before anybody can ask for it.
func (r *referee) ack(mark string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acked[mark] = true
	return len(r.acked)
}

// known returns what was acknowledged by now.
func (r *referee) known() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.acked)
}

// read opens the project and looks for everything that was acknowledged before.
func (r *referee) read(ctx context.Context) (err error) {
	want := r.known()
	p, err := project.Open(ctx, r.url, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return unread{err}
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if problems := p.Problems(); len(problems) > 0 {
		return problems[0]
	}
	for x := range p.All() {
		var mark string
		if err := x.Parameter("mark", &mark); err != nil {
			return err
		}
		delete(want, mark)
	}
	for mark := range want {
		return fmt.Errorf("%d of %d acknowledged experiments are not seen, such as %s", len(want), len(r.known()), mark)
	}
	return nil
}

// unread is the error of a storage that could not be read.
type unread struct{ error }

func (u unread) Unwrap() error { return u.error }

// watch reads again and again until stop is closed, and at least once. What it
// returns is closed at its end.
func (r *referee) watch(t *testing.T, stop <-chan struct{}) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rounds, failures := 0, 0
		defer func() { t.Logf("read %d times, %d times in vain", rounds, failures) }()
		for {
			err := r.read(context.Background())
			_, failed := errors.AsType[unread](err)
			switch {
			case err == nil:
				rounds++
			case failed && r.faulty:
				failures++
				time.Sleep(10 * time.Millisecond) // until the storage is back
			default:
				t.Errorf("reader: %v", err)
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	return ended
}

// judge compares the project with what was acknowledged: it is all there, once,
// with its artifacts, and nothing else.
func (r *referee) judge(t *testing.T) {
	t.Helper()
	p, err := project.Open(t.Context(), r.url, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	want, slugs := r.known(), map[string]bool{}
	for x := range p.All() {
		var mark string
		if err := x.Parameter("mark", &mark); err != nil {
			t.Error(err)
		}
		switch {
		case !want[mark]:
			t.Errorf("experiment %q (mark %s) was not acknowledged, or is there twice", x.Slug(), mark)
		case slugs[x.Slug()]:
			t.Errorf("two experiments have the slug %q", x.Slug())
		}
		delete(want, mark)
		slugs[x.Slug()] = true
		if text, err := artifacts.Load[string](t.Context(), x, "payload", nil); err != nil || text != payload(mark) {
			t.Errorf("artifact of %q (mark %s): %.40q, %v", x.Slug(), mark, text, err)
		}
	}
	if len(want) > 0 {
		t.Errorf("%d acknowledged experiments are lost: %v", len(want), want)
	}
	stale := 0
	for f, err := range p.Check(t.Context(), nil) {
		switch {
		case err != nil:
			t.Fatal(err)
		case f.Kind == project.Stale:
			stale++ // folded, but whoever did so had no time left to remove it
		case f.Kind == project.Orphan && r.faulty: // an upload that was not acknowledged
		default:
			t.Errorf("check finds %s %s: %v", f.Kind, f.Key, f.Err)
		}
	}
	if stale > 0 {
		t.Logf("%d segments were folded and are still there", stale)
	}
}
