package plugins

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestProject goes the whole way: artifacts of plugins are logged, saved, read
// again, and kept if their plugin fails, until it does not.
func TestProject(t *testing.T) {
	file := filepath.Join(tempDir(t), "project.json")
	fixed := filepath.Join(tempDir(t), "fixed")
	r := artifacts.Default().Clone()
	h, err := Register(r, &Options{TrustFile: trust(t, trustedPlugin(t, "odd", nil)), Env: []string{"GORACE"}, MaxCrashes: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	p, err := project.Open(t.Context(), file, &project.Options{Handlers: r})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		if err := d.LogArtifact("bad", map[string]func(){}, "item", nil); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("a value that cannot cross: %v", err)
		}
		return errors.Join(
			d.LogArtifact("names", []string{"a", "b"}, "lines", &artifacts.LogOptions{Settings: map[string]any{"separator": ";"}}),
			d.LogArtifact("crash", order{Do: "exit 3", Text: "kept", Unless: fixed}, "odd", nil),
			d.LogArtifact("stream", strings.NewReader("bytes"), "raw", nil),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = p.Save(t.Context())
	if !errors.Is(err, artifacts.ErrIncomplete) || !errors.Is(err, ErrCrashed) {
		t.Fatalf("save: %v", err)
	}
	for _, want := range []string{`"crash"`, `plugin "odd"`, "exit status 3"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %s: %v", want, err)
		}
	}
	checkEntry(t, file)

	// Another session finds what was saved, and what was kept.
	again, err := project.Open(t.Context(), file, &project.Options{Handlers: r, Mode: project.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	x, err := again.Lookup("run")
	if err != nil {
		t.Fatal(err)
	}
	names, err := artifacts.Load[[]string](t.Context(), x, "names", &artifacts.LoadOptions{Settings: map[string]any{"separator": ";"}})
	if diff := cmp.Diff([]string{"a", "b"}, names); diff != "" || err != nil {
		t.Errorf("names: %v\n%s", err, diff)
	}
	if text, err := artifacts.Load[[]byte](t.Context(), x, "stream", nil); string(text) != "bytes" || err != nil {
		t.Errorf("stream: %q, %v", text, err)
	}
	kept, err := again.Rescued(t.Context())
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept: %+v, %v", kept, err)
	}
	if _, err := again.Retry(t.Context(), kept[0].ID, nil); !errors.Is(err, ErrCrashed) {
		t.Errorf("retry with the same plugin: %v", err)
	}
	if err := os.WriteFile(fixed, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if x, err = again.Retry(t.Context(), kept[0].ID, nil); err != nil {
		t.Fatal(err)
	}
	for a := range x.Artifacts() {
		if a.Name == "crash" {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(file), x.Slug(), a.FileName))
			if string(text) != "kept" || err != nil {
				t.Errorf("crash: %q, %v", text, err)
			}
			return
		}
	}
	t.Error("the artifact is not there")
}

// checkEntry looks at what the manifest says about an artifact of a plugin.
func checkEntry(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var manifest []struct {
		Artifacts []map[string]any `json:"artifacts"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, entry := range manifest[0].Artifacts {
		if entry["name"] != "names" {
			continue
		}
		got := map[string]any{"handler": entry["handler"], "plugin": entry["plugin"], "lines_abi": entry["lines_abi"], "lines_note": entry["lines_note"]}
		want := map[string]any{
			"handler": "lines", "lines_abi": "1", "lines_note": "hello",
			"plugin": map[string]any{"name": "odd", "version": "1.2.3", "format": "2", "sdk": "go/1.0.0"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("entry (-want +got):\n%s", diff)
		}
		return
	}
	t.Errorf("no entry:\n%s", text)
}
