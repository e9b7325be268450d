package release_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// The tests name the observed behaviours of Python lazyscribe 2.2.1 they cover:
// L for releases, W for weaknesses that are not to be repeated.

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want one that is %q", err, kind)
	}
}

func same[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	noError(t, err)
	return string(data)
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	noError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	noError(t, os.WriteFile(path, []byte(text), 0o666))
}

// expected are Python's answers about the fixture.
type expected struct {
	Text string   `json:"releases_text"`
	TOML string   `json:"toml_releases_text"`
	Made any      `json:"release_from_repo_without_expiry"`
	Tree []string `json:"minimal_tree"`
	Find map[string]struct {
		OK    []any  `json:"ok"`
		Error string `json:"error"`
	} `json:"find_release"`
}

func expectations(t testing.TB) expected {
	t.Helper()
	return fixture.Read[expected](t, "e_repository/expected.json")
}

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func openRepository(t testing.TB, url string, o *repository.Options) *repository.Repository {
	t.Helper()
	r, err := repository.Open(t.Context(), url, o)
	noError(t, err)
	t.Cleanup(func() { noError(t, r.Close()) })
	return r
}

func load(t testing.TB, url string) *release.List {
	t.Helper()
	l, err := release.Load(t.Context(), url, nil)
	noError(t, err)
	t.Cleanup(func() { noError(t, l.Close()) })
	return l
}

func pairs(r release.Release) []any {
	list := []any{}
	for _, item := range r.Artifacts {
		list = append(list, []any{item.Name, int64(item.Version)})
	}
	return list
}

// L1, L2: the latest version of each name, by name.
func TestCreate(t *testing.T) {
	dir := fixture.Copy(t, "e_repository")
	now := day(2025, 3, 1).Add(999 * time.Millisecond)
	r, err := release.Create(openRepository(t, filepath.Join(dir, "repository_noexpiry.json"), nil), "v1", now)
	noError(t, err)
	same(t, "artifacts", any(pairs(r)), fixture.Native(expectations(t).Made))
	same(t, "the rest", []any{r.Tag, r.CreatedAt}, []any{"v1", day(2025, 3, 1)})

	_, err = release.Create(openRepository(t, filepath.Join(dir, "repository.json"), nil), "v1", now)
	wantError(t, err, repository.ErrExpired) // one name is
	if !strings.Contains(err.Error(), "Name with spaces") {
		t.Errorf("error %q does not say which", err)
	}
	_, err = release.Create(openRepository(t, filepath.Join(dir, "none.json"), nil), "v1", now)
	wantError(t, err, release.ErrEmpty)
	unsaved := openRepository(t, filepath.Join(dir, "unsaved.json"), nil)
	_, err = unsaved.LogArtifact("a", 1, "json", nil)
	noError(t, err)
	_, err = release.Create(unsaved, "v1", now)
	wantError(t, err, artifacts.ErrNotSaved)
	for tag, at := range map[string]time.Time{"": now, "v1": day(10000, 1, 1)} {
		if _, err := release.Create(unsaved, tag, at); err == nil || errors.Is(err, artifacts.ErrNotSaved) {
			t.Errorf("tag %q at %v: error %v", tag, at, err)
		}
	}
}

// L3: which release is found, in what Python wrote.
func TestFind(t *testing.T) {
	l := load(t, filepath.Join(fixture.Copy(t, "e_repository"), "releases.json"))
	want := expectations(t).Find
	asked := 0
	for question, query := range map[string]release.Query{
		"None":             release.Latest(),
		"tag v0.1.0":       release.Tag("v0.1.0"),
		"tag v0.2.0":       release.Tag("v0.2.0"),
		"tag zz":           release.Tag("zz"),
		"exact 2025-04-01": release.At(day(2025, 4, 1)),
		"asof 2025-03-15":  release.AsOf(day(2025, 3, 15)),
		"asof 2025-04-01":  release.AsOf(day(2025, 4, 1)),
		"asof 2020":        release.AsOf(day(2020, 1, 1)),
	} {
		want, ok := want[question]
		if !ok {
			t.Fatalf("the fixture has no answer to %q", question)
		}
		asked++
		r, err := l.Find(query)
		if want.Error != "" {
			wantError(t, err, repository.ErrVersionNotFound)
			continue
		}
		noError(t, err)
		same(t, question, []any{r.Tag, r.CreatedAt.Format("2006-01-02T15:04:05"), pairs(r)}, fixture.Native(want.OK).([]any))
	}
	for _, c := range []struct {
		query release.Query
		want  string
	}{
		{release.Tag("zz"), `find release "zz": version not found`},
		{release.AsOf(day(2020, 1, 1)), `find release as of 2020-01-01T00:00:00: none yet, the first one, "v0.1.0", was created 2025-03-01T00:00:00: version not found`},
		{release.At(day(2020, 1, 1)), `find release created at 2020-01-01T00:00:00: version not found`},
	} {
		if _, err := l.Find(c.query); err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("got error %v, want %s", err, c.want)
		}
	}
	_, err := release.Find(nil, release.Latest()) // W25
	wantError(t, err, repository.ErrVersionNotFound)
}

// L4, L5: the text is Python's, in both of its forms.
func TestText(t *testing.T) {
	for text, indent := range map[string]string{expectations(t).Text: "", expectations(t).TOML: "    "} {
		list, err := release.Unmarshal([]byte(text))
		noError(t, err)
		got, err := release.Marshal(list, indent)
		noError(t, err)
		same(t, "text", string(got), text)
	}
	for _, text := range []string{"", "1", `[{"tag": "a"}]`, `[1]`, `[{"tag": 1, "artifacts": [], "created_at": "2025-01-01"}]`,
		`[{"tag": "a", "artifacts": [["a"]], "created_at": "2025-01-01"}]`, `[{"tag": "a", "artifacts": [["a", 1.0]], "created_at": "2025-01-01"}]`,
		`[{"tag": "a", "artifacts": [["a", 99999999999999999999]], "created_at": "2025-01-01"}]`, `[{"tag": "a", "artifacts": {}, "created_at": "2025-01-01"}]`,
		`[{"tag": "a", "artifacts": [], "created_at": "soon"}]`, `[{"tag": }]`} {
		if list, err := release.Unmarshal([]byte(text)); err == nil {
			t.Errorf("%s is read as %v", text, list)
		}
	}
	if _, err := release.Marshal([]release.Release{{}}, ""); err == nil {
		t.Error("a release without a tag is written")
	}
}

// What is there goes back as the bytes it was, and new ones stand behind it as
// Python indents them.
func TestAddAndSave(t *testing.T) {
	url := filepath.Join(fixture.Copy(t, "e_repository"), "releases.json")
	before := readFile(t, url)
	l := load(t, url)
	noError(t, l.Save(t.Context()))
	same(t, "nothing added", readFile(t, url), before)
	noError(t, l.Add(release.Release{Tag: "v1", Artifacts: []release.Item{{"größe", 3}}, CreatedAt: day(2025, 5, 1)}))
	wantError(t, l.Add(release.Release{Tag: "v1"}), artifacts.ErrExists)
	wantError(t, l.Add(release.Release{Tag: "v0.1.0"}), artifacts.ErrExists)
	r, err := l.Find(release.Tag("v1"))
	noError(t, err)
	same(t, "found before the save", r.Artifacts, []release.Item{{"größe", 3}})
	noError(t, l.Save(t.Context()))
	const added = `{
        "tag": "v1",
        "artifacts": [
            [
                "gr\u00f6\u00dfe",
                3
            ]
        ],
        "created_at": "2025-05-01T00:00:00"
    }`
	same(t, "text", readFile(t, url), strings.TrimSuffix(before, "]")+",\n    "+added+"\n]")
	same(t, "releases", len(load(t, url).All()), 4)

	fresh := filepath.Join(t.TempDir(), "deep", "releases.json")
	l = load(t, fresh)
	noError(t, l.Add(r))
	noError(t, l.Save(t.Context()))
	same(t, "text of a new file", readFile(t, fresh), "[\n    "+added+"\n]")
	noError(t, l.Save(t.Context())) // once
	same(t, "again", len(load(t, fresh).All()), 1)
}

// Two writers: both releases are kept, but a tag is given once.
func TestWritersMeet(t *testing.T) {
	url := filepath.Join(t.TempDir(), "releases.json")
	mine, theirs := load(t, url), load(t, url)
	noError(t, theirs.Add(release.Release{Tag: "theirs", CreatedAt: day(2025, 1, 1)}))
	noError(t, theirs.Add(release.Release{Tag: "both", CreatedAt: day(2025, 1, 1)}))
	noError(t, theirs.Save(t.Context()))
	noError(t, mine.Add(release.Release{Tag: "mine", CreatedAt: day(2025, 1, 2)}))
	noError(t, mine.Save(t.Context()))
	same(t, "releases", len(mine.All()), 3)
	before := readFile(t, url)
	late := load(t, filepath.Join(t.TempDir(), "releases.json"))
	noError(t, late.Add(release.Release{Tag: "both", CreatedAt: day(2025, 1, 3)}))
	noError(t, theirs.Add(release.Release{Tag: "later", CreatedAt: day(2025, 1, 3)}))
	noError(t, mine.Add(release.Release{Tag: "later", CreatedAt: day(2025, 1, 3)}))
	noError(t, theirs.Save(t.Context()))
	after := readFile(t, url)
	wantError(t, mine.Save(t.Context()), artifacts.ErrExists)
	same(t, "the tag that was taken", readFile(t, url), after)
	if after == before {
		t.Error("nothing was saved")
	}
}

// Entries that cannot be read are listed and kept.
func TestProblems(t *testing.T) {
	const text = `[{"tag": "bad", "artifacts": 7, "created_at": "2025-01-01"},
 {"tag": "good", "artifacts": [["a", 0]], "created_at": "2025-01-01", "more": 1}, {"tag": }]`
	url := filepath.Join(t.TempDir(), "releases.json")
	writeFile(t, url, text)
	l := load(t, url)
	var got []string
	for _, p := range l.Problems() {
		got = append(got, p.Error())
	}
	if len(got) != 2 || !strings.HasPrefix(got[0], `entry 0 (line 1 column 2) "bad": artifacts: `) || !strings.HasPrefix(got[1], "entry 2 (line 2 column ") {
		t.Errorf("problems %q", got)
	}
	same(t, "releases", len(l.All()), 1)
	noError(t, l.Add(release.Release{Tag: "new", CreatedAt: day(2025, 1, 1)}))
	noError(t, l.Save(t.Context()))
	if after := readFile(t, url); !strings.HasPrefix(after, strings.TrimSuffix(text, "]")) {
		t.Errorf("after the save:\n%s", after)
	}
	writeFile(t, url, "{")
	_, err := release.Load(t.Context(), url, nil)
	if _, ok := errors.AsType[*release.SyntaxError](err); !ok {
		t.Errorf("got error %v", err)
	}
}

// L9: what Python's minimal repository has, ours has too.
func TestExport(t *testing.T) {
	dir := fixture.Copy(t, "e_repository")
	repo := openRepository(t, filepath.Join(dir, "repository_noexpiry.json"), nil)
	l := load(t, filepath.Join(dir, "releases.json"))
	r, err := l.Find(release.Tag("v0.2.0"))
	noError(t, err)
	to := filepath.Join(dir, "deployed", "repository.json")
	for range 2 {
		noError(t, release.Export(t.Context(), repo, r, to))
	}
	same(t, "manifest", readFile(t, to), readFile(t, filepath.Join(dir, "minimal", "repository.json")))
	for _, file := range expectations(t).Tree {
		if !strings.HasSuffix(file, "/") {
			same(t, file, readFile(t, filepath.Join(dir, "deployed", file)), readFile(t, filepath.Join(dir, "minimal", file)))
		}
	}
	first, err := l.Find(release.Tag("v0.1.0"))
	noError(t, err)
	wantError(t, release.Export(t.Context(), repo, first, to), artifacts.ErrExists)
	wantError(t, release.Export(t.Context(), repo, release.Release{Tag: "x"}, to), release.ErrEmpty)
	gone := release.Release{Tag: "x", Artifacts: []release.Item{{"features", 77}}}
	wantError(t, release.Export(t.Context(), repo, gone, to+".2"), repository.ErrVersionNotFound)
}

func TestBeside(t *testing.T) {
	for url, want := range map[string]string{
		"repository.json":             "releases.json",
		"a/b/repository.json":         "a/b/releases.json",
		"/a/repo.json":                "/a/releases.json",
		"file:///a/repository.json":   "file:///a/releases.json",
		"mem://x/y/repository.json":   "mem://x/y/releases.json",
		"./models/other.name.json":    "./models/releases.json",
		"s3://bucket/repo.json":       "s3://bucket/releases.json",
		"mem://store/repository.json": "mem://store/releases.json",
	} {
		same(t, url, release.Beside(url), want)
	}
}
