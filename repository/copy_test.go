package repository_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func copyTo(t testing.TB, src, dst string, o *artifacts.CopyOptions) (artifacts.CopyReport, error) {
	t.Helper()
	r := openAt(t, src, &repository.Options{Mode: repository.ReadOnly, Handlers: withPickle(t)})
	q := openAt(t, dst, &repository.Options{Handlers: withPickle(t)})
	return r.CopyTo(t.Context(), q, o)
}

// reported compares a report, but for sizes and what failed.
func reported(t testing.TB, got, want artifacts.CopyReport) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(artifacts.CopyReport{}, "Bytes", "Failed")); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

// mirrored compares the folders of two manifests.
func mirrored(t testing.TB, src, dst string) {
	t.Helper()
	same(t, "the copy", tree(t, filepath.Dir(dst)), tree(t, filepath.Dir(src)))
}

func TestCopy(t *testing.T) {
	now := watch.New()
	src, dst := manifestIn(t), manifestIn(t)
	r := openAt(t, src, &repository.Options{Now: now.Now})
	log(t, r, "model", map[string]any{"a": 1}, nil)
	log(t, r, "model", map[string]any{"a": 2}, nil)
	log(t, r, "notes", "text", nil)
	save(t, r)
	report, err := copyTo(t, src, dst, nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 3, Files: 3})
	mirrored(t, src, dst)

	now.Advance(time.Hour)
	log(t, r, "model", map[string]any{"a": 3}, nil)
	err = r.SetExpiry("notes", repository.Latest(), now.Now().Add(time.Hour))
	noError(t, err)
	save(t, r)
	for i, want := range []artifacts.CopyReport{{Added: 1, Updated: 1, Equal: 2, Files: 1, There: 3}, {Equal: 4, There: 4}} {
		report, err = copyTo(t, src, dst, nil)
		noError(t, err)
		reported(t, report, want)
		mirrored(t, src, dst)
		if i == 1 && report.Bytes != 0 {
			t.Errorf("%d bytes copied again", report.Bytes)
		}
	}

	// In memory, and of a part only.
	part, err := r.FilterPicks(repository.Pick{Name: "model", Version: repository.Number(1)})
	noError(t, err)
	defer part.Close()
	q := openAt(t, storetest.MemoryURL("repository.json"), nil)
	report, err = part.CopyTo(t.Context(), q, nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 1, Files: 1})
	same(t, "numbers", numbers(q, "model"), []int{1})
	same(t, "value", bytesOf(t, q, "model", repository.Number(1)), bytesOf(t, r, "model", repository.Number(1)))
}

// TestCopyFixture copies what Python wrote, with all its formats.
func TestCopyFixture(t *testing.T) {
	manifests, err := filepath.Glob(fixture.Path(t, "*/data/repository.json"))
	noError(t, err)
	if len(manifests) == 0 {
		t.Fatal("no fixtures")
	}
	for _, manifest := range manifests {
		src, dst := filepath.Join(fixture.Copy(t, filepath.Base(filepath.Dir(filepath.Dir(manifest)))), "repository.json"), manifestIn(t)
		report, err := copyTo(t, src, dst, nil)
		if err != nil && !errors.Is(err, artifacts.ErrIncomplete) {
			t.Fatal(err)
		}
		same(t, "manifest of "+manifest, readFile(t, dst), readFile(t, src))
		if report.Added == 0 {
			t.Errorf("%s: nothing copied", manifest)
		}
		all := tree(t, filepath.Dir(src))
		for name, text := range tree(t, filepath.Dir(dst)) {
			if all[name] != text {
				t.Errorf("%s: %s differs", manifest, name)
			}
		}
	}
}

// Which files a place keeps is its own affair.
func TestCopyPurged(t *testing.T) {
	now := watch.New()
	src, dst := manifestIn(t), manifestIn(t)
	r := openAt(t, src, &repository.Options{Now: now.Now})
	log(t, r, "model", 1, &artifacts.LogOptions{TTL: time.Minute})
	now.Advance(time.Second)
	log(t, r, "model", 2, &artifacts.LogOptions{TTL: time.Minute})
	save(t, r)
	_, err := copyTo(t, src, dst, nil)
	noError(t, err)
	now.Advance(time.Hour)
	purge := func(url string, before time.Time) {
		t.Helper()
		r := openAt(t, url, &repository.Options{Now: now.Now})
		list, err := r.Purge(t.Context(), before, nil)
		noError(t, err)
		same(t, "purged", len(list), 1)
	}
	purge(dst, now.Now().Add(-time.Hour+time.Minute-time.Millisecond*500)) // the first one expired before that
	before := tree(t, filepath.Dir(dst))
	report, err := copyTo(t, src, dst, nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Equal: 2, There: 1})
	same(t, "purged at the destination", tree(t, filepath.Dir(dst)), before)

	purge(src, now.Now().Add(-time.Hour+time.Minute-time.Millisecond*500))
	empty := manifestIn(t)
	report, err = copyTo(t, src, empty, nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 2, Files: 1})
	mirrored(t, src, empty)
}

func TestCopyDiverged(t *testing.T) {
	now := watch.New()
	src, dst := manifestIn(t), manifestIn(t)
	r := openAt(t, src, &repository.Options{Now: now.Now})
	log(t, r, "model", 1, nil)
	save(t, r)
	_, err := copyTo(t, src, dst, nil)
	noError(t, err)
	now.Advance(time.Hour)
	q := openAt(t, dst, &repository.Options{Now: now.Now})
	log(t, q, "own", 1, nil)
	save(t, q)
	log(t, r, "model", 2, nil)
	save(t, r)
	before := tree(t, filepath.Dir(dst))
	_, err = copyTo(t, src, dst, nil)
	wantError(t, err, artifacts.ErrConflict)
	if !strings.Contains(err.Error(), `1 versions that the source lacks, such as version 0 of artifact "own"`) {
		t.Errorf("error %v", err)
	}
	same(t, "after a conflict", tree(t, filepath.Dir(dst)), before)
	report, err := copyTo(t, src, dst, &artifacts.CopyOptions{Merge: true})
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 1, Equal: 1, Kept: 1, Files: 1, There: 1})
	noError(t, q.Refresh(t.Context()))
	same(t, "model", numbers(q, "model"), []int{0, 1})
	same(t, "own", numbers(q, "own"), []int{0})

	// A number is final: two versions cannot have one.
	now.Advance(time.Hour)
	log(t, q, "model", "theirs", nil)
	save(t, q)
	now.Advance(time.Hour)
	log(t, r, "model", "mine", nil)
	save(t, r)
	before = tree(t, filepath.Dir(dst))
	_, err = copyTo(t, src, dst, &artifacts.CopyOptions{Merge: true})
	wantError(t, err, artifacts.ErrConflict)
	if !strings.Contains(err.Error(), `version 2 of artifact "model"`) {
		t.Errorf("error %v", err)
	}
	same(t, "after a conflict of numbers", tree(t, filepath.Dir(dst)), before)
}

func TestCopyDamaged(t *testing.T) {
	src, dst := manifestIn(t), manifestIn(t)
	now := watch.New()
	r := openAt(t, src, &repository.Options{Now: now.Now})
	for i := range 4 {
		log(t, r, "model", i, nil)
		now.Advance(time.Second)
	}
	save(t, r)
	file := func(n int) string {
		return filepath.Join(filepath.Dir(src), "model", find(t, r, "model", repository.Number(n)).FileName)
	}
	noError(t, os.Remove(file(1)))
	writeFile(t, file(3), "9")
	writeFile(t, src, strings.TrimSuffix(readFile(t, src), "\n]")+",\n    {\"name\": \"broken\"}\n]")
	noError(t, r.Refresh(t.Context()))
	q := openAt(t, dst, nil)
	report, err := r.CopyTo(t.Context(), q, nil)
	wantError(t, err, artifacts.ErrIncomplete)
	reported(t, report, artifacts.CopyReport{Added: 5, Files: 2})
	if len(report.Failed) != 3 {
		t.Fatalf("failed: %v", report.Failed)
	}
	for i, want := range []struct {
		version int
		kind    error
	}{{1, artifacts.ErrNotFound}, {3, artifacts.ErrCorrupt}} {
		e, ok := errors.AsType[*repository.ArtifactError](report.Failed[i])
		if !ok || e.Version != want.version || !errors.Is(e, want.kind) {
			t.Errorf("failed: %v", report.Failed[i])
		}
	}
	if _, ok := errors.AsType[repository.Problem](report.Failed[2]); !ok {
		t.Errorf("failed: %v", report.Failed[2])
	}
	same(t, "manifest", readFile(t, dst), readFile(t, src))

	writeFile(t, file(1), "1")
	writeFile(t, filepath.Join(filepath.Dir(dst), "model", filepath.Base(file(1))), "77")
	report, err = r.CopyTo(t.Context(), q, nil)
	wantError(t, err, mirror.ErrDiffers)
	reported(t, report, artifacts.CopyReport{Equal: 5, There: 2})
}

// TestCopyFaults fails at every operation of the destination.
func TestCopyFaults(t *testing.T) {
	src := manifestIn(t)
	r := openAt(t, src, nil)
	log(t, r, "model", 1, nil)
	log(t, r, "notes", "text", nil)
	save(t, r)
	faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
		dst := manifestIn(t)
		q := openAt(t, dst, repository.WithFault(repository.Options{}, f.Hook))
		_, err := r.CopyTo(t.Context(), q, nil)
		if f.Failed() != "" && err == nil && !strings.HasPrefix(f.Failed(), "remove ") { // of a temporary file
			t.Errorf("no error although %q failed", f.Failed())
		}
		if text, err := os.ReadFile(dst); err == nil && string(text) != readFile(t, src) {
			t.Errorf("after %q the manifest is %s", f.Failed(), text)
		}
		_, err = copyTo(t, src, dst, nil)
		noError(t, err)
		manifest, copied := tree(t, filepath.Dir(src)), tree(t, filepath.Dir(dst))
		for name, text := range manifest {
			if copied[name] != text {
				t.Errorf("after %q and a second copy %s is %q", f.Failed(), name, copied[name])
			}
		}
	})
	if faults < 10 {
		t.Errorf("only %d faults", faults)
	}
}

func TestCopyRefuses(t *testing.T) {
	src, dst := manifestIn(t), manifestIn(t)
	r := openAt(t, src, nil)
	log(t, r, "model", 1, nil)
	refused := func(r, q *repository.Repository, kind error) {
		t.Helper()
		_, err := r.CopyTo(t.Context(), q, nil)
		wantError(t, err, kind)
	}
	at := func(url string, mode repository.Mode) *repository.Repository {
		return openAt(t, url, &repository.Options{Mode: mode})
	}
	refused(r, at(dst, repository.ReadWrite), artifacts.ErrNotSaved)
	save(t, r)
	refused(at(dst, repository.ReadOnly), at(manifestIn(t), repository.ReadWrite), artifacts.ErrNotFound)
	refused(r, at(dst, repository.ReadOnly), artifacts.ErrReadOnly)
	if _, err := os.Stat(dst); err == nil {
		t.Error("something was written")
	}
	part, err := r.FilterPicks()
	noError(t, err)
	defer part.Close()
	for name, q := range map[string]*repository.Repository{"nil": nil, "part": part} {
		if _, err := r.CopyTo(t.Context(), q, nil); err == nil {
			t.Errorf("copied to %s", name)
		}
	}
	_, err = copyTo(t, src, dst, nil)
	noError(t, err)
	if _, err := r.CopyTo(t.Context(), at(dst, repository.Truncate), nil); err == nil {
		t.Error("copied over what was not read")
	}
}
