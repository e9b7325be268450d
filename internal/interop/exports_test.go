package interop

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// exportInPython writes the minimal repository of a release.
func exportInPython(t *testing.T, dir, tag, to string) {
	t.Helper()
	runPython(t, dir, "releases.py", map[string]string{"do": "export", "tag": tag, "to": to}, nil)
}

// exportInGo does the same with this module.
func exportInGo(t *testing.T, dir, tag, to string) {
	t.Helper()
	r, err := openReleases(t, dir).Find(release.Tag(tag))
	if err != nil {
		t.Fatal(err)
	}
	repo := openVersions(t, dir, &repository.Options{Mode: repository.ReadOnly})
	if err := release.Export(t.Context(), repo, r, filepath.Join(to, "repository.json")); err != nil {
		t.Fatal(err)
	}
}

// Both sides make the same minimal repository, to the byte, of what Python saved
// last. (Of what Go saved last, Python leaves out digests of its own formats.)
func TestExports(t *testing.T) {
	needPython(t)
	for writer, write := range writers {
		t.Run(writer, func(t *testing.T) {
			dir, byPython, byGo := t.TempDir(), t.TempDir(), t.TempDir()
			write(t, dir, someVersions...)
			changeVersionsInPython(t, dir,
				versionChange{Do: "log", Name: "pickled", At: "2025-01-05T00:00:00", Handler: "pickle", Value: []any{integer("1")}})
			releaseInGo(t, dir, "v1", "2025-02-01T00:00:00")
			exportInPython(t, dir, "v1", byPython)
			exportInGo(t, dir, "v1", byGo)
			if diff := cmp.Diff(tree(t, byPython), tree(t, byGo)); diff != "" {
				t.Errorf("minimal repositories (-Python +Go):\n%s", diff)
			}
			for _, export := range []string{byPython, byGo} {
				list := describeVersions(t, export)
				if diff := cmp.Diff(describeVersionsInPython(t, export), list); diff != "" {
					t.Errorf("what is read (-Python +Go):\n%s", diff)
				}
				var got []release.Item
				for _, a := range list {
					got = append(got, release.Item{Name: a.Name, Version: a.Version})
				}
				if diff := cmp.Diff(openReleases(t, dir).All()[0].Artifacts, got); diff != "" || len(got) != 4 {
					t.Errorf("exported (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// tree is the content of all files of a folder, but for the lock that Go leaves
// there.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && path != ".repository.json.lock" {
			files[path] = readFile(t, dir, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Go releases and exports what has an expiry, which Python cannot release (see
// TestSearches), and files in folders, which Python would put elsewhere. Python
// reads both, and exports by a release of Go's.
func TestExportsOfGoAlone(t *testing.T) {
	needPython(t)
	dir, byPython, byGo := t.TempDir(), t.TempDir(), t.TempDir()
	changeVersions(t, dir,
		versionChange{Do: "log", Name: "model", At: "2025-01-01T00:00:00", Handler: "text", Value: "stays"},
		versionChange{Do: "log", Name: "model", At: "2025-01-02T00:00:00", Handler: "text", Value: "expires"},
		versionChange{Do: "expire", Name: "model", Version: 0, At: "2999-01-01T00:00:00"},
		versionChange{Do: "expire", Name: "model", Version: 1, At: "2025-01-03T00:00:00"},
	)
	releaseInGo(t, dir, "v1", "2025-02-01T00:00:00")
	exportInPython(t, dir, "v1", byPython)
	exportInGo(t, dir, "v1", byGo)
	if diff := cmp.Diff(tree(t, byPython), tree(t, byGo)); diff != "" {
		t.Errorf("minimal repositories (-Python +Go):\n%s", diff)
	}

	changeVersions(t, dir,
		versionChange{Do: "log", Name: "deep", At: "2025-01-04T00:00:00", Handler: "text", Value: "in a folder", FileName: "some/folder/x.txt"})
	releaseInGo(t, dir, "v2", "2025-03-01T00:00:00")
	to := t.TempDir()
	exportInGo(t, dir, "v2", to)
	exportInGo(t, dir, "v2", to) // twice is once
	got := describeVersionsInPython(t, to)
	if diff := cmp.Diff(describeVersions(t, to), got); diff != "" {
		t.Errorf("what is read (-Go +Python):\n%s", diff)
	}
	want := []artifact{
		{Name: "deep", Handler: "text", CreatedAt: "2025-01-04T00:00:00", Content: "in a folder"},
		{Name: "model", Handler: "text", CreatedAt: "2025-01-01T00:00:00", Expiry: "2999-01-01T00:00:00", Content: "stays"},
	}
	if diff := cmp.Diff(want, got, unmodelledVersions); diff != "" {
		t.Errorf("exported (-want +got):\n%s", diff)
	}
}
