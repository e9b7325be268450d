package repository_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// What cannot be saved is refused when it is logged, and changes nothing.
func TestLogRefuses(t *testing.T) {
	long := strings.Repeat("x", 256)
	for name, c := range map[string]struct {
		name  string
		value any
		alias string
		opts  *artifacts.LogOptions
		want  error // nil: any
	}{
		"unknown handler": {"a", 1, "nope", nil, artifacts.ErrUnknownHandler},
		"value":           {"a", func() {}, "json", nil, artifacts.ErrUnsupportedValue},
		"file up":         {"a", 1, "json", &artifacts.LogOptions{FileName: "../x.json"}, artifacts.ErrUnsafePath},
		"file long":       {"a", 1, "json", &artifacts.LogOptions{FileName: long}, artifacts.ErrUnsafePath},
		"name long":       {long, 1, "json", nil, artifacts.ErrUnsafePath},
		"replace":         {"a", 1, "json", &artifacts.LogOptions{Replace: true}, nil},
		"expiry and TTL":  {"a", 1, "json", &artifacts.LogOptions{TTL: 1, Expiry: day(2040, 1, 1)}, nil},
		"TTL":             {"a", 1, "json", &artifacts.LogOptions{TTL: -1}, nil},
		"expiry":          {"a", 1, "json", &artifacts.LogOptions{Expiry: day(12000, 1, 1)}, nil},
	} {
		r := openAt(t, manifestIn(t), nil)
		_, err := r.LogArtifact(c.name, c.value, c.alias, c.opts)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.HasPrefix(err.Error(), "log artifact ") {
			t.Errorf("%s: got error %v", name, err)
		}
		if r.Len() != 0 || r.Pending() {
			t.Errorf("%s: something was logged", name)
		}
	}
}

// W16, W17, S4: names that would lead out of the repository's folder, or onto
// its own files.
func TestUnsafeNames(t *testing.T) {
	names := []string{"", ".", "..", "../up", "a/../../up", "/etc", "/", "a\x00b", `a\b`, "C:", "a\n", "repository.json", "Repository.JSON", "repository.json/x",
		"repository.json.d", ".repository.json.lock", ".lazyscribe-tmp-1", "releases.json", "releases.json/x", "./releases.json"}
	for _, name := range names {
		url := manifestIn(t)
		r := openAt(t, url, nil)
		if _, err := r.LogArtifact(name, 1, "json", nil); !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("%q: got error %v", name, err)
		}
		if r.Len() != 0 {
			t.Errorf("%q was logged", name)
		}
	}
	// What only looks dangerous is a name like any other.
	url := manifestIn(t)
	r := openAt(t, url, nil)
	for _, name := range []string{"a/b", "a b", "…", "..a", "😀", "model/repository.json", "releases", "NUL ø"} {
		log(t, r, name, name, nil)
	}
	save(t, r)
	for _, name := range r.Names() {
		same(t, name, load(t, openAt(t, url, nil), name, repository.Latest()), any(name))
	}
}

// R24, AR1: what is known about a version that was logged.
func TestLogged(t *testing.T) {
	w := watch.New()
	w.Advance(999 * time.Millisecond)
	r := openAt(t, manifestIn(t), &repository.Options{Now: w.Now})
	a := log(t, r, "My Model", 1, &artifacts.LogOptions{TTL: time.Hour})
	same(t, "artifact", a, artifacts.Artifact{Name: "My Model", FileName: "my-model-20250301100000.json", Handler: "json",
		CreatedAt: moment(t, "2025-03-01T10:00:00"), Expiry: moment(t, "2025-03-01T11:00:00")})
	same(t, "found", find(t, r, "My Model", repository.Latest()), a)
	err := r.LoadArtifact(t.Context(), "My Model", new(int), nil)
	wantError(t, err, artifacts.ErrNotSaved)
	_, err = r.OpenArtifact(t.Context(), "My Model", repository.Number(0))
	wantError(t, err, artifacts.ErrNotSaved)
}

// A value is encoded when it is saved, unless it is asked for at once.
func TestWhenValuesAreEncoded(t *testing.T) {
	r := openAt(t, manifestIn(t), nil)
	late, now := []int{1}, []int{1}
	log(t, r, "late", late, nil)
	log(t, r, "now", now, &artifacts.LogOptions{Now: true})
	if _, err := r.LogArtifact("once", strings.NewReader("read once"), "text", nil); err != nil {
		t.Fatal(err)
	}
	late[0], now[0] = 2, 2
	save(t, r)
	same(t, "late", bytesOf(t, r, "late", repository.Latest()), "[2]")
	same(t, "now", bytesOf(t, r, "now", repository.Latest()), "[1]")
	same(t, "once", bytesOf(t, r, "once", repository.Latest()), "read once")
}

// Discard takes back what is not saved.
func TestDiscard(t *testing.T) {
	url := manifestIn(t)
	r := openAt(t, url, nil)
	log(t, r, "a", 0, nil)
	save(t, r)
	before := readFile(t, url)
	log(t, r, "a", 1, nil)
	noError(t, r.SetExpiry("a", repository.Number(0), day(2040, 1, 1)))
	noError(t, r.Discard("a", repository.Number(1)))
	noError(t, r.Discard("a", repository.Number(0)))
	noError(t, r.Discard("a", repository.Number(0))) // nothing left
	wantError(t, r.Discard("a", repository.Number(1)), repository.ErrVersionNotFound)
	same(t, "expiry", find(t, r, "a", repository.Number(0)).Expiry, time.Time{})
	if r.Pending() {
		t.Error("something is pending")
	}
	save(t, r)
	same(t, "manifest", readFile(t, url), before)
}

// A file that was changed, cut short or taken away is noticed.
func TestDamagedFiles(t *testing.T) {
	url := manifestIn(t)
	r := openAt(t, url, nil)
	a := log(t, r, "a", []int{1, 2, 3}, nil)
	save(t, r)
	path := filepath.Join(filepath.Dir(url), "a", a.FileName)
	for _, content := range []string{"[1, 2, 4]", "[1, 2", "[1, 2, 3] "} {
		writeFile(t, path, content)
		got := []int{7}
		err := r.LoadArtifact(t.Context(), "a", &got, nil)
		wantError(t, err, artifacts.ErrCorrupt)
		same(t, "target", got, []int{7})
		if !strings.HasPrefix(err.Error(), `load artifact "a", version latest: `) {
			t.Errorf("error %q", err)
		}
	}
	noError(t, os.Remove(path))
	wantError(t, r.LoadArtifact(t.Context(), "a", new(any), nil), artifacts.ErrNotFound)
}

// LoadOptions name the version and pass on the others.
func TestLoadOptions(t *testing.T) {
	r := openAt(t, manifestIn(t), nil)
	log(t, r, "a", "one", nil)
	log(t, r, "a", "two", nil)
	save(t, r)
	for _, c := range []struct {
		opts *repository.LoadOptions
		want string
	}{
		{nil, "two"},
		{&repository.LoadOptions{}, "two"},
		{&repository.LoadOptions{Version: repository.Number(0)}, "one"},
		{&repository.LoadOptions{Version: repository.Number(0), LoadOptions: artifacts.LoadOptions{Handler: artifacts.Text{}}}, `"one"`},
	} {
		got, err := repository.Load[string](t.Context(), r, "a", c.opts)
		noError(t, err)
		same(t, "value", got, c.want)
	}
	_, err := repository.Load[string](t.Context(), r, "a", &repository.LoadOptions{LoadOptions: artifacts.LoadOptions{MaxSize: 1}})
	wantError(t, err, artifacts.ErrTooLarge)
}
