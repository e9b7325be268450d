package repository_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// An order says what a child process has to do to a repository.
type order struct {
	URL   string
	Mark  string // begins the values of its versions
	Saves int    // 0: until it is killed
	DieAt int    // operation of the storage before which it kills itself; 0: none
}

// TestChild is the body of child processes and does nothing otherwise.
func TestChild(t *testing.T) {
	if err := childtest.Order[order](t).run(t.Context(), os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
}

// oneSecond is a clock that stands still, so that all file names collide.
func oneSecond() time.Time { return day(2025, 6, 1) }

// value is what the versions of these tests hold: enough for files that were
// mixed up, or cut short, to show.
func value(mark string) string { return mark + ": " + strings.Repeat(mark+" ", 60) }

// run logs versions of "model", one in each save, and tells "saved MARK NUMBER".
// Every third one gets an expiry afterwards, which is told as "expired MARK
// NUMBER".
func (o order) run(ctx context.Context, in io.Reader, out io.Writer) error {
	r, err := repository.Open(ctx, o.URL, repository.WithFault(repository.Options{Now: oneSecond}, childtest.DieAt(o.DieAt)))
	if err != nil {
		return err
	}
	if err := childtest.Begin(in, out); err != nil {
		return err
	}
	for n := 1; o.Saves == 0 || n <= o.Saves; n++ {
		mark := fmt.Sprintf("%s-%d", o.Mark, n)
		a, err := r.LogArtifact("model", value(mark), "text", nil)
		if err != nil {
			return err
		}
		if err := r.Save(ctx); err != nil {
			return err
		}
		if a, err = r.Current(a); err != nil {
			return err
		}
		childtest.Tell(out, fmt.Sprintf("saved %s %d", mark, a.Version))
		if n%3 != 0 {
			continue
		}
		if err := errors.Join(r.SetExpiry("model", repository.Number(a.Version), day(2041, 1, 1)), r.Save(ctx)); err != nil {
			return err
		}
		childtest.Tell(out, fmt.Sprintf("expired %s %d", mark, a.Version))
	}
	return r.Close()
}

func startChild(t *testing.T, o order) *childtest.Child {
	t.Helper()
	return childtest.Start(t, o, o.DieAt > 0)
}

// A ledger is what children were told: the number of each mark, and which have
// got an expiry.
type ledger struct {
	saved   map[string]int
	expired map[string]bool
}

func newLedger() *ledger { return &ledger{map[string]int{}, map[string]bool{}} }

func (l *ledger) enter(t *testing.T, c *childtest.Child) {
	t.Helper()
	for _, line := range c.Lines {
		var what, mark string
		var n int
		if _, err := fmt.Sscanf(line, "%s %s %d", &what, &mark, &n); err != nil {
			continue // of the test framework
		}
		switch what {
		case "saved":
			l.saved[mark] = n
		case "expired":
			l.expired[mark] = true
		}
	}
}

// check compares a repository with what was acknowledged: every number is final,
// none is there twice, each version has a file of its own with its own content.
// It returns how many versions there are.
func (l *ledger) check(t *testing.T, url string) int {
	t.Helper()
	r := openAt(t, url, &repository.Options{Mode: repository.ReadOnly})
	for _, p := range r.Problems() {
		t.Errorf("problem: %v", p)
	}
	marks, files, seen := map[string]int{}, map[string]bool{}, map[int]bool{}
	for a := range r.All() {
		text, err := repository.Load[string](t.Context(), r, "model", &repository.LoadOptions{Version: repository.Number(a.Version)})
		if err != nil {
			t.Error(err)
			continue
		}
		mark, _, _ := strings.Cut(text, ":")
		if text != value(mark) || a.SHA256 == "" {
			t.Errorf("version %d holds %.40q, digest %q", a.Version, text, a.SHA256)
		}
		if seen[a.Version] || files[a.FileName] || marks[mark] > 0 {
			t.Errorf("version %d, file %q or mark %q is there twice", a.Version, a.FileName, mark)
		}
		seen[a.Version], files[a.FileName], marks[mark] = true, true, a.Version+1
		if l.expired[mark] && !a.Expiry.Equal(day(2041, 1, 1)) {
			t.Errorf("the expiry of %q is lost", mark)
		}
	}
	for mark, n := range l.saved {
		if marks[mark] != n+1 {
			t.Errorf("%q was acknowledged as version %d and is %d", mark, n, marks[mark]-1)
		}
	}
	for n := range len(seen) {
		if !seen[n] {
			t.Errorf("version %d is missing, of %d", n, len(seen))
		}
	}
	return len(seen)
}

// Many processes log versions of one name at once: all are there, no number
// twice, every file with its own content.
func TestProcesses(t *testing.T) {
	writers, saves := pick(8, 16), pick(12, 50)
	url := manifestIn(t)
	children := make([]*childtest.Child, writers)
	for w := range children {
		children[w] = startChild(t, order{URL: url, Mark: fmt.Sprint("w", w), Saves: saves})
	}
	for _, c := range children {
		c.Release()
	}
	seen := newLedger()
	for w, c := range children {
		if err := c.Wait(); err != nil {
			t.Errorf("writer %d: %v", w, err)
		}
		seen.enter(t, c)
	}
	if n := seen.check(t, url); n != writers*saves || len(seen.saved) != n {
		t.Errorf("%d versions, %d acknowledged, want %d of each", n, len(seen.saved), writers*saves)
	}
	same(t, "files", len(tree(t, filepath.Dir(url))), writers*saves+1) // and nothing else
}

// The same in one process, by many sessions and by many goroutines of each.
func TestGoroutines(t *testing.T) {
	for name, url := range map[string]string{"Disk": manifestIn(t), "Memory": "mem://goroutines/repository.json"} {
		t.Run(name, func(t *testing.T) {
			const sessions, each, saves = 3, 3, 5
			seen := newLedger()
			told := make(chan string)
			for s := range sessions {
				r := openAt(t, url, &repository.Options{Now: oneSecond, NoSync: true})
				for g := range each {
					go func() {
						for n := range saves {
							mark := fmt.Sprintf("%d-%d-%d", s, g, n)
							a, err := r.LogArtifact("model", value(mark), "text", nil)
							if err == nil {
								err = r.Save(t.Context())
							}
							if err == nil {
								a, err = r.Current(a)
							}
							if err != nil {
								t.Error(err)
							}
							told <- fmt.Sprintf("saved %s %d", mark, a.Version)
						}
					}()
				}
			}
			c := &childtest.Child{}
			for range sessions * each * saves {
				c.Lines = append(c.Lines, <-told)
			}
			seen.enter(t, c)
			same(t, "versions", seen.check(t, url), sessions*each*saves)
		})
	}
}

// Processes are killed in the middle of their work, at random.
func TestKilled(t *testing.T) {
	const killsPerFolder = 20
	var url string
	var seen *ledger
	for kill := range pick(30, 300) {
		if kill%killsPerFolder == 0 {
			url, seen = manifestIn(t), newLedger()
		}
		children := []*childtest.Child{startChild(t, order{URL: url, Mark: fmt.Sprint("kill", kill)})}
		if kill%3 == 2 {
			children = append(children, startChild(t, order{URL: url, Mark: fmt.Sprint("kill", kill, "b")}))
		}
		for _, c := range children {
			c.Release()
		}
		for range rand.IntN(4) {
			children[0].Next()
		}
		// Somewhere in the next few saves; it is of no account where.
		<-time.After(rand.N(8 * time.Millisecond))
		for _, c := range children {
			c.Kill()
		}
		for _, c := range children {
			if c.Wait() == nil {
				t.Error("a child ended by itself")
			}
			seen.enter(t, c)
		}
		if seen.check(t, url); t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
}

// A process dies before the first operation of its storage, before the second,
// and so on through its saves.
func TestKilledAtEveryOperation(t *testing.T) {
	stride := pick(5, 1)
	for n := 1 + rand.IntN(stride); ; n += stride {
		url := manifestIn(t)
		r := openAt(t, url, &repository.Options{Now: oneSecond})
		a, err := r.LogArtifact("model", value("before"), "text", nil)
		noError(t, err)
		save(t, r)

		c := startChild(t, order{URL: url, Mark: "child", Saves: 3, DieAt: n})
		c.Release()
		alive := c.Wait() == nil
		seen := newLedger()
		seen.saved["before"] = a.Version
		seen.enter(t, c)
		seen.check(t, url)
		_, err = r.LogArtifact("model", value("after"), "text", nil) // the dead one holds up nobody
		noError(t, err)
		save(t, r)
		if seen.check(t, url); t.Failed() {
			t.Fatalf("after its death at operation %d", n)
		}
		if alive {
			t.Logf("%d operations, every %dth", n, stride)
			return
		}
	}
}
