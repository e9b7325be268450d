// Package storetest has what tests of and above package store need: a suite
// that every storage must pass ([Run]) and a way to make operations fail
// ([Faulty]).
package storetest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Run tests that a kind of store keeps the promises of package store. open
// returns a new, empty store; the test closes it.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"Create", testCreate},
		{"CreateLarge", testCreateLarge},
		{"CreateTaken", testCreateTaken},
		{"CreateFails", testCreateFails},
		{"CreatePanics", testCreatePanics},
		{"CreateCancelled", testCreateCancelled},
		{"CreateRace", testCreateRace},
		{"Writer", testWriter},
		{"WriterReplaces", testWriterReplaces},
		{"WriterRace", testWriterRace},
		{"FoldersComeAndGo", testFolders},
		{"Keys", testKeys},
		{"Missing", testMissing},
		{"ReadWays", testReadWays},
		{"ReadAt", testReadAt},
		{"ReadWhileReplaced", testReadWhileReplaced},
		{"Move", testMove},
		{"MoveRace", testMoveRace},
		{"Copy", testCopy},
		{"Remove", testRemove},
		{"List", testList},
		{"Folder", testFolder},
		{"ListStops", testListStops},
		{"Leftovers", testLeftovers},
		{"Update", testUpdate},
		{"UpdateSame", testUpdateSame},
		{"UpdateEmpty", testUpdateEmpty},
		{"UpdateNothing", testUpdateNothing},
		{"UpdateFails", testUpdateFails},
		{"UpdateCancelled", testUpdateCancelled},
		{"UpdateWaits", testUpdateWaits},
		{"UpdateRace", testUpdateRace},
		{"UpdateAndCreate", testUpdateAndCreate},
		{"Ended", testEnded},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			c.run(t, s)
		})
	}
}

var memories atomic.Int64

// MemoryURL returns the URL of a manifest in a store in memory that no other
// call returns.
func MemoryURL(manifest string) string {
	return fmt.Sprintf("mem://storetest-%d/%s", memories.Add(1), manifest)
}

// put creates a file with the given content.
func put(t *testing.T, s *store.Store, key, content string) store.Info {
	t.Helper()
	info, err := s.Create(t.Context(), key, writeString(content))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func writeString(content string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}
}

// get returns the content of a file.
func get(t *testing.T, s *store.Store, key string) string {
	t.Helper()
	text, err := s.ReadText(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// list returns the keys with a prefix, sorted.
func list(t *testing.T, s *store.Store, prefix string) []string {
	t.Helper()
	keys := []string{}
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	slices.Sort(keys)
	return keys
}

// mustBe fails the test unless err is all of the targets.
func mustBe(t *testing.T, err error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		if !errors.Is(err, target) {
			t.Errorf("got error %v, want one that is %q", err, target)
		}
	}
}

// mustName fails the test unless the message of err begins with the operation
// and the path, and has the path once.
func mustName(t *testing.T, err error, op, path string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error of %s %q", op, path)
		return
	}
	msg := err.Error()
	if !strings.HasPrefix(msg, op+` "`+path+`"`) || strings.Count(msg, path) != 1 {
		t.Errorf("got error %q, want it to begin with %s %q and name the path once", msg, op, path)
	}
}
