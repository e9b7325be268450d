package artifacts_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// supplied is a registry of json and, once somebody wants it, "late"; calls
// counts how often that was.
func supplied() (r *artifacts.Registry, calls *int) {
	r, calls = new(artifacts.Registry), new(int)
	r.Register(artifacts.JSON{})
	r.Supply(func() {
		*calls++
		r.Register(artifacts.Typed[int]{Kind: artifacts.Format{Alias: "late", Suffix: "lt"}})
	})
	return r, calls
}

// TestSupply checks what does and what does not make a registry ask for more.
func TestSupply(t *testing.T) {
	has := func(r *artifacts.Registry, alias string) bool { _, err := r.Lookup(alias); return err == nil }
	for _, c := range []struct {
		name string
		use  func(*artifacts.Registry) bool
		want bool // what use returns
		asks int
	}{
		{"known alias", func(r *artifacts.Registry) bool { return has(r, "json") }, true, 0},
		{"known suffix", func(r *artifacts.Registry) bool { _, ok := r.BySuffix("json"); return ok }, true, 0},
		{"no suffix", func(r *artifacts.Registry) bool { _, ok := r.BySuffix(""); return ok }, false, 0},
		{"supplied alias", func(r *artifacts.Registry) bool { return has(r, "late") }, true, 1},
		{"supplied suffix", func(r *artifacts.Registry) bool { _, ok := r.BySuffix("lt"); return ok }, true, 1},
		{"unknown alias twice", func(r *artifacts.Registry) bool { return has(r, "never") || has(r, "nor this") }, false, 1},
		{"unknown suffix", func(r *artifacts.Registry) bool { _, ok := r.BySuffix("never"); return ok }, false, 1},
		{"all", func(r *artifacts.Registry) bool {
			n := 0
			for range r.All() {
				n++
			}
			return n == 2
		}, true, 1},
		{"clone", func(r *artifacts.Registry) bool { return has(r.Clone(), "late") }, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, calls := supplied()
			if got := c.use(r); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if *calls != c.asks {
				t.Errorf("asked %d times, want %d", *calls, c.asks)
			}
		})
	}
}

// TestSupplyAtOnce checks that everybody who comes first sees what is supplied.
func TestSupplyAtOnce(t *testing.T) {
	r, calls := supplied()
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = r.Lookup("late") })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if *calls != 1 {
		t.Errorf("asked %d times, want once", *calls)
	}
}
