package shelf_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// longBook is a value whose files say all the same, so that a mixture shows.
func longBook(word string, chapters int) book {
	b := book{}
	for i := range chapters {
		b["c"+string(rune('0'+i))] = strings.Repeat(word, 100)
	}
	return b
}

// whole reports whether a book is a longBook.
func (b book) whole() bool {
	var first string
	for _, text := range b {
		if first == "" {
			first = text
		}
		if text != first || len(text) != 100 || strings.Trim(text, text[:1]) != "" {
			return false
		}
	}
	return len(b) > 0
}

// TestAtOnce has several put to one URL while others get: every value that is got
// was put, as a whole, and so is the one that is there in the end.
func TestAtOnce(t *testing.T) {
	const writers, readers, times = 3, 2, 8
	overEach(t, func(t *testing.T, folder string) {
		s := newShelf(t)
		one, several := at(folder, "p"), at(folder, "novel")
		mustPut(t, s, one, point{0, 0})
		mustPut(t, s, several, longBook("z", 2))
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				for n := range times {
					x := float64(i*1000 + n)
					if _, err := shelf.Put(t.Context(), s, one, point{x, x}, nil); err != nil {
						t.Error(err)
					}
					if _, err := shelf.Put(t.Context(), s, several, longBook(string(rune('a'+i*times+n)), 1+n%3), nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for range readers {
			all.Go(func() {
				for range 2 * times {
					if p, err := shelf.Get[point](t.Context(), s, one, nil); err != nil || p.X != p.Y {
						t.Errorf("got %v, %v", p, err)
					}
					if m, err := s.Stat(t.Context(), one); err != nil || m.Handler != "point" {
						t.Errorf("Stat: %+v, %v", m, err)
					}
					if b, err := shelf.Get[book](t.Context(), s, several, nil); err != nil || !b.whole() {
						t.Errorf("got %v, %v", b, err)
					}
				}
			})
		}
		all.Wait()
		if p := mustGet[point](t, s, one); p.X != p.Y {
			t.Errorf("in the end %v", p)
		}
		b := mustGet[book](t, s, several)
		if files := keys(t, several); !b.whole() || len(files) != len(b) {
			t.Errorf("in the end %v, and files %q", b, files)
		}
		mustPut(t, s, one, point{9, 9})
		if list := puts(t, folder, "p"); len(list) != 1 {
			t.Errorf("the manifest names %d puts that are over", len(list))
		}
	})
}

// dying is what a child is to put before it dies.
type dying struct {
	URL     string
	Several bool
	Die     int // before this operation
}

func TestChild(t *testing.T) {
	o := childtest.Order[dying](t)
	s := shelf.New(shelf.WithFault(shelf.Options{Registry: newRegistry(t), NoSync: true}, childtest.DieAt(o.Die)))
	if o.Several {
		mustPut(t, s, o.URL, longBook("n", 2))
	} else {
		mustPut(t, s, o.URL, point{2, 2})
	}
}

// TestKilled kills a process before each operation of a put: what is there is what
// was there before or what was put, whole; and where nothing was before, nothing
// or what was put. The next put goes on from there.
func TestKilled(t *testing.T) {
	for _, several := range []bool{false, true} {
		for _, fresh := range []bool{false, true} {
			name := map[bool]string{false: "one", true: "several"}[several] + map[bool]string{false: "", true: " fresh"}[fresh]
			t.Run(name, func(t *testing.T) {
				died := 0
				for n := 1; ; n++ {
					folder := t.TempDir()
					s, o := newShelf(t), dying{filepath.Join(folder, "x"), several, n}
					if !fresh {
						putOld(t, s, o)
					}
					child := childtest.Start(t, o, true)
					if err := child.Wait(); err == nil {
						break
					}
					died++
					checkKilled(t, s, o, fresh)
				}
				if died < 5 {
					t.Errorf("died %d times only", died)
				}
				t.Logf("died before each of %d operations", died)
			})
		}
	}
}

func putOld(t *testing.T, s *shelf.Shelf, o dying) {
	t.Helper()
	if o.Several {
		mustPut(t, s, o.URL, longBook("o", 3))
	} else {
		mustPut(t, s, o.URL, point{1, 1})
	}
}

// checkKilled looks at what a put that died, or failed, has left.
func checkKilled(t *testing.T, s *shelf.Shelf, o dying, fresh bool) {
	t.Helper()
	var err error
	if o.Several {
		var b book
		b, err = shelf.Get[book](t.Context(), s, o.URL, nil)
		if err == nil && !cmp.Equal(b, longBook("o", 3)) && !cmp.Equal(b, longBook("n", 2)) {
			t.Errorf("died at %d: got %v", o.Die, b)
		}
	} else {
		var p point
		p, err = shelf.Get[point](t.Context(), s, o.URL, nil)
		if err == nil && p != (point{1, 1}) && p != (point{2, 2}) {
			t.Errorf("died at %d: got %v", o.Die, p)
		}
	}
	if err != nil && !(fresh && errors.Is(err, fs.ErrNotExist)) {
		t.Errorf("died at %d: %v", o.Die, err)
	}
	if m, statErr := s.Stat(t.Context(), o.URL); (statErr == nil) != (err == nil) || err == nil && m.Handler == "" {
		t.Errorf("died at %d: Get says %v, Stat %+v, %v", o.Die, err, m, statErr)
	}
	putOld(t, s, o)
	if o.Several {
		if b := mustGet[book](t, s, o.URL); !cmp.Equal(b, longBook("o", 3)) {
			t.Errorf("died at %d: after the next put %v", o.Die, b)
		}
	} else if p := mustGet[point](t, s, o.URL); p != (point{1, 1}) {
		t.Errorf("died at %d: after the next put %v", o.Die, p)
	}
}

// TestFaults has each operation of a put fail, once and for ever.
func TestFaults(t *testing.T) {
	for _, several := range []bool{false, true} {
		for kind, url := range map[string]func() string{
			"local":  func() string { return filepath.Join(t.TempDir(), "x") },
			"memory": func() string { return storetest.MemoryURL("x") },
		} {
			faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
				o := dying{URL: url(), Several: several}
				sound := newShelf(t)
				putOld(t, sound, o)
				broken := shelf.New(shelf.WithFault(shelf.Options{Registry: newRegistry(t), NoSync: true}, f.Hook))
				var err error
				if several {
					_, err = shelf.Put(t.Context(), broken, o.URL, longBook("n", 2), nil)
				} else {
					_, err = shelf.Put(t.Context(), broken, o.URL, point{2, 2}, nil)
				}
				if err != nil && !errors.Is(err, syscall.EIO) && !errors.Is(err, artifacts.ErrOutcomeUnknown) {
					t.Errorf("%s: %s failed: %v", kind, f.Failed(), err)
				}
				checkKilled(t, sound, o, false)
			})
			if faults < 5 {
				t.Errorf("%s, several %t: %d faults put in", kind, several, faults)
			}
		}
	}
}
