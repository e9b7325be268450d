package shelf_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// point is kept in one file, by a kind of its own.
type point struct{ X, Y float64 }

var points = shelf.FromTyped(artifacts.Typed[point]{
	Kind: artifacts.Format{Alias: "point", Suffix: "pt"},
	Write: func(_ context.Context, w io.Writer, p point) error {
		_, err := fmt.Fprintf(w, "%g %g", p.X, p.Y)
		return err
	},
	Read: func(_ context.Context, r io.Reader) (p point, err error) {
		_, err = fmt.Fscanf(r, "%g %g", &p.X, &p.Y)
		return p, err
	},
})

// book is kept in a file for each chapter, whose names may be paths.
type book map[string]string

var books = shelf.Kind[book]{
	Format:  artifacts.Format{Alias: "book"},
	Several: true,
	Write: func(_ context.Context, out shelf.Out, b book) error {
		for name, text := range b {
			if text == "panic" {
				panic("torn page")
			}
			if err := writeFile(out, name, text); err != nil {
				return err
			}
		}
		return nil
	},
	Read: func(_ context.Context, in shelf.In) (book, error) {
		b := book{}
		for _, name := range in.Names() {
			text, err := fs.ReadFile(in, name)
			if err != nil {
				return nil, err
			}
			b[name] = string(text)
		}
		return b, nil
	},
}

// named is kept as JSON.
type named struct {
	Name string
	Tags []string
}

func newRegistry(t testing.TB) *shelf.Registry {
	t.Helper()
	r := shelf.NewRegistry(nil)
	for _, err := range []error{
		shelf.Register(r, points, nil),
		shelf.Register(r, books, nil),
		shelf.RegisterAlias[named](r, "json", nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// newShelf returns a shelf with the types above and cheap writes.
func newShelf(t testing.TB) *shelf.Shelf {
	return shelf.New(&shelf.Options{Registry: newRegistry(t), NoSync: true})
}

// an empty folder of each kind of storage.
var folders = map[string]func(t *testing.T) string{
	"path":   func(t *testing.T) string { return t.TempDir() },
	"file":   func(t *testing.T) string { return "file://" + t.TempDir() },
	"memory": func(t *testing.T) string { return strings.TrimSuffix(storetest.MemoryURL("x"), "/x") },
	"fake S3": func(t *testing.T) string {
		return serverFolder(servers.FakeS3(t, nil))
	},
	"versitygw": func(t *testing.T) string {
		return serverFolder(servers.VersityGW(t, nil))
	},
}

var folderCount atomic.Int64

// serverFolder returns the URL of a folder nobody has used; its parameters are
// behind the end, so at inserts names before them.
func serverFolder(s *servers.Server) string { return s.URL(fmt.Sprintf("f%d", folderCount.Add(1))) }

// at returns the URL of something in a folder.
func at(folder, name string) string {
	if path, query, ok := strings.Cut(folder, "?"); ok {
		return path + "/" + name + "?" + query
	}
	return folder + "/" + name
}

// overEach runs a test in an empty folder of each storage.
func overEach(t *testing.T, run func(t *testing.T, folder string)) {
	for name, folder := range folders {
		t.Run(name, func(t *testing.T) { run(t, folder(t)) })
	}
}

// keys returns the names of all files in a folder, but for locks.
func keys(t *testing.T, folder string) []string {
	t.Helper()
	st, err := store.OpenFolder(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	list := []string{}
	for info, err := range st.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, info.Key)
	}
	slices.Sort(list)
	return list
}

// text returns the content of a file.
func text(t *testing.T, folder, name string) string {
	t.Helper()
	st, err := store.OpenFolder(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	b, err := st.ReadText(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// overwrite gives a file another content behind the shelf's back.
func overwrite(t *testing.T, folder, name, content string) {
	t.Helper()
	st, err := store.OpenFolder(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	w, err := st.NewWriter(t.Context(), name, &store.WriterOptions{Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// puts returns the puts of a manifest as any program reads them.
func puts(t *testing.T, folder, name string) []map[string]any {
	t.Helper()
	var m struct {
		Shelf int
		Puts  []map[string]any
	}
	if err := json.Unmarshal([]byte(text(t, folder, ".shelf/"+name+".json")), &m); err != nil {
		t.Fatal(err)
	}
	if m.Shelf != 1 {
		t.Errorf("version %d", m.Shelf)
	}
	return m.Puts
}

func mustPut[T any](t testing.TB, s *shelf.Shelf, url string, v T) *shelf.Manifest {
	t.Helper()
	m, err := shelf.Put(t.Context(), s, url, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustGet[T any](t testing.TB, s *shelf.Shelf, url string) T {
	t.Helper()
	v, err := shelf.Get[T](t.Context(), s, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// emptyTemp makes temporary files go to an empty folder, and fails the test if
// any is left in the end.
func emptyTemp(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	t.Cleanup(func() {
		if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
			t.Errorf("left in the folder for temporary files: %q, %v", left, err)
		}
	})
	if os.TempDir() != dir {
		t.Skip("the folder for temporary files cannot be set here")
	}
}

func writeFile(out shelf.Out, name, text string) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return w.Close()
}

func readFile(in shelf.In, name string) (string, error) {
	b, err := fs.ReadFile(in, name)
	return string(b), err
}

// where returns the folder of a value's several files, below the one it is in.
func where(t *testing.T, folder, name string) string {
	t.Helper()
	list := puts(t, folder, name)
	if sub, ok := list[0]["folder"].(string); ok {
		return name + "/" + sub + "/"
	}
	return name + "/"
}

func removeFile(t *testing.T, folder, name string) {
	t.Helper()
	st, err := store.OpenFolder(t.Context(), folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Remove(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}
