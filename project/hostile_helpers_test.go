package project_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A guarded folder holds a project and, beside it, files that it must never
// read or write.
type guarded struct {
	t       *testing.T
	dir     string // of the project
	url     string
	outside string
	before  map[string]string // what is outside
}

// canary is the content of every file outside.
const canary = "nobody's business"

// guard makes a guarded folder whose project has the records given.
func guard(t *testing.T, records ...any) *guarded {
	t.Helper()
	root := t.TempDir()
	g := &guarded{t: t, dir: filepath.Join(root, "runs"), outside: filepath.Join(root, "outside")}
	g.url = filepath.Join(g.dir, "project.json")
	writeTree(t, g.outside, map[string]string{
		"secret.txt": canary, "secret-20250601120000.txt": canary, "run-20250601120000/secret.txt": canary,
	})
	g.before = tree(t, g.outside)
	g.write(records...)
	return g
}

// write makes the manifest a list of the records given.
func (g *guarded) write(records ...any) {
	g.t.Helper()
	if records == nil {
		records = []any{}
	}
	text, err := json.MarshalIndent(records, "", "    ")
	if err != nil {
		g.t.Fatal(err)
	}
	writeTree(g.t, g.dir, map[string]string{"project.json": string(text)})
}

// intact checks what is outside.
func (g *guarded) intact() {
	g.t.Helper()
	now := tree(g.t, g.outside)
	mustEqualTree(g.t, g.before, now, nil)
	for name := range now {
		if _, ok := g.before[name]; !ok {
			g.t.Errorf("outside, %s is new", name) // whatever it is called
		}
	}
}

// link makes a symbolic link in the project's folder.
func (g *guarded) link(target, name string) {
	g.t.Helper()
	path := filepath.Join(g.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		g.t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		g.t.Skipf("no symbolic links here: %v", err)
	}
}

// textEntry is the JSON of an artifact.
func textEntry(name, fname string) map[string]any {
	return map[string]any{"created_at": "2025-06-01T12:00:00", "expiry": nil, "fname": fname, "handler": "text", "name": name, "version": 0}
}

// textRecord is the JSON of an experiment with the artifact "loot", and with
// another of that name in a test, unless the test's name is "".
func textRecord(slug, fname, test string) map[string]any {
	r := map[string]any{
		"artifacts": []any{textEntry("loot", fname)}, "author": "mallory", "created_at": "2025-06-01T12:00:00",
		"dependencies": []any{}, "last_updated": "2025-06-01T12:00:00", "last_updated_by": "mallory",
		"metrics": map[string]any{"score": 1}, "name": "run", "parameters": map[string]any{},
		"short_slug": "run", "slug": slug, "tags": []any{}, "tests": []any{},
	}
	if test != "" {
		r["tests"] = []any{map[string]any{"name": test, "description": nil, "metrics": map[string]any{},
			"parameters": map[string]any{}, "artifacts": []any{textEntry("loot", fname)}}}
	}
	return r
}

func sha256Hex(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
