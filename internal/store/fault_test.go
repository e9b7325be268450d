package store_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// content is larger than a buffer, so that writing it takes several steps.
var content = strings.Repeat("0123456789", 20_000)

// faultCase is an operation that is made to fail at each of its steps.
type faultCase struct {
	name  string
	setup map[string]string
	do    func(t *testing.T, s *store.Store) error
	want  map[string]string // the files when it succeeds
	// partly allows states between the first and the last.
	partly func(files map[string]string, err error) bool
}

var faultCases = []faultCase{
	{
		name: "create",
		do: func(t *testing.T, s *store.Store) error {
			_, err := s.Create(t.Context(), "run/test/a", text(content))
			return err
		},
		want: map[string]string{"run/test/a": content},
	},
	{
		name:  "copy",
		setup: map[string]string{"a": content},
		do: func(t *testing.T, s *store.Store) error {
			_, err := s.Copy(t.Context(), s, "run/b", "a")
			return err
		},
		want: map[string]string{"a": content, "run/b": content},
	},
	{
		name: "first update",
		do: func(t *testing.T, s *store.Store) error {
			return s.Update(t.Context(), "m.json", nil, set(content))
		},
		want: map[string]string{"m.json": content},
	},
	{
		name:  "update",
		setup: map[string]string{"m.json": "old"},
		do: func(t *testing.T, s *store.Store) error {
			return s.Update(t.Context(), "m.json", store.Text{[]byte("old")}, set(content))
		},
		want: map[string]string{"m.json": content},
	},
	{
		name:  "move",
		setup: map[string]string{"old/a": content},
		do: func(t *testing.T, s *store.Store) error {
			return s.Move(t.Context(), "new/a", "old/a")
		},
		want: map[string]string{"new/a": content},
		partly: func(files map[string]string, _ error) bool {
			return len(files) == 2 && files["old/a"] == content && files["new/a"] == content
		},
	},
	{
		name:  "remove",
		setup: map[string]string{"run/a": "x", "run/b": "y"},
		do: func(t *testing.T, s *store.Store) error {
			return s.Remove(t.Context(), "run/a")
		},
		want: map[string]string{"run/b": "y"},
	},
	{
		name:  "read",
		setup: map[string]string{"run/a": content},
		do: func(t *testing.T, s *store.Store) error {
			got, err := s.ReadText(t.Context(), "run/a")
			if err == nil && string(got) != content {
				t.Errorf("read %d bytes without an error", len(got))
			}
			return err
		},
		want: map[string]string{"run/a": content},
	},
	{
		name:  "list",
		setup: map[string]string{"a": "x", "b/c": "x", "b/d/e": "x"},
		do: func(t *testing.T, s *store.Store) error {
			n := 0
			for _, err := range s.List(t.Context(), "") {
				if err != nil {
					return err
				}
				n++
			}
			if n != 3 {
				t.Errorf("listed %d files without an error", n)
			}
			return nil
		},
		want: map[string]string{"a": "x", "b/c": "x", "b/d/e": "x"},
	},
}

func TestFaults(t *testing.T) {
	for kind, url := range map[string]func(t *testing.T) string{
		"local":  func(t *testing.T) string { return filepath.Join(t.TempDir(), "m.json") },
		"memory": func(*testing.T) string { return storetest.MemoryURL("m.json") },
	} {
		for _, c := range faultCases {
			t.Run(kind+" "+c.name, func(t *testing.T) {
				faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
					t.Helper()
					at := url(t)
					sound, s := open(t, at, nil), open(t, at, &store.Options{Fault: f.Hook})
					defer sound.Close()
					defer s.Close()
					dir := ""
					if kind == "local" {
						dir = filepath.Dir(at)
					}
					c.try(t, sound, s, dir, f)
				})
				if faults < 2 {
					t.Errorf("%d faults put in", faults)
				}
			})
		}
	}
}

// try runs the operation on s, which f makes fail, and looks at the outcome
// through sound, a store of the same files. dir is their folder, if any.
func (c faultCase) try(t *testing.T, sound, s *store.Store, dir string, f *storetest.Faulty) {
	t.Helper()
	for key, content := range c.setup {
		if _, err := sound.Create(t.Context(), key, text(content)); err != nil {
			t.Fatal(err)
		}
	}
	err := c.do(t, s)
	got := files(t, sound)
	switch {
	case err == nil && equal(got, c.want): // no fault, or one that does not matter
		return
	case err == nil:
		t.Errorf("%s failed: no error, %s", f.Failed(), describe(got))
		return
	case !errors.Is(err, syscall.ENOSPC):
		t.Errorf("%s failed: error %v is not the cause", f.Failed(), err)
	case equal(got, c.setup):
	case errors.Is(err, artifacts.ErrOutcomeUnknown) && equal(got, c.want):
	case f.Sticky && equal(got, c.want): // done, and not even undoing worked
	case c.partly != nil && c.partly(got, err):
	default:
		t.Errorf("%s failed: %v, %s", f.Failed(), err, describe(got))
	}
	// Once the storage works again, so does the operation, unless it was done.
	if err := c.do(t, sound); err != nil && equal(got, c.setup) {
		t.Errorf("%s failed, trying again: %v", f.Failed(), err)
	}
	if got := files(t, sound); !equal(got, c.want) && equal(got, c.setup) {
		t.Errorf("%s failed, after trying again: %s", f.Failed(), describe(got))
	}
	if dir == "" {
		return
	}
	for _, name := range tree(t, dir) {
		base := filepath.Base(name)
		_, known := c.want[name]
		_, was := c.setup[name]
		hidden := strings.HasPrefix(base, ".lazyscribe-tmp-") || base == ".m.json.lock"
		if !known && !was && !hidden && !strings.HasSuffix(name, "/") {
			t.Errorf("%s failed: left %s", f.Failed(), name)
		}
		if !f.Sticky && strings.HasPrefix(base, ".lazyscribe-tmp-") && !strings.HasPrefix(f.Failed(), "remove ") {
			t.Errorf("%s failed: left %s, which could be removed", f.Failed(), name)
		}
	}
}

// files returns the content of every file.
func files(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for info, err := range s.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		text, err := s.ReadText(t.Context(), info.Key)
		if err != nil {
			t.Fatal(err)
		}
		all[info.Key] = string(text)
	}
	return all
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for key, content := range a {
		if other, ok := b[key]; !ok || other != content {
			return false
		}
	}
	return true
}

func describe(files map[string]string) string {
	var b strings.Builder
	b.WriteString("files:")
	for key, content := range files {
		b.WriteString(" " + key + "=" + content[:min(len(content), 10)])
	}
	return b.String()
}

// TestOutcomeUnknown cannot flush the folder after a manifest was replaced.
func TestOutcomeUnknown(t *testing.T) {
	dir := t.TempDir()
	f := &storetest.Faulty{Op: "syncdir", FailAt: 1, Err: syscall.EIO}
	s := open(t, filepath.Join(dir, "m.json"), &store.Options{Fault: f.Hook})
	defer s.Close()
	err := s.Update(t.Context(), "m.json", nil, set("new"))
	if !errors.Is(err, artifacts.ErrOutcomeUnknown) || !errors.Is(err, syscall.EIO) {
		t.Errorf("error %v", err)
	}
	mustRead(t, "new", dir, "m.json")
}

// TestCreateUndone cannot flush the folder after a file got its name: the name
// is taken away again.
func TestCreateUndone(t *testing.T) {
	dir := t.TempDir()
	f := &storetest.Faulty{Op: "syncdir", FailAt: 1, Err: syscall.EIO}
	s := open(t, filepath.Join(dir, "m.json"), &store.Options{Fault: f.Hook})
	defer s.Close()
	_, err := s.Create(t.Context(), "a", text("x"))
	if want := `create "` + filepath.Join(dir, "a") + `": syncdir .: operation 1: input/output error`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if _, err := os.Lstat(filepath.Join(dir, "a")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}

// TestWriterHidesError has a writer that does not pass on what the storage said.
func TestWriterHidesError(t *testing.T) {
	for _, own := range []error{nil, errors.New("own error")} {
		f := &storetest.Faulty{Op: "write", FailAt: 1, Err: syscall.ENOSPC}
		s := open(t, filepath.Join(t.TempDir(), "m.json"), &store.Options{Fault: f.Hook})
		_, err := s.Create(t.Context(), "a", func(w io.Writer) error {
			_, _ = io.WriteString(w, content)
			return own
		})
		if !errors.Is(err, syscall.ENOSPC) || own != nil && errors.Is(err, own) {
			t.Errorf("error %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
