package dataset_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// files returns the files of values, below the dataset.
func files(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*_data", "*"))
	noError(t, err)
	for i, f := range found {
		found[i] = strings.TrimPrefix(filepath.ToSlash(f), filepath.ToSlash(dir)+"/")
	}
	return found
}

func large(b byte) []byte { return bytes.Repeat([]byte{b}, 50_000) }

func TestGC(t *testing.T) {
	dir := t.TempDir()
	later := time.Now()
	d := open(t, dir, &dataset.Options{Mode: dataset.ReadWrite, Now: func() time.Time { return later }})
	for key, value := range map[string][]byte{"a": large(1), "b": large(2)} {
		noError(t, d.PutAs(t.Context(), key, "gob", value, nil))
	}
	first := files(t, dir)
	noError(t, d.PutAs(t.Context(), "a", "gob", large(1), nil))
	if diff := cmp.Diff(first, files(t, dir)); diff != "" {
		t.Errorf("writing the same again makes files (-want +got):\n%s", diff)
	}
	noError(t, d.PutAs(t.Context(), "a", "gob", large(3), nil))
	noError(t, d.Remove(t.Context(), "b"))
	if got := len(files(t, dir)); got != 3 {
		t.Fatalf("%d files, want 3", got)
	}
	others := []string{"a_data/mine.txt", "other_data/0.bin", "mine.go"}
	for _, f := range others {
		noError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(f)), 0o700))
		noError(t, os.WriteFile(filepath.Join(dir, f), []byte("package mine"), 0o600))
	}

	removed, err := d.GC(t.Context(), nil)
	if err != nil || len(removed) != 0 {
		t.Errorf("young files: removed %v, %v", removed, err)
	}
	later = later.Add(25 * time.Hour)
	for _, dry := range []bool{true, false} {
		removed, err = d.GC(t.Context(), &dataset.GCOptions{DryRun: dry})
		var names []string
		for _, r := range removed {
			names = append(names, r.File)
			if r.Size < 50_000 {
				t.Errorf("%s has %d bytes", r.File, r.Size)
			}
		}
		if diff := cmp.Diff(first, names); err != nil || diff != "" {
			t.Errorf("dry %v: %v, removed (-want +got):\n%s", dry, err, diff)
		}
	}
	same(t, d, "a", large(3))
	for _, f := range others {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Errorf("a file of somebody else is gone: %v", err)
		}
	}
	report, err := d.Check(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 || len(report.Orphans) > 0 || report.Items != 1 || report.Files != 1 {
		t.Errorf("check: %+v, %v", report, err)
	}
}

func TestUndo(t *testing.T) {
	dir := t.TempDir()
	later := time.Now()
	d := open(t, dir, &dataset.Options{Mode: dataset.ReadWrite, Backup: true, Now: func() time.Time { return later }})
	noError(t, d.PutAs(t.Context(), "a", "gob", large(1), nil))
	is(t, d.Undo(t.Context(), "a"), artifacts.ErrNotFound)
	noError(t, d.PutAs(t.Context(), "a", "gob", large(2), nil))
	noError(t, d.SetInfo(t.Context(), "a", "two")) // replaces no value
	later = later.Add(25 * time.Hour)
	if removed, err := d.GC(t.Context(), nil); err != nil || len(removed) > 0 {
		t.Errorf("what is kept is removed: %v, %v", removed, err)
	}
	noError(t, d.Undo(t.Context(), "a"))
	same(t, d, "a", large(1))
	noError(t, d.Undo(t.Context(), "a"))
	same(t, d, "a", large(2))
	if info, err := d.Info(t.Context(), "a"); err != nil || info != "two" {
		t.Errorf("information: %v, %v", info, err)
	}

	noError(t, d.Remove(t.Context(), "a")) // keeps nothing
	is(t, d.Undo(t.Context(), "a"), artifacts.ErrNotFound)
	noError(t, d.PutAs(t.Context(), "a", "gob", large(1), nil))
	is(t, d.Undo(t.Context(), "a"), artifacts.ErrNotFound)

	plain := write(t, dir)
	noError(t, plain.PutAs(t.Context(), "a", "gob", large(3), nil))
	is(t, plain.Undo(t.Context(), "a"), artifacts.ErrNotFound)
}

// Damage is found, named, and never read as a value.
func TestDamage(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(file string) error
	}{
		{"a byte", func(file string) error {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			text[len(text)/2]++
			return os.WriteFile(file, text, 0o600)
		}},
		{"the end", func(file string) error { return os.Truncate(file, 1000) }},
		{"more", func(file string) error { return os.Truncate(file, 100_000) }},
		{"all of it", os.Remove},
	} {
		dir := t.TempDir()
		d := write(t, dir)
		noError(t, d.PutAs(t.Context(), "a", "gob", large(1), nil))
		noError(t, d.PutAs(t.Context(), "b", "gob", large(2), nil))
		file := files(t, dir)[0]
		noError(t, c.damage(filepath.Join(dir, file)))
		_, err := dataset.Get[[]byte](t.Context(), d, "a")
		if is(t, err, artifacts.ErrCorrupt); err != nil && !strings.Contains(err.Error(), `"a"`) {
			t.Errorf("%s: error %q does not name the key", c.name, err)
		}
		is(t, d.WriteBody(t.Context(), "a", new(bytes.Buffer)), artifacts.ErrCorrupt)
		is(t, dataset.Update(t.Context(), d, "a", func(b []byte) ([]byte, error) { return b, nil }), artifacts.ErrCorrupt)
		same(t, d, "b", large(2))
		report, err := d.Check(t.Context(), nil)
		if err != nil || len(report.Problems) != 1 || report.Problems[0].File != file || report.Problems[0].Key != "a" {
			t.Errorf("%s: check finds %+v, %v", c.name, report, err)
		}
		noError(t, d.PutAs(t.Context(), "a", "gob", large(1), nil)) // the same, and nothing of the damage stays
		same(t, d, "a", large(1))
	}
}

type parameters map[string]any

func (p parameters) LogParameter(name string, value any) error { p[name] = value; return nil }

func TestLogDataset(t *testing.T) {
	d, other := write(t, "mem://dataset-log/a?b"), write(t, "mem://dataset-log/other")
	for _, d := range []*dataset.DataSet{d, other} {
		put(t, d, "x", 1)
		put(t, d, "y", 2)
		noError(t, d.SetInfo(t.Context(), "z", "only information"))
	}
	p := parameters{}
	noError(t, dataset.Log(t.Context(), p, "data", d, "y", "x", "y"))
	logged := p["data"].(map[string]any)
	if logged["url"] != "mem://dataset-log/a?b" || len(logged["items"].(map[string]any)) != 2 {
		t.Errorf("logged %v", logged)
	}
	digest := func(d *dataset.DataSet, keys ...string) string {
		sum, err := d.Digest(t.Context(), keys...)
		noError(t, err)
		return sum
	}
	if got := digest(d, "x", "y"); got != logged["digest"] {
		t.Errorf("digest %s, logged was %s", got, logged["digest"])
	}
	put(t, other, "x", 7)
	put(t, other, "x", 1) // another revision
	all := digest(d)
	if digest(other) != all {
		t.Error("the same data elsewhere has another digest")
	}
	noError(t, d.SetInfo(t.Context(), "z", "else"))
	if digest(d) == all || digest(d, "x", "y") != logged["digest"] {
		t.Error("the digest does not tell what changed")
	}
	is(t, dataset.Log(t.Context(), p, "data", d, "none"), artifacts.ErrNotFound)
}
