package plugins

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
)

func TestLongTemporaryFolder(t *testing.T) {
	long := filepath.Join(tempDir(t), strings.Repeat("x", 80))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", long)
	t.Setenv("TMPDIR", long)
	_, handlers := newHost(t, Options{})
	if _, err := do(t, handlers, order{}); err != nil {
		t.Error(err)
	}
}

// TestEnvironment: a plugin gets the variables that are named, and no others.
func TestEnvironment(t *testing.T) {
	t.Setenv("SECRET_TOKEN", "hidden")
	t.Setenv("GRANTED", "yes")
	t.Setenv("LC_TIME", "C")
	t.Setenv("LAZYSCRIBE_PLUGIN_LOG", "debug")
	_, handlers := newHost(t, Options{Env: []string{"GRANTED"}})
	text, err := do(t, handlers, order{Do: "environment"})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "SECRET_TOKEN") || strings.Contains(text, "hidden") {
		t.Error("a secret arrived")
	}
	for _, want := range []string{"GRANTED=yes\n", "LC_TIME=C\n", "LAZYSCRIBE_PLUGIN_LOG=debug\n", "PATH="} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if text, err = do(t, handlers, order{Do: "stdin"}); err != nil || text != "p---------" {
		t.Errorf("standard input is %q, %v; want a pipe", text, err)
	}
}

// TestEnvironmentIsLive: entries of a plugin's environment are those of the
// running process, not those of the time it was trusted.
func TestEnvironmentIsLive(t *testing.T) {
	t.Setenv("LAZYSCRIBE_PLUGIN_TEST_ABI", "1")
	h, handlers := newHost(t, Options{})
	then := oddPlugin(t, h).Trusted()
	t.Setenv("LAZYSCRIBE_PLUGIN_TEST_ABI", "2")
	now := h.newPlugin(then, func() error { return nil }, nil)
	defer now.runs.Close()
	lines := now.Handlers()[0]
	if lines.Format() != handlers["lines"].Format() {
		t.Fatalf("got %+v", lines.Format())
	}
	if diff := cmp.Diff(artifacts.Environment{"lines_abi": "2", "lines_note": "hello"}, lines.(artifacts.EnvironmentReporter).Environment(nil)); diff != "" {
		t.Error(diff)
	}
	if err := lines.(artifacts.EnvironmentValidator).ValidateEnvironment(artifacts.Environment{"lines_abi": "1"}, nil); err == nil {
		t.Error("a file of before fits")
	}
}

// TestOutput: what a plugin prints goes to the log by its level, and never holds
// it up.
func TestOutput(t *testing.T) {
	var log syncBuffer
	_, handlers := newHost(t, Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if _, err := do(t, handlers, order{Do: "print"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`level=DEBUG msg="to standard output" plugin=odd stream=stdout`,
		`level=DEBUG msg="to standard error" plugin=odd stream=stderr`,
		`level=WARN msg="to the log" plugin=odd alias=odd answer=42 artifact=""`,
		`msg="long long`,
	} {
		childtest.Eventually(t, want, func() bool { return strings.Contains(log.String(), want) })

	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
