package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

var flagPattern = regexp.MustCompile("--[a-z][a-z0-9-]*")

// TestReference compares docs/cli.md with the commands: each has a section that
// names all its flags, no others, and shows its first example.
func TestReference(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n## ")
		sections[strings.Trim(title, "`")] = body
	}
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitNotFound, exitConflict, exitReadOnly, exitFindings, exitIncomplete, exitInterrupted} {
		if !strings.Contains(string(text), fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("exit code %d is not in the reference", code)
		}
	}
	root := newApp().root()
	global := flagNames(root.PersistentFlags())
	for name := range global {
		if !strings.Contains(string(text), "--"+name) {
			t.Errorf("flag --%s is not in the reference", name)
		}
	}
	for _, cmd := range commands(root)[1:] {
		if cmd.HasSubCommands() {
			continue
		}
		title := strings.TrimPrefix(cmd.CommandPath(), "lazyscribe ")
		body, ok := sections[title]
		if !ok {
			t.Errorf("command %q has no section", title)
			continue
		}
		delete(sections, title)
		local := flagNames(cmd.LocalNonPersistentFlags())
		for name := range local {
			if !strings.Contains(body, "`--"+name) && !strings.Contains(body, ", `--"+name) {
				t.Errorf("section %q: flag --%s is missing", title, name)
			}
		}
		for _, name := range flagPattern.FindAllString(body, -1) {
			if name := strings.TrimPrefix(name, "--"); !local[name] && !global[name] {
				t.Errorf("section %q: there is no flag --%s", title, name)
			}
		}
		example, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
		if !strings.Contains(body, example) {
			t.Errorf("section %q: example %q is missing", title, example)
		}
	}
	for title := range sections {
		t.Errorf("section %q is of no command", title)
	}
}

func flagNames(flags *pflag.FlagSet) map[string]bool {
	names := map[string]bool{}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" {
			names[f.Name] = true
		}
	})
	return names
}
