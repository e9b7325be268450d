package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// put writes a file below the folder of a manifest, as old as it is told to be.
func put(t testing.TB, manifest, name, text string, modified time.Time) {
	t.Helper()
	path := filepath.Join(filepath.Dir(manifest), filepath.FromSlash(name))
	noError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	noError(t, os.WriteFile(path, []byte(text), 0o666))
	noError(t, os.Chtimes(path, modified, modified))
}

// found lists what a check finds, without times and causes.
func found(t testing.TB, p *project.Project, o *project.CheckOptions) []project.Finding {
	t.Helper()
	var list []project.Finding
	for f, err := range p.Check(t.Context(), o) {
		noError(t, err)
		f.ModTime, f.Err = time.Time{}, nil
		list = append(list, f)
	}
	return list
}

// badProject has one of everything a check can find, beside what is as it
// should be.
func badProject(t testing.TB, now *watch.Watch) (p *project.Project, slug string) {
	t.Helper()
	path := manifestIn(t)
	p = openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now})
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		for _, name := range []string{"good", "gone", "longer", "other"} {
			noError(t, d.LogArtifact(name, "text", "text", &artifacts.LogOptions{FileName: name + ".txt"}))
		}
		return d.LogTest("part", "", func(td *experiment.TestDraft) error {
			return td.LogArtifact("inner", "text", "text", &artifacts.LogOptions{FileName: "inner.txt"})
		})
	})
	saveAll(t, p)
	slug = x.Slug()
	text := strings.TrimSuffix(readText(t, path), "\n]") + `,
    {"name": "broken"},
    {"name": "y", "slug": "y-1", "created_at": "2025-01-01", "last_updated": "2025-01-01", "artifacts": [
        {"name": "up", "fname": "../../up.txt", "handler": "text", "created_at": "2025-01-01"},
        {"name": "nameless", "handler": "joblib", "created_at": "2025-01-01"},
        {"name": "purged", "fname": "p.txt", "handler": "text", "created_at": "2025-01-01", "purged_at": "2025-02-01"},
        {"name": "not digested", "fname": "n.txt", "handler": "text", "created_at": "2025-01-01"}]}
]`
	noError(t, os.WriteFile(path, []byte(text), 0o666))
	noError(t, os.Remove(filepath.Join(filepath.Dir(path), slug, "gone.txt")))
	old := now.Now().Add(-48 * time.Hour)
	put(t, path, slug+"/longer.txt", "longer text", old)
	put(t, path, slug+"/other.txt", "texT", old)
	put(t, path, "y-1/n.txt", "whatever", old)
	put(t, path, slug+"/part/stray-20250101000000.json", "{}", old)
	put(t, path, "elsewhere-20250101000000-0123abcd/a.txt", "1", old)
	put(t, path, "notes/a-20250101000000.txt", "not ours", old)
	put(t, path, "README.md", "not ours", old)
	put(t, path, ".lazyscribe-tmp-0123456789abcdef", "half", old)
	return openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now}), slug
}

func TestCheck(t *testing.T) {
	now := watch.New()
	p, slug := badProject(t, now)
	var findings []project.Finding
	texts := map[project.FindingKind]string{}
	for f, err := range p.Check(t.Context(), nil) {
		noError(t, err)
		if f.Err != nil {
			texts[f.Kind] = f.Err.Error()
		}
		f.ModTime, f.Err = time.Time{}, nil
		if f.Kind == project.Leftover {
			f.Key = "" // its name is the store's business
		}
		findings = append(findings, f)
	}
	want := []project.Finding{
		{Kind: project.Unreadable, Line: 74, Column: 5},
		{Kind: project.Missing, Key: slug + "/gone.txt", Slug: slug, Artifact: "gone"},
		{Kind: project.Corrupt, Key: slug + "/longer.txt", Slug: slug, Artifact: "longer"},
		{Kind: project.Corrupt, Key: slug + "/other.txt", Slug: slug, Artifact: "other"},
		{Kind: project.Unsafe, Slug: "y-1", Artifact: "up"},
		{Kind: project.Unreadable, Slug: "y-1", Artifact: "nameless"},
		{Kind: project.Orphan, Key: "elsewhere-20250101000000-0123abcd/a.txt", Slug: "elsewhere-20250101000000-0123abcd", Size: 1},
		{Kind: project.Orphan, Key: slug + "/part/stray-20250101000000.json", Slug: slug, Size: 2},
		{Kind: project.Leftover, Size: 4},
	}
	for i := range findings { // the line is where the broken record stands
		if i == 0 {
			lines := strings.Split(readText(t, p.URL())[:strings.Index(readText(t, p.URL()), `{"name": "broken"`)], "\n")
			want[0].Line, want[0].Column = len(lines), len(lines[len(lines)-1])+1
		}
	}
	same(t, "findings", findings, want)
	same(t, "unsafe", texts[project.Unsafe], `locate file "y-1//../../up.txt": unsafe path: leads out of its folder`)

	for i, f := range found(t, p, &project.CheckOptions{SkipDigests: true}) {
		if f.Kind == project.Corrupt {
			t.Errorf("finding %d: %v without reading", i, f)
		}
	}
	for range p.Check(t.Context(), nil) {
		break // a caller may have seen enough
	}
	path := manifestIn(t)
	clean := openAt(t, path, project.Options{})
	logAs(t, clean, "x", withFiles)
	saveAll(t, clean)
	same(t, "findings of a good project", len(found(t, clean, nil)), 0)
	logAs(t, clean, "y", withFiles) // what is pending is nobody's loss
	same(t, "findings of one with pending artifacts", len(found(t, clean, nil)), 0)
}

// Before its first save a project in mode w does not know what it is about to
// replace, so it says nothing about the files.
func TestCheckBeforeTruncation(t *testing.T) {
	path := manifestIn(t)
	p := openAt(t, path, project.Options{})
	x := logAs(t, p, "x", withFiles)
	saveAll(t, p)
	now := watch.New()
	now.Advance(100 * 365 * 24 * time.Hour)
	w := openAt(t, path, project.Options{Mode: project.Truncate, Now: now.Now})
	var failed error
	for f, err := range w.Check(t.Context(), nil) {
		same(t, "finding", f, project.Finding{})
		failed = err
	}
	_, err := w.GC(t.Context(), &project.GCOptions{Grace: -1})
	for _, err := range []error{failed, err} {
		if err == nil || !strings.HasSuffix(err.Error(), "save first") {
			t.Errorf("got error %v", err)
		}
	}
	same(t, "artifact", bytesOf(t, x, "a"), "x")
	saveAll(t, w)
	report, err := w.GC(t.Context(), &project.GCOptions{Grace: -1})
	noError(t, err)
	same(t, "removed after the save", [2]int{len(report.Removed), len(filesIn(t, path))}, [2]int{2, 0})
}

func keys(list []project.Finding) []string {
	var keys []string
	for _, f := range list {
		keys = append(keys, f.Key)
	}
	return keys
}

// W24: what GC removes, and what it leaves alone.
func TestGC(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now})
	x := logAs(t, p, "x", withFiles)
	saveAll(t, p)
	old, young := now.Now().Add(-25*time.Hour), now.Now().Add(-23*time.Hour)
	named := x.Slug() + "/old-20250101000000.json"
	folder := "removed-20240101000000"
	put(t, path, named, "1", old)
	put(t, path, x.Slug()+"/young-20250101000000.json", "1", young)
	put(t, path, x.Slug()+"/marked-0123abcd.tar.gz", "1", old)
	put(t, path, x.Slug()+"/notes.txt", "a user's", old)
	put(t, path, folder+"/a-20240101000000.txt", "22", old)
	put(t, path, folder+"/notes.txt", "a user's", old)
	put(t, path, "data/a-20240101000000.txt", "a user's", old)
	put(t, path, "a-20240101000000.txt", "a user's", old)
	all := filesIn(t, path)

	steps := []struct {
		name    string
		opts    *project.GCOptions
		removed []string
		kept    int
		left    int
	}{
		{"dry run", &project.GCOptions{DryRun: true}, []string{folder + "/a-20240101000000.txt", x.Slug() + "/marked-0123abcd.tar.gz", named}, 3, len(all)},
		{"default", nil, []string{folder + "/a-20240101000000.txt", x.Slug() + "/marked-0123abcd.tar.gz", named}, 3, len(all) - 3},
		{"again", nil, nil, 3, len(all) - 3},
		{"no grace", &project.GCOptions{Grace: -1}, []string{x.Slug() + "/young-20250101000000.json"}, 2, len(all) - 4},
		{"all", &project.GCOptions{All: true}, []string{x.Slug() + "/notes.txt"}, 1, len(all) - 5},
	}
	for _, step := range steps {
		report, err := p.GC(t.Context(), step.opts)
		noError(t, err)
		same(t, step.name+": removed", keys(report.Removed), step.removed)
		same(t, step.name+": kept", len(report.Kept), step.kept)
		same(t, step.name+": left", len(filesIn(t, path)), step.left)
		var bytes int64
		for _, f := range report.Removed {
			bytes += f.Size
		}
		same(t, step.name+": bytes", report.Bytes, bytes)
	}
	same(t, "the user's files", []string{
		readText(t, filepath.Join(filepath.Dir(path), "data/a-20240101000000.txt")),
		readText(t, filepath.Join(filepath.Dir(path), "a-20240101000000.txt")),
		readText(t, filepath.Join(filepath.Dir(path), folder, "notes.txt")),
	}, []string{"a user's", "a user's", "a user's"})
	same(t, "artifact", bytesOf(t, x, "a"), "x")
}

// A record that cannot be read may name any file: then only leftovers go. A
// record of which a part cannot be read keeps its own folder.
func TestGCIsCareful(t *testing.T) {
	now := watch.New()
	p, _ := badProject(t, now)
	report, err := p.GC(t.Context(), nil)
	noError(t, err)
	same(t, "removed", len(report.Removed), 1)
	same(t, "kind", report.Removed[0].Kind, project.Leftover)
	same(t, "kept", len(report.Kept), 2)

	path := manifestOf(t, listOf(recordText("x", "x-20250101000000", "x", "2025-01-01T00:00:00", "2025-01-01T00:00:00", `, "artifacts": [{"name": 1}]`)))
	put(t, path, "x-20250101000000/a-20250101000000.json", "1", now.Now().Add(-100*time.Hour))
	report, err = openAt(t, path, project.Options{Now: now.Now}).GC(t.Context(), &project.GCOptions{All: true, Grace: -1})
	noError(t, err)
	same(t, "removed", len(report.Removed), 0)
}

// GC reads the manifest anew: what another writer saved since is not taken for
// garbage. What a replaced artifact left is.
func TestGCSeesOthers(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Now: now.Now})
	saveAll(t, p)
	other := openAt(t, path, project.Options{Now: now.Now})
	x := logAs(t, other, "x", withFiles)
	saveAll(t, other)
	report, err := p.GC(t.Context(), &project.GCOptions{Grace: -1})
	noError(t, err)
	same(t, "removed", keys(report.Removed), nil)
	now.Advance(100 * 365 * 24 * time.Hour) // files are as old as the real clock says
	editAs(t, other, "x", func(d *experiment.Draft) error {
		return d.LogArtifact("a", "new", "text", &artifacts.LogOptions{Replace: true})
	})
	saveAll(t, other)
	report, err = p.GC(t.Context(), nil)
	noError(t, err)
	same(t, "removed", keys(report.Removed), []string{x.Slug() + "/a-20250301100000.txt"})
	same(t, "replaced", bytesOf(t, lookUp(t, p, "x"), "a"), "new")
}

// Digests that a save by Python dropped come back, and nothing else changes.
func TestRehash(t *testing.T) {
	now := watch.New()
	path := manifestIn(t)
	p := openAt(t, path, project.Options{Now: now.Now, Author: "ann"})
	logAs(t, p, "x", func(d *experiment.Draft) error {
		return errors.Join(withFiles(d), d.LogArtifact("gone", 1, "json", nil))
	})
	logAs(t, p, "y", func(d *experiment.Draft) error { return d.LogArtifact("a", 1, "json", nil) })
	saveAll(t, p)
	noError(t, os.Remove(filepath.Join(filepath.Dir(path), lookUp(t, p, "x").Slug(), "gone-20250301100000.json")))
	before := readText(t, path)
	writeLikePython(t, path, before)

	now.Advance(time.Hour)
	again := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now, Author: "bob"})
	same(t, "known before", artifactNamed(t, lookUp(t, again, "x"), "a").SHA256, "")
	n, err := again.Rehash(t.Context())
	noError(t, err)
	same(t, "artifacts", n, 3)
	saveAll(t, again)
	x := lookUp(t, openAt(t, path, project.Options{}), "x")
	same(t, "digest", artifactNamed(t, x, "a").SHA256, artifactNamed(t, lookUp(t, p, "x"), "a").SHA256)
	test, _ := x.Test("part")
	for a := range test.Artifacts() { // SHA-256 of "1", by sha256sum
		same(t, "digest in a test", a.SHA256, "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b")
	}
	same(t, "missing file", artifactNamed(t, x, "gone").SHA256, "")
	same(t, "touched by", [2]string{x.LastUpdatedBy(), stampOf(x.LastUpdated())}, [2]string{"ann", "2025-03-01T10:00:00"})
	n, err = again.Rehash(t.Context())
	noError(t, err)
	same(t, "artifacts the second time", n, 0)
}

// One file that cannot be read is a finding, and the check goes on.
func TestCheckGoesOn(t *testing.T) {
	path := manifestIn(t)
	broken := errors.New("bad sector")
	p, err := project.Open(t.Context(), path, project.WithFault(project.Options{Mode: project.ReadWrite}, func(op, key string) error {
		if op == "open" && strings.HasSuffix(key, "a.txt") {
			return broken
		}
		return nil
	}))
	noError(t, err)
	defer p.Close()
	x := logAs(t, p, "x", func(d *experiment.Draft) error {
		for _, name := range []string{"a", "b"} {
			noError(t, d.LogArtifact(name, name, "text", &artifacts.LogOptions{FileName: name + ".txt"}))
		}
		return nil
	})
	saveAll(t, p)
	noError(t, os.WriteFile(filepath.Join(filepath.Dir(path), x.Slug(), "b.txt"), []byte("B"), 0o666))
	var kinds []project.FindingKind
	for f, err := range p.Check(t.Context(), nil) {
		noError(t, err)
		kinds = append(kinds, f.Kind)
		if f.Artifact == "a" && !errors.Is(f.Err, broken) {
			t.Errorf("cause of %+v", f)
		}
	}
	same(t, "findings", kinds, []project.FindingKind{project.Unreadable, project.Corrupt})
}
