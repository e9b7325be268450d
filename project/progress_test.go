package project_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A listener keeps the first and the last report of each operation.
type listener struct {
	t           *testing.T
	first, last map[string]artifacts.Progress
}

func listen(t *testing.T) *listener {
	return &listener{t, map[string]artifacts.Progress{}, map[string]artifacts.Progress{}}
}

func (l *listener) hear(p artifacts.Progress) {
	if before, begun := l.last[p.Operation]; !begun || before.Done {
		l.first[p.Operation] = p
	} else if p.Bytes < before.Bytes || p.Files < before.Files {
		l.t.Errorf("%s went back from %+v to %+v", p.Operation, before, p)
	}
	l.last[p.Operation] = p
}

// TestProgress: each operation says when it begins, and at its end all of what
// it did.
func TestProgress(t *testing.T) {
	l := listen(t)
	now := watch.New()
	options := func() project.Options {
		return project.Options{Mode: project.ReadWrite, Now: now.Now, Progress: l.hear}
	}
	text := func(p *project.Project, name string, texts ...string) *experiment.Experiment {
		t.Helper()
		return logAs(t, p, name, func(d *experiment.Draft) error {
			for i, text := range texts {
				noError(t, d.LogArtifact(string(rune('a'+i)), text, "text", nil))
			}
			return nil
		})
	}
	path := manifestIn(t)
	p := openAt(t, path, options())
	x := text(p, "x", "1234", "567")
	saveAll(t, p)
	ended := func(operation string, files, total int, bytes, totalBytes int64) {
		t.Helper()
		same(t, operation+" begins", l.first[operation], artifacts.Progress{Operation: operation})
		same(t, operation+" ends", l.last[operation], artifacts.Progress{Operation: operation,
			Files: files, TotalFiles: total, Bytes: bytes, TotalBytes: totalBytes, Done: true})
	}
	ended("save", 2, 2, 7, 0) // of what encoders write nobody knows how much it will be

	other := openAt(t, manifestIn(t), project.Options{Mode: project.ReadWrite, Now: now.Now})
	text(other, "y", "89012")
	saveAll(t, other)
	merged, err := p.Merge(other)
	noError(t, err)
	defer merged.Close()
	saveAll(t, merged)
	ended("save", 1, 1, 5, 5)
	noError(t, p.Refresh(t.Context()))

	mustFind(t, p)
	ended("check", 3, 3, 12, 12)
	found(t, p, &project.CheckOptions{SkipDigests: true})
	ended("check", 0, 0, 0, 0)

	noError(t, os.WriteFile(path, []byte(withoutDigests(readText(t, path))), 0o666))
	noError(t, p.Refresh(t.Context()))
	n, err := p.Rehash(t.Context())
	noError(t, err)
	same(t, "digests", n, 3)
	ended("rehash", 3, 3, 12, 12)
	saveAll(t, p)
	ended("save", 0, 0, 0, 0)

	dst := options()
	q := openAt(t, manifestIn(t), dst)
	_, err = p.CopyTo(t.Context(), q, nil)
	noError(t, err)
	ended("copy", 3, 3, 12, 12)

	noError(t, os.Remove(filepath.Join(filepath.Dir(path), "y-20250301100000", "a-20250301100000.txt")))
	put(t, path, x.Slug()+"/old-20240101000000.txt", "123456", now.Now().Add(-48*time.Hour))
	_, err = p.GC(t.Context(), nil)
	noError(t, err)
	ended("gc", 1, 0, 6, 0)
	_, err = p.CopyTo(t.Context(), q, nil)
	noError(t, err) // the destination has what the source lost
	ended("copy", 3, 3, 12, 12)
}
