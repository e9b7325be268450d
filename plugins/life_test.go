package plugins

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
)

// TestConcurrent: fifty goroutines share one process and get their own answers.
func TestConcurrent(t *testing.T) {
	h, handlers := newHost(t, Options{})
	oddPlugin(t, h).Stop()
	var wg sync.WaitGroup
	pids := make([]int, 50)
	for i := range pids {
		wg.Go(func() {
			for j := range 8 {
				text := fmt.Sprintf("%d/%d", i, j)
				var b bytes.Buffer
				if err := handlers["lines"].Encode(t.Context(), &b, []string{text}); err != nil || b.String() != text+"\n" {
					t.Errorf("encode %s: %q, %v", text, b.String(), err)
				}
				var lines []string
				if err := handlers["lines"].Decode(t.Context(), &b, &lines); err != nil || !slices.Equal(lines, []string{text}) {
					t.Errorf("decode %s: %q, %v", text, lines, err)
				}
			}
			pids[i] = oddPlugin(t, h).Pid()
		})
	}
	wg.Wait()
	for _, pid := range pids {
		if pid != pids[0] || pid == 0 {
			t.Fatalf("several processes: %v", pids)
		}
	}
}

// TestBystanders: calls that share the crash of another one are made again and
// succeed, the guilty one is named; readers that cannot be read again are not.
func TestBystanders(t *testing.T) {
	_, handlers := newHost(t, Options{MaxCrashes: 100})
	dir := t.TempDir()
	var innocent sync.WaitGroup
	waiting := make(chan struct{}, 7)
	for i := range 7 {
		innocent.Go(func() {
			// The first time it waits until the crash, the second time it returns.
			o := order{Do: "wait", Text: strings.Repeat("x", 40_000), File: filepath.Join(dir, strconv.Itoa(i))}
			var b bytes.Buffer
			first := sync.OnceFunc(func() { waiting <- struct{}{} })
			out := writerFunc(func(p []byte) (int, error) { first(); return b.Write(p) })
			if err := handlers["odd"].Encode(t.Context(), out, o); err != nil || b.String() != o.Text {
				t.Errorf("bystander %d: %d bytes, %v", i, b.Len(), err)
			}
		})
	}
	for range 7 {
		<-waiting
	}
	_, err := do(t, handlers, order{Do: "exit 3"})
	if e, ok := errors.AsType[*Error](err); !ok || e.Exit != "exit status 3" {
		t.Errorf("guilty one: %v", err)
	}
	innocent.Wait()
}

// TestOtherFile: a plugin that crashes and then writes another file for the same
// value is at fault, and is named.
func TestOtherFile(t *testing.T) {
	h, handlers := newHost(t, Options{})
	kill := sync.OnceFunc(func() {
		p, err := os.FindProcess(oddPlugin(t, h).Pid())
		if err == nil {
			err = p.Kill()
		}
		if err != nil {
			t.Error(err)
		}
	})
	out := writerFunc(func(p []byte) (int, error) { kill(); return len(p), nil })
	err := handlers["odd"].Encode(t.Context(), out, order{Do: "pid"})
	if e, ok := errors.AsType[*Error](err); !ok || e.Plugin != "odd" || !errors.Is(err, ErrCrashed) || !strings.Contains(err.Error(), "wrote another one when it began again") {
		t.Errorf("got %v", err)
	}
}

func TestCrashLimit(t *testing.T) {
	h, handlers := newHost(t, Options{MaxCrashes: 3})
	for range 2 { // each is made again, and so crashes twice
		if _, err := do(t, handlers, order{Do: "exit 3"}); !errors.Is(err, ErrCrashed) {
			t.Fatal(err)
		}
	}
	_, err := do(t, handlers, order{})
	if !errors.Is(err, ErrCrashed) || !strings.Contains(err.Error(), "ended unexpectedly 4 times within a minute and is not started again for ") {
		t.Errorf("after four crashes: %v", err)
	}
	if pid := oddPlugin(t, h).Pid(); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestIdle(t *testing.T) {
	h, handlers := newHost(t, Options{IdleTimeout: 100 * time.Millisecond})
	p := oddPlugin(t, h)
	pid := p.Pid()
	childtest.Eventually(t, "stop of the idle process", func() bool { return p.Pid() == 0 && (pid == 0 || !childtest.Alive(pid)) })
	if _, err := do(t, handlers, order{Do: "progress"}); err != nil { // longer than the time
		t.Errorf("next call: %v", err)
	}
}

func TestCloseDuringCall(t *testing.T) {
	h, handlers := newHost(t, Options{Grace: time.Second})
	pid := oddPlugin(t, h).Pid()
	errs := make(chan error, 2)
	started := make(chan struct{}, 2)
	for _, what := range []string{"wait", "hang"} { // one heeds the end of its context
		go func() {
			errs <- handlers["odd"].Encode(t.Context(), writerFunc(func(p []byte) (int, error) { started <- struct{}{}; return len(p), nil }),
				order{Do: what, Text: strings.Repeat("x", 40_000)})
		}()
	}
	<-started
	<-started
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	if childtest.Alive(pid) {
		t.Error("the process outlived Close")
	}
	for range 2 {
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("call under way: %v", err)
		}
	}
	if _, err := do(t, handlers, order{}); !errors.Is(err, ErrClosed) {
		t.Errorf("later call: %v", err)
	}
	path := newPlugin(t, "odd")
	if _, err := h.Use(t.Context(), path, sumOf(t, path)); !errors.Is(err, ErrClosed) {
		t.Errorf("later use: %v", err)
	}
}

// TestCloseDuringSecondTry: Close ends the process of a call that is made again,
// too.
func TestCloseDuringSecondTry(t *testing.T) {
	h, handlers := newHost(t, Options{Grace: time.Second})
	mark := filepath.Join(t.TempDir(), "mark")
	second := make(chan struct{})
	tell := sync.OnceFunc(func() { close(second) })
	err := make(chan error, 1)
	go func() {
		err <- handlers["odd"].Encode(t.Context(), writerFunc(func(p []byte) (int, error) { tell(); return len(p), nil }),
			order{Do: "exit 3", File: mark, Then: "linger"})
	}()
	<-second
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if err := <-err; !errors.Is(err, ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// TestNoLeaks: what belongs to a process goes with it.
func TestNoLeaks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts in /proc")
	}
	t.Setenv("XDG_RUNTIME_DIR", childtest.ShortDir(t))
	h, handlers := newHost(t, Options{MaxCrashes: 100})
	p := oddPlugin(t, h)
	count := func() (goroutines, files, folders int) {
		fds, _ := os.ReadDir("/proc/self/fd")
		sockets, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "lazyscribe-*", "plugin*"))
		return runtime.NumGoroutine(), len(fds), len(sockets)
	}
	var pids []int
	cycle := func(i int) {
		if _, err := do(t, handlers, order{}); err != nil {
			t.Fatal(err)
		}
		pids = append(pids, p.Pid())
		if i%4 == 3 {
			_, _ = do(t, handlers, order{Do: "exit 3"})
		}
		p.Stop()
	}
	for i := range 4 {
		cycle(i)
	}
	var g0, f0, d0 int
	childtest.Eventually(t, "rest", func() bool {
		g, f, d := count()
		still := g == g0 && f == f0 && d == d0
		g0, f0, d0 = g, f, d
		return still
	})
	for i := range 40 {
		cycle(i)
	}
	childtest.Eventually(t, "return to the counts of before", func() bool { g, f, d := count(); return g <= g0 && f <= f0 && d <= d0 })
	for _, pid := range pids {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil && childOf(pid) == os.Getpid() {
			t.Errorf("process %d is still there, perhaps as a zombie", pid)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	left, _ := os.ReadDir(os.Getenv("XDG_RUNTIME_DIR"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// childOf returns the number of a process's parent.
func childOf(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}

// TestChildren: what a plugin started ends with it.
func TestChildren(t *testing.T) {
	for _, end := range []string{"stop", "crash"} {
		h, handlers := newHost(t, Options{})
		text, err := do(t, handlers, order{Do: "child"})
		if err != nil {
			t.Fatal(err)
		}
		child, err := strconv.Atoi(text)
		if err != nil || !childtest.Alive(child) {
			t.Fatalf("child %q: %v", text, err)
		}
		if end == "stop" {
			oddPlugin(t, h).Stop()
		} else {
			_, _ = do(t, handlers, order{Do: "exit 3"})
		}
		childtest.Eventually(t, "end of the child after "+end, func() bool { return !childtest.Alive(child) })
	}
}
