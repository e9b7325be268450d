package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestOpenFolder(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ url, want string }{
		{dir, filepath.Join(dir, "a/b")},
		{dir + "/", filepath.Join(dir, "a/b")},
		{"file://" + dir, filepath.Join(dir, "a/b")},
		{dir + "/what?", filepath.Join(dir, "what?/a/b")},
		{"mem://open-folder", "mem://open-folder/a/b"},
		{"mem://open-folder/x/", "mem://open-folder/x/a/b"},
	} {
		s, err := OpenFolder(t.Context(), c.url, nil)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		if got := s.URL("a/b"); got != c.want {
			t.Errorf("%s: file a/b is %s, want %s", c.url, got, c.want)
		}
		_, err = s.Create(t.Context(), "a/b", func(w io.Writer) error {
			_, err := io.WriteString(w, "text")
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
		}
		_ = s.Remove(t.Context(), "a/b") // two of them are one folder
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"", file, "mem://", "nosuch://bucket/folder", "s3://bucket/folder?secret=key"} {
		if _, err := OpenFolder(t.Context(), url, nil); err == nil {
			t.Errorf("%q is opened", url)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("error %q shows the URL's parameters", err)
		}
	}
}

func TestOpenBucketFolder(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	for _, folder := range []string{"x/y", "x/y/", ""} {
		s, err := OpenBucketFolder(b, folder, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Create(t.Context(), "file", func(w io.Writer) error {
			_, err := io.WriteString(w, folder)
			return err
		})
		if want := folder == "x/y/"; errors.Is(err, artifacts.ErrExists) != want || err != nil && !want {
			t.Errorf("%q: %v", folder, err)
		}
	}
	for key, want := range map[string]string{"x/y/file": "x/y", "file": ""} {
		if got, err := b.ReadAll(t.Context(), key); err != nil || string(got) != want {
			t.Errorf("object %s: %q, %v", key, got, err)
		}
	}
	if _, err := OpenBucketFolder(b, "../x", nil); !errors.Is(err, artifacts.ErrUnsafePath) {
		t.Errorf("a folder outside of the bucket: %v", err)
	}
}
