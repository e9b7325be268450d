package store

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestOpenIn(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, c := range []struct{ url, key, shown string }{
		{"model", "model", "model"},
		{"a/model/", "model", "a/model"},
		{"what?/m?x", "m?x", "what?/m?x"},
		{"file://model", "model", "model"},
		{dir + "/m", "m", filepath.Join(dir, "m")},
		{"/m", "m", "/m"},
		{"mem://open-in/m", "m", "mem://open-in/m"},
		{"mem://open-in/a/b/m/", "m", "mem://open-in/a/b/m"},
	} {
		s, key, err := OpenIn(t.Context(), c.url, nil)
		if err != nil {
			t.Errorf("%q: %v", c.url, err)
			continue
		}
		if key != c.key || s.URL(key) != filepath.FromSlash(c.shown) {
			t.Errorf("%q: key %q, shown as %q", c.url, key, s.URL(key))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, url := range []string{"", "/", "mem://", "mem://name", "mem://name/", "s3://bucket?secret=1"} {
		if _, _, err := OpenIn(t.Context(), url, nil); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, url := range []string{"..", "a/..", "mem://name/..", ".x.lock"} {
		if _, _, err := OpenIn(t.Context(), url, nil); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestJoin(t *testing.T) {
	for url, want := range map[string]string{
		"":                   "x",
		"/":                  "/x",
		"a/b":                "a/b/x",
		"a/b//":              "a/b/x",
		"what?":              "what?/x",
		"file://a":           "file://a/x",
		"mem://name":         "mem://name/x",
		"s3://bucket?p=1":    "s3://bucket/x?p=1",
		"s3://bucket/a/?p=/": "s3://bucket/a/x?p=/",
	} {
		if got := Join(url, "x"); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}
