package repository_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// Purge deletes the files of what expired before a time, and nothing else.
func TestPurge(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	dir := filepath.Dir(url)
	r := openAt(t, url, &repository.Options{Now: w.Now})
	for i, ttl := range []time.Duration{0, time.Hour, 2 * time.Hour, 48 * time.Hour} {
		log(t, r, "a", i, &artifacts.LogOptions{TTL: ttl, FileName: "v" + string(rune('0'+i)) + ".json"})
	}
	_, err := r.Purge(t.Context(), w.Now(), nil)
	wantError(t, err, artifacts.ErrNotSaved)
	save(t, r)
	w.Advance(24 * time.Hour)
	before := tree(t, dir)
	versions := func(list []artifacts.Artifact, err error) []int {
		t.Helper()
		noError(t, err)
		var numbers []int
		for _, a := range list {
			numbers = append(numbers, a.Version)
		}
		return numbers
	}
	same(t, "dry run", versions(r.Purge(t.Context(), w.Now(), &repository.PurgeOptions{DryRun: true})), []int{1, 2})
	same(t, "before an hour after", versions(r.Purge(t.Context(), day(2025, 3, 1).Add(11*time.Hour), nil)), nil) // equal is not before
	same(t, "files", tree(t, dir), before)
	reader := openAt(t, url, &repository.Options{Mode: repository.ReadOnly, Now: w.Now})
	same(t, "dry run, read-only", versions(reader.Purge(t.Context(), w.Now(), &repository.PurgeOptions{DryRun: true})), []int{1, 2})

	same(t, "purged", versions(r.Purge(t.Context(), w.Now().Add(1000*time.Hour), nil)), []int{1, 2}) // the last one has not expired yet
	same(t, "again", versions(r.Purge(t.Context(), w.Now(), nil)), nil)
	for _, r := range []*repository.Repository{r, openAt(t, url, nil)} {
		same(t, "versions", numbers(r, "a"), []int{0, 1, 2, 3})
		same(t, "time of the purge", find(t, r, "a", repository.Number(1)).PurgedAt, w.Now())
		for n := range 4 {
			err := r.LoadArtifact(t.Context(), "a", new(any), &repository.LoadOptions{Version: repository.Number(n)})
			if purged := n == 1 || n == 2; !purged {
				noError(t, err)
			} else if wantError(t, err, artifacts.ErrNotFound); !strings.Contains(err.Error(), "purged 2025-03-02T10:00:00") {
				t.Errorf("got error %v", err)
			}
		}
	}
	_, err = os.Stat(filepath.Join(dir, "a", "v1.json"))
	if !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
	wantError(t, r.Export(t.Context(), manifestIn(t), repository.Pick{Name: "a", Version: repository.Number(1)}), artifacts.ErrNotFound)

	// A purge that died before it deleted the file is repeated.
	writeFile(t, filepath.Join(dir, "a", "v1.json"), "1")
	same(t, "repeated", versions(r.Purge(t.Context(), w.Now(), nil)), nil)
	_, err = os.Stat(filepath.Join(dir, "a", "v1.json"))
	if !os.IsNotExist(err) {
		t.Errorf("the file is there again: %v", err)
	}
}

// Files that anything else names are kept.
func TestPurgeKeepsWhatOthersName(t *testing.T) {
	entry := func(name, fname, expiry string) string {
		return `{"created_at": "2025-01-01T00:00:00", "expiry": ` + expiry + `, "fname": "` + fname + `", "handler": "text", "name": "` + name + `", "version": 0}`
	}
	const old = `"2025-01-02T00:00:00"`
	experiment := `{"name": "n", "slug": "run", "created_at": "2025-01-01T00:00:00", "last_updated": "2025-01-01T00:00:00", "artifacts": [{"name": "a", "fname": "d.txt", "handler": "text", "created_at": "2025-01-01T00:00:00"}]}`
	url := manifestOf(t, "["+strings.Join([]string{
		entry("a", "a.txt", old), entry("a", "./a.txt", "null"), // one file, and one of the versions stays
		entry("b", "b.txt", old),   // another repository's, too
		entry("run", "d.txt", old), // an experiment's, too
		entry("e", "e.txt", old), entry("e", "e.txt", old),
		entry("../up", "x.txt", old),
	}, ", ")+"]")
	dir := filepath.Dir(url)
	for _, file := range []string{"a/a.txt", "b/b.txt", "run/d.txt", "e/e.txt", "../up/x.txt"} {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), file)
	}
	writeFile(t, filepath.Join(dir, "other.json"), "["+entry("b", "b.txt", "null")+"]")
	writeFile(t, filepath.Join(dir, "project.json"), "["+experiment+"]")
	writeFile(t, filepath.Join(dir, "broken.json"), `[{"name": "x", "slug": `)
	r := openAt(t, url, nil)
	if _, err := r.Purge(t.Context(), time.Now(), nil); err == nil || !strings.Contains(err.Error(), "broken.json") {
		t.Errorf("got error %v", err)
	}
	same(t, "files", len(tree(t, filepath.Dir(dir))), 9)
	noError(t, os.Remove(filepath.Join(dir, "broken.json")))
	list, err := r.Purge(t.Context(), time.Now(), nil)
	noError(t, err)
	same(t, "purged", len(list), 2)
	files := tree(t, filepath.Dir(dir))
	if _, there := files["models/e/e.txt"]; there || len(files) != 7 {
		t.Errorf("files: %v", files)
	}

	unreadable := openAt(t, manifestOf(t, "["+entry("a", "a.txt", old)+`, {"name": }]`), nil)
	if _, err := unreadable.Purge(t.Context(), time.Now(), nil); err == nil || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("got error %v", err)
	}
}
