package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// copy copies the project and tells what it did.
func (o order) copy(ctx context.Context, in io.Reader, out io.Writer) error {
	if err := childtest.Begin(in, out); err != nil {
		return err
	}
	var report artifacts.CopyReport
	err := o.insist(ctx, func() (err error) {
		report, err = copyProject(ctx, o.URL, o.CopyTo)
		return err
	})
	if err != nil {
		return err
	}
	childtest.Tell(out, fmt.Sprintf("copied %d, there %d", report.Files, report.There))
	return nil
}

func copyProject(ctx context.Context, src, dst string) (report artifacts.CopyReport, err error) {
	p, err := project.Open(ctx, src, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	q, err := project.Open(ctx, dst, &project.Options{Mode: project.ReadWrite})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, q.Close()) }()
	return p.CopyTo(ctx, q, nil)
}

// source logs a project to be copied, one in ten of its experiments in a segment.
func source(t *testing.T, experiments int) (url string) {
	t.Helper()
	url = filepath.Join(t.TempDir(), "project.json")
	for _, part := range []struct {
		n    int
		mode project.CommitMode
	}{{experiments * 9 / 10, project.CommitManifest}, {experiments - experiments*9/10, project.CommitSegments}} {
		p, err := project.Open(t.Context(), url, &project.Options{Commit: part.mode})
		if err != nil {
			t.Fatal(err)
		}
		for n := range part.n {
			mark := fmt.Sprintf("%d-%d", part.mode, n)
			_, err := p.Log(t.Context(), "the run", func(d *experiment.Draft) error {
				return errors.Join(d.LogParameter("mark", mark), d.LogArtifact("payload", payload(mark), "text", nil))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Close() }) // which folds: not before the test has ended
	}
	return url
}

// files returns what is in a project's folder, but for what the store keeps for
// itself.
func files(t *testing.T, url string) map[string]string {
	t.Helper()
	s, _, err := store.Open(t.Context(), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return storetest.Files(t, s)
}

// copied checks that dst is what a copy of src must be: all files, and nothing
// else, with all experiments in the manifest.
func copied(t *testing.T, src, dst string, experiments int) {
	t.Helper()
	want, got := files(t, src), files(t, dst)
	for name := range want {
		if filepath.Dir(name) == "project.json.d" {
			delete(want, name) // a segment, which the copy has in its manifest
		}
	}
	delete(want, "project.json")
	delete(got, "project.json")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of the copy (-want +got):\n%s", diff)
	}
	p, err := project.Open(t.Context(), dst, &project.Options{Mode: project.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if p.Len() != experiments {
		t.Errorf("the copy has %d experiments, want %d", p.Len(), experiments)
	}
	for f, err := range p.Check(t.Context(), nil) {
		if f.Kind != project.Leftover { // of a copy that was killed
			t.Errorf("check finds %s %s %v %v", f.Kind, f.Key, f.Err, err)
		}
	}
}

// TestCopyKilled kills copies at random until one comes to its end. Each goes on
// where the one before it was.
func TestCopyKilled(t *testing.T) {
	experiments := 100
	if long() {
		experiments = 1000
	}
	src := source(t, experiments)
	dst := filepath.Join(t.TempDir(), "copy", "project.json")
	before := files(t, src)
	kills, had := 0, 0
	for last := ""; last == ""; {
		child := childtest.Start(t, order{URL: src, CopyTo: dst}, false)
		child.Release()
		killer := time.AfterFunc(rand.N(time.Duration(kills+1)*20*time.Millisecond), child.Kill) // later each time: a slow machine comes to an end too
		err := child.Wait()
		if killer.Stop() && err != nil {
			t.Fatal(err)
		}
		for _, line := range child.Lines {
			var copied, there int
			if n, _ := fmt.Sscanf(line, "copied %d, there %d", &copied, &there); n == 2 {
				last = line
				if copied+there != experiments || there < had {
					t.Errorf("%s after %d were there, want %d together", line, had, experiments)
				}
			}
		}
		if last == "" {
			kills++
			now := files(t, dst)
			if now["project.json"] != "" {
				continue // the manifest was replaced, and nobody was told
			}
			if len(now) < had {
				t.Errorf("%d files were there, now %d", had, len(now))
			}
			had = len(now)
		}
	}
	t.Logf("killed %d times; %d of %d files were there before the last copy", kills, had, experiments)
	copied(t, src, dst, experiments)
	if diff := cmp.Diff(before, files(t, src)); diff != "" {
		t.Errorf("the source has changed (-want +got):\n%s", diff)
	}
}

// TestCopyServers copies to each kind of server and back, and with one answer of
// five lost.
func TestCopyServers(t *testing.T) {
	for kind, start := range servers.Kinds {
		t.Run(kind, func(t *testing.T) {
			for _, lossy := range []bool{false, true} {
				t.Run(fmt.Sprintf("Lossy=%v", lossy), func(t *testing.T) {
					faults := &servers.Faults{}
					if lossy {
						withFaults(t)
						faults.Drop = 0.2
					}
					server := start(t, &servers.Options{Faults: faults})
					src, back := source(t, 20), filepath.Join(t.TempDir(), "project.json")
					bucket := server.URL("copies/project.json")
					o := order{Faulty: lossy}
					for _, way := range [][2]string{{src, bucket}, {bucket, back}} {
						if err := o.insist(t.Context(), func() error { _, err := copyProject(t.Context(), way[0], way[1]); return err }); err != nil {
							t.Fatal(err)
						}
					}
					faults.Stop()
					copied(t, src, bucket, 20)
					copied(t, bucket, back, 20)
					if report, err := copyProject(t.Context(), src, bucket); err != nil || report.Files != 0 || report.Equal != 20 {
						t.Errorf("copied again: %+v, %v", report, err)
					}
					dropped, _, _ := faults.Counts()
					t.Logf("%d answers lost", dropped)
				})
			}
		})
	}
}
