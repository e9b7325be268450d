package storetest

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// replace gives a manifest a new text, whatever it had.
func replace(t *testing.T, s *store.Store, key, text string) {
	t.Helper()
	err := s.Update(t.Context(), key, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		return store.Text{[]byte(text)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seen is what an edit was called with.
type seen struct {
	now          string
	isNil        bool
	same, exists bool
}

// look calls Update with an edit that changes nothing.
func look(t *testing.T, s *store.Store, key string, base store.Text) seen {
	t.Helper()
	var got seen
	err := s.Update(t.Context(), key, base, func(_ context.Context, now []byte, same, exists bool) (store.Text, error) {
		got = seen{string(now), now == nil, same, exists}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func testUpdate(t *testing.T, s *store.Store) {
	if got, want := look(t, s, "m.json", nil), (seen{isNil: true}); got != want {
		t.Errorf("edit of nothing saw %+v", got)
	}
	text := store.Text{[]byte("["), nil, []byte(strings.Repeat("x", 200_000)), []byte("]")}
	for _, old := range []string{"", "first"} {
		calls := 0
		err := s.Update(t.Context(), "m.json", nil, func(_ context.Context, now []byte, same, exists bool) (store.Text, error) {
			if calls++; string(now) != old || same || exists != (old != "") {
				t.Errorf("edit saw %q, same %t, exists %t", now, same, exists)
			}
			if old == "" {
				return store.Text{[]byte("fir"), []byte("st")}, nil
			}
			return text, nil
		})
		if err != nil || calls == 0 {
			t.Fatalf("%d calls, error %v", calls, err)
		}
	}
	if got := get(t, s, "m.json"); got != string(text.Bytes()) {
		t.Errorf("%d bytes written, want %d", len(got), text.Len())
	}
	replace(t, s, "m.json", "shorter")
	if got := get(t, s, "m.json"); got != "shorter" {
		t.Errorf("then %q", got)
	}
	replace(t, s, "folder/m.json", "nested")
	if got := get(t, s, "folder/m.json"); got != "nested" {
		t.Errorf("nested %q", got)
	}
}

func testUpdateSame(t *testing.T, s *store.Store) {
	large := strings.Repeat("0123456789", 20_000)
	replace(t, s, "m.json", large)
	pieces := func(text string) store.Text {
		return store.Text{[]byte(text[:1]), {}, []byte(text[1:150_000]), []byte(text[150_000:])}
	}
	same := seen{isNil: true, same: true, exists: true}
	other := seen{now: large, exists: true}
	for _, c := range []struct {
		name string
		base store.Text
		want seen
	}{
		{"none", nil, other},
		{"one piece", store.Text{[]byte(large)}, same},
		{"pieces", pieces(large), same},
		{"first byte", pieces("x" + large[1:]), other},
		{"last byte", pieces(large[:len(large)-1] + "x"), other},
		{"shorter", pieces(large[:len(large)-1]), other},
		{"longer", pieces(large + "x"), other},
		{"empty", store.Text{}, other},
	} {
		if got := look(t, s, "m.json", c.base); got != c.want {
			t.Errorf("base %s: same %t, exists %t, %d bytes", c.name, got.same, got.exists, len(got.now))
		}
	}
	if got, want := look(t, s, "no.json", store.Text{[]byte("x")}), (seen{isNil: true}); got != want {
		t.Errorf("a base for nothing: %+v", got)
	}
}

// testUpdateEmpty tells an empty manifest from none.
func testUpdateEmpty(t *testing.T, s *store.Store) {
	err := s.Update(t.Context(), "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		return store.Text{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := look(t, s, "m.json", nil), (seen{exists: true}); got != want {
		t.Errorf("without a base: %+v", got)
	}
	if got, want := look(t, s, "m.json", store.Text{}), (seen{isNil: true, same: true, exists: true}); got != want {
		t.Errorf("with an empty base: %+v", got)
	}
}

// testUpdateNothing lets edits come to nothing: no file is made for them.
func testUpdateNothing(t *testing.T, s *store.Store) {
	look(t, s, "m.json", nil)
	if _, err := s.Stat(t.Context(), "m.json"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("stat after an edit that came to nothing: %v", err)
	}
	replace(t, s, "m.json", "x")
	before, err := s.Stat(t.Context(), "m.json")
	if err != nil {
		t.Fatal(err)
	}
	look(t, s, "m.json", nil)
	after, err := s.Stat(t.Context(), "m.json")
	if err != nil || !cmp.Equal(after, before) {
		t.Errorf("touched: %+v, %+v, %v", before, after, err)
	}
}

func testUpdateFails(t *testing.T, s *store.Store) {
	broken := errors.New("cannot merge")
	for _, text := range []string{"", "old"} {
		if text != "" {
			replace(t, s, "m.json", text)
		}
		err := s.Update(t.Context(), "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			return store.Text{[]byte("new")}, broken
		})
		if err != broken {
			t.Errorf("error %v is not what edit returned", err)
		}
	}
	func() {
		defer func() {
			if got := recover(); got != "boom" {
				t.Errorf("recovered %v", got)
			}
		}()
		_ = s.Update(t.Context(), "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			panic("boom")
		})
	}()
	if got := get(t, s, "m.json"); got != "old" {
		t.Errorf("text %q", got)
	}
	replace(t, s, "m.json", "new") // nothing is locked any more
}

func testUpdateCancelled(t *testing.T, s *store.Store) {
	replace(t, s, "m.json", "old")
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		cancel()
		return store.Text{[]byte("new")}, nil
	})
	mustBe(t, err, context.Canceled)
	mustName(t, err, "update", s.URL("m.json"))
	if got := get(t, s, "m.json"); got != "old" {
		t.Errorf("text %q", got)
	}
}

// testUpdateWaits has an update wait for another one until it is cancelled.
func testUpdateWaits(t *testing.T, s *store.Store) {
	replace(t, s, "m.json", "old")
	replace(t, s, "other.json", "old")
	err := s.Update(t.Context(), "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			err := s.Update(ctx, "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
				t.Error("both are in")
				return nil, nil
			})
			mustBe(t, err, context.Canceled)
		})
		replace(t, s, "other.json", "new") // another key is free
		cancel()
		wg.Wait()
		return store.Text{[]byte("new")}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := get(t, s, "m.json"), get(t, s, "other.json"); a != "new" || b != "new" {
		t.Errorf("texts %q, %q", a, b)
	}
}

// testUpdateRace has goroutines count in one manifest: no count is lost.
func testUpdateRace(t *testing.T, s *store.Store) {
	const writers, times = 8, 25
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			var base store.Text
			for range times {
				var err error
				if base, err = Increment(t.Context(), s, "count.json", base); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := get(t, s, "count.json"); got != strconv.Itoa(writers*times) {
		t.Errorf("counted %s, want %d", got, writers*times)
	}
}

// Increment adds one to the number in a manifest, beginning at 1. It returns the
// new text, which is the base of the next call.
func Increment(ctx context.Context, s *store.Store, key string, base store.Text) (store.Text, error) {
	var next store.Text
	err := s.Update(ctx, key, base, func(_ context.Context, now []byte, same, exists bool) (store.Text, error) {
		if same {
			now = base.Bytes()
		}
		n := 0
		if exists {
			var err error
			if n, err = strconv.Atoi(string(now)); err != nil {
				return nil, err
			}
		}
		next = store.Text{[]byte(strconv.Itoa(n + 1))}
		return next, nil
	})
	return next, err
}

// testUpdateAndCreate uses the store from within an edit.
func testUpdateAndCreate(t *testing.T, s *store.Store) {
	put(t, s, "run/a", "1")
	err := s.Update(t.Context(), "m.json", nil, func(ctx context.Context, _ []byte, _, exists bool) (store.Text, error) {
		if err := s.Move(ctx, "run-2/a", "run/a"); err != nil {
			return nil, err
		}
		if _, err := s.Create(ctx, "run-2/b", writeString("2")); err != nil {
			return nil, err
		}
		return store.Text{[]byte("x")}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := get(t, s, "run-2/a"), get(t, s, "run-2/b"); a != "1" || b != "2" {
		t.Errorf("%q, %q", a, b)
	}
}

// testEnded calls everything with a context that has ended: nothing is done.
func testEnded(t *testing.T, s *store.Store) {
	put(t, s, "run/a", "1")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Create(ctx, "run/b", func(io.Writer) error {
		t.Error("write called")
		return nil
	})
	mustBe(t, err, context.Canceled)
	_, err = s.Open(ctx, "run/a")
	mustBe(t, err, context.Canceled)
	mustBe(t, s.Move(ctx, "run/b", "run/a"), context.Canceled)
	mustBe(t, s.Remove(ctx, "run/a"), context.Canceled)
	err = s.Update(ctx, "m.json", nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		t.Error("edit called")
		return nil, nil
	})
	mustBe(t, err, context.Canceled)
	if got := list(t, s, ""); len(got) != 1 || got[0] != "run/a" {
		t.Errorf("files %q", got)
	}
}
