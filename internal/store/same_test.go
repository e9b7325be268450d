package store_test

import (
	"path/filepath"
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func TestSame(t *testing.T) {
	dir := t.TempDir()
	open := func(url string) *store.Store {
		t.Helper()
		s, _, err := store.Open(t.Context(), url, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	one, two := memblob.OpenBucket(nil), memblob.OpenBucket(nil)
	defer one.Close()
	defer two.Close()
	for _, c := range []struct {
		name string
		a    *store.Store
		keyA string
		b    *store.Store
		keyB string
		same bool
	}{
		{"one folder", open(filepath.Join(dir, "a.json")), "x", open(filepath.Join(dir, "b.json")), "x", true},
		{"another name", open(filepath.Join(dir, "a.json")), "x", open(filepath.Join(dir, "b.json")), "y", false},
		{"a folder below", open(filepath.Join(dir, "a.json")), "sub/x", open(filepath.Join(dir, "sub/b.json")), "x", true},
		{"one memory", open("mem://same/a.json"), "sub/x", open("mem://same/sub/b.json"), "x", true},
		{"two memories", open("mem://same/a.json"), "x", open("mem://other/a.json"), "x", false},
		{"one bucket", openBucket(t, one, nil), "x", openBucket(t, one, nil), "x", true},
		{"buckets of one name", openBucket(t, one, nil), "x", openBucket(t, two, nil), "x", false},
		{"disk and memory", open(filepath.Join(dir, "a.json")), "x", open("mem://same/a.json"), "x", false},
	} {
		if got := c.a.Same(c.keyA, c.b, c.keyB); got != c.same {
			t.Errorf("%s: %t, want %t", c.name, got, c.same)
		}
		if got := c.b.Same(c.keyB, c.a, c.keyA); got != c.same {
			t.Errorf("%s, the other way round: %t, want %t", c.name, got, c.same)
		}
	}
}
