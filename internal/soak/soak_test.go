package soak

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func long() bool { return os.Getenv("LAZYSCRIBE_LONG") == "1" }

// withFaults reports whether cases run in which storage fails; retries make them
// take their time.
func withFaults(t *testing.T) {
	t.Helper()
	if !long() && os.Getenv("LAZYSCRIBE_SERVERS") == "" {
		t.Skip("runs with LAZYSCRIBE_SERVERS or LAZYSCRIBE_LONG=1")
	}
}

var modes = map[string]project.CommitMode{"Auto": project.CommitAuto, "Segments": project.CommitSegments}

// A match is one run of many writers.
type match struct {
	url    string
	commit project.CommitMode
	faulty bool

	// disturb, when set, is called from a goroutine with the number of each save
	// that was acknowledged, from 1, of so many.
	disturb func(n, of int)
}

// play lets children log, reads meanwhile, and judges at the end.
func (m match) play(t *testing.T) {
	t.Helper()
	writers, saves := 4, 6
	if long() {
		writers, saves = 16, 50
	}
	r := &referee{url: m.url, faulty: m.faulty, acked: map[string]bool{}}
	children := make([]*childtest.Child, writers)
	for w := range children {
		children[w] = childtest.Start(t, order{URL: m.url, Writer: w, Saves: saves, Commit: m.commit, Faulty: m.faulty}, false)
	}
	stop := make(chan struct{})
	watchers := []<-chan struct{}{r.watch(t, stop), r.watch(t, stop)}
	begun := time.Now()
	var listening sync.WaitGroup
	for w, child := range children {
		child.Release()
		listening.Go(func() {
			for child.Next() {
				mark := child.Lines[len(child.Lines)-1]
				if !strings.HasPrefix(mark, fmt.Sprintf("%d-", w)) {
					continue // what the test binary says of itself
				}
				if n := r.ack(mark); m.disturb != nil {
					m.disturb(n, writers*saves)
				}
			}
			if err := child.Wait(); err != nil {
				t.Errorf("writer %d: %v", w, err)
			}
		})
	}
	listening.Wait()
	took := time.Since(begun)
	close(stop)
	for _, ended := range watchers {
		<-ended
	}
	r.judge(t)
	if n := len(r.known()); n != writers*saves {
		t.Errorf("%d saves acknowledged, want %d", n, writers*saves)
	}
	t.Logf("%d writers, %d saves each: %d acknowledged in %v", writers, saves, len(r.known()), took.Round(time.Millisecond))
}

func TestLocal(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			match{url: filepath.Join(t.TempDir(), "runs", "project.json"), commit: mode}.play(t)
		})
	}
}

// TestServers plays on each kind of server as it is, with one answer of five
// lost, and with the server killed twice.
func TestServers(t *testing.T) {
	for kind, start := range servers.Kinds {
		t.Run(kind, func(t *testing.T) {
			t.Run("Plain", func(t *testing.T) {
				server := start(t, nil)
				for name, mode := range modes {
					t.Run(name, func(t *testing.T) {
						match{url: server.URL(name + "/project.json"), commit: mode}.play(t)
					})
				}
			})
			t.Run("Lossy", func(t *testing.T) {
				withFaults(t)
				for name, mode := range modes {
					t.Run(name, func(t *testing.T) {
						faults := &servers.Faults{Drop: 0.2}
						server := start(t, &servers.Options{Faults: faults})
						m := match{url: server.URL("runs/project.json"), commit: mode, faulty: true}
						m.disturb = func(n, of int) {
							if n == of {
								faults.Stop() // the referee is no part of the experiment
							}
						}
						m.play(t)
						dropped, _, passed := faults.Counts()
						t.Logf("%d answers lost, %d passed", dropped, passed)
						if dropped == 0 {
							t.Error("no answer was lost")
						}
					})
				}
			})
			t.Run("Killed", func(t *testing.T) {
				withFaults(t)
				for name, mode := range modes {
					t.Run(name, func(t *testing.T) {
						server := start(t, nil)
						if !server.Keeps() {
							t.Skip("what the server has does not survive its death")
						}
						m := match{url: server.URL("runs/project.json"), commit: mode, faulty: true}
						m.disturb = func(n, of int) {
							if n == of/3 || n == 2*of/3 {
								server.Kill()
								if err := server.Start(); err != nil {
									t.Error(err)
								}
							}
						}
						m.play(t)
					})
				}
			})
		})
	}
}

// TestBuckets plays in buckets somebody named.
func TestBuckets(t *testing.T) {
	for _, env := range []string{"LAZYSCRIBE_S3", "LAZYSCRIBE_GCS", "LAZYSCRIBE_AZURE"} {
		t.Run(env, func(t *testing.T) {
			folder, query, parameters := strings.Cut(os.Getenv(env), "?")
			if folder == "" {
				t.Skipf("%s names no folder in a bucket", env)
			}
			for name, mode := range modes {
				t.Run(name, func(t *testing.T) {
					url := fmt.Sprintf("%s/soak-%d-%s/project.json", strings.TrimRight(folder, "/"), time.Now().UnixNano(), name)
					if parameters {
						url += "?" + query
					}
					match{url: url, commit: mode}.play(t)
				})
			}
		})
	}
}
