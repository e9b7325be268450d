package storetest

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// begin begins a file with some content.
func begin(t *testing.T, s *store.Store, key, content string, replace bool) *store.Writer {
	t.Helper()
	w, err := s.NewWriter(t.Context(), key, &store.WriterOptions{Replace: replace})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	return w
}

func testWriter(t *testing.T, s *store.Store) {
	w := begin(t, s, "run/a", "abc", false)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(store.Info{Key: "run/a", Size: 3, SHA256: abcDigest}, w.Info()); diff != "" {
		t.Errorf("Info (-want +got):\n%s", diff)
	}
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("there before the commit: %q", keys)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Abort() // does nothing now
	if got := get(t, s, "run/a"); got != "abc" {
		t.Errorf("read back %q", got)
	}
	w = begin(t, s, "run/b", "", false)
	put(t, s, "run/b", "theirs")
	mustBe(t, w.Commit(t.Context()), artifacts.ErrExists)
	w = begin(t, s, "run/c", strings.Repeat("c", 1<<20), false)
	w.Abort()
	if diff := cmp.Diff([]string{"run/a", "run/b"}, list(t, s, "")); diff != "" {
		t.Errorf("in the store (-want +got):\n%s", diff)
	}
	_, err := s.NewWriter(t.Context(), "../a", nil)
	mustBe(t, err, artifacts.ErrUnsafePath)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.NewWriter(ended, "run/d", nil)
	mustBe(t, err, context.Canceled)
}

func testWriterReplaces(t *testing.T, s *store.Store) {
	for _, content := range []string{"first", strings.Repeat("longer", 300_000), "", "last"} {
		w := begin(t, s, "run/a", content, true)
		if err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := get(t, s, "run/a"); got != content {
			t.Errorf("read back %d bytes, want %d", len(got), len(content))
		}
	}
	before, err := s.Open(t.Context(), "run/a")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	w := begin(t, s, "run/a", "given up", true)
	w.Abort()
	if got := get(t, s, "run/a"); got != "last" {
		t.Errorf("after an abort %q", got)
	}
	if err := begin(t, s, "run/a", "new", true).Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if old, err := io.ReadAll(before); err != nil || string(old) != "last" {
		t.Errorf("read while replaced: %q, %v", old, err)
	}
}

// testWriterRace replaces a file from several goroutines: it is one of theirs,
// whole, at any time.
func testWriterRace(t *testing.T, s *store.Store) {
	const writers = 4
	contents := make(map[string]bool)
	var all sync.WaitGroup
	for i := range writers {
		content := strings.Repeat(string(rune('a'+i)), 100_000)
		contents[content] = true
		all.Go(func() {
			w, err := s.NewWriter(t.Context(), "a", &store.WriterOptions{Replace: true})
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(w, content) // Commit returns the error
			if err := w.Commit(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := get(t, s, "a"); !contents[got] {
		t.Errorf("%d bytes that nobody wrote", len(got))
	}
}
