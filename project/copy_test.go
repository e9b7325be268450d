package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// content returns the files beside a manifest, wherever it is, by their keys.
// Hidden files are the store's own.
func content(t testing.TB, url string) map[string]string {
	t.Helper()
	s, _, err := store.Open(t.Context(), url, nil)
	noError(t, err)
	defer s.Close()
	files := map[string]string{}
	for info, err := range s.List(t.Context(), "") {
		noError(t, err)
		text, err := s.ReadText(t.Context(), info.Key)
		noError(t, err)
		files[info.Key] = string(text)
	}
	return files
}

// copyTo copies between two places that are opened for it.
func copyTo(t testing.TB, src, dst string, o *artifacts.CopyOptions) (artifacts.CopyReport, error) {
	t.Helper()
	p := openAt(t, src, project.Options{Mode: project.ReadOnly})
	q := openAt(t, dst, project.Options{Mode: project.ReadWrite})
	report, err := p.CopyTo(t.Context(), q, o)
	if err == nil {
		same(t, "what the destination shows", slugsOf(q), slugsOf(openAt(t, dst, project.Options{Mode: project.ReadOnly})))
	}
	return report, err
}

// reported compares a report, but for sizes and what failed.
func reported(t testing.TB, got, want artifacts.CopyReport) {
	t.Helper()
	same(t, "report", got, want, cmpopts.IgnoreFields(artifacts.CopyReport{}, "Bytes", "Failed"))
}

func TestCopy(t *testing.T) {
	for _, c := range []struct{ name, src, dst string }{
		{"DiskToDisk", manifestIn(t), filepath.Join(t.TempDir(), "deep/down/copy.json")},
		{"DiskToMemory", manifestIn(t), storetest.MemoryURL("runs/copy.json")},
		{"MemoryToDisk", storetest.MemoryURL("runs/project.json"), manifestIn(t)},
	} {
		t.Run(c.name, func(t *testing.T) {
			now := watch.New()
			p := openAt(t, c.src, project.Options{Mode: project.ReadWrite, Now: now.Now})
			one, two := addMarked(t, p, "run", "one"), addMarked(t, p, "other run", "two")
			saveAll(t, p)
			want := func() map[string]string {
				files := content(t, c.src)
				files[filepath.Base(c.dst)] = files["project.json"]
				if filepath.Base(c.dst) != "project.json" {
					delete(files, "project.json")
				}
				return files
			}

			report, err := copyTo(t, c.src, c.dst, nil)
			noError(t, err)
			reported(t, report, artifacts.CopyReport{Added: 2, Files: 6})
			same(t, "the copy", content(t, c.dst), want())
			checkMarked(t, c.dst)
			var bytes int64
			for name, text := range want() {
				if strings.Contains(name, "/") {
					bytes += int64(len(text))
				}
			}
			same(t, "bytes copied", report.Bytes, bytes)

			report, err = copyTo(t, c.src, c.dst, nil)
			noError(t, err)
			reported(t, report, artifacts.CopyReport{Equal: 2, There: 6})
			same(t, "copied again", content(t, c.dst), want())

			now.Advance(time.Minute)
			addMarked(t, p, "run", "three")
			_, err = p.Edit(t.Context(), two.Slug(), func(d *experiment.Draft) error {
				return d.LogArtifact("more", "text", "text", nil)
			})
			noError(t, err)
			saveAll(t, p)
			report, err = copyTo(t, c.src, c.dst, nil)
			noError(t, err)
			reported(t, report, artifacts.CopyReport{Added: 1, Updated: 1, Equal: 1, Files: 4, There: 6})
			same(t, "brought up to date", content(t, c.dst), want())
			mustFind(t, openAt(t, c.dst, project.Options{}))
			noError(t, readMarked(t.Context(), lookUp(t, openAt(t, c.dst, project.Options{}), one.Slug())))
		})
	}
}

// Two buckets may have the same name, at two servers: their files are not the
// same.
func TestCopyBuckets(t *testing.T) {
	one, two, three := memblob.OpenBucket(nil), memblob.OpenBucket(nil), memblob.OpenBucket(nil)
	for _, b := range []*blob.Bucket{one, two, three} {
		defer func() { noError(t, b.Close()) }()
	}
	open := func(b *blob.Bucket) *project.Project {
		t.Helper()
		p, err := project.OpenBucket(t.Context(), b, "runs/project.json", &project.Options{Mode: project.ReadWrite, AssumeSingleWriter: true})
		noError(t, err)
		t.Cleanup(func() { noError(t, p.Close()) })
		return p
	}
	p, q := open(one), open(two)
	addMarked(t, p, "run", "one")
	saveAll(t, p)
	report, err := p.CopyTo(t.Context(), q, nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 1, Files: 3})
	mustFind(t, q)
	merged, err := open(three).Merge(p)
	noError(t, err)
	defer merged.Close()
	saveAll(t, merged)
	mustFind(t, merged)
}

// A copy keeps what it does not understand, and says what it could not copy.
func TestCopyDamaged(t *testing.T) {
	now := watch.New()
	p, slug := badProject(t, now)
	src := p.URL()
	dst := manifestIn(t)
	q := openAt(t, dst, project.Options{Mode: project.ReadWrite})
	report, err := p.CopyTo(t.Context(), q, nil)
	wantError(t, err, artifacts.ErrIncomplete)
	var got []project.ArtifactError
	problems := 0
	for _, failure := range report.Failed {
		if e, ok := errors.AsType[*project.ArtifactError](failure); ok {
			kind := map[bool]error{errors.Is(e, artifacts.ErrNotFound): artifacts.ErrNotFound, errors.Is(e, artifacts.ErrCorrupt): artifacts.ErrCorrupt,
				errors.Is(e, artifacts.ErrUnsafePath): artifacts.ErrUnsafePath, errors.Is(e, artifacts.ErrUnknownHandler): artifacts.ErrUnknownHandler}[true]
			got = append(got, project.ArtifactError{Experiment: e.Experiment, Artifact: e.Artifact, Handler: e.Handler, Err: kind})
			if !strings.Contains(err.Error(), e.Error()) {
				t.Errorf("the error does not name %v", e)
			}
			continue
		}
		if _, ok := errors.AsType[project.Problem](failure); !ok {
			t.Errorf("failed: %v", failure)
		}
		problems++
	}
	same(t, "failed", got, []project.ArtifactError{
		{Experiment: slug, Artifact: "gone", Handler: "text", Err: artifacts.ErrNotFound},
		{Experiment: slug, Artifact: "longer", Handler: "text", Err: artifacts.ErrCorrupt},
		{Experiment: slug, Artifact: "other", Handler: "text", Err: artifacts.ErrCorrupt},
		{Experiment: "y-1", Artifact: "nameless", Handler: "joblib", Err: artifacts.ErrUnknownHandler},
		{Experiment: "y-1", Artifact: "up", Handler: "text", Err: artifacts.ErrUnsafePath},
	}, cmp.Comparer(func(a, b error) bool { return a == b }))
	same(t, "records that cannot be read", problems, 1)
	reported(t, report, artifacts.CopyReport{Added: 3, Files: 3})
	same(t, "copied", content(t, dst), map[string]string{
		"project.json":           readText(t, src),
		slug + "/good.txt":       "text",
		slug + "/part/inner.txt": "text",
		"y-1/n.txt":              "whatever",
	})

	// What is repaired is all that a second copy brings.
	folder := filepath.Dir(src)
	for _, name := range []string{"gone", "longer", "other"} {
		noError(t, os.WriteFile(filepath.Join(folder, slug, name+".txt"), []byte("text"), 0o666))
	}
	report, err = p.CopyTo(t.Context(), q, nil)
	wantError(t, err, artifacts.ErrIncomplete)
	reported(t, report, artifacts.CopyReport{Equal: 3, Files: 3, There: 3})

	// The destination keeps what the source has lost since.
	noError(t, os.Remove(filepath.Join(folder, "y-1/n.txt")))
	noError(t, os.Remove(filepath.Join(folder, slug, "good.txt")))
	report, err = p.CopyTo(t.Context(), q, nil)
	wantError(t, err, artifacts.ErrIncomplete)
	reported(t, report, artifacts.CopyReport{Equal: 3, There: 6})
}

func TestCopyDiverged(t *testing.T) {
	now := watch.New()
	src, dst := manifestIn(t), manifestIn(t)
	p := openAt(t, src, project.Options{Mode: project.ReadWrite, Now: now.Now})
	both, older := addMarked(t, p, "both", "both"), addMarked(t, p, "older", "older")
	saveAll(t, p)
	_, err := copyTo(t, src, dst, nil)
	noError(t, err)
	now.Advance(time.Hour)
	q := openAt(t, dst, project.Options{Mode: project.ReadWrite, Now: now.Now})
	metric := func(p *project.Project, slug string, value float64) {
		t.Helper()
		_, err := p.Edit(t.Context(), slug, func(d *experiment.Draft) error { d.LogMetric("changed", value); return nil })
		noError(t, err)
	}
	metric(q, both.Slug(), 2)
	own := addMarked(t, q, "own", "own")
	saveAll(t, q)
	now.Advance(-time.Minute)
	metric(p, both.Slug(), 1)
	metric(p, older.Slug(), 1)
	fresh := addMarked(t, p, "fresh", "fresh")
	saveAll(t, p)

	before := content(t, dst)
	report, err := copyTo(t, src, dst, nil)
	wantError(t, err, artifacts.ErrConflict)
	for _, what := range []string{`1 that the source lacks, such as "` + own.Slug(), `1 that differ and are not older than there, such as "` + both.Slug()} {
		if !strings.Contains(err.Error(), what) {
			t.Errorf("error %q does not say %s", err, what)
		}
	}
	same(t, "after a conflict", content(t, dst), before)
	reported(t, report, artifacts.CopyReport{Added: 1, Updated: 1, Kept: 2})

	report, err = copyTo(t, src, dst, &artifacts.CopyOptions{Merge: true})
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 1, Updated: 1, Kept: 2, Files: 3, There: 3})
	noError(t, q.Refresh(t.Context()))
	same(t, "experiments", slugsOf(q), []string{both.Slug(), older.Slug(), fresh.Slug(), own.Slug()})
	var changed []any
	for x := range q.All() {
		v, _ := x.Metric("changed")
		changed = append(changed, v)
	}
	same(t, "changes", changed, []any{2.0, 1.0, 0.0, 0.0})
	checkMarked(t, dst)
}

// Two experiments of one slug, logged apart in the same second, have files of
// the same names.
func TestCopyTwins(t *testing.T) {
	src, dst := manifestIn(t), manifestIn(t)
	later := func() time.Time { return oneSecond().Add(time.Second) }
	p := openAt(t, src, project.Options{Mode: project.ReadWrite, Now: oneSecond})
	x := addMarked(t, p, "run", "mine")
	saveAll(t, p)
	q := openAt(t, dst, project.Options{Mode: project.ReadWrite, Now: oneSecond})
	addMarked(t, q, "run", "theirs")
	saveAll(t, q)
	_, err := copyTo(t, src, dst, nil)
	wantError(t, err, artifacts.ErrConflict)

	p = openAt(t, src, project.Options{Mode: project.ReadWrite, Now: later})
	_, err = p.Edit(t.Context(), x.Slug(), func(d *experiment.Draft) error { d.LogMetric("more", 1); return nil })
	noError(t, err)
	saveAll(t, p)
	_, err = copyTo(t, src, dst, nil)
	wantError(t, err, artifacts.ErrIncomplete) // an older copy, it seems, but for its files
	if !errors.Is(err, mirror.ErrDiffers) {
		t.Errorf("error %v", err)
	}

	noError(t, os.RemoveAll(filepath.Dir(dst)))
	q = openAt(t, dst, project.Options{Mode: project.ReadWrite, Now: oneSecond})
	addMarked(t, q, "run", "theirs")
	saveAll(t, q)
	report, err := copyTo(t, src, dst, &artifacts.CopyOptions{Merge: true})
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Updated: 1, Files: 3})
	same(t, "experiments", checkMarked(t, dst), map[string]string{"mine": x.Slug()})
}

func TestCopyRefuses(t *testing.T) {
	now := watch.New()
	src, dst := manifestIn(t), manifestIn(t)
	p := openAt(t, src, project.Options{Mode: project.ReadWrite, Now: now.Now})
	x := addMarked(t, p, "run", "one")
	read := func(url string, mode project.Mode) *project.Project {
		return openAt(t, url, project.Options{Mode: mode, Now: now.Now})
	}
	refused := func(p, q *project.Project, kind error) {
		t.Helper()
		_, err := p.CopyTo(t.Context(), q, nil)
		wantError(t, err, kind)
	}
	refused(p, read(dst, project.ReadWrite), artifacts.ErrNotSaved)
	saveAll(t, p)
	refused(read(dst, project.ReadOnly), read(manifestIn(t), project.ReadWrite), artifacts.ErrNotFound)
	refused(p, read(dst, project.ReadOnly), artifacts.ErrReadOnly)
	if _, err := p.CopyTo(t.Context(), nil, nil); err == nil {
		t.Error("copied to nothing")
	}
	pending := read(dst, project.ReadWrite)
	addMarked(t, pending, "run", "two")
	refused(p, pending, artifacts.ErrNotSaved)
	if _, err := os.Stat(dst); err == nil {
		t.Error("something was written")
	}
	if _, err := p.CopyTo(t.Context(), read(dst, project.Append), nil); err != nil {
		t.Errorf("adding in mode a: %v", err)
	}
	now.Advance(time.Minute)
	_, err := p.Edit(t.Context(), x.Slug(), func(d *experiment.Draft) error { d.Tag("changed"); return nil })
	noError(t, err)
	saveAll(t, p)
	before := content(t, dst)
	refused(p, read(dst, project.Append), artifacts.ErrReadOnly)
	same(t, "after a refusal", content(t, dst), before)
	truncated := read(dst, project.Truncate)
	if _, err := p.CopyTo(t.Context(), truncated, nil); err == nil {
		t.Error("copied over what was not read")
	}
	self, err := copyTo(t, src, src, nil)
	noError(t, err)
	reported(t, self, artifacts.CopyReport{Equal: 1, There: 3})
	closed, err := project.Open(t.Context(), src, nil)
	noError(t, err)
	noError(t, closed.Close())
	if _, err := closed.CopyTo(t.Context(), read(dst, project.ReadWrite), nil); err == nil {
		t.Error("copied from a project that is closed")
	}
}

// Digests that were computed later are taken over, and never lost.
func TestCopyDigests(t *testing.T) {
	src, dst := manifestIn(t), manifestIn(t)
	p := openAt(t, src, project.Options{Mode: project.ReadWrite})
	addMarked(t, p, "run", "one")
	saveAll(t, p)
	with := readText(t, src)
	without := withoutDigests(with)
	for _, step := range []struct {
		src, want string
		report    artifacts.CopyReport
	}{
		{without, without, artifacts.CopyReport{Added: 1, Files: 3}},
		{with, with, artifacts.CopyReport{Updated: 1, There: 3}},
		{without, with, artifacts.CopyReport{Equal: 1, There: 3}},
	} {
		noError(t, os.WriteFile(src, []byte(step.src), 0o666))
		report, err := copyTo(t, src, dst, nil)
		noError(t, err)
		reported(t, report, step.report)
		same(t, "manifest", readText(t, dst), step.want)
	}
}

func withoutDigests(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.Contains(line, `"sha256":`) && !strings.Contains(line, `"size":`) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// Segments of the source are in the copy's manifest, and so are those of the
// destination, which are done with then.
func TestCopySegments(t *testing.T) {
	src, dst := manifestIn(t), manifestIn(t)
	now := watch.New()
	segmented := func(url string, marks ...string) *project.Project {
		t.Helper()
		p := openAt(t, url, project.Options{Mode: project.ReadWrite, Commit: project.CommitSegments, Now: now.Now})
		for _, mark := range marks {
			now.Advance(time.Second)
			addMarked(t, p, "run", mark)
			saveAll(t, p)
		}
		return p
	}
	segments := func(url string) (n int) {
		for name := range content(t, url) {
			if strings.HasPrefix(name, "project.json.d/") && !strings.Contains(name, "/folded/") {
				n++
			}
		}
		return n
	}
	lazy := openAt(t, src, project.Options{Commit: project.CommitSegments})
	segmented(src, "one", "two")
	if segments(src) != 2 {
		t.Fatalf("source: %v", content(t, src))
	}
	report, err := lazy.CopyTo(t.Context(), openAt(t, dst, project.Options{Commit: project.CommitSegments}), nil)
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 2, Files: 6})
	same(t, "names", len(content(t, dst)), 7)

	// What the copy got of its own is no conflict if it is merged; a segment that
	// comes in between is.
	segmented(dst, "own")
	segmented(src, "three")
	_, err = copyTo(t, src, dst, nil)
	wantError(t, err, artifacts.ErrConflict)
	same(t, "segments after a conflict", segments(dst), 1)
	report, err = copyTo(t, src, dst, &artifacts.CopyOptions{Merge: true})
	noError(t, err)
	reported(t, report, artifacts.CopyReport{Added: 1, Equal: 2, Kept: 1, Files: 3, There: 6})
	same(t, "segments of the destination", segments(dst), 0)
	same(t, "segments of the source", segments(src), 3)
	same(t, "marks", len(checkMarked(t, dst)), 4)
	if got := strings.Count(readText(t, dst), `"short_slug"`); got != 4 {
		t.Errorf("the manifest has %d experiments, want 4", got)
	}
	mustFind(t, openAt(t, dst, project.Options{}))
}
