package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

// TestStores: what a team has stored is found there, and copied to one's own
// folder; what one makes stays there.
func TestStores(t *testing.T) {
	over(t, func(t *testing.T, team string) {
		own := folders["local"](t)
		f := newFlow(t, open(t, team, nil), pointsParams{N: 4}, nil)
		want, err := f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		before := files(t, team)

		both := pipeline.Stores(open(t, own, nil), open(t, team, nil))
		f = newFlow(t, both, pointsParams{N: 4}, nil)
		got, err := f.estimator.Payload(t.Context())
		if err != nil || *got != *want {
			t.Errorf("got %v (%v)", got, err)
		}
		f.runs(t, 0, 0)
		if got := files(t, own); len(got) != 2 || !strings.HasPrefix(got[0], "outlier_estimator-") {
			t.Errorf("copied %v", got)
		}
		_, err = f.points.Payload(t.Context())
		ok(t, "points", err)
		if diff := cmp.Diff(before, files(t, own)); diff != "" {
			t.Errorf("what was copied is not what is there: %s", diff)
		}
		_, err = newFlow(t, open(t, own, nil), pointsParams{N: 4}, nil).estimator.Load(t.Context(), nil)
		ok(t, "load from one's own", err)

		_, err = newFlow(t, both, pointsParams{N: 5}, nil).points.Payload(t.Context())
		ok(t, "new points", err)
		if diff := cmp.Diff(before, files(t, team)); diff != "" {
			t.Errorf("the team's folder was written to: %s", diff)
		}

		// A copy that is damaged is got again.
		ref, err := f.estimator.Ref(t.Context())
		ok(t, "ref", err)
		change(t, own, filepath.Base(ref.URL), func(text []byte) []byte { text[0] ^= 1; return text })
		f = newFlow(t, both, pointsParams{N: 4}, nil)
		_, err = f.estimator.Payload(t.Context())
		ok(t, "payload, one of two being damaged", err)
		f.runs(t, 0, 0)
		_, err = newFlow(t, open(t, own, nil), pointsParams{N: 4}, nil).estimator.Load(t.Context(), nil)
		ok(t, "load what was got again", err)
	})
}

func TestOpenBucket(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	if _, err := pipeline.OpenBucket(nil, "", nil); err == nil {
		t.Error("a bucket that is nil was opened")
	}
	s, err := pipeline.OpenBucket(b, "steps", &pipeline.Options{Types: types})
	ok(t, "open", err)
	f := newFlow(t, s, pointsParams{N: 3}, nil)
	_, err = f.estimator.Payload(t.Context())
	ok(t, "payload", err)
	f.points.Reset()
	_, err = f.points.Load(t.Context(), nil)
	ok(t, "load", err)
	ok(t, "close", s.Close())
	if exists, err := b.Exists(t.Context(), "steps/gaussian_points-"+f.points.Hash()+".params.json"); !exists {
		t.Errorf("the record is not in the bucket (%v)", err)
	}
}

// aged stores the points of N from 1 to n, one hour apart, the last one an hour
// ago. A point is about 20 bytes of JSON.
func aged(t *testing.T, url string, n int) *pipeline.Store {
	now := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	s := open(t, url, &pipeline.Options{Now: func() time.Time { return now }})
	for i := range n {
		_, err := newFlow(t, s, pointsParams{N: i + 1}, nil).points.Payload(t.Context())
		ok(t, "payload", err)
		now = now.Add(time.Hour)
	}
	return s
}

func TestGC(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := aged(t, url, 6)
		all := files(t, url)
		gc := func(l *pipeline.Limits, removed, kept int) *pipeline.GCReport {
			t.Helper()
			r, err := s.GC(t.Context(), l)
			ok(t, "gc", err)
			if len(r.Removed) != removed || r.Kept != kept || len(r.Orphans) > 0 || r.Damaged != nil {
				t.Errorf("removed %d, kept %d, orphans %v, damaged %v; want %d and %d", len(r.Removed), r.Kept, r.Orphans, r.Damaged, removed, kept)
			}
			return r
		}
		gc(nil, 0, 6)
		gc(&pipeline.Limits{Name: "outlier_estimator", MaxItems: 1}, 0, 0)
		gc(&pipeline.Limits{MaxItems: 4, DryRun: true}, 2, 4)
		if diff := cmp.Diff(all, files(t, url)); diff != "" {
			t.Fatalf("removed too much: %s", diff)
		}
		r := gc(&pipeline.Limits{MaxAge: 5 * time.Hour}, 1, 5)
		if string(r.Removed[0].Params) != `{"n_points":1,"random_state":0}` {
			t.Errorf("removed %s, not the oldest", r.Removed[0].Params)
		}
		gc(&pipeline.Limits{MaxItems: 4}, 1, 4)
		r = gc(&pipeline.Limits{MaxBytes: 300}, 2, 2)
		if r.Bytes < 100 || r.Bytes > 200 {
			t.Errorf("removed %d bytes of seven points", r.Bytes)
		}
		if got := files(t, url); len(got) != 4 {
			t.Errorf("left %v", got)
		}
		gc(&pipeline.Limits{MaxAge: 1}, 2, 0)
		if got := files(t, url); got != nil {
			t.Errorf("left %v", got)
		}
	})
}

// TestOrphans: files that no record names go when they are old, and only ours.
func TestOrphans(t *testing.T) {
	url := folders["local"](t)
	s := aged(t, url, 1)
	hash := strings.Repeat("0", 32)
	orphans := []string{
		"model-" + hash + ".json", "model-" + hash + "~abcdefgh.json", "book-" + hash + ".book/part/a", "gaussian_points-" + hash,
	}
	old := time.Now().Add(-48 * time.Hour)
	for _, name := range append([]string{"notes.txt", "model-" + hash[1:] + ".json", "data/model-" + hash + ".json"}, orphans...) {
		path := filepath.Join(url, name)
		ok(t, "mkdir", os.MkdirAll(filepath.Dir(path), 0o777))
		ok(t, "write", os.WriteFile(path, nil, 0o666))
		ok(t, "age", os.Chtimes(path, old, old))
	}
	ok(t, "write", os.WriteFile(filepath.Join(url, "young-"+hash+".json"), nil, 0o666))
	stay := len(files(t, url)) - len(orphans)

	record := "damaged-" + hash + ".params.json"
	ok(t, "write", os.WriteFile(filepath.Join(url, record), []byte("{"), 0o666))
	r, err := s.GC(t.Context(), nil)
	ok(t, "gc", err)
	if len(r.Orphans) != 0 || len(r.Damaged) != 1 || !strings.Contains(r.Damaged[0].Error(), record) {
		t.Errorf("with a damaged record: orphans %v, damaged %v", r.Orphans, r.Damaged)
	}
	ok(t, "remove", os.Remove(filepath.Join(url, record)))
	r, err = s.GC(t.Context(), &pipeline.Limits{Name: "model"})
	ok(t, "gc", err)
	if diff := cmp.Diff(orphans[:2], r.Orphans); diff != "" {
		t.Errorf("of one step: %s", diff)
	}
	r, err = s.GC(t.Context(), nil)
	ok(t, "gc", err)
	if len(r.Orphans) != 2 || len(files(t, url)) != stay {
		t.Errorf("orphans %v, left %v", r.Orphans, files(t, url))
	}
	_, err = newFlow(t, s, pointsParams{N: 1}, nil).points.Load(t.Context(), nil)
	ok(t, "load", err)
}

func TestExplain(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, nil)
		f := newFlow(t, s, pointsParams{N: 5, RandomState: 1}, nil)
		e, err := f.estimator.Explain(t.Context())
		ok(t, "explain", err)
		is(t, "nothing there", e.Err, artifacts.ErrNotFound)
		if e.Nearest != nil {
			t.Errorf("nearest to nothing: %v", e.Nearest)
		}
		_, err = f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		e, err = f.estimator.Explain(t.Context())
		if err != nil || e.Err != nil || e.String() != fmt.Sprintf("outlier_estimator (%.8s) is stored", f.estimator.Hash()) {
			t.Errorf("%v (%v)", e, err)
		}
		_, err = newFlow(t, s, pointsParams{N: 5, RandomState: 2}, nil).estimator.Payload(t.Context())
		ok(t, "payload", err)
		f = newFlow(t, s, pointsParams{N: 6, RandomState: 1}, nil)
		e, err = f.estimator.Explain(t.Context())
		ok(t, "explain", err)
		want := "dependencies.gaussian_points.params.n_points: 5, now 6"
		if len(e.Changes) != 1 || e.Changes[0].String() != want || !strings.HasSuffix(e.String(), "\n  "+want) {
			t.Errorf("explained by %v", e)
		}
		f.runs(t, 0, 0)
	})
}

// TestVerify: code that changed without another version, or that makes something
// else each time, is found out.
func TestVerify(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		f := newFlow(t, open(t, url, nil), pointsParams{N: 5}, nil)
		is(t, "verify nothing", f.points.Verify(t.Context()), artifacts.ErrNotFound)
		_, err := f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		stored := files(t, url)
		ok(t, "verify points", f.points.Verify(t.Context()))
		ok(t, "verify estimator", f.estimator.Verify(t.Context()))
		f.runs(t, 2, 2)
		f.noise.Store(1)
		is(t, "after a change", f.points.Verify(t.Context()), pipeline.ErrUnstable)
		if diff := cmp.Diff(stored, files(t, url)); diff != "" {
			t.Errorf("verify changed what is stored: %s", diff)
		}
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "generate", err)
		is(t, "what is stale", f.estimator.Verify(t.Context()), pipeline.ErrStale)
	})
}

func TestRecords(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		s := open(t, url, nil)
		f := newFlow(t, s, pointsParams{N: 5, RandomState: 100}, nil)
		_, err := f.estimator.Payload(t.Context())
		ok(t, "payload", err)
		found := map[string]*pipeline.Record{}
		for r, err := range s.Records(t.Context(), "") {
			ok(t, "records", err)
			found[r.Name] = r
		}
		if len(found) != 2 {
			t.Fatalf("found %v", found)
		}
		r := found["outlier_estimator"]
		tree, err := r.Tree()
		ok(t, "tree", err)
		if tree.Hash != f.estimator.Hash() || tree.Dependencies["gaussian_points"].Hash != f.points.Hash() {
			t.Errorf("tree %v", tree)
		}
		if got := string(found["gaussian_points"].NotHashed["random_state"]); got != "100" {
			t.Errorf("what is not hashed is recorded as %q", got)
		}
		if r.Used["gaussian_points"] != found["gaussian_points"].Payload.Digest {
			t.Errorf("made from %v", r.Used)
		}
		ok(t, "check", s.Check(t.Context(), r))

		_, err = s.Record(t.Context(), "outlier_estimator", r.Hash[:6])
		ok(t, "by the beginning of the hash", err)
		_, err = s.Record(t.Context(), "outlier", "")
		is(t, "by the beginning of the name", err, artifacts.ErrNotFound)
		_, err = newFlow(t, s, pointsParams{N: 6}, nil).points.Payload(t.Context())
		ok(t, "payload", err)
		if _, err = s.Record(t.Context(), "gaussian_points", ""); err == nil || !strings.Contains(err.Error(), "2 records") {
			t.Errorf("one of two: %v", err)
		}
		f.noise.Store(1)
		_, err = f.points.Generate(t.Context(), nil)
		ok(t, "generate", err)
		is(t, "check what is stale", s.Check(t.Context(), r), pipeline.ErrStale)
		change(t, url, r.Payload.Key, func(text []byte) []byte { text[9] ^= 4; return text })
		is(t, "check what is damaged", s.Check(t.Context(), r), artifacts.ErrCorrupt)
		change(t, url, r.Payload.Key, func([]byte) []byte { return nil })
		is(t, "check what is gone", s.Check(t.Context(), r), artifacts.ErrNotFound)
	})
}

func TestLockFile(t *testing.T) {
	url := folders["local"](t)
	file := filepath.Join(t.TempDir(), "points.lock.json")
	s := open(t, url, nil)
	f := newFlow(t, s, pointsParams{N: 5}, nil)
	is(t, "without a file", pipeline.Locked(t.Context(), file, f.estimator), artifacts.ErrNotFound)
	ok(t, "lock", pipeline.Lock(t.Context(), file, f.estimator))
	f.runs(t, 1, 1)
	text, err := os.ReadFile(file)
	ok(t, "read", err)
	if strings.Count(string(text), `"name"`) != 2 || !strings.Contains(string(text), f.points.Hash()) {
		t.Errorf("locked %s", text)
	}
	ok(t, "locked", pipeline.Locked(t.Context(), file, f.estimator))
	ok(t, "locked, in another folder", pipeline.Locked(t.Context(), file, newFlow(t, open(t, folders["memory"](t), nil), pointsParams{N: 5}, nil).estimator))

	err = pipeline.Locked(t.Context(), file, newFlow(t, s, pointsParams{N: 6}, nil).points)
	locked, is := errors.AsType[*pipeline.LockError](err)
	if !is || len(locked.Differences) != 3 {
		t.Errorf("other parameters: %v", err)
	}
	f.noise.Store(1)
	_, err = f.points.Generate(t.Context(), nil)
	ok(t, "generate", err)
	err = pipeline.Locked(t.Context(), file, f.estimator)
	if locked, is = errors.AsType[*pipeline.LockError](err); !is || len(locked.Differences) != 2 || !strings.Contains(err.Error(), "locked was sha256:") {
		t.Errorf("other payloads: %v", err)
	}
	ok(t, "write", os.WriteFile(file, []byte(`{"format":"x"}`), 0o666))
	if err := pipeline.Locked(t.Context(), file, f.estimator); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("another format: %v", err)
	}
}

// TestLogs: on a disk there is one file for each step, elsewhere one for each
// generation.
func TestLogs(t *testing.T) {
	over(t, func(t *testing.T, url string) {
		var heard strings.Builder
		s := open(t, url, nil)
		f := newFlow(t, s, pointsParams{N: 1}, &flowOptions{points: func(s *pipeline.Spec[pointsParams, []float64]) {
			s.Logger = textLogger(&heard)
			s.Generate = func(ctx context.Context, p pointsParams) ([]float64, error) {
				pipeline.Logger(ctx).Info("drawing", "n", p.N)
				return make([]float64, p.N), nil
			}
		}})
		for range 2 {
			_, err := f.points.Generate(t.Context(), nil)
			ok(t, "generate", err)
		}
		var text strings.Builder
		logs := 0
		for key, content := range contents(t, url) {
			if strings.HasPrefix(key, "gaussian_points.log") {
				text.WriteString(content)
				logs++
			}
		}
		for _, want := range []string{"drawing", "n=1", "msg=generating", "msg=generated", "step=gaussian_points hash=" + f.points.Hash()} {
			if strings.Count(text.String(), want) < 2 || !strings.Contains(heard.String(), want) {
				t.Errorf("%q is not twice in %q and in %q", want, text.String(), &heard)
			}
		}
		if local := !strings.Contains(url, "://"); logs != map[bool]int{true: 1, false: 2}[local] {
			t.Errorf("%d log files", logs)
		}
		pipeline.Logger(t.Context()).Info("nobody hears this")
	})
	url := folders["memory"](t)
	_, err := newFlow(t, open(t, url, &pipeline.Options{NoLogFiles: true}), pointsParams{N: 1}, nil).points.Payload(t.Context())
	ok(t, "payload", err)
	if got := contents(t, url); len(got) != 2 {
		t.Errorf("without log files there are %d files", len(got))
	}
}
