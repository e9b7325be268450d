package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func TestExitCode(t *testing.T) {
	tests := []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{artifacts.ErrCorrupt, 1},
		{artifacts.ErrOutcomeUnknown, 1},
		{usagef("x"), 2},
		{usagef("x: %w", artifacts.ErrNotFound), 2},
		{artifacts.ErrNotFound, 3},
		{fs.ErrNotExist, 3},
		{&repository.VersionError{Why: repository.UnknownNumber}, 3},
		{&repository.VersionError{Why: repository.AllExpired}, 3},
		{artifacts.ErrConflict, 4},
		{&project.ConflictError{Slug: "x"}, 4},
		{artifacts.ErrExists, 4},
		{repository.ErrNotNewer, 4},
		{artifacts.ErrReadOnly, 5},
		{fs.ErrPermission, 5},
		{findingsError(2), 6},
		{artifacts.ErrIncomplete, 7},
		{errors.Join(artifacts.ErrIncomplete, artifacts.ErrNotFound), 7},
		{context.Canceled, 130},
		{context.DeadlineExceeded, 1},
	}
	for _, test := range tests {
		if got := exitCode(test.err); got != test.want {
			t.Errorf("exitCode(%v) = %d, want %d", test.err, got, test.want)
		}
		if test.err == nil {
			continue
		}
		if got := exitCode(withHint(fmt.Errorf("do: %w", test.err), "hint")); got != test.want {
			t.Errorf("exitCode(%v), wrapped, = %d, want %d", test.err, got, test.want)
		}
	}
}

func TestReport(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{errors.New("open \x1b[31m"), "lazyscribe: open \\x1b[31m\n"},
		{errors.New("one\ntwo"), "lazyscribe: one\ntwo\n"},
		{withHint(errors.New("x"), "try %s", "y"), "lazyscribe: x\nhint: try y\n"},
		{usagef("x"), "lazyscribe: x\nhint: lazyscribe list --help shows how it is used\n"},
		{fmt.Errorf("save: %w", context.Canceled), "lazyscribe: interrupted: save: context canceled\n"},
		{fmt.Errorf("save: %w", artifacts.ErrConflict), "lazyscribe: save: changed by another writer\nhint: lazyscribe show shows"},
	}
	for _, test := range tests {
		var stderr bytes.Buffer
		a := &app{err: &stderr, begun: true, path: "lazyscribe list"}
		a.report(test.err)
		if !strings.HasPrefix(stderr.String(), test.want) {
			t.Errorf("got %q, want %q", stderr.String(), test.want)
		}
	}
}

// TestInterrupted: a run that is interrupted leaves nothing behind.
func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"log", "x", "--value", "v=1"}, {"log", "--from", "-"}, {"init"}} {
		got := lazyscribe(ctx, `{"name": "x"}`, args...)
		if got.code != exitInterrupted || !strings.HasPrefix(got.stderr, "lazyscribe: interrupted: ") {
			t.Errorf("%q: exit code %d, %s", args, got.code, got.stderr)
		}
	}
	left, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if !strings.HasSuffix(entry.Name(), ".lock") { // which is never removed
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}
