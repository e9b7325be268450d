package interop

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// writers are the two sides that can have written a repository.
var writers = map[string]func(*testing.T, string, ...versionChange){"Go": changeVersions, "Python": changeVersionsInPython}

// someVersions are of names that both sides sort as they are given here.
var someVersions = []versionChange{
	{Do: "log", Name: "Model", At: "2025-01-01T00:00:00", Handler: "json", Value: []any{integer("1"), float(1)}},
	{Do: "log", Name: "größe", At: "2025-01-02T00:00:00", Handler: "text", Value: "grün\r\n"},
	{Do: "log", Name: "Model", At: "2025-01-03T00:00:00", Handler: "json", Value: "newer"},
	{Do: "log", Name: "bytes", At: "2025-01-04T00:00:00", Handler: "gob", Value: data([]byte{0, 255})},
}

// releaseInPython adds a release to the file of releases.
func releaseInPython(t *testing.T, dir, tag, at string) {
	t.Helper()
	runPython(t, dir, "releases.py", map[string]string{"do": "create", "tag": tag, "at": at}, nil)
}

// releaseInGo does the same with this module.
func releaseInGo(t *testing.T, dir, tag, at string) {
	t.Helper()
	repo := openVersions(t, dir, &repository.Options{Mode: repository.ReadOnly})
	r, err := release.Create(repo, tag, moment(t, at))
	if err != nil {
		t.Fatal(err)
	}
	list := openReleases(t, dir)
	if err := list.Add(r); err != nil {
		t.Fatal(err)
	}
	if err := list.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func openReleases(t *testing.T, dir string) *release.List {
	t.Helper()
	list, err := release.Load(t.Context(), filepath.Join(dir, release.FileName), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := list.Close(); err != nil {
			t.Error(err)
		}
	})
	if problems := list.Problems(); len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	return list
}

// Both sides cut the same releases of one repository, in turns and each alone,
// into the same file.
func TestReleases(t *testing.T) {
	needPython(t)
	type cut = func(t *testing.T, dir, tag, at string)
	for writer, write := range writers {
		t.Run(writer, func(t *testing.T) {
			var first string
			for _, order := range [][]cut{
				{releaseInPython, releaseInPython, releaseInPython},
				{releaseInGo, releaseInGo, releaseInGo},
				{releaseInPython, releaseInGo, releaseInPython},
				{releaseInGo, releaseInPython, releaseInGo},
			} {
				dir := t.TempDir()
				write(t, dir, someVersions[:2]...)
				order[0](t, dir, "v1 größe", "2025-02-01T00:00:00")
				write(t, dir, someVersions[2:]...)
				order[1](t, dir, "v2", "2025-04-01T00:00:00")
				order[2](t, dir, "clock went back", "2025-03-01T00:00:00")
				text := releasesFile(t, dir)
				if first == "" {
					first = text
				}
				if diff := cmp.Diff(first, text); diff != "" {
					t.Fatalf("the file, cut by Python alone and as well by Go (-Python +Go):\n%s", diff)
				}
				sameReleases(t, dir)
			}
		})
	}
}

// sameReleases fails unless both sides read, write and find the same in a file.
func sameReleases(t *testing.T, dir string) {
	t.Helper()
	list := openReleases(t, dir)
	want := []release.Release{
		{Tag: "v1 größe", Artifacts: []release.Item{{Name: "Model"}, {Name: "größe"}}, CreatedAt: moment(t, "2025-02-01T00:00:00")},
		{Tag: "v2", Artifacts: []release.Item{{Name: "Model", Version: 1}, {Name: "bytes"}, {Name: "größe"}}, CreatedAt: moment(t, "2025-04-01T00:00:00")},
		{Tag: "clock went back", Artifacts: []release.Item{{Name: "Model", Version: 1}, {Name: "bytes"}, {Name: "größe"}}, CreatedAt: moment(t, "2025-03-01T00:00:00")},
	}
	if diff := cmp.Diff(want, list.All()); diff != "" {
		t.Errorf("releases (-want +Go):\n%s", diff)
	}

	var texts []string
	runPython(t, dir, "releases.py", map[string]string{"do": "texts"}, &texts)
	for i, indent := range []string{"", "    "} {
		text, err := release.Marshal(list.All(), indent)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts[i], string(text)); diff != "" {
			t.Errorf("text with indent %q (-Python +Go):\n%s", indent, diff)
		}
	}

	questions := []struct {
		Tag   string `json:"tag"`
		At    string `json:"at"`
		Match string `json:"match"`
		want  string
	}{
		{"", "", "exact", "v2"},
		{"v1 größe", "", "exact", "v1 größe"},
		{"v3", "", "exact", notFound},
		{"", "2025-03-01T00:00:00", "exact", "clock went back"},
		{"", "2025-03-01T00:00:01", "exact", notFound},
		{"", "2025-03-01T00:00:01", "asof", "clock went back"},
		{"", "2025-03-01T00:00:00", "asof", "clock went back"},
		{"", "2025-02-28T23:59:59", "asof", "v1 größe"},
		{"", "2025-01-31T23:59:59", "asof", notFound},
	}
	var answers []string
	runPython(t, dir, "releases.py", map[string]any{"do": "find", "questions": questions}, &answers)
	for i, q := range questions {
		query := release.Latest()
		switch {
		case q.Tag != "":
			query = release.Tag(q.Tag)
		case q.Match == "asof":
			query = release.AsOf(moment(t, q.At))
		case q.At != "":
			query = release.At(moment(t, q.At))
		}
		r, err := list.Find(query)
		got := r.Tag
		if errors.Is(err, repository.ErrVersionNotFound) {
			got = notFound
		} else if err != nil {
			t.Error(err)
		}
		if got != q.want || answers[i] != q.want {
			t.Errorf("%+v: Go says %q, Python %q, want %q", q, got, answers[i], q.want)
		}
	}
}

// notFound is Python's name of repository.ErrVersionNotFound.
const notFound = "VersionNotFoundError"

func releasesFile(t *testing.T, dir string) string { return readFile(t, dir, release.FileName) }

// Both sides cut the same releases from one configuration.
func TestReleasesFromTOML(t *testing.T) {
	needPython(t)
	const config = `
[project]
name = "shop"
version = "1.2.0"

[tool.lazyscribe]
repositories = ["repository.json", "other/repository.json"]
`
	inPython, inGo := t.TempDir(), t.TempDir()
	for _, dir := range []string{inPython, inGo} {
		changeVersions(t, dir, someVersions...)
		if err := os.Mkdir(filepath.Join(dir, "other"), 0o777); err != nil {
			t.Fatal(err)
		}
		changeVersions(t, filepath.Join(dir, "other"), someVersions[:1]...)
		if err := os.WriteFile(filepath.Join(dir, "pyproject.toml"), []byte(config), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	const at = "2025-06-01T00:00:00"
	cutInPython := func(dir string) {
		runPython(t, dir, "releases.py", map[string]string{"do": "from_toml", "file": "pyproject.toml", "at": at}, nil)
	}
	cutInPython(inPython)
	cutInGo(t, inGo, config, moment(t, at), false)
	for _, folder := range []string{".", "other"} {
		if diff := cmp.Diff(releasesFile(t, filepath.Join(inPython, folder)), releasesFile(t, filepath.Join(inGo, folder))); diff != "" {
			t.Errorf("releases in %s (-Python +Go):\n%s", folder, diff)
		}
	}

	// Neither cuts a tag that the other has cut.
	before := releasesFile(t, inPython)
	cutInGo(t, inPython, config, moment(t, at).Add(time.Hour), true)
	cutInPython(inGo)
	for _, dir := range []string{inPython, inGo} {
		if diff := cmp.Diff(before, releasesFile(t, dir)); diff != "" {
			t.Errorf("releases after the second time (-want +got):\n%s", diff)
		}
	}
}

func cutInGo(t *testing.T, dir, config string, at time.Time, exists bool) {
	t.Helper()
	cuts, err := release.FromTOML(t.Context(), []byte(config), &release.Options{Dir: dir, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if len(cuts) != 2 || cuts[0].Exists != exists || cuts[1].Exists != exists {
		t.Errorf("cuts %+v, want two with Exists %t", cuts, exists)
	}
}
