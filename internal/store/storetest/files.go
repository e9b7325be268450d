package storetest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func testKeys(t *testing.T, s *store.Store) {
	bad := []string{
		"", ".", "..", "/", "/abs", "../up", "a/../b", "a/./b", "a//b", "a/", "./a",
		"nul\x00", "a/\x00/b", "\xff\xfe",
		".lazyscribe-tmp-x", "a/.lazyscribe-tmp-x", ".project.json.lock", "a/.b.lock/c", ".lazyscribe.lock",
	}
	put(t, s, "good", "x")
	for _, key := range bad {
		_, err := s.Create(t.Context(), key, writeString("x"))
		mustBe(t, err, artifacts.ErrUnsafePath)
		_, err = s.Open(t.Context(), key)
		mustBe(t, err, artifacts.ErrUnsafePath)
		_, err = s.ReadText(t.Context(), key)
		mustBe(t, err, artifacts.ErrUnsafePath)
		_, err = s.Stat(t.Context(), key)
		mustBe(t, err, artifacts.ErrUnsafePath)
		mustBe(t, s.Remove(t.Context(), key), artifacts.ErrUnsafePath)
		mustBe(t, s.Move(t.Context(), key, "good"), artifacts.ErrUnsafePath)
		mustBe(t, s.Move(t.Context(), "free", key), artifacts.ErrUnsafePath)
		_, err = s.Copy(t.Context(), s, key, "good")
		mustBe(t, err, artifacts.ErrUnsafePath)
		err = s.Update(t.Context(), key, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			t.Errorf("edit of %q called", key)
			return nil, nil
		})
		mustBe(t, err, artifacts.ErrUnsafePath)
	}
	for _, key := range []string{"a b", "ä/ö.json", "#?;%20", ".hidden", "lock", ".lock", "x.lock", "...", "a..b/c", "-"} {
		put(t, s, key, key)
		if got := get(t, s, key); got != key {
			t.Errorf("%q: read back %q", key, got)
		}
	}
}

func testMissing(t *testing.T, s *store.Store) {
	ctx := t.Context()
	missing := func(op string, err error) {
		t.Helper()
		mustBe(t, err, artifacts.ErrNotFound, fs.ErrNotExist)
		mustName(t, err, op, s.URL("no/such"))
	}
	for _, folder := range []bool{false, true} {
		if folder {
			put(t, s, "no/file", "x")
		}
		_, err := s.Open(ctx, "no/such")
		missing("open", err)
		_, err = s.ReadText(ctx, "no/such")
		missing("open", err)
		_, err = s.Stat(ctx, "no/such")
		missing("stat", err)
		missing("remove", s.Remove(ctx, "no/such"))
		err = s.Move(ctx, "other", "no/such")
		mustBe(t, err, artifacts.ErrNotFound, fs.ErrNotExist)
		_, err = s.Copy(ctx, s, "other", "no/such")
		missing("open", err)
		if keys := list(t, s, "no/s"); len(keys) > 0 {
			t.Errorf("listed: %q", keys)
		}
		if _, err := s.Stat(ctx, "other"); err == nil {
			t.Error("a copy of nothing")
		}
	}
}

func testReadWays(t *testing.T, s *store.Store) {
	const content = "0123456789"
	put(t, s, "run/a", content)
	f, err := s.Open(t.Context(), "run/a")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Size() != 10 || f.ModTime().IsZero() {
		t.Errorf("size %d, time %v", f.Size(), f.ModTime())
	}
	if !s.Locks() {
		got, err := io.ReadAll(f)
		if err != nil || string(got) != content {
			t.Errorf("read %q, %v", got, err)
		}
		return
	}
	_, at := f.(io.ReaderAt)
	_, seek := f.(io.Seeker)
	if !at || !seek {
		t.Fatalf("%T: ReaderAt %t, Seeker %t", f, at, seek)
	}
	if err := iotest.TestReader(f, []byte(content)); err != nil {
		t.Error(err)
	}
}

func testReadWhileReplaced(t *testing.T, s *store.Store) {
	old := strings.Repeat("old", 100_000)
	put(t, s, "m.json", old)
	f, err := s.Open(t.Context(), "m.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	replace(t, s, "m.json", "new")
	got, err := io.ReadAll(f)
	if err != nil || string(got) != old {
		t.Errorf("read %d bytes, %v; want the %d that were there", len(got), err, len(old))
	}
	if got := get(t, s, "m.json"); got != "new" {
		t.Errorf("then read %q", got)
	}
}

func testMove(t *testing.T, s *store.Store) {
	put(t, s, "a/one", "1")
	put(t, s, "b/two", "2")
	err := s.Move(t.Context(), "b/two", "a/one")
	mustBe(t, err, artifacts.ErrExists, fs.ErrExist)
	if one, two := get(t, s, "a/one"), get(t, s, "b/two"); one != "1" || two != "2" {
		t.Errorf("after a refused move: %q, %q", one, two)
	}
	if err := s.Move(t.Context(), "c/d/three", "a/one"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b/two", "c/d/three"}, list(t, s, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := get(t, s, "c/d/three"); got != "1" {
		t.Errorf("moved: %q", got)
	}
	err = s.Move(t.Context(), "b/two", "b/two")
	mustBe(t, err, artifacts.ErrExists)
	if got := get(t, s, "b/two"); got != "2" {
		t.Errorf("moved onto itself: %q", got)
	}
}

// testMoveRace has many files moved to one name.
func testMoveRace(t *testing.T, s *store.Store) {
	const writers = 8
	for w := range writers {
		put(t, s, fmt.Sprint("from/", w), fmt.Sprint(w))
	}
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() { errs[w] = s.Move(t.Context(), "to/it", fmt.Sprint("from/", w)) })
	}
	wg.Wait()
	moved := 0
	for w, err := range errs {
		if err != nil {
			mustBe(t, err, artifacts.ErrExists)
			continue
		}
		moved++
		if got := get(t, s, "to/it"); got != fmt.Sprint(w) {
			t.Errorf("%d was moved, %s is there", w, got)
		}
	}
	if moved != 1 || len(list(t, s, "from/")) != writers-1 {
		t.Errorf("%d moved, %d left", moved, len(list(t, s, "from/")))
	}
}

func testCopy(t *testing.T, s *store.Store) {
	put(t, s, "a/one", "abc")
	other, key, err := store.Open(t.Context(), MemoryURL("p.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, dst := range []*store.Store{s, other} {
		info, err := s.Copy(t.Context(), dst, "b/two", "a/one")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(store.Info{Key: "b/two", Size: 3, SHA256: abcDigest}, info); diff != "" {
			t.Errorf("Copy (-want +got):\n%s", diff)
		}
		if got := get(t, dst, "b/two"); got != "abc" {
			t.Errorf("copied: %q", got)
		}
		_, err = s.Copy(t.Context(), dst, "b/two", "a/one")
		mustBe(t, err, artifacts.ErrExists)
		mustName(t, err, "create", dst.URL("b/two"))
	}
	if _, err := other.Copy(t.Context(), s, key, "b/two"); err != nil {
		t.Error(err)
	}
	if got := get(t, s, key); got != "abc" {
		t.Errorf("copied back: %q", got)
	}
}

func testRemove(t *testing.T, s *store.Store) {
	put(t, s, "a/b/one", "1")
	put(t, s, "a/two", "2")
	if err := s.Remove(t.Context(), "a/b/one"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a/two"}, list(t, s, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	mustBe(t, s.Remove(t.Context(), "a/b/one"), artifacts.ErrNotFound)
	put(t, s, "a/b/one", "again")
}

func testList(t *testing.T, s *store.Store) {
	all := []string{"a-b/x", "a/b/c", "a/b/d", "a/bc", "b", "ab/.hidden", "p.json", "p.json.d/s.json"}
	for _, key := range all {
		put(t, s, key, "12345")
	}
	replace(t, s, "m.json", "x") // makes a lock where there are locks
	if err := s.Remove(t.Context(), "m.json"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		prefix string
		want   []string
	}{
		{"", []string{"a-b/x", "a/b/c", "a/b/d", "a/bc", "ab/.hidden", "b", "p.json", "p.json.d/s.json"}},
		{"a", []string{"a-b/x", "a/b/c", "a/b/d", "a/bc", "ab/.hidden"}},
		{"a/", []string{"a/b/c", "a/b/d", "a/bc"}},
		{"a/b", []string{"a/b/c", "a/b/d", "a/bc"}},
		{"a/b/", []string{"a/b/c", "a/b/d"}},
		{"a/b/c", []string{"a/b/c"}},
		{"p.json.d/", []string{"p.json.d/s.json"}},
		{"b/", []string{}},
		{"no/such/", []string{}},
	} {
		if diff := cmp.Diff(c.want, list(t, s, c.prefix)); diff != "" {
			t.Errorf("prefix %q (-want +got):\n%s", c.prefix, diff)
		}
	}
	for info, err := range s.List(t.Context(), "a/b/c") {
		if err != nil || info.Size != 5 || info.ModTime.IsZero() || info.SHA256 != "" {
			t.Errorf("%+v, %v", info, err)
		}
	}
}

func testFolder(t *testing.T, s *store.Store) {
	for _, key := range []string{"a-b/x", "a/b/c", "a/d", "ab/.hidden", "b", "m.json.d/s.json"} {
		put(t, s, key, "12345")
	}
	replace(t, s, "m.json", "12345") // makes a lock where there are locks
	for dir, want := range map[string][]string{
		"":       {"a-b/", "a/", "ab/", "b", "m.json", "m.json.d/"},
		"a/":     {"a/b/", "a/d"},
		"a/b/":   {"a/b/c"},
		"nope/":  {},
		"nope/x": {},
	} {
		got := []string{}
		for info, err := range s.Folder(t.Context(), dir) {
			if err != nil {
				t.Fatal(err)
			}
			if file := !strings.HasSuffix(info.Key, "/"); file && (info.Size != 5 || info.ModTime.IsZero()) {
				t.Errorf("%+v", info)
			}
			got = append(got, info.Key)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("folder %q (-want +got):\n%s", dir, diff)
		}
	}
}

func testListStops(t *testing.T, s *store.Store) {
	for i := range 5 {
		put(t, s, fmt.Sprint("k", i), "x")
	}
	n := 0
	for range s.List(t.Context(), "") {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d keys", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var errs []error
	for _, err := range s.List(ctx, "") {
		errs = append(errs, err)
	}
	if len(errs) != 1 {
		t.Fatalf("a listing that was cancelled yields %v", errs)
	}
	mustBe(t, errs[0], context.Canceled)
}

func testLeftovers(t *testing.T, s *store.Store) {
	put(t, s, "run/a", "x")
	far := time.Unix(math.MaxInt32, 0)
	for info, err := range s.Leftovers(t.Context(), far) {
		t.Errorf("left over: %+v, %v", info, err)
	}
	if err := s.RemoveLeftover(t.Context(), "run/a"); err == nil {
		t.Error("removed what is not left over")
	}
	if got := get(t, s, "run/a"); got != "x" {
		t.Errorf("content %q", got)
	}
}
