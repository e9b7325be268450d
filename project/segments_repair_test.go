package project_test

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// foldedAndDropped returns a project in which an experiment was folded, and then
// dropped by a program that saved what it had read before, and the slug.
func foldedAndDropped(t *testing.T) (url, slug string) {
	t.Helper()
	url = filepath.Join(t.TempDir(), "project.json")
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	addMarked(t, p, "run", "old")
	saveProject(t, p)
	old := readText(t, url)
	q := openProject(t, url, inSegments(project.Append))
	slug = addMarked(t, q, "run", "dropped").Slug()
	saveProject(t, q)
	_, err := q.Compact(t.Context())
	noError(t, err)
	writeLikePython(t, url, old)
	return url, slug
}

func TestRepair(t *testing.T) {
	url, slug := foldedAndDropped(t)
	dir := filepath.Dir(url)
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	same(t, "experiments", p.Len(), 1)
	same(t, "findings", findings(t, p), map[project.FindingKind][]string{project.Dropped: {slug}})

	// The files are kept as long as the experiment can be brought back.
	back := time.Now().Add(-2 * project.DefaultGrace)
	for _, file := range filesIn(t, url) {
		if !strings.HasPrefix(file, "project.json.d/") {
			noError(t, os.Chtimes(filepath.Join(dir, filepath.FromSlash(file)), back, back))
		}
	}
	report, err := p.GC(t.Context(), nil)
	noError(t, err)
	same(t, "removed", len(report.Removed), 0)

	addMarked(t, p, "run", "pending")
	repaired, err := p.Repair(t.Context())
	noError(t, err)
	same(t, "restored", repaired.Restored, []string{slug})
	same(t, "pending", p.Len(), 2)
	saveProject(t, p)
	same(t, "saved", marksIn(t, url), []string{"dropped", "old", "pending"})
	mustFind(t, p)
	repaired, err = p.Repair(t.Context())
	noError(t, err)
	same(t, "restored again", len(repaired.Restored), 0)
}

// What is removed on purpose, by whatever means, is not brought back.
func TestRepairRemoved(t *testing.T) {
	for name, remove := range map[string]func(t *testing.T, url, slug string){
		"Remove": func(t *testing.T, url, slug string) {
			p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
			_, err := p.Repair(t.Context())
			noError(t, err)
			noError(t, p.Refresh(t.Context()))
			noError(t, p.Remove(slug))
			saveProject(t, p)
		},
		"Truncate": func(t *testing.T, url, _ string) {
			saveProject(t, openProject(t, url, &project.Options{Mode: project.Truncate}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, slug := foldedAndDropped(t)
			remove(t, url, slug)
			p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
			if p.Contains(slug) {
				t.Fatal("it was not removed")
			}
			mustFind(t, p, project.Orphan)
			report, err := p.Repair(t.Context())
			noError(t, err)
			same(t, "restored", len(report.Restored), 0)
		})
	}
}

// While a note of removals cannot be read nobody knows what was removed.
func TestRepairBlind(t *testing.T) {
	url, _ := foldedAndDropped(t)
	note := "project.json.d/folded/0198f3a2-5b1c-7d3e-8f40-1a2b3c4d5e6f.removed"
	writeTree(t, filepath.Dir(url), map[string]string{note: "[1, 2"})
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	same(t, "findings", findings(t, p), map[project.FindingKind][]string{project.Unreadable: {note},
		project.Orphan: findings(t, p)[project.Orphan]})
	report, err := p.Repair(t.Context())
	noError(t, err)
	same(t, "restored", len(report.Restored), 0)
}

// A save that fails has removed nothing on purpose.
func TestRepairAfterConflict(t *testing.T) {
	url, slug := foldedAndDropped(t)
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	_, err := p.Repair(t.Context())
	noError(t, err)
	noError(t, p.Refresh(t.Context()))
	text := readText(t, url)
	q := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	noError(t, p.Remove(slug))
	edited(t, q, slug, "dropped")
	saveProject(t, q)
	if err := p.Save(t.Context()); err == nil {
		t.Fatal("no conflict")
	}
	writeLikePython(t, url, strings.Split(text, "\n    {")[0]+"\n]") // an empty list
	same(t, "dropped", findings(t, openProject(t, url, nil))[project.Dropped], []string{slug})
	noError(t, p.Discard(slug))
}

// Segments that add nothing go when they are old, and so do notes.
func TestSegmentsCollected(t *testing.T) {
	url := filepath.Join(t.TempDir(), "project.json")
	dir := filepath.Join(filepath.Dir(url), "project.json.d")
	p := openProject(t, url, inSegments(project.ReadWrite))
	addMarked(t, p, "run", "a")
	saveProject(t, p)
	files := tree(t, dir)
	_, err := p.Compact(t.Context())
	noError(t, err)
	writeTree(t, dir, files) // as if whoever folded it had died
	logAs(t, p, "waiting", nil)
	saveProject(t, p)

	kinds := func(list []project.Finding) (kinds []project.FindingKind) {
		for _, f := range list {
			kinds = append(kinds, f.Kind)
		}
		return kinds
	}
	// The clock of inSegments is years behind that of the disk.
	report, err := openProject(t, url, nil).GC(t.Context(), nil)
	noError(t, err)
	same(t, "removed", len(report.Removed), 0)
	same(t, "kept", kinds(report.Kept), []project.FindingKind{project.Stale})
	for _, dry := range []bool{true, false} {
		report, err = openProject(t, url, nil).GC(t.Context(), &project.GCOptions{Grace: -1, DryRun: dry})
		noError(t, err)
		same(t, "removed", kinds(report.Removed), []project.FindingKind{project.Stale, project.Folded})
	}
	waiting, folded := segmentsIn(tree(t, filepath.Dir(url)))
	same(t, "segments", len(waiting), 1)
	same(t, "folded", len(folded), 1) // of the stale one, just now
	same(t, "experiments", openProject(t, url, nil).Len(), 2)
}

// Files that segments of another project in the folder name are not garbage.
func TestSegmentsBeside(t *testing.T) {
	dir := t.TempDir()
	mine, theirs := filepath.Join(dir, "project.json"), filepath.Join(dir, "other.json")
	p := openProject(t, mine, &project.Options{Mode: project.ReadWrite})
	addMarked(t, p, "run", "mine")
	saveProject(t, p)
	q := openProject(t, theirs, inSegments(project.Append))
	addMarked(t, q, "run", "theirs")
	saveProject(t, q)
	before := tree(t, dir)
	_, err := p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
	noError(t, err)
	mustEqualTree(t, before, tree(t, dir), nil)
	same(t, "theirs", marksIn(t, theirs), []string{"theirs"})

	// While one of them cannot be read, nothing is removed.
	writeTree(t, dir, map[string]string{
		"other.json.d/" + segmentName:             "[",
		"run-20250101000000/x-20250101000000.txt": "x",
	})
	report, err := p.GC(t.Context(), &project.GCOptions{Grace: -1})
	noError(t, err)
	same(t, "removed", len(report.Removed), 0)
	if !slices.ContainsFunc(report.Kept, func(f project.Finding) bool { return f.Kind == project.Orphan }) {
		t.Errorf("kept %v", report.Kept)
	}
}

// A record may have been noted as folded once more, just behind the note that it
// was removed. While the one is there the other must be.
func TestRepairOfRemovedLater(t *testing.T) {
	url := filepath.Join(t.TempDir(), "project.json")
	dir := filepath.Join(filepath.Dir(url), "project.json.d")
	p := openProject(t, url, inSegments(project.ReadWrite))
	removed := addMarked(t, p, "run", "removed").Slug()
	addMarked(t, p, "run", "kept")
	saveProject(t, p)
	noError(t, p.Remove(removed))
	saveProject(t, p)
	now := time.Now().Add(project.DefaultGrace)
	_, folded := segmentsIn(tree(t, filepath.Dir(url)))
	ages := map[string]int{}
	for _, name := range folded {
		age := time.Minute // older than what GC keeps
		if strings.HasSuffix(name, ".json") {
			age = -time.Minute
		}
		ages[path.Ext(name)]++
		noError(t, os.Chtimes(filepath.Join(dir, "folded", name), now, now.Add(-project.DefaultGrace-age)))
	}
	same(t, "folded", ages, map[string]int{".json": 1, ".removed": 1})
	at := func(days int) *project.Project {
		clock := func() time.Time { return now.AddDate(0, 0, days) }
		return openProject(t, url, &project.Options{Mode: project.ReadWrite, Now: clock})
	}
	_, err := at(0).GC(t.Context(), nil)
	noError(t, err)
	repaired, err := at(0).Repair(t.Context())
	noError(t, err)
	same(t, "restored", len(repaired.Restored), 0)
	report, err := at(1).GC(t.Context(), nil) // in the end they go, the note last
	noError(t, err)
	var order []string
	for _, f := range report.Removed {
		order = append(order, path.Ext(f.Key))
	}
	same(t, "removed", order, []string{".json", ".removed"})
}

// While a fold moves another project's records from its segments to its manifest,
// their files are still not garbage.
func TestSegmentsBesideFolded(t *testing.T) {
	for _, begun := range []bool{false, true} { // whether the other has a manifest already
		for _, at := range []string{"list", "open"} {
			dir := t.TempDir()
			theirs := filepath.Join(dir, "other.json")
			if begun {
				saveProject(t, openProject(t, theirs, &project.Options{Mode: project.ReadWrite}))
			}
			q := openProject(t, theirs, inSegments(project.Append))
			addMarked(t, q, "run", "theirs")
			saveProject(t, q)
			collecting := false
			fault := func(op, key string) error {
				if collecting && strings.HasPrefix(key, "other.json") && strings.HasPrefix(op, at) {
					collecting = false
					_, err := q.Compact(t.Context())
					return err
				}
				return nil
			}
			p := openProject(t, filepath.Join(dir, "project.json"), project.WithFault(project.Options{Mode: project.ReadWrite}, fault))
			saveProject(t, p)
			collecting = true
			_, err := p.GC(t.Context(), &project.GCOptions{Grace: -1})
			noError(t, err)
			same(t, "folded meanwhile", collecting, false)
			same(t, "theirs", marksIn(t, theirs), []string{"theirs"})
		}
	}
}
