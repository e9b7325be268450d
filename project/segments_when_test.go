package project_test

import (
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Whoever loses too many races takes a segment, if it may.
func TestSegmentsAutomatic(t *testing.T) {
	for _, c := range []struct {
		name   string
		commit project.CommitMode
		races  int // that others win
		change bool
		want   int // segments
	}{
		{"Few", project.CommitAuto, 3, false, 0},
		{"Many", project.CommitAuto, 4, false, 1},
		{"ManyAndChange", project.CommitAuto, 7, true, 0},
		{"ManifestOnly", project.CommitManifest, 7, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			bucket := memblob.OpenBucket(nil)
			defer func() { noError(t, bucket.Close()) }()
			open := func(o *project.Options) *project.Project {
				p, err := project.OpenBucket(t.Context(), bucket, "project.json", o)
				noError(t, err)
				return p
			}
			other := open(&project.Options{Commit: project.CommitManifest})
			logAs(t, other, "base", nil)
			saveAll(t, other)
			left := 0
			p := open(project.WithFault(project.Options{Mode: project.ReadWrite, Commit: c.commit}, func(op, key string) error {
				// Each time it is about to look whether anybody came first.
				if op == "list" && left > 0 {
					left--
					logAs(t, other, "other", nil)
					saveAll(t, other)
				}
				return nil
			}))
			logAs(t, p, "mine", nil)
			if c.change {
				editAs(t, p, "base", tagging("t"))
			}
			left = c.races
			saveAll(t, p)
			n := 0
			iter := bucket.List(nil)
			for {
				o, err := iter.Next(t.Context())
				if err != nil {
					break
				}
				if strings.HasPrefix(o.Key, "project.json.d/") {
					n++
				}
			}
			same(t, "segments", n, c.want)
			same(t, "experiments", open(nil).Len(), 2+c.races-left)
			noError(t, p.Refresh(t.Context()))
			same(t, "in the session", p.Len(), 2+c.races-left)
			noError(t, p.Close())
			same(t, "experiments", open(nil).Len(), 2+c.races-left)
		})
	}
}

// Merging goes through the manifest: an experiment of another project may be
// there already.
func TestSegmentsMerge(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		from := openProject(t, storetest.MemoryURL("other.json"), inSegments(project.Append))
		x := addMarked(t, from, "run", "theirs")
		saveProject(t, from)
		p := openProject(t, url, inSegments(project.Append))
		addMarked(t, p, "run", "mine")
		saveProject(t, p)
		noError(t, p.Append(x))
		saveProject(t, p)
		same(t, "saved", marksIn(t, url), []string{"mine", "theirs"})
		waiting, _ := segmentsIn(files())
		same(t, "segments", len(waiting), 0)
		m, err := openProject(t, url, inSegments(project.Append)).Merge(openProject(t, from.URL(), inSegments(project.Append)))
		noError(t, err)
		same(t, "merged", m.Len(), 2)
		noError(t, m.Close())
	})
}

// Close folds what this session wrote, and nothing else.
func TestSegmentsClose(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		other := openProject(t, url, inSegments(project.Append))
		addMarked(t, other, "run", "other")
		saveProject(t, other)
		p, err := project.Open(t.Context(), url, inSegments(project.Append))
		noError(t, err)
		same(t, "experiments", p.Len(), 1)
		noError(t, p.Close())
		waiting, _ := segmentsIn(files())
		same(t, "segments", len(waiting), 1)
		p, err = project.Open(t.Context(), url, inSegments(project.Append))
		noError(t, err)
		addMarked(t, p, "run", "mine")
		saveProject(t, p)
		noError(t, p.Close())
		noError(t, p.Close())
		waiting, _ = segmentsIn(files())
		same(t, "segments", len(waiting), 0)
		same(t, "saved", marksIn(t, url), []string{"mine", "other"})
	})
}

// Of a crowd that ends at once the first folds for the others, who leave what is
// folded to it; else each would do all of the work.
func TestSegmentsCloseTogether(t *testing.T) {
	overPlaces(t, func(t *testing.T, url string, files func() map[string]string) {
		p, err := project.Open(t.Context(), url, inSegments(project.Append))
		noError(t, err)
		addMarked(t, p, "run", "mine")
		saveProject(t, p)
		slow := openProject(t, url, project.WithFault(*inSegments(project.Append), func(op, _ string) error {
			if op == "remove" {
				return syscall.EIO // as if it had not come to it yet
			}
			return nil
		}))
		_, err = slow.Compact(t.Context())
		wantError(t, err, syscall.EIO)
		before := files()
		noError(t, p.Close())
		mustEqualTree(t, before, files(), nil)
		_, err = openProject(t, url, inSegments(project.Append)).Compact(t.Context()) // unless it is asked for
		noError(t, err)
		waiting, _ := segmentsIn(files())
		same(t, "segments", len(waiting), 0)
		same(t, "saved", marksIn(t, url), []string{"mine"})
	})
}

// A fold that took all but the whole time Close gives it still has time to remove
// what it folded.
func TestSegmentsCloseSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		url := storetest.MemoryURL("project.json")
		closing := false
		p, err := project.Open(t.Context(), url, project.WithFault(*inSegments(project.Append), func(op, key string) error {
			switch {
			case !closing:
			case op == "commit" && key == "project.json":
				time.Sleep(59 * time.Second) // of a clock that need not be waited for
			case op == "remove":
				time.Sleep(10 * time.Second)
			}
			return nil
		}))
		noError(t, err)
		for range 50 {
			logAs(t, p, "run", nil)
			saveAll(t, p)
		}
		closing = true
		begun := time.Now()
		noError(t, p.Close())
		if took := time.Since(begun); took < time.Minute {
			t.Fatalf("it took %v, so nothing was tested", took)
		}
		waiting, _ := segmentsIn(memoryTree(t, url))
		same(t, "segments", len(waiting), 0)
		same(t, "experiments", openProject(t, url, nil).Len(), 50)
	})
}

// A fold that loses races reads no segment again.
func TestSegmentsReadOnce(t *testing.T) {
	bucket := memblob.OpenBucket(nil)
	defer func() { noError(t, bucket.Close()) }()
	open := func(o *project.Options) *project.Project {
		p, err := project.OpenBucket(t.Context(), bucket, "project.json", o)
		noError(t, err)
		return p
	}
	q := open(inSegments(project.Append))
	for range 5 {
		logAs(t, q, "run", nil)
		saveAll(t, q)
	}
	var opened atomic.Int32
	races := 3
	p := open(project.WithFault(*inSegments(project.Append), func(op, key string) error {
		switch {
		case op == "open" && strings.HasPrefix(key, "project.json.d/"):
			opened.Add(1)
		case op == "list" && races > 0: // just before it looks whether anybody came first
			races--
			return bucket.WriteAll(t.Context(), "project.json", []byte("[]"+strings.Repeat("\n", races+1)), nil)
		}
		return nil
	}))
	report, err := p.Compact(t.Context())
	noError(t, err)
	same(t, "report", report, project.CompactReport{Segments: 5, Experiments: 5})
	same(t, "races", races, 0)
	same(t, "segments read", int(opened.Load()), 5)
}

// A writer of many segments folds them by itself.
func TestSegmentsCrowd(t *testing.T) {
	url := storetest.MemoryURL("project.json")
	p := openProject(t, url, inSegments(project.Append))
	most := 0
	const saves = 700
	for range saves {
		logAs(t, p, "run", nil)
		saveProject(t, p)
		waiting, _ := segmentsIn(memoryTree(t, url))
		most = max(most, len(waiting))
	}
	if most > 256+64 {
		t.Errorf("%d segments waited", most)
	}
	same(t, "experiments", openProject(t, url, nil).Len(), saves)
	same(t, "in the session", p.Len(), saves)
}

// So does one who finds many.
func TestSegmentsCrowdFound(t *testing.T) {
	url := storetest.MemoryURL("project.json")
	const saves = 300
	for range saves {
		p := openProject(t, url, inSegments(project.Append))
		logAs(t, p, "run", nil)
		saveProject(t, p)
	}
	waiting, _ := segmentsIn(memoryTree(t, url))
	same(t, "segments", len(waiting), saves)
	p := openProject(t, url, inSegments(project.Append))
	same(t, "experiments", p.Len(), saves)
	logAs(t, p, "run", nil)
	saveProject(t, p)
	waiting, _ = segmentsIn(memoryTree(t, url))
	same(t, "segments", len(waiting), 0)
	same(t, "experiments", openProject(t, url, nil).Len(), saves+1)
}

func TestSegmentsReadOnly(t *testing.T) {
	url := manifestIn(t)
	p := openProject(t, url, &project.Options{Mode: project.ReadOnly})
	_, err := p.Compact(t.Context())
	wantError(t, err, artifacts.ErrReadOnly)
	_, err = p.Repair(t.Context())
	wantError(t, err, artifacts.ErrReadOnly)
	if _, err := project.Open(t.Context(), url, &project.Options{Commit: 7}); err == nil || !strings.Contains(err.Error(), "commit mode 7") {
		t.Errorf("opened: %v", err)
	}
}
