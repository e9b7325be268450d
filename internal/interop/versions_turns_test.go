package interop

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestVersionsInTurns lets the two languages work on one repository in turns.
// Each turn adds versions and sets expiries, also of those the other side made.
func TestVersionsInTurns(t *testing.T) {
	needPython(t)
	const turns, changes = 8, 15
	random := rand.New(rand.NewPCG(20, 26))
	dir := t.TempDir()
	var want versionModel
	now := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	expiries := 0
	for turn := range turns {
		batch := make([]versionChange, changes)
		for i := range batch {
			// Python gives two files of one second one name, and writes the
			// second over the first: time goes on.
			now = now.Add(time.Duration(1+random.IntN(100_000)) * time.Second)
			batch[i] = randomVersion(random, want, stamp(now))
			want.apply(batch[i])
			if batch[i].Do == "expire" {
				expiries++
			}
		}
		if turn%2 == 0 {
			changeVersions(t, dir, batch...)
		} else {
			changeVersionsInPython(t, dir, batch...)
		}
		inGo, inPython := describeVersions(t, dir), describeVersionsInPython(t, dir)
		// Python's own handler keeps nothing of what Go recorded.
		forgetVersions(inGo, "json")
		forgetVersions(inPython, "json")
		if diff := cmp.Diff(inPython, inGo); diff != "" {
			t.Errorf("what is read (-Python +Go):\n%s", diff)
		}
		if diff := cmp.Diff([]artifact(want), inGo, unmodelledVersions); diff != "" {
			t.Errorf("what was written is not what is read (-want +got):\n%s", diff)
		}
		if t.Failed() {
			t.Fatalf("after turn %d", turn)
		}
	}
	if len(want) < turns*changes/2 || expiries < turns {
		t.Errorf("%d versions and %d expiries: the changes do not do enough", len(want), expiries)
	}
}

// unmodelledVersions are the fields a versionModel knows nothing of.
var unmodelledVersions = cmp.FilterPath(func(p cmp.Path) bool {
	switch p.Last().String() {
	case ".FileName", ".Recorded":
		return true
	}
	return false
}, cmp.Ignore())

// forgetVersions empties what was recorded of the versions of a handler.
func forgetVersions(list []artifact, handler string) {
	for i := range list {
		if list[i].Handler == handler {
			list[i].Recorded = map[string]any{}
		}
	}
}

func randomVersion(random *rand.Rand, m versionModel, at string) versionChange {
	c := versionChange{Do: "log", Name: pick(random, "model", "größe", "Name with spaces", "a/b"), At: at}
	if n := m.count(c.Name); n > 0 && random.IntN(4) == 0 {
		c.Do, c.Version = "expire", random.IntN(n)
		c.At = pick(random, at, "1999-12-31T23:59:59", "2100-01-01T00:00:00")
		return c
	}
	if random.IntN(4) == 0 {
		c.FileName = "some/folder/" + strings.ReplaceAll(at, ":", "") + ".x"
	}
	switch c.Handler = pick(random, "json", "text", "gob"); c.Handler {
	case "json":
		c.Value = []any{randomValue(random, 3)}
	case "text":
		c.Value = pick(random, randomTexts...)
	case "gob":
		c.Value = data([]byte(pick(random, randomTexts...)))
	}
	return c
}

// What Python wrote stays as it is, to the byte, when Go adds a version or sets
// an expiry, but for that; and Python's next save changes nothing.
func TestVersionBytesStay(t *testing.T) {
	needPython(t)
	dir := t.TempDir()
	changeVersionsInPython(t, dir,
		versionChange{Do: "log", Name: "größe", At: "2025-01-01T00:00:00", Handler: "json", Value: []any{float(0.1)}},
		versionChange{Do: "log", Name: "größe", At: "2025-01-02T00:00:00", Handler: "text", Value: "grün\r\n"},
		versionChange{Do: "log", Name: "pickled", At: "2025-01-03T00:00:00", Handler: "pickle", Value: []any{integer("1")}},
		versionChange{Do: "expire", Name: "größe", Version: 0, At: "2026-01-01T00:00:00"},
	)
	before := versionManifest(t, dir)
	changeVersions(t, dir, versionChange{Do: "log", Name: "größe", At: "2024-01-01T00:00:00", Handler: "text", Value: "added"})
	after := versionManifest(t, dir)
	if !isInsertion(before, after) {
		t.Errorf("something else than the new version changed (-before +after):\n%s", cmp.Diff(before, after))
	}

	before = after
	changeVersions(t, dir, versionChange{Do: "expire", Name: "größe", Version: 1, At: "2027-01-01T00:00:00"})
	after = versionManifest(t, dir)
	const never, then = `"expiry": null`, `"expiry": "2027-01-01T00:00:00"`
	head, tail, _ := strings.Cut(before, never) // that of number 0 is set already
	if want := head + then + tail; after != want {
		t.Errorf("something else than the expiry changed (-want +got):\n%s", cmp.Diff(want, after))
	}

	changeVersionsInPython(t, dir)
	if diff := cmp.Diff(after, versionManifest(t, dir)); diff != "" {
		t.Errorf("saved by Python unchanged (-Go +Python):\n%s", diff)
	}
}

func versionManifest(t *testing.T, dir string) string { return readFile(t, dir, "repository.json") }
