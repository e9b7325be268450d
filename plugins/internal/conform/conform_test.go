package conform

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func subject(t *testing.T, mistake string) Subject {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Subject{Path: self, Env: []string{envMistake + "=" + mistake}}
}

var samples = []Sample{
	{Alias: "item", Name: "list", Value: []any{1, "two", nil}},
	{Alias: "item", Name: "number", Value: 1.5},
	{Alias: "raw", Name: "bytes", Value: []byte("\x00content\xff")},
}

func TestGood(t *testing.T) {
	results, err := Run(t.Context(), subject(t, ""), samples)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(checks) {
		t.Errorf("got %d results, want %d", len(results), len(checks))
	}
	for _, r := range results {
		if r.Err != nil || r.Skipped != "" {
			t.Errorf("%s: %v, %s", r.ID, r.Err, r.Skipped)
		}
	}
}

// mistakes begin with the check that has to find them.
var mistakes = []string{
	"D1 name", "D1 alias", "D1 twice", "D1 none", "D1 encodings", "D1 unspecified", "D1 schema", "D1 environment",
	"D2 other", "D3 silent", "D3 succeeds", "E1 differs",
	"W1 differs", "W1 no end", "W1 count", "W1 checksum", "W1 goes on",
	"R1 wraps", "V1 texts", "V1 internal", "R2 dies", "R2 internal",
	"W2 accepted", "W3 count", "W3 checksum", "W4 internal", "W4 accepted", "W5 internal", "W6 ignored", "W6 unknown",
	"W7 failure", "W8 frames", "M1 gathers", "C1 shared", "C2 dies", "S1 prints", "F1 leaves",
	"L1 interrupt", "L2 stays", "L2 code", "L3 stays", "L3 folder", "L5 home",
}

func TestMistakes(t *testing.T) {
	defer func(d time.Duration) { patience = d }(patience)
	patience = 2 * time.Second
	found := map[string]bool{}
	for _, mistake := range mistakes {
		id, _, _ := strings.Cut(mistake, " ")
		found[id] = true
		t.Run(mistake, func(t *testing.T) {
			values := samples
			if id == "D1" {
				values = nil // what is wrong may be the handlers
			}
			results, err := Run(t.Context(), subject(t, mistake), values, id)
			if err != nil {
				t.Fatal(err)
			}
			if len(results) != 1 || results[0].ID != id {
				t.Fatalf("got results %v", results)
			}
			if results[0].Err == nil {
				t.Errorf("check %s finds nothing wrong (%s)", id, results[0].Skipped)
			}
		})
	}
	for _, c := range checks {
		if !found[c.id] {
			t.Errorf("nothing shows that check %s can fail", c.id)
		}
	}
}

// TestAfterDeath shows that a plugin that dies in one check is there for the next.
func TestAfterDeath(t *testing.T) {
	results, err := Run(t.Context(), subject(t, "R2 dies"), samples, "R2", "W5")
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Err == nil || !strings.Contains(results[0].Err.Error(), "the process ended") {
		t.Errorf("R2: %v", results[0].Err)
	}
	if results[1].Err != nil {
		t.Errorf("W5: %v", results[1].Err)
	}
}

func TestNoSamples(t *testing.T) {
	results, err := Run(t.Context(), subject(t, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%s: %v", r.ID, r.Err)
		}
		if needs := strings.Contains("W1 R1 R2 W8 M1 C1", r.ID); (r.Skipped != "") != needs {
			t.Errorf("%s: skipped: %q", r.ID, r.Skipped)
		}
	}
}

func TestNoPlugin(t *testing.T) {
	for name, s := range map[string]Subject{
		"no file":   {Path: "/no/such/file"},
		"no plugin": {Path: "/bin/true"},
	} {
		if _, err := Run(t.Context(), s, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	unknown := []Sample{{Alias: "none", Value: 1}}
	if _, err := Run(t.Context(), subject(t, ""), unknown); err == nil {
		t.Error("a sample for an unknown handler: no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, subject(t, ""), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}
