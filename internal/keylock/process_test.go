package keylock_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/keylock"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// order tells a child process to count under a lock: to read a number from a
// file and to write the next one, which goes wrong if two do it at once.
type order struct {
	URL   string // of the lock
	Count string // path of the file
	Times int
	Stay  bool // take the lock once more and keep it
}

func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	s, key, err := store.Open(t.Context(), o.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := childtest.Begin(os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
	for range o.Times {
		h, err := keylock.Lock(t.Context(), s, key, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := count(o.Count); err != nil {
			t.Fatal(err)
		}
		if err := h.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if o.Stay {
		h, err := keylock.Lock(t.Context(), s, key, short)
		if err != nil {
			t.Fatal(err)
		}
		defer h.Release() // it must stay reachable
		childtest.Tell(os.Stdout, "locked")
		select {}
	}
}

func count(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return err
	}
	return os.WriteFile(path, fmt.Append(nil, n+1), 0o666)
}

// shared are the storages that processes share.
var shared = []string{"local", "cloud", "server"}

func TestProcesses(t *testing.T) {
	const processes, times = 8, 5
	for _, name := range shared {
		t.Run(name, func(t *testing.T) {
			o := order{URL: kinds[name](t), Count: filepath.Join(t.TempDir(), "count"), Times: times}
			if err := os.WriteFile(o.Count, []byte("0"), 0o666); err != nil {
				t.Fatal(err)
			}
			var children []*childtest.Child
			for range processes {
				children = append(children, childtest.Start(t, o, false))
			}
			for _, c := range children {
				c.Release()
			}
			for _, c := range children {
				if err := c.Wait(); err != nil {
					t.Error(err)
				}
			}
			if got, err := os.ReadFile(o.Count); string(got) != fmt.Sprint(processes*times) {
				t.Errorf("counted to %s (%v), want %d", got, err, processes*times)
			}
		})
	}
}

// TestKilled: the lock of a process that was killed is free again.
func TestKilled(t *testing.T) {
	for _, name := range shared {
		t.Run(name, func(t *testing.T) {
			url := kinds[name](t)
			c := childtest.Start(t, order{URL: url, Stay: true}, false)
			c.Release()
			if !c.Next() || c.Lines[0] != "locked" {
				t.Fatalf("child said %q", c.Lines)
			}
			c.Kill()
			_ = c.Wait() // it was killed
			s, key := open(t, url, nil)
			// As impatient as the holder was: the lease's own time counts.
			h, err := keylock.Lock(t.Context(), s, key, &keylock.Options{Lease: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			if err := h.Release(); err != nil && name == "local" {
				t.Error(err)
			}
		})
	}
}
