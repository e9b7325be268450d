package repository_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// An answer is what one call of Python gave: a value or an error.
type answer struct {
	OK    json.RawMessage `json:"ok"`
	Error string          `json:"error"`
}

// value returns what Python answered; floats are tagged in the fixtures.
func (a answer) value(t testing.TB) any {
	t.Helper()
	return fixture.Native(fixture.Decode[any](t, a.OK))
}

// searches are Python's answers about the versions of "features".
type searches struct {
	AsOf   map[string]answer `json:"asof_features"`
	Time   map[string]answer `json:"exact_str"`
	Number map[string]answer `json:"exact_int"`
	Latest map[string]map[string]answer
}

func (s *searches) UnmarshalJSON(data []byte) error {
	type plain searches
	var named struct {
		*plain
		Latest map[string]map[string]answer `json:"latest_at"`
	}
	named.plain = (*plain)(s)
	err := json.Unmarshal(data, &named)
	s.Latest = named.Latest
	return err
}

const documented = "documented_semantics (expiry as datetime, what Python answers before a reload)"

// R6-R12: searches find what Python documents, on files it wrote, expiries or
// not. (After a reload Python itself fails on expiries: W1.)
func TestFixtureSearches(t *testing.T) {
	all := fixture.Read[map[string]json.RawMessage](t, "e_repository/expected.json")
	dir := fixture.Copy(t, "e_repository")
	asked := 0
	for file, key := range map[string]string{"repository.json": documented, "repository_noexpiry.json": "no_expiry_file"} {
		var want searches
		noError(t, json.Unmarshal(all[key], &want))
		w := watch.New()
		r := openAt(t, filepath.Join(dir, file), &repository.Options{Mode: repository.ReadOnly, Now: w.Now})
		ask := func(name, version string, want answer) {
			t.Helper()
			asked++
			v, err := repository.ParseVersion(version)
			if strings.HasSuffix(want.Error, ".InvalidVersionError") {
				wantError(t, err, repository.ErrInvalidVersion)
				return
			}
			noError(t, err)
			got, err := r.Find(name, v)
			switch {
			case strings.HasSuffix(want.Error, ".VersionNotFoundError"):
				if !errors.Is(err, repository.ErrVersionNotFound) {
					t.Errorf("%s: %s %s: got version %d, error %v, want %s", file, name, version, got.Version, err, want.Error)
				}
			case want.Error != "":
				t.Fatalf("unexpected error in the fixture: %s", want.Error)
			case err != nil || strconv.Itoa(got.Version) != string(want.OK):
				t.Errorf("%s: %s %s: got version %d, error %v, want %s", file, name, version, got.Version, err, want.OK)
			}
		}
		for at, want := range want.AsOf {
			ask("features", "asof:"+at, want)
		}
		for at, want := range want.Time {
			ask("features", at, want)
		}
		for n, want := range want.Number {
			ask("features", n, want)
		}
		for at, byName := range want.Latest {
			w.Set(moment(t, at))
			for name, want := range byName {
				ask(name, "latest", want)
			}
		}
	}
	if asked < 50 {
		t.Errorf("only %d questions", asked)
	}
}

// fixtureOfE is what Python answers about the files of fixture e themselves.
type fixtureOfE struct {
	Order  any               `json:"order_in_file"`
	Load   map[string]answer `json:"load"`
	Files  map[string]string `json:"files"`
	Diff   map[string]answer `json:"diff"`
	AsOf   map[string]answer `json:"filter_asof"`
	Picked answer            `json:"filter_list"`
	SHA256 map[string]string `json:"sha256"`
}

func TestFixtureContents(t *testing.T) {
	want := fixture.Read[fixtureOfE](t, "e_repository/expected.json")
	dir := fixture.Copy(t, "e_repository")
	r := openAt(t, filepath.Join(dir, "repository.json"), &repository.Options{Handlers: withPickle(t)})
	same(t, "problems", len(r.Problems()), 0)
	order := []any{}
	for a := range r.All() {
		var expiry any
		if !a.Expiry.IsZero() {
			expiry = a.Expiry.Format("2006-01-02T15:04:05")
		}
		order = append(order, []any{a.Name, int64(a.Version), a.CreatedAt.Format("2006-01-02T15:04:05"), expiry, a.FileName})
	}
	same(t, "order in the file", any(order), fixture.Native(want.Order))
	same(t, "names", r.Names(), []string{"Name with spaces/é", "features", "model"})

	for which, file := range want.Files {
		name, number, _ := strings.Cut(which, " v")
		v, err := repository.ParseVersion(number)
		noError(t, err)
		same(t, "file of "+which, bytesOf(t, r, name, v), readFile(t, filepath.Join(dir, filepath.FromSlash(file))))
	}
	for which, value := range want.Load {
		name, v := "features", repository.Number(1)
		switch {
		case which == "Name with spaces/é":
			name, v = which, repository.Number(0)
		case strings.HasPrefix(which, "features v"):
			n, err := strconv.Atoi(strings.TrimPrefix(which, "features v"))
			noError(t, err)
			v = repository.Number(n)
		case which != "expired exact":
			continue // pickles
		}
		same(t, which, load(t, r, name, v), value.value(t))
	}
}

// R21-R23: diffs, with files that Python wrote.
func TestFixtureDiffs(t *testing.T) {
	want := fixture.Read[fixtureOfE](t, "e_repository/expected.json")
	r := openAt(t, filepath.Join(fixture.Copy(t, "e_repository"), "repository_noexpiry.json"), &repository.Options{Handlers: withPickle(t)})
	for which, want := range want.Diff {
		name, a, b := "features", repository.Latest(), repository.Latest()
		switch fields := strings.FieldsFunc(which, func(c rune) bool { return strings.ContainsRune("(,) ", c) }); {
		case fields[0] == "asof":
			a = repository.AsOf(moment(t, fields[1]+"T00:00:00"))
		case fields[0] == "model":
			name, a = "model", repository.Number(0)
		default:
			noError(t, parseInto(&a, fields[0]))
			if len(fields) == 2 {
				noError(t, parseInto(&b, fields[1]))
			}
		}
		got, err := r.Diff(t.Context(), name, a, b)
		switch want.Error {
		case "":
			if diff := cmp.Diff(want.value(t), any(got)); err != nil || diff != "" {
				t.Errorf("%s: error %v (-want +got):\n%s", which, err, diff)
			}
		case "ValueError":
			if wantError(t, err, repository.ErrBinary); !strings.Contains(err.Error(), `"pickle"`) {
				t.Errorf("error %q does not name the handler", err)
			}
		default:
			wantError(t, err, repository.ErrVersionNotFound)
		}
	}
}

func parseInto(v *repository.Version, text string) (err error) {
	*v, err = repository.ParseVersion(text)
	return err
}

// R25-R27: filters.
func TestFixtureFilters(t *testing.T) {
	want := fixture.Read[fixtureOfE](t, "e_repository/expected.json")
	r := openAt(t, filepath.Join(fixture.Copy(t, "e_repository"), "repository_noexpiry.json"), nil)
	pairs := func(f *repository.Repository) any {
		list := []any{}
		for a := range f.All() {
			list = append(list, []any{a.Name, int64(a.Version)})
		}
		return list
	}
	for at, want := range want.AsOf {
		if want.Error != "" {
			continue // a text that is no time: see TestParseVersion
		}
		f, err := r.FilterAsOf(moment(t, at))
		noError(t, err)
		same(t, "as of "+at, pairs(f), want.value(t))
		noError(t, f.Close())
	}
	f, err := r.FilterPicks(repository.Pick{Name: "model"}, repository.Pick{Name: "features", Version: repository.Number(1)}, repository.Pick{Name: "model", Version: repository.Number(0)})
	noError(t, err)
	same(t, "picks", pairs(f), want.Picked.value(t))
	noError(t, f.Close())
}

// P30 for repositories: what Python wrote goes back as the bytes it was, when a
// version is added behind it and when an expiry is set and taken back.
func TestFixtureText(t *testing.T) {
	for _, path := range []string{"e_repository/repository.json", "e_repository/repository_noexpiry.json", "e_repository/minimal/repository.json", "h_subdirs/repo/repository.json"} {
		name, file, _ := strings.Cut(path, "/")
		manifest := filepath.Join(fixture.Copy(t, name), filepath.FromSlash(file))
		before := readFile(t, manifest)
		r := openAt(t, manifest, nil)
		save(t, r)
		same(t, path+" saved without a change", readFile(t, manifest), before)
		log(t, r, "new", 1, nil)
		save(t, r)
		if after := readFile(t, manifest); !strings.HasPrefix(after, strings.TrimSuffix(before, "\n]")+",\n    {\n        \"created_at\": ") {
			t.Errorf("%s: a version was added:\n%s", path, after)
		}
		for a := range r.All() {
			if a.Name == "new" {
				continue
			}
			for _, expiry := range []int{2040, 0} {
				at := a.Expiry
				if expiry > 0 {
					at = day(expiry, 1, 1)
				}
				noError(t, r.SetExpiry(a.Name, repository.Number(a.Version), at))
				save(t, r)
			}
		}
		if after := readFile(t, manifest); !strings.HasPrefix(after, strings.TrimSuffix(before, "\n]")) {
			t.Errorf("%s: expiries were set and taken back:\n%s", path, after)
		}
	}
}

// S1, S4: names and files with folders.
func TestFixtureFolders(t *testing.T) {
	want := fixture.Read[struct {
		Repo map[string]struct {
			File  string
			Value answer
		}
	}](t, "h_subdirs/expected.json")
	dir := fixture.Copy(t, "h_subdirs")
	r := openAt(t, filepath.Join(dir, "repo", "repository.json"), nil)
	if len(want.Repo) != 3 {
		t.Fatalf("the fixture has %d versions", len(want.Repo))
	}
	for which, want := range want.Repo {
		name, number, _ := strings.Cut(which, " v")
		v, err := repository.ParseVersion(number)
		noError(t, err)
		same(t, which, load(t, r, name, v), want.Value.value(t))
		same(t, "file of "+which, bytesOf(t, r, name, v), readFile(t, filepath.Join(dir, filepath.FromSlash(want.File))))
	}
	// X8, L9: where Python itself lost the folders, the files are missing.
	for _, broken := range []string{"promoted", "minimal"} {
		r := openAt(t, filepath.Join(dir, broken, "repository.json"), nil)
		_, err := repository.Load[any](t.Context(), r, "one", nil)
		wantError(t, err, artifacts.ErrNotFound)
	}
}

// The digests of the fixture are those of the files in it: nobody edited them.
func TestFixtureIsWhole(t *testing.T) {
	for file, want := range fixture.Read[fixtureOfE](t, "e_repository/expected.json").SHA256 {
		text := readFile(t, fixture.Path(t, "e_repository/data/"+file))
		same(t, file, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), want)
	}
}

// TestUnifiedDiffCases compares diffs with Python's on many texts.
func TestUnifiedDiffCases(t *testing.T) {
	cases := fixture.Read[[][3]string](t, "diff_cases.json")
	if len(cases) < 400 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		if got := repository.UnifiedDiff(c[0], c[1]); got != c[2] {
			t.Errorf("diff of %q and %q is\n%q, want\n%q", c[0], c[1], got, c[2])
		}
	}
}
