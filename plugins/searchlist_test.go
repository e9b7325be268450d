package plugins

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestList has one plugin of each status, none of which may run.
func TestList(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	first, second, away := filepath.Join(dir, "first"), filepath.Join(dir, "second"), filepath.Join(dir, "away")
	mkdir(t, first)
	store := OpenTrust(filepath.Join(dir, "plugins.json"))
	trust := func(path, name string) {
		t.Helper()
		e := trustedCanary(path, name)
		e.Description.Handlers = append(e.Description.Handlers, HandlerDescription{Alias: name + "2", Encodings: []string{"raw"}})
		if err := store.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	put := func(folder, name string) string { return writeCanary(t, folder, "lazyscribe-plugin-"+name) }
	trust(put(first, "trusted"), "trusted")
	put(second, "trusted")
	trust(put(away, "linked"), "linked")
	symlink(t, filepath.Join(away, "lazyscribe-plugin-linked"), filepath.Join(first, "lazyscribe-plugin-linked"))
	trust(put(second, "changed"), "changed")
	rewrite(t, filepath.Join(second, "lazyscribe-plugin-changed"), canaryScript+"# again\n")
	trust(filepath.Join(away, "lazyscribe-plugin-missing"), "missing")
	trust(filepath.Join(away, "lazyscribe-plugin-moved"), "moved")
	put(second, "moved")
	put(first, "untrusted")
	put(second, "untrusted")
	chmod(t, put(first, "noexec"), 0o644)
	chmod(t, put(first, "unsafe"), 0o777)
	symlink(t, "nowhere", filepath.Join(first, "lazyscribe-plugin-broken"))
	symlink(t, "/bin/sh", filepath.Join(first, "lazyscribe-plugin-astray"))
	binary := filepath.Join(first, "lazyscribe-plugin-binary")
	if err := os.WriteFile(binary, []byte("\x7fELF"), 0o755); err != nil {
		t.Fatal(err)
	}

	got, err := List(store, []string{first, second})
	if err != nil {
		t.Fatal(err)
	}
	row := func(name, folder string, status Status) Listed {
		return Listed{Name: name, Path: filepath.Join(folder, "lazyscribe-plugin-"+name), Status: status, Script: true}
	}
	as := func(l Listed) Listed {
		l.Version, l.Aliases = "1.0.0", []string{l.Name, l.Name + "2"}
		return l
	}
	plain := func(l Listed) Listed {
		l.Script = false
		return l
	}
	want := []Listed{
		plain(row("astray", first, StatusBroken)),
		plain(row("binary", first, StatusUntrusted)),
		plain(row("broken", first, StatusBroken)),
		as(row("changed", second, StatusChanged)),
		as(row("linked", away, StatusTrusted)),
		as(plain(row("missing", away, StatusMissing))),
		as(plain(row("moved", away, StatusMissing))),
		row("moved", second, StatusUntrusted),
		row("noexec", first, StatusNotExecutable),
		as(row("trusted", first, StatusTrusted)),
		row("trusted", second, StatusShadowed),
		row("unsafe", first, StatusUnsafe),
		row("untrusted", first, StatusUntrusted),
		row("untrusted", second, StatusShadowed),
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(Listed{}, "Problem")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, l := range got {
		fine := l.Status == StatusTrusted || l.Status == StatusUntrusted || l.Status == StatusShadowed
		if fine != (l.Problem == nil) {
			t.Errorf("%s is %s: problem %v", l.Name, l.Status, l.Problem)
		}
	}
}

func TestHint(t *testing.T) {
	quiet(t)
	dir := tempDir(t)
	path := writeCanary(t, filepath.Join(dir, "bin"), "lazyscribe-plugin-found")
	t.Setenv("PATH", filepath.Join(dir, "bin"))
	t.Setenv(EnvSearchPath, filepath.Join(dir, "env"))
	for alias, want := range map[string][]string{
		"found":                   {path, "not trusted", "lazyscribe plugin trust found"},
		"none":                    {"no lazyscribe-plugin-none", filepath.Join(dir, "own"), filepath.Join(dir, "env"), "$PATH", "lazyscribe plugin trust PATH"},
		"../bin/found":            nil,
		strings.Repeat("x", 9999): nil,
	} {
		got := Hint(alias, []string{filepath.Join(dir, "own")})
		if want == nil && got != "" {
			t.Errorf("Hint(%.20q) = %q, want nothing", alias, got)
		}
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("Hint(%q) = %q, want %q in it", alias, got, part)
			}
		}
	}
	t.Setenv(EnvPlugins, "off")
	if got := Hint("found", nil); !strings.Contains(got, "switched off") || strings.Contains(got, path) {
		t.Errorf("switched off, Hint = %q", got)
	}
}
