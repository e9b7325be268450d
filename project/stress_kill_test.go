package project_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A folder is used for this many kills: each one checks the whole of it.
const killsPerFolder = 20

// TestKilled kills processes in the middle of their work, at random.
func TestKilled(t *testing.T) {
	var url string
	var seen *ledger
	saved, torn := 0, 0
	for kill := range pick(40, 300) {
		if kill%killsPerFolder == 0 {
			if kill > 0 {
				sweep(t, url)
				seen.check(t, url)
			}
			url, seen = filepath.Join(t.TempDir(), "runs", "project.json"), newLedger()
		}
		order := order{URL: url, Mark: fmt.Sprintf("kill%d", kill), Name: "Killed run", Change: true}
		if kill%2 == 1 {
			order.Commit = project.CommitSegments
		}
		children := []*childtest.Child{startChild(t, order)}
		if kill%3 == 2 {
			order.Mark += "b"
			children = append(children, startChild(t, order))
		}
		for _, c := range children {
			c.Release()
		}
		for range rand.IntN(4) {
			children[0].Next()
		}
		// Somewhere in the next few saves; it is of no account where.
		<-time.After(rand.N(8 * time.Millisecond))
		for _, c := range children {
			c.Kill()
		}
		for _, c := range children {
			if err := c.Wait(); err == nil {
				t.Error("a child ended by itself")
			}
			seen.enter(c)
			saved += len(c.Lines)
		}
		seen.check(t, url)
		p := openProject(t, url, &project.Options{Mode: project.ReadOnly})
		mustFind(t, p, project.Leftover, project.Orphan, project.Stale)
		if len(findings(t, p)) > 0 {
			torn++
		}
		if t.Failed() {
			t.Fatalf("after kill %d", kill)
		}
	}
	sweep(t, url)
	seen.check(t, url)
	t.Logf("%d acknowledgements; files nobody names after %d kills", saved, torn)
}

// TestKilledAtEveryOperation lets a process die before the first operation of
// its storage, before the second, and so on through three saves.
func TestKilledAtEveryOperation(t *testing.T) {
	for name, mode := range map[string]project.CommitMode{"Manifest": project.CommitManifest, "Segments": project.CommitSegments} {
		t.Run(name, func(t *testing.T) { killedAtEveryOperation(t, mode) })
	}
}

func killedAtEveryOperation(t *testing.T, mode project.CommitMode) {
	stride := pick(5, 1)
	first := 1 + rand.IntN(stride)
	for n := first; ; n += stride {
		url := filepath.Join(t.TempDir(), "project.json")
		p := openProject(t, url, &project.Options{Now: oneSecond, Commit: mode})
		addMarked(t, p, "Killed run", "before")
		saveProject(t, p)

		c := startChild(t, order{URL: url, Mark: "child", Name: "Killed run", Saves: 4, Change: true, Still: true, DieAt: n, Commit: mode})
		c.Release()
		alive := c.Wait() == nil
		seen := newLedger()
		seen.saved["before"] = true
		seen.enter(c)
		seen.check(t, url)
		mustFind(t, openProject(t, url, &project.Options{Mode: project.ReadOnly}), project.Leftover, project.Orphan, project.Stale)
		sweep(t, url)
		seen.check(t, url)
		q := openProject(t, url, nil)
		if report, err := q.Repair(t.Context()); err != nil || len(report.Restored) > 0 {
			t.Errorf("repair restored %q, error %v", report.Restored, err)
		}
		seen.check(t, url)
		mustFind(t, q)
		if t.Failed() {
			t.Fatalf("after its death at operation %d", n)
		}
		if alive {
			t.Logf("%d operations, every %dth from the %dth", n, stride, first)
			return
		}
	}
}
