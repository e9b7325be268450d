package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func TestKnownVersions(t *testing.T) {
	t.Chdir(t.TempDir())
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	versionAt(t, "one.json", "m", at, 1, "json")
	// Python numbers by its own rules, and people edit files.
	var entries []string
	for _, n := range []int{7, 0, 1, 2, 2, 5} {
		entries = append(entries, fmt.Sprintf(`{"name": "m", "version": %d, "fname": "m-%d.json", "handler": "json", "created_at": "2025-01-01T00:00:00"}`, n, n))
	}
	writeText(t, "gaps.json", "["+strings.Join(entries, ",")+"]")
	tests := map[string]string{"one.json": "there is version 0", "gaps.json": "there are versions 0 to 2, 5, 7"}
	for url, want := range tests {
		r, err := repository.Open(t.Context(), url, &repository.Options{Mode: repository.ReadOnly})
		if err != nil {
			t.Fatal(err)
		}
		if got := knownVersions(r, "m"); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRepositoryHint(t *testing.T) {
	for _, err := range []error{repository.ErrBinary, repository.ErrNotNewer, artifacts.ErrConflict, artifacts.ErrOutcomeUnknown, artifacts.ErrIncomplete, artifacts.ErrCorrupt} {
		hint := new(hinted)
		if got := repositoryHint(fmt.Errorf("do: %w", err)); !errors.As(got, &hint) || !errors.Is(got, err) {
			t.Errorf("%v: no hint", err)
		}
	}
	known := withHint(artifacts.ErrConflict, "known")
	for _, err := range []error{nil, known, usagef("%w", artifacts.ErrConflict), errors.New("other")} {
		if got := repositoryHint(err); got != err {
			t.Errorf("%v became %v", err, got)
		}
	}
}

// TestDiffStyle: what was removed or added is told from the header by where it
// stands, however it begins.
func TestDiffStyle(t *testing.T) {
	style := diffStyle()
	tests := []struct {
		line string
		want render.Style
	}{
		{"--- ", render.Bold}, {"", render.Bold}, {"+++ ", render.Bold}, {"@@ -1 +1 @@", render.Dim}, {"--- x", render.Red},
		{"+++ x", render.Green}, {" -x", render.Plain}, {"", render.Plain}, {"@@ -9 +9 @@", render.Dim}, {"-x", render.Red},
	}
	for _, test := range tests {
		if got := style(test.line); got != test.want {
			t.Errorf("%q: style %q, want %q", test.line, got, test.want)
		}
	}
}
