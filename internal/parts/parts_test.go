package parts

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// abcDigest is that of "abc", an example of FIPS 180-2.
const abcDigest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func newPlace(t *testing.T, several bool) Place {
	t.Helper()
	st, _, err := store.Open(t.Context(), storetest.MemoryURL("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Place{Store: st, Key: "value", Several: several}
}

func write(t *testing.T, w *Writer, name, text string) {
	t.Helper()
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("more")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("written after Close: %v", err)
	}
}

func keys(t *testing.T, st *store.Store) []string {
	t.Helper()
	var list []string
	for info, err := range st.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, info.Key)
	}
	return list
}

func TestSingle(t *testing.T) {
	p := newPlace(t, false)
	w := NewWriter(t.Context(), p, false)
	write(t, w, "whatever", "abc")
	if _, err := w.Create("another"); err == nil {
		t.Error("a second file is made")
	}
	files, err := w.Files()
	if diff := cmp.Diff([]File{{Size: 3, Digest: abcDigest}}, files); err != nil || diff != "" {
		t.Errorf("files (-want +got):\n%s%v", diff, err)
	}
	if list := keys(t, p.Store); len(list) > 0 {
		t.Errorf("there before the commit: %q", list)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Abort() // does nothing now
	r := NewReader(t.Context(), p, []File{{"name", 3, abcDigest}}, nil, nil)
	if text, err := fs.ReadFile(r, "name"); err != nil || string(text) != "abc" {
		t.Errorf("read %q, %v", text, err)
	}
	if err := errors.Join(r.Verify(), r.Close()); err != nil {
		t.Error(err)
	}
	// Taken, and replaced if that was asked for.
	w = NewWriter(t.Context(), p, false)
	write(t, w, "", "new")
	if err := w.Commit(t.Context()); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("overwritten: %v", err)
	}
	w = NewWriter(t.Context(), p, true)
	write(t, w, "", "new")
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text, err := p.Store.ReadText(t.Context(), "value"); err != nil || string(text) != "new" {
		t.Errorf("replaced by %q, %v", text, err)
	}
	if _, err := NewWriter(t.Context(), p, false).Files(); err == nil {
		t.Error("a codec that has made no file succeeds")
	}
}

func TestNames(t *testing.T) {
	w := NewWriter(t.Context(), newPlace(t, true), false)
	write(t, w, "a/b", "1")
	write(t, w, "c", "2")
	for name, want := range map[string]error{
		"":        artifacts.ErrUnsafePath,
		".":       artifacts.ErrUnsafePath,
		"..":      artifacts.ErrUnsafePath,
		"../d":    artifacts.ErrUnsafePath,
		"/d":      artifacts.ErrUnsafePath,
		"d//e":    artifacts.ErrUnsafePath,
		"~d":      artifacts.ErrUnsafePath,
		"~d/e":    artifacts.ErrUnsafePath,
		".d.lock": artifacts.ErrUnsafePath,
		"c":       artifacts.ErrExists,
		"a":       artifacts.ErrExists,
		"a/b/c":   artifacts.ErrExists,
	} {
		if _, err := w.Create(name); !errors.Is(err, want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAbort(t *testing.T) {
	p := newPlace(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	w := NewWriter(ctx, p, false)
	write(t, w, "a", "1")
	write(t, w, "b/c", "2")
	if _, err := w.Create("open"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Files(); err == nil || !strings.Contains(err.Error(), `"open"`) {
		t.Errorf("a file is open: %v", err)
	}
	if _, err := w.Create("late"); err == nil {
		t.Error("a file is made after the call")
	}
	cancel()
	w.Abort()
	if left := keys(t, p.Store); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// A codec that loses the storage's error does not succeed.
func TestLostError(t *testing.T) {
	broken := errors.New("disk is full")
	st, _, err := store.Open(t.Context(), storetest.MemoryURL("x"), &store.Options{Fault: func(op, _ string) error {
		if op == "commit" {
			return broken
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWriter(t.Context(), Place{Store: st, Key: "value", Several: true}, false)
	f, err := w.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close() // the codec does not look
	if _, err := w.Files(); !errors.Is(err, broken) || !errors.Is(w.Err(), broken) {
		t.Errorf("files: %v; %v", err, w.Err())
	}
}

// TestFS lets the standard library's test of file systems loose on a value.
func TestFS(t *testing.T) {
	p := newPlace(t, true)
	p.Folder = "~x"
	w := NewWriter(t.Context(), p, false)
	names := []string{"a", "part/b", "part/c", "part/deep/d", "part-2", "z"}
	for _, name := range names {
		write(t, w, name, "content of "+name)
	}
	files, err := w.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, fetch := range []Fetch{nil, func(ctx context.Context, key string, _ File) (store.File, error) {
		f, err := p.Store.Open(ctx, key)
		return struct{ store.File }{f}, err // can only be read in order
	}} {
		r := NewReader(t.Context(), p, files, nil, fetch)
		if err := fstest.TestFS(r, names...); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(names, walked(t, r)); diff != "" {
			t.Errorf("WalkDir (-want +got):\n%s", diff)
		}
		if _, err := r.Open("nosuch"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("no such file: %v", err)
		}
		if err := errors.Join(r.Verify(), r.Close()); err != nil {
			t.Error(err)
		}
	}
}

func walked(t *testing.T, fsys fs.FS) (files []string) {
	t.Helper()
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return files
}

// What is opened is compared to its end, however much of it was read.
func TestVerify(t *testing.T) {
	for name, read := range map[string]func(f fs.File) error{
		"nothing": func(fs.File) error { return nil },
		"a part":  func(f fs.File) error { _, err := f.Read(make([]byte, 1)); return err },
		"all":     func(f fs.File) error { _, _ = io.ReadAll(f); return nil },
		"by place": func(f fs.File) error {
			_, err := f.(io.ReaderAt).ReadAt(make([]byte, 1), 1)
			return err
		},
		"and closed": func(f fs.File) error { _ = f.Close(); return nil },
	} {
		for _, content := range []string{"abc", "abd", "ab", "abcd"} {
			p := newPlace(t, true)
			w := NewWriter(t.Context(), p, false)
			write(t, w, "a", content)
			r := NewReader(t.Context(), p, []File{{"a", 3, abcDigest}}, nil, nil)
			f, err := r.Open("a")
			if err != nil {
				t.Fatal(err)
			}
			if err := read(f); err != nil {
				t.Errorf("%s of %q: %v", name, content, err)
			}
			err = r.Verify()
			if content == "abc" && err != nil || content != "abc" && !errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("%s of %q: %v", name, content, err)
			}
			if content != "abc" && !strings.Contains(err.Error(), p.Store.URL("value/a")) {
				t.Errorf("%s of %q: error %v does not name the file", name, content, err)
			}
			if _, err := f.Read(make([]byte, 1)); err == nil || err == io.EOF {
				t.Errorf("%s of %q: read after Verify: %v", name, content, err)
			}
		}
	}
}

func TestHex(t *testing.T) {
	for digest, ok := range map[string]bool{
		"": true, abcDigest: true, "sha256:": false, abcDigest[7:]: false, "md5:" + abcDigest[7:]: false,
		abcDigest + "00": false, abcDigest[:70] + "x": false,
	} {
		if _, err := Hex(digest); (err == nil) != ok {
			t.Errorf("%q: %v", digest, err)
		}
	}
}
