package file_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
)

// write makes files below a new folder. A name that ends in a slash is a folder,
// one that ends in a star a program.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(name, "*")))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(at, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		mode := fs.FileMode(0o600)
		if strings.HasSuffix(name, "*") {
			mode = 0o700
		}
		if err := os.WriteFile(at, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// tree returns what is in a folder, in the form that write takes.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(at string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, at)
		name = filepath.ToSlash(name)
		switch {
		case err != nil || name == ".":
			return err
		case entry.IsDir():
			files[name+"/"] = ""
			return nil
		}
		content, err := os.ReadFile(at)
		if info, _ := entry.Info(); info.Mode()&0o100 != 0 {
			name += "*"
		}
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestConformance(t *testing.T) {
	dir := write(t, map[string]string{"model.bin": "weights", "empty": "", "folder/a": "1", "folder/b/c": "2"})
	path := func(name string) file.Path { return file.Path(filepath.Join(dir, name)) }
	open := func() any {
		f, err := os.Open(filepath.Join(dir, "model.bin"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	packed := encoded(t, path("folder"))
	artifacttest.Run(t, file.Handler{},
		artifacttest.Case{Name: "path", Value: path("model.bin"), Want: []byte("weights"), File: []byte("weights"), OpenEnded: true},
		artifacttest.Case{Name: "empty", Value: path("empty"), Want: []byte{}, File: []byte{}, OpenEnded: true},
		artifacttest.Case{Name: "open file", Make: open, Want: []byte("weights"), File: []byte("weights"), OpenEnded: true},
		artifacttest.Case{Name: "reader", Make: func() any { return strings.NewReader("x") }, Want: []byte("x"), OpenEnded: true},
		artifacttest.Case{Name: "bytes", Value: []byte("x"), OpenEnded: true},
		artifacttest.Case{Name: "folder", Value: path("folder"), Want: packed, File: packed, OpenEnded: true},
		artifacttest.Case{Name: "nothing", Value: path("nothing"), Refused: true},
		artifacttest.Case{Name: "no path", Value: file.Path(""), Refused: true},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "string", Value: "model.bin", Refused: true},
		artifacttest.Case{Name: "open folder", Make: func() any {
			f, err := fstest.MapFS{"d/x": {}}.Open("d")
			if err != nil {
				t.Fatal(err)
			}
			return f
		}, Refused: true},
	)
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := (file.Handler{}).Encode(t.Context(), &out, value); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSuffixes(t *testing.T) {
	dir := write(t, map[string]string{"folder.x/": "", "open.json": "{}"})
	for value, want := range map[file.Path]string{
		"model.onnx": "onnx", "a/b.c/model.onnx": "onnx", "data.tar.gz": "tar.gz", "data.v1.csv": "csv", ".tar.gz": "gz",
		"README": "", "a.b/README": "", ".bashrc": "", ".config.json": "json", "dot.": "", "report.final version": "", "x.é": "",
		"": "", ".": "tar", "..": "tar", file.Path(filepath.Join(dir, "folder.x")): "tar",
	} {
		if got := (file.Handler{}).Suffix(value); got != want {
			t.Errorf("the suffix of %q is %q, want %q", value, got, want)
		}
	}
	f, err := os.Open(filepath.Join(dir, "open.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, test := range []struct {
		value any
		want  string
	}{{f, "json"}, {strings.NewReader("x"), ""}, {[]byte{}, ""}, {nil, ""}} {
		if got := (file.Handler{}).Suffix(test.value); got != test.want {
			t.Errorf("the suffix of a %T is %q, want %q", test.value, got, test.want)
		}
	}
}

func TestTo(t *testing.T) {
	dir := write(t, map[string]string{"old": "old", "folder/x": ""})
	old := filepath.Join(dir, "old")
	target := file.To(file.Path(old))
	if err := target.Commit(); err == nil {
		t.Error("Commit before Decode gives no error")
	}
	if err := (file.Handler{}).Decode(t.Context(), strings.NewReader("new"), target); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(old); string(got) != "old" {
		t.Errorf("before Commit the file is %q", got)
	}
	if err := target.Rollback(); err != nil || len(tree(t, dir)) != 3 {
		t.Errorf("Rollback: %v; left: %v", err, tree(t, dir))
	}
	if err := target.Commit(); err == nil {
		t.Error("Commit after Rollback gives no error")
	}
	for range 2 { // the second replaces what the first left undecided
		if err := (file.Handler{}).Decode(t.Context(), strings.NewReader("new"), target); err != nil {
			t.Fatal(err)
		}
	}
	if err := target.Commit(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"old": "new", "folder/": "", "folder/x": ""}, tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	err := file.Handler{}.Decode(t.Context(), strings.NewReader("new"), file.To(file.Path(filepath.Join(dir, "folder"))))
	if !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("Decode over a folder: %v, want ErrExists", err)
	}
}

var errBroken = errors.New("the test's reader breaks")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

// A reader that fails or a context that ends leaves nothing behind.
func TestNothingIsLeft(t *testing.T) {
	packed := encoded(t, file.Path(write(t, map[string]string{"a": "1", "b/c": "2"})))
	dir := t.TempDir()
	at := file.Path(filepath.Join(dir, "x"))
	for _, target := range []*file.Target{file.To(at), file.Into(at)} {
		for n := range len(packed) / 100 {
			r := io.MultiReader(bytes.NewReader(packed[:100*n]), failing{})
			err := file.Handler{}.Decode(t.Context(), r, target)
			if err != nil && !errors.Is(err, errBroken) {
				t.Errorf("Decode of %d bytes: %v", 100*n, err)
			}
			if err == nil { // the tar file had ended
				err = target.Rollback()
			}
			if left := tree(t, dir); len(left) > 0 {
				t.Fatalf("left after %d bytes and %v: %v", 100*n, err, left)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := (file.Handler{}).Decode(ctx, bytes.NewReader(packed), target); !errors.Is(err, context.Canceled) || len(tree(t, dir)) > 0 {
			t.Errorf("Decode returns %v and leaves %v", err, tree(t, dir))
		}
	}
}

func TestAnyNeedsType(t *testing.T) {
	err := file.Handler{}.Decode(t.Context(), strings.NewReader("x"), new(any))
	if !errors.Is(err, artifacts.ErrNeedsType) || !strings.Contains(err.Error(), "file.To") {
		t.Errorf("Decode returns %v, want ErrNeedsType and what to do", err)
	}
}
