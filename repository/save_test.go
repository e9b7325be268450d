package repository_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// R3, R4, R19: what a save writes, to the byte but for the digest.
func TestSaveWrites(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	r := openAt(t, url, &repository.Options{Now: w.Now})
	if r.Exists() || r.Pending() {
		t.Error("a repository that is not there exists, or has something to save")
	}
	log(t, r, "größe/ä", map[string]any{"b": 1, "a": 2.0}, &artifacts.LogOptions{TTL: 24 * time.Hour})
	w.Advance(time.Second)
	if _, err := r.LogArtifact("größe/ä", "text\n", "text", &artifacts.LogOptions{FileName: "sub/note.txt"}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(url)); !os.IsNotExist(err) {
		t.Errorf("storage was touched before the save: %v", err)
	}
	save(t, r)
	if !r.Exists() || r.Pending() {
		t.Error("after the save it does not exist, or has something to save")
	}
	same(t, "files", tree(t, filepath.Dir(url)), map[string]string{
		"repository.json": `[
    {
        "created_at": "2025-03-01T10:00:00",
        "expiry": "2025-03-02T10:00:00",
        "fname": "grosse-a-20250301100000.json",
        "handler": "json",
        "name": "gr\u00f6\u00dfe/\u00e4",
        "sha256": "47426477875f952137fc6b307fcc1eb6e0ad34906259736bc46f3db114bb94a8",
        "size": 18,
        "version": 0
    },
    {
        "created_at": "2025-03-01T10:00:01",
        "expiry": null,
        "fname": "sub/note.txt",
        "handler": "text",
        "name": "gr\u00f6\u00dfe/\u00e4",
        "sha256": "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733",
        "size": 5,
        "version": 1
    }
]`,
		"größe/ä/grosse-a-20250301100000.json": `{"a": 2.0, "b": 1}`,
		"größe/ä/sub/note.txt":                 "text\n",
	})
	info, err := os.Stat(url)
	noError(t, err)
	save(t, r) // nothing to do, so nothing is touched
	again, err := os.Stat(url)
	noError(t, err)
	if !os.SameFile(info, again) {
		t.Error("a save of nothing replaced the manifest")
	}
}

// R20, D10: "w" begins anew, numbers too, and drops what was there when it was
// opened; but not what somebody saved afterwards.
func TestTruncate(t *testing.T) {
	url := manifestIn(t)
	first := openAt(t, url, nil)
	log(t, first, "a", "old", nil)
	log(t, first, "b", "old", nil)
	save(t, first)

	r := openAt(t, url, &repository.Options{Mode: repository.Truncate})
	if r.Len() != 0 {
		t.Errorf("%d versions", r.Len())
	}
	a := log(t, r, "a", "new", nil)
	same(t, "number", a.Version, 0)
	log(t, first, "a", "theirs", nil)
	save(t, first)
	save(t, r)
	for _, r := range []*repository.Repository{r, openAt(t, url, nil)} {
		same(t, "names", r.Names(), []string{"a"})
		same(t, "versions", numbers(r, "a"), []int{1, 0})
		same(t, "theirs", load(t, r, "a", repository.Number(1)), any("theirs"))
		same(t, "mine", load(t, r, "a", repository.Number(0)), any("new"))
	}
	second := log(t, r, "a", "newer", nil)
	same(t, "next number", second.Version, 2)
	save(t, r) // from now on as any other
	same(t, "versions", len(numbers(openAt(t, url, nil), "a")), 3)
}

// A manifest that is no manifest at all can be begun anew.
func TestTruncateRubbish(t *testing.T) {
	url := manifestOf(t, "not JSON")
	_, err := repository.Open(t.Context(), url, nil)
	if _, ok := errors.AsType[*repository.SyntaxError](err); !ok {
		t.Errorf("got error %v", err)
	}
	r := openAt(t, url, &repository.Options{Mode: repository.Truncate})
	log(t, r, "a", 1, nil)
	save(t, r)
	same(t, "versions", numbers(openAt(t, url, nil), "a"), []int{0})
}

// W6: two writers hand out one number; the second to save gets the next one, and
// Current tells.
func TestRenumbered(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	mine, theirs := openAt(t, url, &repository.Options{Now: w.Now}), openAt(t, url, &repository.Options{Now: w.Now})
	log(t, theirs, "a", "theirs 0", nil)
	log(t, theirs, "a", "theirs 1", nil)
	first, second := log(t, mine, "a", "mine 0", nil), log(t, mine, "a", "mine 1", nil)
	other := log(t, mine, "b", "mine", nil)
	save(t, theirs)
	save(t, mine)
	for _, c := range []struct {
		was   artifacts.Artifact
		want  int
		value string
	}{{first, 2, "mine 0"}, {second, 3, "mine 1"}, {other, 0, "mine"}} {
		now, err := mine.Current(c.was)
		noError(t, err)
		same(t, "number", now.Version, c.want)
		if now.SHA256 == "" || now.FileName == "" {
			t.Errorf("the digest of %+v is not known", now)
		}
		same(t, "value", load(t, openAt(t, url, nil), c.was.Name, repository.Number(c.want)), any(c.value))
		again, err := mine.Current(now)
		noError(t, err)
		same(t, "current of current", again, now)
	}
	noError(t, theirs.Refresh(t.Context()))
	same(t, "after a refresh", numbers(theirs, "a"), []int{0, 1, 2, 3})
	same(t, "next", log(t, theirs, "a", "", nil).Version, 4)
}

// W7, R5: versions of one second have one default file name; each gets a file of
// its own all the same, in one session and between sessions.
func TestOneSecond(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	for range 3 {
		r := openAt(t, url, &repository.Options{Now: w.Now})
		for range 3 {
			log(t, r, "a", r.Len(), &artifacts.LogOptions{FileName: "sub/a.tar.json"})
		}
		save(t, r)
	}
	r := openAt(t, url, nil)
	files := map[string]bool{}
	for a := range r.Versions("a") {
		files[a.FileName] = true
		same(t, "value", load(t, r, "a", repository.Number(a.Version)), any(int64(a.Version)))
		if !strings.HasPrefix(a.FileName, "sub/a") || !strings.HasSuffix(a.FileName, ".tar.json") {
			t.Errorf("file %q", a.FileName)
		}
	}
	if len(files) != 9 {
		t.Errorf("%d files", len(files))
	}
}

// A file whose version has gone from disk leaves its name behind in the
// manifest; a new one must not take it over.
func TestNameOfMissingFile(t *testing.T) {
	w := watch.New()
	url := manifestIn(t)
	r := openAt(t, url, &repository.Options{Now: w.Now})
	mine := openAt(t, url, &repository.Options{Now: w.Now})
	a := log(t, r, "a", "theirs", nil)
	save(t, r)
	noError(t, os.Remove(filepath.Join(filepath.Dir(url), "a", a.FileName)))
	b := log(t, mine, "a", "mine", nil)
	save(t, mine)
	b, err := mine.Current(b)
	noError(t, err)
	same(t, "mine", load(t, mine, "a", repository.Number(b.Version)), any("mine"))
	_, err = repository.Load[any](t.Context(), mine, "a", &repository.LoadOptions{Version: repository.Number(0)})
	wantError(t, err, artifacts.ErrNotFound)
	if a.FileName == b.FileName {
		t.Errorf("both versions have the file %q", a.FileName)
	}
	same(t, "files", len(tree(t, filepath.Dir(url))), 2)
}

// W19, W18: what cannot be read or understood is kept as the bytes it was, and
// its number stays taken.
func TestKeepsWhatItDoesNotKnow(t *testing.T) {
	const good = `{"name": "a", "handler": "json", "created_at": "2025-01-01T00:00:00Z", "fname": "a.json", "more": {"x": [1E5]}, "version": 3}`
	const broken = `{"name": "a", "handler": "json", "created_at": "2025-01-01", "expiry": "whenever", "version": 8}`
	const text = "[ " + good + " ,\n" + broken + ", 7, {\"name\": }, [\"x\"]\n ]\n"
	url := manifestOf(t, text)
	r := openAt(t, url, nil)
	var places [][2]int
	for _, p := range r.Problems() {
		places = append(places, [2]int{p.Line, p.Column})
		if p.Err == nil || !strings.Contains(p.Error(), "entry ") {
			t.Errorf("problem %v", p)
		}
	}
	same(t, "places of problems", places, [][2]int{{2, 1}, {2, len(broken) + len(", ") + 1}, {2, len(broken) + len(`, 7, {"name": `) + 1}, {2, len(broken) + len(`, 7, {"name": }, `) + 1}})
	save(t, r)
	same(t, "saved without a change", readFile(t, url), text)
	same(t, "number", log(t, r, "a", 1, nil).Version, 9)
	save(t, r)
	head := strings.TrimSuffix(text, "\n ]\n")
	if after := readFile(t, url); !strings.HasPrefix(after, head+",\n    {\n") {
		t.Errorf("after a version was added:\n%s", after)
	}
	noError(t, r.SetExpiry("a", repository.Number(3), day(2040, 1, 1)))
	save(t, r)
	after := readFile(t, url)
	for _, want := range []string{broken, `"created_at": "2025-01-01T00:00:00Z"`, `"expiry": "2040-01-01T00:00:00"`, `100000.0`, `"more": {`} {
		if !strings.Contains(after, want) {
			t.Errorf("%s is missing in\n%s", want, after)
		}
	}
}

// Expiries: what two writers do at once is joined or refused, never lost.
func TestExpiryConflicts(t *testing.T) {
	begin := func(t *testing.T) (url string, mine, theirs *repository.Repository) {
		url = manifestIn(t)
		mine = openAt(t, url, nil)
		log(t, mine, "a", 0, nil)
		log(t, mine, "a", 1, nil)
		save(t, mine)
		return url, mine, openAt(t, url, nil)
	}
	expiry := func(t *testing.T, url string, n int) time.Time {
		return find(t, openAt(t, url, nil), "a", repository.Number(n)).Expiry
	}
	t.Run("Different", func(t *testing.T) {
		url, mine, theirs := begin(t)
		noError(t, mine.SetExpiry("a", repository.Number(0), day(2040, 1, 1)))
		noError(t, theirs.SetExpiry("a", repository.Number(1), day(2041, 1, 1)))
		log(t, theirs, "a", 2, nil)
		save(t, theirs)
		save(t, mine)
		same(t, "mine", expiry(t, url, 0), day(2040, 1, 1))
		same(t, "theirs", expiry(t, url, 1), day(2041, 1, 1))
		same(t, "versions", numbers(mine, "a"), []int{0, 1, 2})
	})
	t.Run("Same", func(t *testing.T) {
		url, mine, theirs := begin(t)
		noError(t, mine.SetExpiry("a", repository.Number(0), day(2040, 1, 1)))
		log(t, mine, "a", "pending", nil)
		noError(t, theirs.SetExpiry("a", repository.Number(0), day(2041, 1, 1)))
		save(t, theirs)
		files := tree(t, filepath.Dir(url))
		for _, try := range []func() error{func() error { return mine.Save(t.Context()) }, func() error { return mine.Refresh(t.Context()) }} {
			err := try()
			wantError(t, err, artifacts.ErrConflict)
			conflict, ok := errors.AsType[*repository.ConflictError](err)
			if !ok || conflict.Removed || !conflict.Mine.Expiry.Equal(day(2040, 1, 1)) || !conflict.Theirs.Expiry.Equal(day(2041, 1, 1)) {
				t.Errorf("got error %v", err)
			}
			same(t, "files after the conflict", tree(t, filepath.Dir(url)), files)
			if !mine.Pending() {
				t.Error("nothing is pending after the conflict")
			}
		}
		noError(t, mine.Discard("a", repository.Number(0)))
		save(t, mine)
		same(t, "theirs", expiry(t, url, 0), day(2041, 1, 1))
		same(t, "pending", load(t, mine, "a", repository.Number(2)), any("pending"))
	})
	t.Run("Removed", func(t *testing.T) {
		url, mine, _ := begin(t)
		noError(t, mine.SetExpiry("a", repository.Number(0), day(2040, 1, 1)))
		writeFile(t, url, "[]")
		err := mine.Save(t.Context())
		conflict, ok := errors.AsType[*repository.ConflictError](err)
		if !ok || !conflict.Removed || !strings.Contains(err.Error(), `version 0 of artifact "a"`) {
			t.Errorf("got error %v", err)
		}
	})
	t.Run("PythonBetween", func(t *testing.T) { // it drops digests; that is no conflict
		url, mine, _ := begin(t)
		noError(t, mine.SetExpiry("a", repository.Number(0), day(2040, 1, 1)))
		var kept []string
		for line := range strings.SplitSeq(readFile(t, url), "\n") {
			if !strings.Contains(line, `"sha256"`) && !strings.Contains(line, `"size"`) {
				kept = append(kept, line)
			}
		}
		writeFile(t, url, strings.Join(kept, "\n"))
		save(t, mine)
		same(t, "mine", expiry(t, url, 0), day(2040, 1, 1))
	})
	t.Run("Unsaved", func(t *testing.T) {
		url, mine, _ := begin(t)
		a := log(t, mine, "a", 2, &artifacts.LogOptions{TTL: time.Hour})
		noError(t, mine.SetExpiry("a", repository.Number(a.Version), day(2040, 1, 1)))
		save(t, mine)
		same(t, "expiry", expiry(t, url, 2), day(2040, 1, 1))
		noError(t, mine.SetExpiry("a", repository.Number(2), time.Time{}))
		save(t, mine)
		same(t, "no expiry", expiry(t, url, 2), time.Time{})
	})
	t.Run("NoChange", func(t *testing.T) {
		_, mine, _ := begin(t)
		noError(t, mine.SetExpiry("a", repository.Number(0), time.Time{}))
		if mine.Pending() {
			t.Error("an expiry that stayed what it was is to be saved")
		}
	})
}

// Versions in Python's files may share a file name (R5); setting an expiry means
// the one that was asked for.
func TestSharedFileName(t *testing.T) {
	entry := func(n, day string) string {
		return `{"created_at": "2025-01-0` + day + `T00:00:00", "expiry": null, "fname": "a.json", "handler": "json", "name": "a", "version": ` + n + `}`
	}
	url := manifestOf(t, "["+entry("0", "1")+", "+entry("1", "1")+", "+entry("2", "2")+"]")
	mine, theirs := openAt(t, url, nil), openAt(t, url, nil)
	noError(t, mine.SetExpiry("a", repository.Number(1), day(2040, 1, 1)))
	log(t, theirs, "a", 3, nil)
	save(t, theirs)
	save(t, mine)
	r := openAt(t, url, nil)
	for n := range 4 {
		want := time.Time{}
		if n == 1 {
			want = day(2040, 1, 1)
		}
		same(t, "expiry", find(t, r, "a", repository.Number(n)).Expiry, want)
	}
}

// D8: a value that cannot be encoded does not hold back the others.
func TestIncomplete(t *testing.T) {
	for _, strict := range []bool{false, true} {
		url := manifestIn(t)
		r := openAt(t, url, &repository.Options{AllOrNothing: strict})
		broken := errors.New("no such luck")
		fail := true
		bad := artifacts.Source(func(context.Context) (io.ReadCloser, error) {
			if fail {
				return nil, broken
			}
			return io.NopCloser(strings.NewReader("at last")), nil
		})
		if _, err := r.LogArtifact("bad", bad, "text", nil); err != nil {
			t.Fatal(err)
		}
		log(t, r, "good", 1, nil)
		err := r.Save(t.Context())
		wantError(t, err, artifacts.ErrIncomplete)
		wantError(t, err, broken)
		failure, ok := errors.AsType[*repository.ArtifactError](err)
		if !ok || failure.Name != "bad" || failure.Handler != "text" {
			t.Errorf("got error %v", err)
		}
		names := openAt(t, url, nil).Names()
		if strict {
			same(t, "saved", names, nil)
		} else {
			same(t, "saved", names, []string{"good"})
			before := readFile(t, url)
			wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
			same(t, "a save that had nothing else to do", readFile(t, url), before)
		}
		fail = false
		save(t, r)
		same(t, "then", load(t, openAt(t, url, nil), "bad", repository.Latest()), any("at last"))
		same(t, "files", len(tree(t, filepath.Dir(url))), 3)
	}
}

func TestReadOnly(t *testing.T) {
	url := manifestIn(t)
	w := openAt(t, url, nil)
	log(t, w, "a", 1, nil)
	save(t, w)
	r := openAt(t, url, &repository.Options{Mode: repository.ReadOnly})
	files := tree(t, filepath.Dir(url))
	for name, do := range map[string]func() error{
		"log":    func() error { _, err := r.LogArtifact("a", 2, "json", nil); return err },
		"expire": func() error { return r.SetExpiry("a", repository.Latest(), day(2040, 1, 1)) },
		"save":   func() error { return r.Save(t.Context()) },
		"purge":  func() error { _, err := r.Purge(t.Context(), day(2040, 1, 1), nil); return err },
	} {
		if err := do(); !errors.Is(err, artifacts.ErrReadOnly) {
			t.Errorf("%s: got error %v", name, err)
		}
	}
	same(t, "files", tree(t, filepath.Dir(url)), files)
	same(t, "versions", numbers(r, "a"), []int{0})
}

func TestClosed(t *testing.T) {
	r := openAt(t, manifestIn(t), nil)
	log(t, r, "a", 1, nil)
	noError(t, r.Close())
	noError(t, r.Close())
	for name, do := range map[string]func() error{
		"log":     func() error { _, err := r.LogArtifact("a", 2, "json", nil); return err },
		"expire":  func() error { return r.SetExpiry("a", repository.Latest(), day(2040, 1, 1)) },
		"save":    func() error { return r.Save(t.Context()) },
		"refresh": func() error { return r.Refresh(t.Context()) },
		"filter":  func() error { _, err := r.FilterPicks(); return err },
		"export":  func() error { return r.Export(t.Context(), manifestIn(t)) },
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
}

// A bucket of gocloud.dev serves too, for one writer.
func TestOpenBucket(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	open := func() *repository.Repository {
		r, err := repository.OpenBucket(t.Context(), b, "models/repository.json", nil)
		noError(t, err)
		return r
	}
	mine, theirs := open(), open()
	if !mine.SingleWriter() {
		t.Error("a plain bucket is for one writer")
	}
	log(t, mine, "a", "mine", nil)
	log(t, theirs, "a", "theirs", nil)
	save(t, theirs)
	save(t, mine)
	noError(t, errors.Join(mine.Close(), theirs.Close()))
	r := open()
	same(t, "versions", numbers(r, "a"), []int{0, 1})
	same(t, "mine", load(t, r, "a", repository.Number(1)), any("mine"))
	noError(t, r.Close())
}
