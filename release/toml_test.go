package release_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/release"
)

// L6: the file that Python reads gives the text that Python writes.
func TestFromTOML(t *testing.T) {
	dir := fixture.Copy(t, "e_repository")
	url := filepath.Join(dir, "toml", "releases.json")
	python := readFile(t, url)
	writeFile(t, url, "[]")
	text := readFile(t, filepath.Join(dir, "pyproject.toml"))
	now := day(2025, 6, 1)
	o := &release.Options{Dir: dir, Now: func() time.Time { return now }}
	cuts, err := release.FromTOML(t.Context(), []byte(text), o)
	noError(t, err)
	if len(cuts) != 1 || cuts[0].Exists || cuts[0].Repository != "toml/repository.json" || cuts[0].Releases != url || cuts[0].Release.Tag != "1.0.0" {
		t.Errorf("cuts %+v", cuts)
	}
	now = day(2025, 6, 2) // the tag is there: nothing happens
	cuts, err = release.FromTOML(t.Context(), []byte(text), o)
	noError(t, err)
	if len(cuts) != 1 || !cuts[0].Exists || !cuts[0].Release.CreatedAt.Equal(day(2025, 6, 1)) {
		t.Errorf("cuts %+v", cuts)
	}
	now = day(2025, 6, 3)
	_, err = release.FromTOML(t.Context(), []byte(strings.Replace(text, "1.0.0", "1.1.0", 1)), o)
	noError(t, err)
	same(t, "releases", readFile(t, url), python)
}

// L6, L7: where the tag comes from, and what is wrong with a file.
func TestTOMLFiles(t *testing.T) {
	dir := t.TempDir()
	repo := openRepository(t, filepath.Join(dir, "r", "repository.json"), nil)
	_, err := repo.LogArtifact("a", 1, "json", nil)
	noError(t, err)
	noError(t, repo.Save(t.Context()))
	const repositories = "repositories = [\"r/repository.json\"]\n"
	for _, c := range []struct{ text, tag, wrong string }{
		{"[project]\nversion = \"1\"\n[tool.lazyscribe]\nversion = \"2\"\n" + repositories, "1", ""},
		{"[project]\nname = \"x\"\n[tool.lazyscribe]\nversion = \"2\"\n" + repositories, "2", ""},
		{"[tool.lazyscribe]\nversion = \"3\"\n" + repositories, "3", ""},
		{"[tool.lazyscribe]\nversion = \"4\"\nformat = \"v{version}-{year}.{month}.{day}{{}}\"\n" + repositories, "v4-2025.6.1{}", ""},
		{"[tool.lazyscribe]\nversion = \"5\"\nformat = \"{version:>4}\"\n" + repositories, "", "format"},
		{"[tool.lazyscribe]\nversion = \"5\"\nformat = \"{\"\n" + repositories, "", "format"},
		{"[tool.lazyscribe]\nversion = \"5\"\nformat = \"}\"\n" + repositories, "", "format"},
		{"[tool.lazyscribe]\nversion = \"\"\n" + repositories, "", "tag is empty"},
		{"[tool.lazyscribe]\nversion = 5\n" + repositories, "", "version"},
		{"[tool.lazyscribe]\n" + repositories, "", "no version"},
		{"[project]\nversion = \"1\"\n", "", "[tool.lazyscribe]"},
		{"[tool.lazyscribe]\nversion = \"1\"\n", "", "no repositories"},
		{"[tool.lazyscribe]\nversion = \"1\"\nrepositories = []\n", "", "no repositories"},
		{"[tool.lazyscribe]\nversion = \"1\"\nrepositories = \"r\"\n", "", "repositories"},
		{"[tool.lazyscribe]\nversion = \"1\"\nrepositories = [\"x/none.json\"]\n", "", "nothing to release"},
		{"[tool.lazyscribe\n", "", "TOML"},
	} {
		cuts, err := release.FromTOML(t.Context(), []byte(c.text), &release.Options{Dir: dir, Now: func() time.Time { return day(2025, 6, 1) }})
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) || !strings.HasPrefix(err.Error(), "release from TOML: ") {
				t.Errorf("%s\ngot error %v", c.text, err)
			}
			continue
		}
		noError(t, err)
		same(t, "tag", cuts[0].Release.Tag, c.tag)
	}
}

// repositories makes some with one version each.
func repositories(t *testing.T, dir string, names ...string) (toml string) {
	t.Helper()
	var quoted []string
	for _, name := range names {
		repo := openRepository(t, filepath.Join(dir, filepath.FromSlash(name)), nil)
		_, err := repo.LogArtifact("a", name, "json", nil)
		noError(t, err)
		noError(t, repo.Save(t.Context()))
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return "[tool.lazyscribe]\nversion = \"1\"\nrepositories = [" + strings.Join(quoted, ", ") + "]\n"
}

// L8: several repositories, all or nothing.
func TestFromTOMLAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	text := repositories(t, dir, "x/repository.json", "y/repository.json")
	broken := strings.Replace(text, "y/repo", "nothing/repo", 1)
	_, err := release.FromTOML(t.Context(), []byte(broken), &release.Options{Dir: dir})
	wantError(t, err, release.ErrEmpty)
	_, err = os.Stat(filepath.Join(dir, "x", "releases.json"))
	wantError(t, err, fs.ErrNotExist)

	faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
		if f.Sticky {
			return // then nothing can be taken back
		}
		dir := t.TempDir()
		text := repositories(t, dir, "x/repository.json", "y/repository.json")
		seed := load(t, filepath.Join(dir, "x", "releases.json"))
		noError(t, seed.Add(release.Release{Tag: "0", CreatedAt: day(2025, 1, 1)}))
		noError(t, seed.Save(t.Context()))
		before := readFile(t, filepath.Join(dir, "x", "releases.json"))
		_, err := release.FromTOML(t.Context(), []byte(text), release.WithFault(release.Options{Dir: dir}, f.Hook))
		first, second := load(t, filepath.Join(dir, "x", "releases.json")), load(t, filepath.Join(dir, "y", "releases.json"))
		switch {
		case err == nil:
			same(t, "releases", []int{len(first.All()), len(second.All())}, []int{2, 1})
		case errors.Is(err, artifacts.ErrOutcomeUnknown): // then it is one of the two
		default:
			same(t, "first list after "+f.Failed(), readFile(t, filepath.Join(dir, "x", "releases.json")), before)
			same(t, "second list after "+f.Failed(), len(second.All()), 0)
		}
		if t.Failed() {
			t.Fatalf("after %s: %v", f.Failed(), err)
		}
		_, err = release.FromTOML(t.Context(), []byte(text), &release.Options{Dir: dir})
		noError(t, err)
		same(t, "in the end", []int{len(load(t, first.URL()).All()), len(load(t, second.URL()).All())}, []int{2, 1})
	})
	if faults == 0 {
		t.Error("no operation failed")
	}
	t.Logf("%d faults", faults)
}

// Repositories in one folder share the file, and so the tag.
func TestFromTOMLOneFolder(t *testing.T) {
	dir := t.TempDir()
	text := repositories(t, dir, "x/one.json", "x/two.json", "x/one.json")
	cuts, err := release.FromTOML(t.Context(), []byte(text), &release.Options{Dir: dir})
	noError(t, err)
	same(t, "existed", []bool{cuts[0].Exists, cuts[1].Exists, cuts[2].Exists}, []bool{false, true, true})
	same(t, "releases", len(load(t, filepath.Join(dir, "x", "releases.json")).All()), 1)
}

// A list is saved whole or not at all, whatever fails, and can be saved again.
func TestSaveFaults(t *testing.T) {
	for _, there := range []bool{false, true} {
		faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
			url := filepath.Join(t.TempDir(), "deep", "releases.json")
			if there {
				l := load(t, url)
				noError(t, l.Add(release.Release{Tag: "0", CreatedAt: day(2025, 1, 1)}))
				noError(t, l.Save(t.Context()))
			}
			on := false
			l, err := release.Load(t.Context(), url, release.WithFault(release.Options{}, func(op, key string) error {
				if !on {
					return nil
				}
				return f.Hook(op, key)
			}))
			noError(t, err)
			noError(t, l.Add(release.Release{Tag: "1", CreatedAt: day(2025, 1, 1)}))
			on = true
			failed := l.Save(t.Context())
			on = false
			if n := len(load(t, url).All()); failed != nil && !errors.Is(failed, artifacts.ErrOutcomeUnknown) && n != count(there) || failed == nil && n != count(there)+1 {
				t.Errorf("%d releases after %s: %v", n, f.Failed(), failed)
			}
			noError(t, l.Save(t.Context()))
			noError(t, l.Close())
			same(t, "in the end, after "+f.Failed(), len(load(t, url).All()), count(there)+1)
		})
		t.Logf("%d faults", faults)
	}
}

func count(there bool) int {
	if there {
		return 1
	}
	return 0
}
