package pipeline

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// stored is a record as it was stored; its name and hash.
const (
	storedFile = "testdata/outlier_estimator-531e4dba6cd288e982f9c011f5451c2d.params.json"
	storedName = "outlier_estimator"
)

func readStored(t testing.TB) (text []byte, hash string) {
	t.Helper()
	text, err := os.ReadFile(storedFile)
	if err != nil {
		t.Fatal(err)
	}
	_, hash, ok := splitRecordKey(strings.TrimPrefix(storedFile, "testdata/"))
	if !ok {
		t.Fatal("that is no name of a record")
	}
	return text, hash
}

// TestRecordForm: records that were written by this version can be read for ever,
// and are written in the same way.
func TestRecordForm(t *testing.T) {
	text, hash := readStored(t)
	r, err := parseRecord(text, storedName, hash)
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.text()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), string(again)); diff != "" {
		t.Error(diff)
	}
	tree, err := r.Tree()
	if err != nil || tree.Hash != hash || len(tree.All()) != 2 {
		t.Errorf("tree %v (%v)", tree, err)
	}
}

// TestHostileRecords: what a record says leads nowhere but to the payload of its
// step.
func TestHostileRecords(t *testing.T) {
	text, hash := readStored(t)
	for _, c := range []struct {
		name     string
		old, new string
	}{
		{"no JSON", "{", "["},
		{"another format", `pipeline/1"`, `pipeline/2"`},
		{"other params", `"ZThreshold": 2`, `"ZThreshold": 3`},
		{"another version", `"version": "1"`, `"version": "2"`},
		{"another name", `"name": "outlier_estimator"`, `"name": "estimator"`},
		{"another dependency", `"gaussian_points": "`, `"points": "`},
		{"key further up", `"key": "outlier`, `"key": "../outlier`},
		{"key of another step", `"key": "outlier`, `"key": "inlier`},
		{"key of a record", `.archive.npz"`, `.params.json"`},
		{"key in a folder", `.archive.npz"`, `/x.npz"`},
		{"no digest", `"digest": "sha256:`, `"digest": "md5:`},
		{"another digest", `"size": `, `"size": 1`},
		{"negative size", `"size": `, `"size": -`},
		{"file further up", `"name": "outlier_estimator-`, `"name": "../outlier_estimator-`},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.ReplaceAll(string(text), c.old, c.new)
			if changed == string(text) {
				t.Fatalf("there is no %s in the record", c.old)
			}
			if c.name == "another digest" {
				changed = strings.Replace(string(text), `"digest": "sha256:`, `"digest": "sha256:0`, 1)
			}
			if r, err := parseRecord([]byte(changed), storedName, hash); !errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("read %+v, error %v", r, err)
			}
		})
	}
	// What it says of steps further up is looked at when it is asked for.
	for _, change := range []string{`"n_points": 5`, `"version": ""`, `"name": "gaussian_points"`} {
		r, err := parseRecord([]byte(strings.Replace(string(text), change, strings.Replace(change, `: `, `: 1`, 1), 1)), storedName, hash)
		if err == nil {
			_, err = r.Tree()
		}
		if !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%s: error %v", change, err)
		}
	}
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	for upstream, d := range r.Upstream {
		d.Dependencies = map[string]string{"gaussian_points": upstream}
		r.Upstream[upstream] = d
	}
	if _, err := r.Tree(); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a step that depends on itself: %v", err)
	}
}

func FuzzRecord(f *testing.F) {
	text, hash := readStored(f)
	f.Add(text)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parseRecord(text, storedName, hash)
		if err != nil {
			return
		}
		if strings.ContainsAny(r.Payload.Key, "/\\") || !strings.HasPrefix(r.Payload.Key, storedName+"-"+hash) {
			t.Errorf("key %q", r.Payload.Key)
		}
		if tree, err := r.Tree(); err == nil && tree.Hash != hash {
			t.Errorf("tree of %s", tree.Hash)
		}
	})
}

func TestNameOf(t *testing.T) {
	for _, c := range []struct{ name, hash, key string }{
		{"points", strings.Repeat("a", 32), "points-" + strings.Repeat("a", 32) + ".params.json"},
		{"a-b.c", strings.Repeat("0", 32), "a-b.c-" + strings.Repeat("0", 32) + ".params.json"},
	} {
		name, hash, ok := splitRecordKey(c.key)
		if name != c.name || hash != c.hash || !ok || recordKey(name, hash) != c.key {
			t.Errorf("%s is %q, %q", c.key, name, hash)
		}
	}
	for _, key := range []string{"points.params.json", "points-" + strings.Repeat("a", 31) + ".params.json", "points-" + strings.Repeat("a", 32) + "~abcdefgh.params.json", "x/points-" + strings.Repeat("a", 32) + ".params.json"} {
		if _, _, ok := splitRecordKey(key); ok {
			t.Errorf("%s is taken for a record", key)
		}
	}
}
