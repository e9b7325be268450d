package dataset_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

// order tells a child process what to do to a dataset.
type order struct {
	URL   string
	Do    string
	Times int
	DieAt int // operation of the storage; 0: never
}

// count is a value of which readers can see whether it is torn: all numbers are
// the same, and so is the information.
type count struct {
	N    int
	Rows []float64
}

func counted(n int) count {
	return count{n, slices.Repeat([]float64{float64(n)}, 500)}
}

func (c count) torn() bool {
	return len(c.Rows) != 500 || slices.ContainsFunc(c.Rows, func(f float64) bool { return f != float64(c.N) })
}

// TestChild is what child processes run.
func TestChild(t *testing.T) {
	o := childtest.Order[order](t)
	d, err := dataset.Open(t.Context(), o.URL, dataset.WithFault(&dataset.Options{Mode: dataset.ReadWrite}, childtest.DieAt(o.DieAt)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := childtest.Begin(os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
	for i := range o.Times {
		if err := o.step(t.Context(), d, i); err != nil {
			t.Fatal(err)
		}
	}
}

func (o order) step(ctx context.Context, d *dataset.DataSet, i int) error {
	switch o.Do {
	case "increment":
		return dataset.Update(ctx, d, "n", func(n int) (int, error) { return n + 1, nil })
	case "count":
		return dataset.Update(ctx, d, "c", func(c count) (count, error) {
			if c.N > 0 && c.torn() {
				return c, errors.New("the value is torn")
			}
			return counted(c.N + 1), nil
		})
	case "insert":
		key, err := d.Insert(ctx, os.Getpid(), nil)
		childtest.Tell(os.Stdout, key)
		return err
	case "put":
		if err := d.Put(ctx, "c", counted(i+1), nil); err != nil {
			return err
		}
		childtest.Tell(os.Stdout, strconv.Itoa(i+1))
	case "hold":
		l, err := d.Lock(ctx, "x")
		if err != nil {
			return err
		}
		defer l.Release() // it must stay reachable
		childtest.Tell(os.Stdout, "held")
		select {} // until it is killed
	}
	return nil
}

// times returns how often children do something: fewer times in a short run.
func times(long, short int) int {
	if os.Getenv("LAZYSCRIBE_LONG") != "" {
		return long
	}
	return short
}

// run starts children, waits until they are done and returns what they told.
func run(t *testing.T, n int, o order) []string {
	t.Helper()
	var children []*childtest.Child
	for range n {
		children = append(children, childtest.Start(t, o, false))
	}
	for _, c := range children {
		c.Release()
	}
	var lines []string
	for _, c := range children {
		if err := c.Wait(); err != nil {
			t.Errorf("child: %v: %q", err, c.Lines)
		}
		lines = append(lines, c.Lines...)
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "PASS" || strings.HasPrefix(line, "ok") })
}

// overShared runs a test in places that processes can share.
func overShared(t *testing.T, run func(t *testing.T, url string)) {
	t.Run("disk", func(t *testing.T) { run(t, t.TempDir()+"/dataset") })
	t.Run("s3", func(t *testing.T) { run(t, servers.VersityGW(t, nil).URL("dataset")) })
}

// 8 processes count in one item, and none of their changes is lost.
func TestProcessesUpdate(t *testing.T) {
	overShared(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "n", 0)
		n := times(200, 25)
		run(t, 8, order{URL: url, Do: "increment", Times: n})
		same(t, d, "n", 8*n)
		t.Logf("%d of %d updates are there", 8*n, 8*n)
	})
}

// While processes replace an item with arrays outside of its text, and what they
// replace is collected, readers without a lock see whole values, each no older
// than the one before.
func TestProcessesRead(t *testing.T) {
	overShared(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "c", counted(1))
		var children []*childtest.Child
		n := times(100, 15)
		for range 4 {
			children = append(children, childtest.Start(t, order{URL: url, Do: "count", Times: n}, false))
		}
		for _, c := range children {
			c.Release()
		}
		ended := make(chan error, len(children))
		for _, c := range children {
			go func() { ended <- c.Wait() }()
		}
		reads, last, collected := 0, 0, 0
		for left := len(children); left > 0; reads++ {
			select {
			case err := <-ended:
				noError(t, err)
				left--
			default:
			}
			c, err := dataset.Get[count](t.Context(), d, "c")
			if err != nil || c.torn() || c.N < last {
				t.Fatalf("read %d after %d: %d numbers, torn: %v, %v", c.N, last, len(c.Rows), c.torn(), err)
			}
			last = c.N
			if reads%100 == 99 { // a write takes less than the grace
				removed, err := d.GC(t.Context(), &dataset.GCOptions{Grace: 3 * time.Second})
				noError(t, err)
				collected += len(removed)
			}
		}
		same(t, d, "c", counted(1+4*n))
		t.Logf("%d reads during %d updates, %d files collected", reads, 4*n, collected)
	})
}

// 8 processes insert without knowing of each other; nobody takes another's name.
func TestProcessesInsert(t *testing.T) {
	overShared(t, func(t *testing.T, url string) {
		d := write(t, url)
		n := times(100, 10)
		names := run(t, 8, order{URL: url, Do: "insert", Times: n})
		slices.Sort(names)
		if got := len(slices.Compact(slices.Clone(names))); got != 8*n || len(names) != 8*n {
			t.Errorf("%d names, %d of them different, want %d", len(names), got, 8*n)
		}
		if got := keys(t, d); !slices.Equal(got, names) {
			t.Errorf("%d keys are there, want %d", len(got), len(names))
		}
	})
}

// A lock is free when the process that had it was killed.
func TestKilledHolder(t *testing.T) {
	url := t.TempDir() + "/dataset"
	d := write(t, url)
	c := childtest.Start(t, order{URL: url, Do: "hold", Times: 1}, false)
	c.Release()
	if !c.Next() || c.Lines[len(c.Lines)-1] != "held" {
		t.Fatalf("child told %q", c.Lines)
	}
	busy := open(t, url, &dataset.Options{Mode: dataset.ReadWrite, Timeout: -1})
	_, err := busy.Lock(t.Context(), "x")
	is(t, err, dataset.ErrBusy)
	put(t, d, "x", 1) // does not need it
	c.Kill()
	_ = c.Wait() // it was killed
	l, err := d.Lock(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	noError(t, l.Release())
}

// A writer that is killed before any operation of the storage leaves the old value
// or the new one, and a dataset that is written to as ever.
func TestKilledWriter(t *testing.T) {
	most := times(60, 20)
	for n := 1; n <= most; n++ {
		url := t.TempDir() + "/dataset"
		d := write(t, url)
		put(t, d, "c", counted(1000))
		c := childtest.Start(t, order{URL: url, Do: "put", Times: 2, DieAt: n * 60 / most}, true)
		c.Release()
		_ = c.Wait() // it may be killed
		told := 1000
		for _, line := range c.Lines {
			if i, err := strconv.Atoi(line); err == nil {
				told = i
			}
		}
		got, err := dataset.Get[count](t.Context(), d, "c")
		next := map[int]int{1000: 1, 1: 2}[told]
		if err != nil || got.torn() || got.N != told && got.N != next {
			t.Fatalf("killed at %d after %d: read %d, %v", n, told, got.N, err)
		}
		again := write(t, url)
		put(t, again, "c", counted(5))
		same(t, d, "c", counted(5))
		report, err := again.Check(t.Context(), nil)
		if err != nil || len(report.Problems) > 0 {
			t.Fatalf("killed at %d: check finds %v, %v", n, report.Problems, err)
		}
	}
}

// Sessions that open a dataset for themselves do it one after the other; others
// that want to write wait, readers do not.
func TestExclusive(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := open(t, url, &dataset.Options{Mode: dataset.ReadWrite, Exclusive: true})
		put(t, d, "a", 1)
		for _, exclusive := range []bool{true, false} {
			_, err := dataset.Open(t.Context(), url, &dataset.Options{Mode: dataset.ReadWrite, Exclusive: exclusive, Timeout: -1})
			is(t, err, dataset.ErrBusy)
		}
		same(t, open(t, url, nil), "a", 1)

		opened := make(chan error)
		go func() { // waits until the first is closed
			d, err := dataset.Open(t.Context(), url, &dataset.Options{Mode: dataset.ReadWrite, Exclusive: true})
			if err == nil {
				err = errors.Join(d.Put(t.Context(), "a", 2, nil), d.Close())
			}
			opened <- err
		}()
		noError(t, d.Close())
		noError(t, <-opened)
		same(t, open(t, url, nil), "a", 2)
	})
}

func TestLock(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := open(t, url, &dataset.Options{Mode: dataset.ReadWrite, Timeout: -1})
		l, err := d.Lock(t.Context(), "x")
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Lock(t.Context(), "X") // the same item
		is(t, err, dataset.ErrBusy)
		other, err := d.Lock(t.Context(), "y")
		noError(t, err)
		noError(t, other.Release())
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = d.Lock(ended, "x")
		is(t, err, context.Canceled)
		noError(t, l.Context().Err())
		noError(t, l.Release())
		noError(t, l.Release())
		if l.Context().Err() == nil {
			t.Error("the context of a lock that was released has not ended")
		}
		_, err = d.Lock(t.Context(), "not a key")
		if err == nil || errors.Is(err, artifacts.ErrNotFound) {
			t.Errorf("lock of what is no key: %v", err)
		}
	})
}
