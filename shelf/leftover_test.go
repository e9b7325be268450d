package shelf_test

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// Remove takes what a put left that died a day ago, and nothing that is newer or
// somebody else's.
func TestRemoveLeftovers(t *testing.T) {
	folder := t.TempDir()
	url := filepath.Join(folder, "novel")
	now := time.Now()
	s := shelf.New(&shelf.Options{Registry: newRegistry(t), NoSync: true, Now: func() time.Time { return now }})
	for _, c := range []struct {
		later time.Duration
		want  []string
	}{
		{0, []string{"novel/notes", "novel/~dead/part/a"}},
		{25 * time.Hour, []string{"novel/notes"}},
	} {
		mustPut(t, s, url, book{"title": "A"})
		overwrite(t, folder, "novel/~dead/part/a", "half")
		overwrite(t, folder, "novel/notes", "by hand")
		now = time.Now().Add(c.later)
		if err := s.Remove(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, keys(t, folder)); diff != "" {
			t.Errorf("%v later (-want +got):\n%s", c.later, diff)
		}
	}
}

// A put that was announced and never came is forgotten after a day.
func TestPendingIsForgotten(t *testing.T) {
	folder := t.TempDir()
	url := filepath.Join(folder, "p")
	now := time.Now()
	s := shelf.New(&shelf.Options{Registry: newRegistry(t), NoSync: true, Now: func() time.Time { return now }})
	mustPut(t, s, url, point{1, 2})
	dead := `{"shelf":1,"puts":[
		{"id":"dead","handler":"point","type":"point","files":[{"name":"p","size":9,"digest":"` + pointDigest + `"}],"put":"` + now.UTC().Format(time.RFC3339) + `","pending":true},
		{"id":"done","handler":"point","type":"point","files":[{"name":"p","size":3,"digest":"` + pointDigest + `"}],"put":"2026-01-02T03:04:05Z"}]}`
	for _, c := range []struct {
		later time.Duration
		want  int
	}{{time.Hour, 2}, {25 * time.Hour, 1}} {
		overwrite(t, folder, ".shelf/p.json", dead)
		now = time.Now().Add(c.later)
		mustPut(t, s, url, point{1, 2})
		if list := puts(t, folder, "p"); len(list) != c.want {
			t.Errorf("%v later the manifest names %d puts, want %d", c.later, len(list), c.want)
		}
		if got := mustGet[point](t, s, url); got != (point{1, 2}) {
			t.Errorf("got %v", got)
		}
	}
}

// TestFaultsOverForeign: a put over a file that no manifest names, and that fails
// anywhere, leaves that file or its own, which can be got.
func TestFaultsOverForeign(t *testing.T) {
	failed := 0
	storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
		folder := t.TempDir()
		url := filepath.Join(folder, "p")
		overwrite(t, folder, "p", "3 4")
		broken := shelf.New(shelf.WithFault(shelf.Options{Registry: newRegistry(t), NoSync: true}, f.Hook))
		_, err := shelf.Put(t.Context(), broken, url, point{1, 2}, nil)
		s := newShelf(t)
		got := mustGet[point](t, s, url)
		if got != (point{1, 2}) && (err == nil || got != (point{3, 4})) {
			t.Errorf("%s failed (%v): got %v", f.Failed(), err, got)
		}
		if err != nil {
			failed++
		}
		// From the next put on the file is compared again.
		mustPut(t, s, url, point{1, 2})
		overwrite(t, folder, "p", "5 6")
		if _, err := shelf.Get[point](t.Context(), s, url, nil); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%s failed: of no put, error %v", f.Failed(), err)
		}
	})
	if failed < 5 {
		t.Errorf("%d puts failed", failed)
	}
}

// TestNilCodec: there is an error, and nothing else.
func TestNilCodec(t *testing.T) {
	s, url := newShelf(t), filepath.Join(t.TempDir(), "p")
	for _, c := range []shelf.Codec{nil, shelf.OfHandler(nil)} {
		_, putErr := s.PutWith(t.Context(), url, c, point{}, nil)
		for _, err := range []error{putErr, s.GetWith(t.Context(), url, c, new(point), nil)} {
			if err == nil || !strings.Contains(err.Error(), "the codec is nil") {
				t.Errorf("error %v", err)
			}
		}
	}
}

// TestTakenForDead: somebody's clock is two days ahead, so a put on its way counts
// as dead when his comes in between. What is there in the end can be got.
func TestTakenForDead(t *testing.T) {
	folder := t.TempDir()
	url := filepath.Join(folder, "p")
	ahead := shelf.New(&shelf.Options{Registry: newRegistry(t), NoSync: true, Now: func() time.Time { return time.Now().Add(48 * time.Hour) }})
	mustPut(t, newShelf(t), url, point{0, 0})
	came := false
	slow := shelf.New(shelf.WithFault(shelf.Options{Registry: newRegistry(t), NoSync: true}, func(_, key string) error {
		if key == "p" && !came && len(puts(t, folder, "p")) == 2 {
			came = true
			mustPut(t, ahead, url, point{1, 1})
		}
		return nil
	}))
	mustPut(t, slow, url, point{2, 2})
	if got := mustGet[point](t, newShelf(t), url); got != (point{2, 2}) || !came {
		t.Errorf("got %v, in between: %t", got, came)
	}
}
