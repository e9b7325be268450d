package shelf_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
	"gocloud.dev/blob/memblob"
)

// TestURLs has the cases of the seed's tests/test_util.py, is_fully_qualified:
// what has no scheme is a path.
func TestURLs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	s := newShelf(t)
	for url, file := range map[string]string{
		"hello.txt":                     "hello.txt",
		"file://" + dir + "/hello2.txt": "hello2.txt",
		"filecache::s3//hello.txt":      "filecache::s3/hello.txt", // one colon, no scheme
		"a b/ü?x=1#y":                   "a b/ü?x=1#y",
		"folder/slash/":                 "folder/slash",
		filepath.Join(dir, "absolute"):  "absolute",
	} {
		mustPut(t, s, url, point{1, 2})
		if text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file))); err != nil || string(text) != "1 2" {
			t.Errorf("%q: file %q has %q, %v", url, file, text, err)
		}
		if got := mustGet[point](t, s, url); got != (point{1, 2}) {
			t.Errorf("%q: got %v", url, got)
		}
	}
	for _, url := range []string{"", "/", ".", "..", "a/..", "mem://", "mem://name", ".shelf", ".shelf/x", "mem://name/.shelf/x", ".x.lock"} {
		_, putErr := shelf.Put(t.Context(), s, url, point{1, 2}, nil)
		_, getErr := shelf.Get[point](t.Context(), s, url, nil)
		_, statErr := s.Stat(t.Context(), url)
		removeErr := s.Remove(t.Context(), url)
		for _, err := range []error{putErr, getErr, statErr, removeErr} {
			if err == nil || errors.Is(err, artifacts.ErrNotFound) {
				t.Errorf("%q: %v", url, err)
			}
		}
	}
}

// The type comes first: whether it is registered does not depend on storage.
func TestTypeComesFirst(t *testing.T) {
	s := shelf.New(&shelf.Options{Registry: new(shelf.Registry)})
	_, putErr := shelf.Put(t.Context(), s, "nosuch://x", point{}, nil)
	_, getErr := shelf.Get[point](t.Context(), s, "nosuch://x", nil)
	_, asErr := s.PutAs(t.Context(), "nosuch://x", "nosuch", 1, nil)
	for _, err := range []error{putErr, getErr, asErr, s.GetAs(t.Context(), "nosuch://x", "nosuch", new(int), nil)} {
		if !errors.Is(err, artifacts.ErrUnknownHandler) || strings.Contains(err.Error(), "scheme") {
			t.Errorf("error %v is not about the type", err)
		}
	}
	if _, err := shelf.Put(t.Context(), newShelf(t), "nosuch://x/y", point{}, nil); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("scheme: %v", err)
	}
}

// Parameters of a URL may be secret, and no error shows them.
func TestErrorsHideCredentials(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	s := newShelf(t)
	for _, url := range []string{
		"s3://bucket/key?region=us-east-1&endpoint=http://127.0.0.1:1&use_path_style=true&anonymous=true&profile=hunter2",
		"s3://bucket/key?nosuch=hunter2",
		"s3://bucket?x=hunter2",
		"s3://bucket/../key?x=hunter2",
		"s3://user:hunter2@bucket/key",
		"gs://bucket/key?secret=hunter2",
		"https://user:hunter2@bucket.example.org/key?X-Amz-Signature=hunter2",
	} {
		ctx := t.Context()
		_, putErr := shelf.Put(ctx, s, url, point{}, nil)
		_, getErr := shelf.Get[point](ctx, s, url, nil)
		_, statErr := s.Stat(ctx, url)
		_, listErr := s.List(ctx, url)
		for _, err := range []error{putErr, getErr, statErr, s.Remove(ctx, url), listErr} {
			if err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%s: error %v", strings.ReplaceAll(url, "hunter2", "*"), err)
			}
		}
	}
}

func TestBucket(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	s, err := shelf.NewBucket(b, &shelf.Options{Registry: newRegistry(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"p", "a/b/p", "what?"} {
		mustPut(t, s, key, point{1, 2})
		if got := mustGet[point](t, s, key); got != (point{1, 2}) {
			t.Errorf("%q: got %v", key, got)
		}
		if text, err := b.ReadAll(t.Context(), key); err != nil || string(text) != "1 2" {
			t.Errorf("%q: the object has %q, %v", key, text, err)
		}
	}
	items, err := s.List(t.Context(), "a/b")
	if err != nil || len(items) != 1 || items[0].Name != "p" || !items[0].Manifest {
		t.Errorf("list: %+v, %v", items, err)
	}
	for _, key := range []string{"", "/", "..", "a/..", "../p"} {
		if _, err := shelf.Put(t.Context(), s, key, point{}, nil); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("%q: %v", key, err)
		}
	}
	if _, err := shelf.NewBucket(nil, nil); err == nil {
		t.Error("nil is a bucket")
	}
}

func TestList(t *testing.T) {
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		mustPut(t, s, at(folder, "b.pt"), point{1, 2})
		mustPut(t, s, at(folder, "novel"), book{"part/a": "1"})
		mustPut(t, s, at(folder, "models/x"), point{1, 2})
		overwrite(t, folder, "a.txt", "theirs")
		overwrite(t, folder, ".shelf/dead.json", `{"shelf":1,"puts":[]}`)
		items, err := s.List(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		for i := range items {
			if item := &items[i]; item.ModTime.IsZero() == (item.Name != "models") {
				t.Errorf("%s: time %v", item.Name, item.ModTime)
			}
		}
		type brief struct {
			name             string
			manifest, folder bool
			size             int64
		}
		var got []brief
		for _, item := range items {
			got = append(got, brief{item.Name, item.Manifest, item.Folder, item.Size})
		}
		want := []brief{{"a.txt", false, false, 6}, {"b.pt", true, false, 3}, {"models", false, true, 0}, {"novel", true, true, 0}}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(brief{})); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		if items, err := s.List(t.Context(), at(folder, "none")); err != nil || len(items) > 0 {
			t.Errorf("a folder that is not there: %v, %v", items, err)
		}
	})
}
