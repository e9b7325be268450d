package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/testplugin"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// commands lists all commands, the program itself first.
func commands(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if sub.Name() != "help" && !sub.Hidden {
			list = append(list, commands(sub)...)
		}
	}
	return list
}

// TestHelpExamples runs every example of every help text, those of one command
// in order in one folder.
func TestHelpExamples(t *testing.T) {
	for _, cmd := range commands(newApp().root()) {
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			t.Chdir(t.TempDir())
			if path := cmd.CommandPath(); path != "lazyscribe" && path != "lazyscribe init" {
				scratch(t)
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe plugin") {
				pluginScratch(t, cmd.Name() != "trust")
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe plugin rescue") {
				rescueScratch(t)
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe dataset") {
				datasetScratch(t)
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe pipeline") {
				pipelineScratch(t)
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe shelf") {
				shelfScratch(t)
			}
			if strings.HasPrefix(cmd.CommandPath(), "lazyscribe archive") {
				archiveScratch(t)
			}
			if cmd.Example == "" {
				t.Fatal("no example")
			}
			for line := range strings.SplitSeq(cmd.Example, "\n") {
				words := shellWords(t, line)
				if words[0] != "lazyscribe" {
					t.Fatalf("example %q is not of this program", line)
				}
				if got := lazyscribe(t.Context(), "[\"a\", \"b\"]\n", words[1:]...); got.code != exitDone {
					t.Errorf("%s\nexit code %d, %s", line, got.code, got.stderr)
				}
			}
		})
	}
}

// scratch makes the projects, repositories and files the examples are about.
func scratch(t *testing.T) {
	t.Helper()
	at := time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC)
	logAt(t, "project.json", "baseline", at, func(d *experiment.Draft) error {
		d.LogMetric("auroc", 0.91)
		if err := d.LogArtifact("model", []float64{0.5, 1.5}, "json", nil); err != nil {
			return err
		}
		if err := d.LogArtifact("notes", "some notes\n", "text", nil); err != nil {
			return err
		}
		return d.LogTest("slice A", "women", func(d *experiment.TestDraft) error {
			d.LogMetric("auroc", 0.7)
			return d.LogArtifact("curve", []float64{0, 1}, "json", nil)
		})
	})
	for _, url := range []string{"project.json", "other.json", "node1/project.json", "node2/project.json"} {
		logAt(t, url, "tuned", at.Add(time.Hour), func(d *experiment.Draft) error {
			d.LogMetric("auroc", 0.95)
			d.LogMetric("loss", 0.2)
			d.Tag("best")
			return d.LogParameter("opt", map[string]any{"name": "adam", "lr": 0.1})
		})
	}
	for i, model := range [][]float64{{0.5}, {0.5, 1}} {
		versionAt(t, "repository.json", "model", at.AddDate(-1, i, 0), model, "json")
	}
	versionAt(t, "repository.json", "notes", at, "some notes\n", "text")
	writeText(t, "releases.json", `[{"tag": "v1.2.0", "artifacts": [["model", 1]], "created_at": "2025-01-26T00:00:00"}]`)
	writeText(t, "pyproject.toml", "# What is released.\n[project]\nversion = \"1.3.0\"\n[tool.lazyscribe]\nrepositories = [\"repository.json\"]\n")
	writeText(t, "model.json", "[1, 2]")
	writeText(t, "notes.md", "# Notes\n")
	writeText(t, "runs.json", `[{"name": "a", "metrics": {"auroc": 0.5}}, {"name": "b"}]`)
}

// pluginScratch makes the plugin the examples are about, and perhaps has it
// trusted.
func pluginScratch(t *testing.T, trusted bool) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv(plugins.EnvTrustFile, filepath.Join(dir, "plugins.json"))
	t.Setenv(plugins.EnvSearchPath, filepath.Join(dir, "bin"))
	if err := testplugin.Install(filepath.Join(dir, "bin")); err != nil {
		t.Fatal(err)
	}
	writeText(t, "texts.json", `["a", "b"]`)
	if !trusted {
		return
	}
	if got := lazyscribe(t.Context(), "", "plugin", "trust", "lines", "--yes"); got.code != exitDone {
		t.Fatal(got.stderr)
	}
}

// rescueScratch makes the values the examples are about, as a save keeps them
// when the plugin fails: of an experiment and of a repository.
func rescueScratch(t *testing.T) {
	t.Helper()
	for manifest, id := range map[string]string{"project.json": "6f1c2d3e-4d1c-4c38-9c49-0d6e2f0b7a11", "repository.json": "0c9a5a3b-51c7-4f6e-8d5e-7f3c6f1d2b22"} {
		folder, slug := filepath.Join(manifest+".d", "rescue"), ""
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if manifest == "project.json" {
			slug = `"slug": "baseline-20250125123622", `
		}
		writeText(t, filepath.Join(folder, id), `{"rescue": 1, `+slug+
			`"artifact": {"name": "rows", "fname": "rows.lines", "handler": "lines", "created_at": "2025-01-25T12:36:22"}}`+"\ncbor\n\x82\x61a\x61b")
	}
}

// shellWords splits a line as a shell does that knows quotes and blanks.
func shellWords(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == ' ':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case strings.ContainsRune("|&;<>$`\\*?()", r):
			t.Fatalf("%q needs a shell, for %q", line, r)
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		t.Fatalf("%q ends within quotes", line)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

func TestShellWords(t *testing.T) {
	got := shellWords(t, `  lazyscribe list -w 'a == "b c"' ""  x'y'z`)
	want := []string{"lazyscribe", "list", "-w", `a == "b c"`, "", "xyz"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestHelpTexts keeps help texts within a terminal of the usual width.
func TestHelpTexts(t *testing.T) {
	for _, cmd := range commands(newApp().root()) {
		if cmd.Short == "" || cmd.Long == "" {
			t.Errorf("%s: no help text", cmd.CommandPath())
		}
		for line := range strings.SplitSeq(cmd.Long, "\n") {
			if len(line) > 82 {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), len(line), line)
			}
		}
	}
}
