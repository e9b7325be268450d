package plugins

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func trustIn(t *testing.T) *Trust {
	t.Helper()
	return OpenTrust(filepath.Join(tempDir(t), "config", "plugins.json"))
}

// entry is an entry for a plugin that need not be there.
func entry(name string, aliases ...string) Trusted {
	e := trustedCanary("/opt/lazyscribe-plugin-"+name, name)
	e.TrustedAt = time.Date(2025, 1, 25, 12, 36, 22, 0, time.UTC)
	e.Description.Handlers = nil
	for _, alias := range aliases {
		e.Description.Handlers = append(e.Description.Handlers, HandlerDescription{Alias: alias, Encodings: []string{"cbor"}})
	}
	return e
}

func TestTrustFile(t *testing.T) {
	quiet(t)
	store := trustIn(t)
	if list, err := store.All(); err != nil || len(list) != 0 {
		t.Fatalf("All of no file = %v, %v", list, err)
	}
	if err := store.Remove("a"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("Remove from no file = %v", err)
	}
	if _, err := os.Stat(store.File()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking made the file: %v", err)
	}
	b, a := entry("b", "b1", "b2"), entry("a", "a")
	b.NoTLS, b.Args, b.Env, b.Rename = true, []string{"-x"}, []string{"TOKEN"}, map[string]string{"b1": "b3"}
	h := &b.Description.Handlers[1]
	*h = HandlerDescription{Alias: "b2", Suffix: "b", MediaType: "text/x", Binary: true, OutputOnly: true, Version: "2", Summary: "s",
		Encodings: []string{"cbor_seq", "raw"}, Accepts: []string{"table"},
		Environment: []EnvironmentDescription{{"python", "3.11", true}}, SettingsSchema: json.RawMessage(`{"type":"object"}`)}
	for _, e := range []Trusted{b, a} {
		if err := store.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.All()
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Comparer(func(a, b json.RawMessage) bool { return bytes.Equal(compact(t, a), compact(t, b)) })
	if d := cmp.Diff([]Trusted{a, b}, got, same); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if !got[1].Description.Equal(b.Description) {
		t.Error("the description is not equal to the one that was stored")
	}
	if d := cmp.Diff([]string{"b3", "b2"}, got[1].Aliases()); d != "" {
		t.Errorf("aliases (-want +got):\n%s", d)
	}
	for path, want := range map[string]os.FileMode{store.File(): 0o600, filepath.Dir(store.File()): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
	a.Description.Version = "2.0.0"
	if err := store.Put(a); err != nil {
		t.Fatal(err)
	}
	if e, ok, err := store.Lookup("a"); err != nil || !ok || e.Description.Version != "2.0.0" {
		t.Errorf("Lookup = %v, %v, %v", e.Description.Version, ok, err)
	}
	if _, ok, err := store.Lookup("aa"); ok || err != nil {
		t.Errorf("Lookup of what is not there = %v, %v", ok, err)
	}
	if err := store.Remove("b"); err != nil {
		t.Fatal(err)
	}
	if err := store.Remove("b"); !errors.Is(err, artifacts.ErrNotFound) {
		t.Errorf("Remove again = %v", err)
	}
	if list, err := store.All(); err != nil || len(list) != 1 || list[0].Name != "a" {
		t.Errorf("All = %v, %v, want a", list, err)
	}
}

func compact(t *testing.T, text json.RawMessage) []byte {
	t.Helper()
	var b bytes.Buffer
	if len(text) > 0 {
		if err := json.Compact(&b, text); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestTrustAliases(t *testing.T) {
	quiet(t)
	store := trustIn(t)
	if err := store.Put(entry("a", "one", "two")); err != nil {
		t.Fatal(err)
	}
	if err := store.Put(entry("b", "two")); !errors.Is(err, artifacts.ErrExists) || !strings.Contains(err.Error(), "--as two=") {
		t.Errorf("an alias that is taken: %v", err)
	}
	renamed := entry("b", "two")
	renamed.Rename = map[string]string{"two": "three"}
	if err := store.Put(renamed); err != nil {
		t.Errorf("renamed: %v", err)
	}
	if err := store.Put(entry("a", "three")); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("an alias that another was renamed to: %v", err)
	}
	if err := store.Put(entry("a", "two")); err != nil {
		t.Errorf("one's own alias: %v", err)
	}
	for name, e := range map[string]Trusted{
		"twice":           entry("c", "c", "c"),
		"none":            entry("c"),
		"bad":             entry("c", "../c"),
		"no such to name": {Name: "c", Path: "/opt/lazyscribe-plugin-c", SHA256: canarySum, Description: entry("c", "c").Description, Rename: map[string]string{"x": "y"}},
		"renamed badly":   {Name: "c", Path: "/opt/lazyscribe-plugin-c", SHA256: canarySum, Description: entry("c", "c").Description, Rename: map[string]string{"c": "C"}},
		"renamed to one":  {Name: "c", Path: "/opt/lazyscribe-plugin-c", SHA256: canarySum, Description: entry("c", "c", "d").Description, Rename: map[string]string{"c": "d"}},
	} {
		if err := store.Put(e); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestTrustKeepsUnknown checks that what a later version wrote survives a change
// by this one.
func TestTrustKeepsUnknown(t *testing.T) {
	quiet(t)
	store := trustIn(t)
	for _, name := range []string{"a", "b", "c"} {
		if err := store.Put(entry(name, name)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(store.File())
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte(`"version": 1`), []byte(`"policy": {"x": [1.50]}, "version": 1`), 1)
	text = bytes.ReplaceAll(text, []byte(`"sha256":`), []byte(`"signature": "abc", "sha256":`))
	if err := os.WriteFile(store.File(), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Put(entry("b", "b")), store.Remove("c")); err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(store.File())
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Policy  json.RawMessage
		Plugins []struct{ Name, Signature string }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if s := string(compact(t, got.Policy)); s != `{"x":[1.50]}` {
		t.Errorf("policy is %s", s)
	}
	// That of b was about what was agreed to before.
	if s := fmt.Sprint(got.Plugins); s != "[{a abc} {b }]" {
		t.Errorf("plugins are %s", s)
	}
}

func TestTrustFileRefused(t *testing.T) {
	quiet(t)
	good, err := json.Marshal(entry("a", "a"))
	if err != nil {
		t.Fatal(err)
	}
	file := func(plugins string) string { return `{"version": 1, "plugins": [` + plugins + `]}` }
	for name, c := range map[string]struct {
		text string
		mode uint32
		is   error
		says string
	}{
		"good":             {text: file(string(good))},
		"empty":            {},
		"no JSON":          {text: "x", is: artifacts.ErrCorrupt, says: "mend the file"},
		"a list":           {text: "[]", is: artifacts.ErrCorrupt},
		"no version":       {text: `{"plugins": []}`, is: artifacts.ErrCorrupt, says: "version"},
		"a later version":  {text: `{"version": 2, "plugins": []}`, says: "update lazyscribe"},
		"no list":          {text: `{"version": 1}`, is: artifacts.ErrCorrupt},
		"an entry of text": {text: file(`"a"`), is: artifacts.ErrCorrupt, says: "plugins[0]"},
		"an empty entry":   {text: file(string(good) + `, {}`), is: artifacts.ErrCorrupt, says: "plugins[1]"},
		"twice":            {text: file(string(good) + "," + string(good)), is: artifacts.ErrCorrupt, says: "already exists"},
		"path elsewhere":   {text: file(strings.Replace(string(good), "/opt/", "/opt/../etc/", 1)), is: artifacts.ErrCorrupt},
		"binary elsewhere": {text: file(strings.Replace(string(good), "lazyscribe-plugin-a", "sh", 1)), is: artifacts.ErrCorrupt},
		"hostile name":     {text: file(strings.Replace(string(good), `"name":"a"`, `"name":"../a"`, 1)), is: artifacts.ErrCorrupt},
		"group may write":  {text: file(string(good)), mode: 0o660, is: errUnsafe, says: "chmod go-w"},
		"all may write":    {text: file(string(good)), mode: 0o602, is: errUnsafe, says: "chmod go-w"},
		"all may read":     {text: file(string(good)), mode: 0o644},
		"endless":          {text: file(strings.Repeat(" ", largestTrustFile)), is: artifacts.ErrCorrupt, says: "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			store := OpenTrust(filepath.Join(tempDir(t), "plugins.json"))
			rewrite(t, store.File(), c.text)
			chmod(t, store.File(), max(c.mode, 0o600))
			before, err := os.ReadFile(store.File())
			if err != nil {
				t.Fatal(err)
			}
			_, err = store.All()
			if c.says == "" && c.is == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.says) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("All = %v, want %v with %q", err, c.is, c.says)
			}
			if err := store.Put(entry("b", "b")); err == nil {
				t.Error("a file that cannot be read was replaced")
			}
			if after, err := os.ReadFile(store.File()); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was touched (%v)", err)
			}
		})
	}
}

// TestTrustFileModeTightened checks that a change closes a file that others
// could read.
func TestTrustFileModeTightened(t *testing.T) {
	quiet(t)
	store := OpenTrust(filepath.Join(tempDir(t), "plugins.json"))
	rewrite(t, store.File(), "")
	chmod(t, store.File(), 0o644)
	if err := store.Put(entry("a", "a")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(store.File()); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode().Perm(), err)
	}
}

const envWriter = "LAZYSCRIBE_TEST_TRUST_WRITER"

// perWriter is how many plugins each writer trusts.
const perWriter = 10

// TestTrustWriter is the work of the processes of TestTrustAtOnce.
func TestTrustWriter(t *testing.T) {
	file, writer, ok := strings.Cut(os.Getenv(envWriter), "|")
	if !ok {
		t.Skip("runs in the processes of TestTrustAtOnce")
	}
	store := OpenTrust(file)
	for i := range perWriter {
		name := fmt.Sprintf("%s-%d", writer, i)
		if err := store.Put(entry(name, name)); err != nil {
			t.Fatal(err)
		}
		if err := store.Put(entry(writer+"-gone", writer+"-gone")); err != nil {
			t.Fatal(err)
		}
		if err := store.Remove(writer + "-gone"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTrustAtOnce has four processes and two goroutines change the file at once.
func TestTrustAtOnce(t *testing.T) {
	quiet(t)
	store := trustIn(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		writer := fmt.Sprintf("w%d", i)
		wg.Go(func() {
			if i < 2 {
				for j := range perWriter {
					name := fmt.Sprintf("%s-%d", writer, j)
					errs[i] = errors.Join(errs[i], store.Put(entry(name, name)))
				}
				return
			}
			cmd := exec.Command(exe, "-test.run=^TestTrustWriter$")
			cmd.Env = append(os.Environ(), envWriter+"="+store.File()+"|"+writer)
			if out, err := cmd.CombinedOutput(); err != nil {
				errs[i] = fmt.Errorf("%w: %s", err, out)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	list, err := store.All()
	if err != nil {
		t.Fatal(err)
	}
	if want := len(errs) * perWriter; len(list) != want {
		t.Errorf("%d plugins are trusted, want %d", len(list), want)
	}
}
