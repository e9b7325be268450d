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

func TestFaults(t *testing.T) {
	for kind, url := range map[string]func(t *testing.T) string{
		"local":  func(t *testing.T) string { return filepath.Join(t.TempDir(), "m.json") },
		"memory": func(*testing.T) string { return storetest.MemoryURL("m.json") },
	} {
		for _, c := range storetest.FaultCases() {
			t.Run(kind+" "+c.Name, func(t *testing.T) {
				faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
					t.Helper()
					at := url(t)
					sound, s := open(t, at, nil), open(t, at, &store.Options{Fault: f.Hook})
					defer sound.Close()
					defer s.Close()
					c.Try(t, sound, s, f)
					if kind == "local" {
						checkTree(t, c, filepath.Dir(at), f)
					}
				})
				if faults < 2 {
					t.Errorf("%d faults put in", faults)
				}
			})
		}
	}
}

// checkTree looks for what an operation that failed left in a folder.
func checkTree(t *testing.T, c storetest.FaultCase, dir string, f *storetest.Faulty) {
	t.Helper()
	for _, name := range tree(t, dir) {
		base := filepath.Base(name)
		_, known := c.Want[name]
		_, was := c.Setup[name]
		hidden := strings.HasPrefix(base, ".lazyscribe-tmp-") || base == ".m.json.lock"
		if !known && !was && !hidden && !strings.HasSuffix(name, "/") {
			t.Errorf("%s failed: left %s", f.Failed(), name)
		}
		if !f.Sticky && strings.HasPrefix(base, ".lazyscribe-tmp-") && !strings.HasPrefix(f.Failed(), "remove ") {
			t.Errorf("%s failed: left %s, which could be removed", f.Failed(), name)
		}
	}
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
			_, _ = io.WriteString(w, content+content) // more than waits for the end
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
