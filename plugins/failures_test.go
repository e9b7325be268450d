package plugins

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
)

func do(t *testing.T, handlers map[string]artifacts.Handler, o order) (string, error) {
	t.Helper()
	var b strings.Builder
	err := handlers["odd"].Encode(t.Context(), &b, o)
	return b.String(), err
}

// TestWaysToFail: each failure is one error that says what happened, and the
// next call succeeds.
func TestWaysToFail(t *testing.T) {
	h, handlers := newHost(t, Options{StallTimeout: time.Second, Grace: time.Second, MaxCrashes: 100})
	p := oddPlugin(t, h)
	for _, test := range []struct {
		do     string
		is     error
		exit   string
		says   string
		detail string
		lives  bool // the same process goes on
	}{
		{do: "panic", says: "the handler panicked: runtime error: index out of range [5] with length 0", detail: "goroutine", lives: true},
		{do: "fail", says: "no luck", lives: true},
		{do: "panic elsewhere", is: ErrCrashed, exit: "exit status 2", says: "panic: boom in a goroutine[31m"},
		{do: "exit 0", is: ErrCrashed, exit: "exit status 0", says: "ended unexpectedly"},
		{do: "exit 3", is: ErrCrashed, exit: "exit status 3", says: "ended unexpectedly"},
		{do: "kill", is: ErrCrashed, exit: "signal: killed", says: "ended unexpectedly"},
		{do: "hang", is: ErrStalled, says: "made no progress for 1s and was stopped"},
		{do: "stop", is: ErrStalled, says: "made no progress for 1s and was stopped"},
	} {
		t.Run(test.do, func(t *testing.T) {
			if _, err := do(t, handlers, order{}); err != nil {
				t.Fatal(err)
			}
			pid := p.Pid()
			_, err := do(t, handlers, order{Do: test.do, Text: "half a file"})
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("error %v, want a *Error", err)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if e.Plugin != "odd" || e.Alias != "odd" || e.Op != "encode" || e.Exit != test.exit {
				t.Errorf("got %+v", e)
			}
			if !strings.Contains(err.Error(), test.says) || !strings.HasPrefix(err.Error(), `plugin "odd": `) {
				t.Errorf("message %q, want %q", err, test.says)
			}
			if !strings.Contains(e.Detail, test.detail) {
				t.Errorf("detail %q", e.Detail)
			}
			if _, err := do(t, handlers, order{}); err != nil {
				t.Errorf("next call: %v", err)
			}
			if same := p.Pid() == pid; same != test.lives {
				t.Errorf("same process: %v", same)
			}
			childtest.Eventually(t, "end of the process", func() bool { return test.lives || !childtest.Alive(pid) })
		})
	}
}

// TestRefusals: what the plugin says about values and files reaches errors.Is.
func TestRefusals(t *testing.T) {
	_, handlers := newHost(t, Options{})
	err := handlers["lines"].Encode(t.Context(), io.Discard, []string{"a", "b\nc"})
	e, ok := errors.AsType[*Error](err)
	if !ok || !errors.Is(err, artifacts.ErrUnsupportedValue) || e.Path != "[1]" {
		t.Errorf("bad value: %v", err)
	}
	if want := `plugin "odd": at [1]: unsupported value: a line cannot hold "\n"`; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	err = handlers["lines"].Decode(t.Context(), strings.NewReader("x"), new(any))
	if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), "the last line has no end") {
		t.Errorf("bad file: %v", err)
	}
}

func TestStart(t *testing.T) {
	for _, test := range []struct {
		how  string
		is   error
		exit string
		says string
	}{
		{how: "chatter"},
		{how: "exit", is: ErrStart, exit: "exit status 4", says: "ended before it was ready (exit status 4); last output: cannot find libodd.so"},
		{how: "hang", is: ErrStart, says: "did not become ready within 2s"},
		{how: "other protocol", is: ErrProtocol, says: "it speaks protocol 9, this program 1: update lazyscribe"},
		{how: "closed output", is: ErrStart, says: "closed its output without saying that it is ready"},
	} {
		t.Run(test.how, func(t *testing.T) {
			t.Setenv("LAZYSCRIBE_PLUGIN_TEST_START", test.how)
			h, err := Open(&Options{TrustFile: filepath.Join(tempDir(t), "plugins.json"), StartTimeout: 2 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			path := newPlugin(t, "odd")
			_, err = h.Use(t.Context(), path, sumOf(t, path))
			if test.is == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			e, ok := errors.AsType[*Error](err)
			if !ok || !errors.Is(err, test.is) || !errors.Is(err, ErrStart) {
				t.Fatalf("error %v", err)
			}
			if e.Exit != test.exit || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}

func TestUseRefuses(t *testing.T) {
	h, _ := newHost(t, Options{})
	good := newPlugin(t, "odd")
	sum := sumOf(t, good)
	misnamed := filepath.Join(filepath.Dir(good), "other")
	if err := os.Link(good, misnamed); err != nil {
		t.Skip(err)
	}
	open := newPlugin(t, "open")
	if err := os.Chmod(filepath.Dir(open), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path, sum string
		is              error
	}{
		{"other checksum", good, strings.Repeat("0", 64), ErrChanged},
		{"no checksum", good, "", ErrChanged},
		{"other name", misnamed, sum, nil},
		{"missing", filepath.Join(filepath.Dir(good), "lazyscribe-plugin-none"), sum, os.ErrNotExist},
		{"folder open to all", open, sum, ErrUntrusted},
	} {
		_, err := h.Use(t.Context(), test.path, test.sum)
		if err == nil || test.is != nil && !errors.Is(err, test.is) {
			t.Errorf("%s: %v, want %v", test.name, err, test.is)
		}
	}
	if _, err := h.Use(t.Context(), good, strings.ToUpper(sum)); err != nil {
		t.Errorf("checksum in capitals: %v", err)
	}
}

// TestChangedBinary: the checksum is compared at each start.
func TestChangedBinary(t *testing.T) {
	h, handlers := newHost(t, Options{})
	p := oddPlugin(t, h)
	p.Stop()
	path := p.Trusted().Path
	if err := os.Remove(path); err != nil { // it shares its content with the test binary
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho >"+path+".ran"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := do(t, handlers, order{}); !errors.Is(err, ErrChanged) {
		t.Errorf("changed binary: %v", err)
	}
	if _, err := os.Stat(path + ".ran"); err == nil {
		t.Error("the changed binary was run")
	}
}

func TestCancel(t *testing.T) {
	h, handlers := newHost(t, Options{})
	pid := oddPlugin(t, h).Pid()
	ctx, cancel := context.WithCancel(t.Context())
	started := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	err := handlers["odd"].Encode(ctx, started, order{Do: "wait", Text: strings.Repeat("x", 64<<10)})
	if err != context.Canceled {
		t.Errorf("error %v", err)
	}
	if _, err := do(t, handlers, order{}); err != nil || oddPlugin(t, h).Pid() != pid {
		t.Errorf("next call: %v, process %d was %d", err, oddPlugin(t, h).Pid(), pid)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestOwnErrors: what the caller's reader and writer say comes back as it is, and
// the plugin does not take what it got for the whole.
func TestOwnErrors(t *testing.T) {
	_, handlers := newHost(t, Options{})
	full := errors.New("disk full")
	broken := errors.New("read error")
	bad := io.MultiReader(io.LimitReader(zeros{}, 3<<20), readerFunc(func([]byte) (int, error) { return 0, broken }))
	if err := handlers["raw"].Encode(t.Context(), io.Discard, bad); err != broken {
		t.Errorf("source: %v", err)
	}
	if err := handlers["raw"].Encode(t.Context(), writerFunc(func([]byte) (int, error) { return 0, full }), io.LimitReader(zeros{}, 3<<20)); err != full {
		t.Errorf("sink: %v", err)
	}
	bad = io.MultiReader(io.LimitReader(zeros{}, 3<<20), readerFunc(func([]byte) (int, error) { return 0, broken }))
	if err := handlers["raw"].Decode(t.Context(), bad, new(any)); err != broken {
		t.Errorf("file: %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic of a reader got lost")
			}
		}()
		_ = handlers["raw"].Encode(t.Context(), io.Discard, readerFunc(func([]byte) (int, error) { panic("mine") }))
	}()
	if err := handlers["raw"].Encode(t.Context(), io.Discard, []byte("x")); err != nil {
		t.Errorf("next call: %v", err)
	}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestProgress: a plugin that works for longer than the stall time is left in
// peace if it says so, and so is one that waits for a slow reader or writer.
func TestProgress(t *testing.T) {
	_, handlers := newHost(t, Options{StallTimeout: 1500 * time.Millisecond}) // signs of life are a second apart
	if _, err := do(t, handlers, order{Do: "progress"}); err != nil {
		t.Errorf("progress: %v", err)
	}
	slow := func(p []byte) (int, error) { time.Sleep(2 * time.Second); return len(p), nil }
	if err := handlers["raw"].Encode(t.Context(), writerFunc(slow), io.LimitReader(readerFunc(slow), 1)); err != nil {
		t.Errorf("slow reader and writer: %v", err)
	}
}
