package cloudtest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

// tally is what the children of a test told.
type tally struct {
	mu                    sync.Mutex
	done, failed, unknown int
	won                   map[string]int // by number of the common name
}

func (t *tally) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case done:
		t.done++
	case failed:
		t.failed++
	case unknown:
		t.unknown++
	case won:
		t.won[rest]++
	}
}

func (t *tally) steps() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.done + t.unknown
}

// runChildren has processes count at once in one manifest and returns what they
// told. meanwhile, if any, runs beside them.
func runChildren(t *testing.T, url string, processes, times int, meanwhile func(*tally)) *tally {
	t.Helper()
	all := &tally{won: map[string]int{}}
	children := make([]*childtest.Child, processes)
	for i := range children {
		children[i] = childtest.Start(t, order{URL: url, Name: strconv.Itoa(i), Times: times}, false)
	}
	var wg sync.WaitGroup
	for i, c := range children {
		wg.Go(func() {
			c.Release()
			for c.Next() {
				line := c.Lines[len(c.Lines)-1]
				all.add(line)
				if strings.HasPrefix(line, failed) || strings.HasPrefix(line, unknown) {
					t.Logf("child %d: %s", i, line)
				}
			}
			if err := c.Wait(); err != nil {
				t.Errorf("child %d: %v", i, err)
			}
		})
	}
	if meanwhile != nil {
		wg.Go(func() { meanwhile(all) })
	}
	wg.Wait()
	return all
}

// check compares what is in the store with what the children told.
func (t *tally) check(tt *testing.T, s *store.Store, processes, times int) {
	tt.Helper()
	text, err := s.ReadText(tt.Context(), "project.json")
	if err != nil {
		tt.Fatal(err)
	}
	n, err := strconv.Atoi(string(text))
	if err != nil || n < t.done || n > t.done+t.unknown {
		tt.Errorf("counted %q, want %d, and %d more at most", text, t.done, t.unknown)
	}
	if t.done+t.unknown != processes*times {
		tt.Errorf("%d done and %d unknown, want %d", t.done, t.unknown, processes*times)
	}
	for p := range processes {
		for i := range times {
			key := file(strconv.Itoa(p), i)
			if got, err := s.ReadText(tt.Context(), key); err != nil || string(got) != key {
				tt.Errorf("%s has %q, %v", key, got, err)
			}
		}
	}
	for i, winners := range t.won {
		if winners != 1 {
			tt.Errorf("common name %s: %d winners", i, winners)
		}
	}
	tt.Logf("%d done, %d unknown, %d failed and tried again, %d common names", t.done, t.unknown, t.failed, len(t.won))
}

const countProcesses = 4

// countTimes is how often each process counts: waits for lost answers are long.
var countTimes = 10

func init() {
	if os.Getenv("LAZYSCRIBE_LONG") != "" {
		countTimes = 50
	}
}

// TestCount has processes count in one manifest: no count is lost or doubled.
func TestCount(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		server := start(t, nil)
		url := fresh(server)
		all := runChildren(t, url, countProcesses, countTimes, nil)
		if all.unknown+all.failed > 0 {
			t.Errorf("%d unknown, %d failed over a sound connection", all.unknown, all.failed)
		}
		all.check(t, open(t, url, nil), countProcesses, countTimes)
		if len(all.won) != countTimes {
			t.Errorf("%d common names, want %d", len(all.won), countTimes)
		}
	})
}

// TestCountLossy is the same with every fifth answer lost and some requests
// refused for the moment.
func TestCountLossy(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		faults := &servers.Faults{Drop: 0.2, Unavailable: 0.05}
		server := start(t, &servers.Options{Faults: faults})
		url := fresh(server)
		all := runChildren(t, url, countProcesses, countTimes, nil)
		faults.Stop()
		all.check(t, open(t, url, nil), countProcesses, countTimes)
		dropped, refused, passed := faults.Counts()
		if dropped == 0 || refused == 0 {
			t.Errorf("%d answers lost, %d requests refused: the proxy did nothing", dropped, refused)
		}
		t.Logf("%d answers lost, %d requests refused, %d passed", dropped, refused, passed)
	})
}

// TestCountRestart kills the server twice while processes count.
func TestCountRestart(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		server := start(t, nil)
		if !server.Keeps() {
			t.Skip("the server keeps nothing when it ends")
		}
		url := fresh(server)
		all := runChildren(t, url, countProcesses, countTimes, func(all *tally) {
			steps := countProcesses * countTimes
			for _, at := range []int{steps / 4, steps / 2} {
				for deadline := time.Now().Add(time.Minute); all.steps() < at; {
					if time.Now().After(deadline) {
						t.Errorf("only %d steps within a minute", all.steps())
						return
					}
					time.Sleep(time.Millisecond)
				}
				server.Kill()
				if err := server.Start(); err != nil {
					t.Error(err)
					return
				}
			}
		})
		all.check(t, open(t, url, nil), countProcesses, countTimes)
	})
}

// TestTwoStores has stores of one process count: they stand in one queue.
func TestTwoStores(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		url := fresh(start(t, nil))
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				s := open(t, url, nil)
				defer s.Close()
				for j := range 10 {
					if err := step(t.Context(), s, fmt.Sprint(i), j); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		all := tally{done: 40}
		all.check(t, open(t, url, nil), 4, 10)
	})
}
