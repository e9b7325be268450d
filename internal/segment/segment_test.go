package segment_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

const manifest = "project.json"

// openMemory opens a store that no other test has.
func openMemory(t testing.TB, fault func(op, key string) error) *store.Store {
	t.Helper()
	s, key, err := store.Open(t.Context(), storetest.MemoryURL(manifest), &store.Options{Fault: fault})
	if err != nil || key != manifest {
		t.Fatal(key, err)
	}
	return s
}

// text is a manifest of records with these slugs.
func text(slugs ...string) store.Text {
	var records []string
	for _, slug := range slugs {
		records = append(records, fmt.Sprintf(`{"name": "n", "slug": %q, "created_at": "2025-06-01T12:00:00", "last_updated": "2025-06-01T12:00:00"}`, slug))
	}
	return store.Text{[]byte("[" + strings.Join(records, ", ") + "]")}
}

func write(t testing.TB, s *store.Store, slugs ...string) (key string) {
	t.Helper()
	key, err := segment.Write(t.Context(), s, manifest, text(slugs...))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func read(t testing.TB, s *store.Store, known *segment.Set) *segment.Set {
	t.Helper()
	set, err := segment.Read(t.Context(), s, manifest, known)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func slugs(records []segment.Record) []string {
	var list []string
	for _, r := range records {
		list = append(list, r.Slug())
	}
	return list
}

func put(t testing.TB, s *store.Store, key, content string) {
	t.Helper()
	_, err := s.Create(t.Context(), key, func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriteAndRead(t *testing.T) {
	s := openMemory(t, nil)
	if set := read(t, s, nil); set.Len() != 0 {
		t.Errorf("%d segments in an empty store", set.Len())
	}
	keys := []string{write(t, s, "a", "b"), write(t, s, "c")}
	if !slices.IsSorted(keys) || !strings.HasPrefix(keys[0], "project.json.d/") {
		t.Errorf("keys %q", keys)
	}
	set := read(t, s, nil)
	if diff := cmp.Diff([]string{"a", "b", "c"}, slugs(set.Records())); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(text("c")[0], []byte("["+string(set.Records()[2].Place.Text())+"]")); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	again := read(t, s, set)
	if !again.Same(set) || again.Records()[0].Record != set.Records()[0].Record {
		t.Error("known segments were read again")
	}
	write(t, s, "d")
	if read(t, s, set).Same(set) {
		t.Error("a new segment makes no difference")
	}
	within := set.Within(map[string]bool{"a": true, "b": true, "x": true})
	if diff := cmp.Diff([]string{"a", "b"}, slugs(within.Records())); diff != "" {
		t.Errorf("within (-want +got):\n%s", diff)
	}
}

func TestTooLarge(t *testing.T) {
	s := openMemory(t, func(op, key string) error { return fmt.Errorf("%s %s", op, key) })
	large := make([]byte, 1<<20)
	var huge store.Text
	for range segment.MaxSize/len(large) + 1 {
		huge = append(huge, large)
	}
	if _, err := segment.Write(t.Context(), s, manifest, huge); err == nil || !strings.Contains(err.Error(), "268435456 bytes") {
		t.Errorf("got error %v", err)
	}
}

// A segment that goes while the others are read was folded. Any other failure of
// the storage is an error: what cannot be read may have been acknowledged.
func TestReadFails(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"Gone", syscall.ENOENT, nil},
		{"Broken", syscall.EIO, syscall.EIO},
		{"Cancelled", context.Canceled, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			var fail string
			s := openMemory(t, func(op, key string) error {
				if op == "open" && key == fail {
					return c.err
				}
				return nil
			})
			fail = write(t, s, "a")
			write(t, s, "b")
			set, err := segment.Read(t.Context(), s, manifest, nil)
			if !errors.Is(err, c.want) {
				t.Fatalf("got error %v, want %v", err, c.want)
			}
			if err == nil {
				if diff := cmp.Diff([]string{"b"}, slugs(set.Records())); diff != "" {
					t.Errorf("records (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestRetire(t *testing.T) {
	s := openMemory(t, nil)
	write(t, s, "a")
	write(t, s, "b", "c")
	put(t, s, "project.json.d/0198f3a2-5b1c-7d3e-8f40-1a2b3c4d5e6f.json", "broken")
	set := read(t, s, nil)
	for range 2 { // two who fold at once
		if err := set.Retire(t.Context(), s, manifest); err != nil {
			t.Fatal(err)
		}
	}
	left := read(t, s, nil)
	if left.Len() != 1 || left.Broken().Len() != 1 || left.Sound().Len() != 0 {
		t.Errorf("%d segments are left", left.Len())
	}
	f, err := segment.ReadFolded(t.Context(), s, manifest)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Files) != 2 {
		t.Errorf("%d files of what was folded, want one for each fold", len(f.Files))
	}
	has := func(slug string) bool { return slug == "b" }
	if diff := cmp.Diff([]string{"a", "c"}, slugs(f.Dropped(has))); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if _, err := segment.NoteRemoved(t.Context(), s, manifest, []string{"c", "z"}); err != nil {
		t.Fatal(err)
	}
	if f, err = segment.ReadFolded(t.Context(), s, manifest); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a"}, slugs(f.Dropped(has))); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

// Nothing is removed before it is noted, whatever fails.
func TestRetireFaults(t *testing.T) {
	n := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
		on := false
		s := openMemory(t, func(op, key string) error {
			if !on {
				return nil
			}
			return f.Hook(op, key)
		})
		write(t, s, "a")
		write(t, s, "b")
		set := read(t, s, nil)
		on = true
		err := set.Retire(t.Context(), s, manifest)
		on = false
		if err != nil && !errors.Is(err, syscall.EIO) || err == nil && f.Failed() != "" {
			t.Errorf("got error %v after %q", err, f.Failed())
		}
		folded, err := segment.ReadFolded(t.Context(), s, manifest)
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, list := range [][]segment.Record{read(t, s, nil).Records(), folded.Dropped(func(string) bool { return false })} {
			for _, slug := range slugs(list) {
				there[slug] = true
			}
		}
		if len(there) != 2 {
			t.Errorf("after %q only %v are left", f.Failed(), there)
		}
	})
	if n == 0 {
		t.Error("no operation failed")
	}
}

// A segment that cannot be removed does not keep the others.
func TestRetireGoesOn(t *testing.T) {
	var stuck string
	s := openMemory(t, func(op, key string) error {
		if op == "remove" && key == stuck {
			return syscall.EIO
		}
		return nil
	})
	stuck = write(t, s, "a")
	for i := range 50 {
		write(t, s, fmt.Sprint("b", i))
	}
	if err := read(t, s, nil).Retire(t.Context(), s, manifest); !errors.Is(err, syscall.EIO) {
		t.Errorf("got error %v", err)
	}
	if diff := cmp.Diff([]string{"a"}, slugs(read(t, s, nil).Records())); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestManifestOf(t *testing.T) {
	for dir, want := range map[string]string{
		"project.json.d/": "project.json", "a/runs.d/": "a/runs",
		"project.json/": "", ".d/": "", "a/.d/": "", "project.json.d": "",
	} {
		got, ok := segment.ManifestOf(dir)
		if ok != (want != "") || ok && got != want {
			t.Errorf("ManifestOf(%q) = %q, %t", dir, got, ok)
		}
		if ok && segment.Dir(got) != dir {
			t.Errorf("Dir(%q) = %q", got, segment.Dir(got))
		}
	}
}

// FuzzRead gives any text to a segment: it is broken or all of its records have
// what experiments have, and writing them again gives a segment that can be read.
func FuzzRead(f *testing.F) {
	f.Add([]byte(text("a", "b")[0]))
	f.Add([]byte("{}"))
	f.Add([]byte(`[{"name": "n", "slug": "s"`))
	f.Add([]byte(`[{"name": "n", "created_at": "2025-06-01", "last_updated": "2025-06-01", "x": 1}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := openMemory(t, nil)
		key, err := segment.Write(t.Context(), s, manifest, store.Text{data})
		if err != nil {
			t.Fatal(err)
		}
		set := read(t, s, nil)
		if set.Len() != 1 || set.All()[0].Key != key {
			t.Fatalf("%d segments", set.Len())
		}
		if set.Broken().Len() == 1 {
			if n := len(set.Records()); n > 0 {
				t.Fatalf("a broken segment has %d records", n)
			}
			return
		}
		for _, r := range set.Records() {
			if err := r.Body().Err(); err != nil {
				t.Errorf("a sound segment has a record with a part that cannot be read: %v", err)
			}
		}
		if err := set.Retire(t.Context(), s, manifest); err != nil {
			t.Fatal(err)
		}
		folded, err := segment.ReadFolded(t.Context(), s, manifest)
		if err != nil || len(folded.Broken) > 0 {
			t.Fatalf("what was folded cannot be read: %v %v", err, folded.Broken)
		}
	})
}

// Where answers are lost, writing again finds out what became of a segment.
func TestWriteUnknown(t *testing.T) {
	for _, c := range []struct {
		name   string
		lost   int    // answers
		lands  string // what the first request wrote; "": nothing
		unsure bool
	}{
		{"NotWritten", 1, "", false},
		{"Written", 1, string(text("a")[0]), false},
		{"OftenLost", 3, string(text("a")[0]), false},
		{"AlwaysLost", 100, string(text("a")[0]), true},
		{"Another", 1, "another's", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bucket := memblob.OpenBucket(nil)
			lost := 0
			s, err := store.OpenBucket(bucket, &store.Options{Fault: func(op, key string) error {
				if op != "commit" || lost == c.lost {
					return nil
				}
				if lost++; lost == 1 && c.lands != "" {
					if err := bucket.WriteAll(t.Context(), key, []byte(c.lands), nil); err != nil {
						t.Error(err)
					}
				}
				return artifacts.ErrOutcomeUnknown
			}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = segment.Write(t.Context(), s, manifest, text("a"))
			if unsure := errors.Is(err, artifacts.ErrOutcomeUnknown); unsure != c.unsure || err != nil && !unsure {
				t.Errorf("got error %v", err)
			}
			if !c.unsure {
				if diff := cmp.Diff([]string{"a"}, slugs(read(t, s, nil).Records())); diff != "" {
					t.Errorf("records (-want +got):\n%s", diff)
				}
			}
		})
	}
}
