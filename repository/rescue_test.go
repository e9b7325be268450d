package repository_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// fragileText is longer than what anything between handler and file holds back.
var fragileText = strings.Repeat("fragile text ", 12_000)

func fragileOptions(trouble *rescuetest.Trouble) repository.Options {
	return repository.Options{Now: oneSecond, Handlers: rescuetest.Fragile{Trouble: trouble, Release: "1"}.Handlers()}
}

// logFragile adds a version the handler may break at, and one of another name.
func logFragile(t testing.TB, r *repository.Repository) artifacts.Artifact {
	t.Helper()
	a, err := r.LogArtifact("model/a", fragileText, "fragile", &artifacts.LogOptions{
		TTL: time.Hour, Settings: map[string]any{"mark": "<"}})
	noError(t, err)
	log(t, r, "notes", "fine", nil)
	return a
}

// keptFiles returns the files in which values are kept.
func keptFiles(t testing.TB, url string) map[string]string {
	t.Helper()
	files := tree(t, filepath.Dir(url))
	maps.DeleteFunc(files, func(name, _ string) bool {
		return !strings.HasPrefix(name, "repository.json.d/rescue/") || strings.Contains(name, ".lazyscribe-tmp-")
	})
	return files
}

// rescued returns the one value that is kept.
func rescued(t testing.TB, r *repository.Repository) artifacts.Rescued {
	t.Helper()
	list, err := r.Rescued(t.Context())
	noError(t, err)
	if len(list) != 1 || list[0].Err != nil {
		t.Fatalf("kept: %+v", list)
	}
	return list[0]
}

// broken returns a repository in whose folder the value of logFragile is kept.
func broken(t testing.TB, url string) *repository.Repository {
	t.Helper()
	trouble, o := new(rescuetest.Trouble), fragileOptions(nil)
	trouble.Encode(rescuetest.Break)
	failing := fragileOptions(trouble)
	r := openAt(t, url, &failing)
	logFragile(t, r)
	wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
	return openAt(t, url, &o)
}

// A value whose handler fails is kept in a file, and another program makes of it
// what a save would have made, to the byte.
func TestRescue(t *testing.T) {
	normal := manifestIn(t)
	o := fragileOptions(nil)
	r := openAt(t, normal, &o)
	log(t, r, "first", 1, nil)
	save(t, r)
	log(t, r, "notes", "fine", nil)
	save(t, r)
	_, err := r.LogArtifact("model/a", fragileText, "fragile", &artifacts.LogOptions{TTL: time.Hour, Settings: map[string]any{"mark": "<"}})
	noError(t, err)
	save(t, r)

	for name, half := range map[string]rescuetest.Halfway{
		"Error":  rescuetest.Break,
		"Panic":  func(context.Context) error { panic("no more") },
		"Goexit": func(context.Context) error { runtime.Goexit(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			o := fragileOptions(trouble)
			r := openAt(t, url, &o)
			log(t, r, "first", 1, nil)
			save(t, r)
			trouble.Encode(half)
			logFragile(t, r)
			for range 2 {
				err := r.Save(t.Context())
				wantError(t, err, artifacts.ErrIncomplete)
				failed, ok := errors.AsType[*repository.ArtifactError](err)
				if !ok || failed.Name != "model/a" || failed.Kept.ID == "" || !strings.Contains(err.Error(), failed.Kept.URL) {
					t.Fatalf("the error is %v, about %+v", err, failed)
				}
				same(t, "files", len(keptFiles(t, url)), 1)
			}
			o = fragileOptions(nil)
			q := openAt(t, url, &o)
			same(t, "names", q.Names(), []string{"first", "notes"})
			kept := rescued(t, q)
			same(t, "experiment", kept.Experiment, "")
			a, err := q.Retry(t.Context(), kept.ID, nil)
			noError(t, err)
			same(t, "number", a.Version, 0)
			same(t, "files", tree(t, filepath.Dir(url)), tree(t, filepath.Dir(normal)))
			if strings.Contains(readFile(t, url), "rescue") || !strings.Contains(readFile(t, url), `"plugin": {`) {
				t.Errorf("the manifest is %s", readFile(t, url))
			}
		})
	}
}

// Once a save has the version its value is not kept any more.
func TestRescueEnds(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, r *repository.Repository, a artifacts.Artifact){
		"Saved": func(*testing.T, *repository.Repository, artifacts.Artifact) {},
		"Discarded": func(t *testing.T, r *repository.Repository, a artifacts.Artifact) {
			noError(t, r.Discard(a.Name, repository.Number(a.Version)))
			log(t, r, "another", 1, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			o := fragileOptions(trouble)
			r := openAt(t, url, &o)
			trouble.Encode(rescuetest.Break)
			a := logFragile(t, r)
			wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
			trouble.Encode(nil)
			end(t, r, a)
			save(t, r)
			same(t, "kept", keptFiles(t, url), map[string]string{})
			same(t, "saved", r.Contains("model/a"), name == "Saved")
		})
	}
}

// With AllOrNothing nothing is written, and of a value at fault nothing is kept.
func TestNoRescue(t *testing.T) {
	for _, allOrNothing := range []bool{true, false} {
		url, trouble := manifestIn(t), new(rescuetest.Trouble)
		o := fragileOptions(trouble)
		o.AllOrNothing = allOrNothing
		r := openAt(t, url, &o)
		trouble.Encode(rescuetest.Break)
		if !allOrNothing {
			trouble.Encode(func(context.Context) error { return artifacts.ErrUnsupportedValue })
		}
		logFragile(t, r)
		wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
		same(t, "kept", keptFiles(t, url), map[string]string{})
	}
}

func TestRetryRefuses(t *testing.T) {
	url := manifestIn(t)
	r := broken(t, url)
	kept := rescued(t, r)
	before := tree(t, filepath.Dir(url))
	readOnly := fragileOptions(nil)
	readOnly.Mode = repository.ReadOnly
	for name, c := range map[string]struct {
		id   string
		open *repository.Options
		o    *artifacts.RetryOptions
		want error
	}{
		"Path":           {id: "../" + kept.ID, want: artifacts.ErrNotFound},
		"None":           {id: "00000000-0000-0000-0000-000000000000", want: artifacts.ErrNotFound},
		"ReadOnly":       {id: kept.ID, open: &readOnly, want: artifacts.ErrReadOnly},
		"UnknownHandler": {id: kept.ID, open: &repository.Options{}, want: artifacts.ErrUnknownHandler},
		"Replace":        {id: kept.ID, o: &artifacts.RetryOptions{Replace: true}},
		"NoRescuer":      {id: kept.ID, o: &artifacts.RetryOptions{Handler: artifacts.JSON{}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := r
			if c.open != nil {
				r = openAt(t, url, c.open)
			}
			if _, err := r.Retry(t.Context(), c.id, c.o); err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got error %v, want %v", err, c.want)
			}
			if r.Pending() {
				t.Error("something is pending")
			}
			same(t, "files", tree(t, filepath.Dir(url)), before)
		})
	}
	f, err := r.OpenRescued(t.Context(), kept.ID)
	noError(t, err)
	data, err := io.ReadAll(f)
	noError(t, errors.Join(err, f.Close()))
	same(t, "raw", string(data), "kept text: "+fragileText)
	noError(t, r.DropRescued(t.Context(), kept.ID))
	wantError(t, r.DropRescued(t.Context(), kept.ID), artifacts.ErrNotFound)
}

// Names in a file that anybody may have written lead nowhere.
func TestRescueHostile(t *testing.T) {
	template := manifestIn(t)
	kept := rescued(t, broken(t, template))
	good := keptFiles(t, template)["repository.json.d/rescue/"+kept.ID]
	for name, c := range map[string]struct {
		old, new string
		want     error
	}{
		"NameOutside":  {`"name": "model/a"`, `"name": "../a"`, artifacts.ErrUnsafePath},
		"NameReleases": {`"name": "model/a"`, `"name": "releases.json"`, artifacts.ErrUnsafePath},
		"NameManifest": {`"name": "model/a"`, `"name": "repository.json.d/rescue"`, artifacts.ErrUnsafePath},
		"FileOutside":  {`"fname": "`, `"fname": "../../`, artifacts.ErrUnsafePath},
		"OfProject":    {`"rescue": 1`, `"rescue": 1, "slug": "x"`, nil},
		"Cut":          {good[len(good)/2:], "", artifacts.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			url := manifestOf(t, readFile(t, template))
			text := strings.Replace(good, c.old, c.new, 1)
			if c.want == artifacts.ErrCorrupt {
				text = text[:20]
			}
			writeFile(t, filepath.Join(filepath.Dir(url), "repository.json.d", "rescue", kept.ID), text)
			before := tree(t, filepath.Dir(filepath.Dir(url)))
			o := fragileOptions(nil)
			r := openAt(t, url, &o)
			if _, err := r.Retry(t.Context(), kept.ID, nil); err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got error %v, want %v", err, c.want)
			}
			same(t, "files", tree(t, filepath.Dir(filepath.Dir(url))), before)
		})
	}
}

// Goroutines and sessions try one value at once, the one among them that could
// not save it: there is one version of it in the end.
func TestRetryAtOnce(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	o := fragileOptions(trouble)
	first := openAt(t, url, &o)
	a := logFragile(t, first)
	wantError(t, first.Save(t.Context()), artifacts.ErrIncomplete)
	trouble.Encode(nil)
	kept := rescued(t, first)
	noError(t, first.SetExpiry(a.Name, repository.Number(a.Version), day(2041, 1, 1)))
	before := tree(t, filepath.Dir(url))

	var wg sync.WaitGroup
	shared := openAt(t, url, &o)
	for i := range 8 {
		r := shared
		if i%2 == 1 {
			r = openAt(t, url, &o)
		}
		wg.Go(func() {
			if _, err := r.Retry(t.Context(), kept.ID, nil); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for name, text := range before { // as after a crash before the removal
		if strings.Contains(name, "/rescue/") {
			writeFile(t, filepath.Join(filepath.Dir(url), name), text)
		}
	}
	_, err := openAt(t, url, &o).Retry(t.Context(), kept.ID, nil)
	noError(t, err)
	same(t, "kept", keptFiles(t, url), map[string]string{})

	save(t, first)
	for _, r := range []*repository.Repository{first, openAt(t, url, &o)} {
		same(t, "versions", numbers(r, "model/a"), []int{0})
		same(t, "bytes", bytesOf(t, r, "model/a", repository.Latest()), "<"+fragileText)
		same(t, "expiry", find(t, r, "model/a", repository.Latest()).Expiry, day(2041, 1, 1)) // what it knew first
	}
	now, err := first.Current(a)
	noError(t, err)
	same(t, "number", now.Version, 0)
	same(t, "files", len(tree(t, filepath.Dir(url))), 3)
}

// Two programs log another value each, under one name in one second: neither is
// taken for the other, whether it is tried again or saved at last.
func TestRescuedTwins(t *testing.T) {
	for name, finish := range map[string]func(t *testing.T, first *repository.Repository, url string, o *repository.Options){
		"Retry": func(t *testing.T, first *repository.Repository, url string, o *repository.Options) {
			r := openAt(t, url, o)
			list, err := r.Rescued(t.Context())
			noError(t, err)
			same(t, "kept", len(list), 2)
			for _, kept := range list {
				_, err := r.Retry(t.Context(), kept.ID, nil)
				noError(t, err)
			}
		},
		"Save": func(t *testing.T, first *repository.Repository, url string, o *repository.Options) {
			r := openAt(t, url, o)
			list, err := r.Rescued(t.Context())
			noError(t, err)
			_, err = r.Retry(t.Context(), list[len(list)-1].ID, nil)
			noError(t, err)
			_, err = r.Retry(t.Context(), list[0].ID, nil)
			noError(t, err)
			save(t, first) // finds its own among the two
		},
		"Other": func(t *testing.T, first *repository.Repository, url string, o *repository.Options) {
			r := openAt(t, url, o)
			list, err := r.Rescued(t.Context())
			noError(t, err)
			for _, kept := range list {
				file, err := r.OpenRescued(t.Context(), kept.ID)
				noError(t, err)
				text, err := io.ReadAll(file)
				noError(t, errors.Join(err, file.Close()))
				if strings.HasSuffix(string(text), "two") {
					_, err = r.Retry(t.Context(), kept.ID, nil)
					noError(t, err)
				}
			}
			save(t, first) // its own is not there
		},
	} {
		t.Run(name, func(t *testing.T) {
			url, trouble := manifestIn(t), new(rescuetest.Trouble)
			o := fragileOptions(trouble)
			trouble.Encode(rescuetest.Break)
			sessions := map[string]*repository.Repository{}
			for _, text := range []string{"one", "two"} {
				r := openAt(t, url, &o)
				_, err := r.LogArtifact("model", text, "fragile", nil)
				noError(t, err)
				wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
				sessions[text] = r
			}
			trouble.Encode(nil)
			finish(t, sessions["one"], url, &o)
			r, got := openAt(t, url, &o), map[string]int{}
			for a := range r.All() {
				text := bytesOf(t, r, a.Name, repository.Number(a.Version))
				got[text[len(text)-3:]]++
			}
			same(t, "values", got, map[string]int{"one": 1, "two": 1})
			same(t, "kept", keptFiles(t, url), map[string]string{})
		})
	}
}

// Every single operation of saves and retries fails, and all from one on.
func TestRescueFaults(t *testing.T) {
	for _, retry := range []bool{false, true} {
		faults := storetest.EachFault(syscall.EIO, func(f *storetest.Faulty) {
			url, trouble, on := manifestIn(t), new(rescuetest.Trouble), false
			trouble.Encode(rescuetest.Break)
			o := repository.WithFault(fragileOptions(trouble), func(op, key string) error {
				if !on {
					return nil
				}
				return f.Hook(op, key)
			})
			r := openAt(t, url, o)
			logFragile(t, r)
			acting, id := r, ""
			if retry {
				wantError(t, r.Save(t.Context()), artifacts.ErrIncomplete)
				trouble.Encode(nil)
				acting, id = openAt(t, url, o), rescued(t, r).ID
			}
			on = true
			var err error
			if retry {
				_, err = acting.Retry(t.Context(), id, nil)
			} else {
				err = acting.Save(t.Context())
			}
			on = false
			list, listing := r.Rescued(t.Context())
			noError(t, listing)
			for _, kept := range list {
				if kept.Err != nil || kept.Size != int64(len("kept text: ")+len(fragileText)) {
					t.Errorf("kept %+v", kept)
				}
			}
			if errors.Is(err, artifacts.ErrIncomplete) && !strings.Contains(err.Error(), "could not be kept") && len(list) != 1 {
				t.Errorf("kept %+v after error %v", list, err)
			}
			trouble.Encode(nil)
			save(t, acting)
			save(t, r)
			q := openAt(t, url, o)
			list, listing = q.Rescued(t.Context())
			noError(t, listing)
			for _, kept := range list { // what could not be removed harms nobody
				_, err := q.Retry(t.Context(), kept.ID, nil)
				noError(t, err)
			}
			want := map[string]string{"model/a": "<" + fragileText, "notes": `"fine"`}
			got, versions := map[string]string{}, 0
			for a := range q.All() {
				got[a.Name] = bytesOf(t, q, a.Name, repository.Number(a.Version))
				versions++
			}
			// Where cleaning up failed too, a name that was taken hides from one
			// session what the other saved.
			if !cmp.Equal(got, want) || versions != len(want) && !(f.Sticky && retry) || len(keptFiles(t, url)) > 0 {
				t.Errorf("%d versions, %d kept", versions, len(keptFiles(t, url)))
			}
			if t.Failed() {
				t.Fatalf("after %q failed (retry %t, sticky %t): %v", f.Failed(), retry, f.Sticky, err)
			}
		})
		t.Logf("%d faults", faults)
	}
}
