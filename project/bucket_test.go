package project_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A plain bucket has no locks: one writer at a time, which is said, and slugs
// that nobody else has from the beginning, as nothing can be renamed later.
func TestOpenBucket(t *testing.T) {
	onDisk, err := fileblob.OpenBucket(t.TempDir(), &fileblob.Options{NoTempDir: true})
	noError(t, err)
	for name, bucket := range map[string]*blob.Bucket{"memory": memblob.OpenBucket(nil), "disk": onDisk} {
		t.Run(name, func(t *testing.T) {
			defer func() { noError(t, bucket.Close()) }()
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, nil))
			now := watch.New()
			open := func(o project.Options) *project.Project {
				o.Now, o.Logger = now.Now, logger
				p, err := project.OpenBucket(t.Context(), bucket, "runs/project.json", &o)
				noError(t, err)
				t.Cleanup(func() { noError(t, p.Close()) })
				return p
			}
			for _, quiet := range []project.Options{{Mode: project.ReadOnly}, {AssumeSingleWriter: true}} {
				open(quiet)
			}
			same(t, "warnings", log.Len(), 0)
			p := open(project.Options{Mode: project.ReadWrite})
			same(t, "warnings", strings.Count(log.String(), "level=WARN"), 1)
			same(t, "single writer", p.SingleWriter(), true)
			same(t, "URL", p.URL(), "runs/project.json")

			x := logAs(t, p, "x", withFiles)
			if !regexp.MustCompile(`^x-20250301100000-[0-9a-f]{8}$`).MatchString(x.Slug()) {
				t.Errorf("slug %q has no suffix", x.Slug())
			}
			saveAll(t, p)
			again := open(project.Options{})
			same(t, "reopened", dictOf(lookUp(t, again, "x")), dictOf(x))
			same(t, "bytes", bytesOf(t, lookUp(t, again, "x"), "a"), "x")
			data, err := bucket.ReadAll(t.Context(), "runs/"+x.Slug()+"/a-20250301100000.txt")
			noError(t, err)
			same(t, "object", string(data), "x")

			// A writer that came between is noticed.
			logAs(t, again, "y", nil)
			saveAll(t, again)
			editAs(t, p, "x", tagging("t"))
			saveAll(t, p)
			same(t, "experiments", shortSlugs(open(project.Options{})), []string{"x", "y"})
			same(t, "findings", len(found(t, p, nil)), 0)
			noError(t, p.Remove("x"))
			saveAll(t, p)
			there, err := bucket.Exists(t.Context(), "runs/"+x.Slug()+"/a-20250301100000.txt")
			noError(t, err)
			same(t, "removed object is there", there, false)
		})
	}
}

// A named store in memory is one for the process, and has locks.
func TestMemory(t *testing.T) {
	url := storetest.MemoryURL("runs/project.json")
	p := openAt(t, url, project.Options{Mode: project.ReadWrite})
	same(t, "single writer", p.SingleWriter(), false)
	x := logAs(t, p, "x", withFiles)
	saveAll(t, p)
	other := openAt(t, url, project.Options{})
	logAs(t, other, "y", func(d *experiment.Draft) error { d.DependOn(lookUp(t, other, "x")); return nil })
	saveAll(t, other)
	noError(t, p.Refresh(t.Context()))
	same(t, "experiments", shortSlugs(p), []string{"x", "y"})
	for ref := range lookUp(t, p, "y").Dependencies() {
		same(t, "dependency", ref, experiment.Ref{Project: strings.TrimPrefix(url, "mem://"), Slug: x.Slug()})
	}
	same(t, "findings", len(found(t, p, nil)), 0)
}
