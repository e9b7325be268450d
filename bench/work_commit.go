package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3" // for the URL of option bucket
	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// commitModes are the two ways to commit that are not chosen by circumstances.
var commitModes = []struct {
	name string
	mode project.CommitMode
}{
	{"manifest", project.CommitManifest},
	{"segment", project.CommitSegments},
}

// sharing returns the rows about projects that several processes write to.
func (e *env) sharing() []*row {
	var rows []*row
	places := []string{""}
	if e.bucket != "" {
		places = append(places, e.bucket)
	}
	for _, bucket := range places {
		for i := range commitModes {
			for _, n := range e.shared {
				for _, writers := range e.writers {
					rows = append(rows, e.commit(bucket, i, n, writers))
				}
			}
		}
		for _, n := range e.shared {
			rows = append(rows, e.fold(bucket, n))
		}
	}
	return rows
}

// shares makes projects that a round writes to.
type shares struct {
	e      *env
	bucket string // "" is the local disk
	name   string
	made   int
}

// url names a project where none was.
func (s *shares) url() string {
	s.made++
	key := fmt.Sprintf("%s-%d/project.json", s.name, s.made)
	if s.bucket == "" {
		return filepath.Join(s.e.dir, key)
	}
	base, query, _ := strings.Cut(s.bucket, "?")
	return strings.TrimSuffix(base, "/") + "/" + filepath.Base(s.e.dir) + "/" + key + "?" + query
}

// next puts a manifest where none was and returns its URL.
func (s *shares) next(ctx context.Context, text []byte) (string, error) {
	url := s.url()
	return url, createObject(ctx, url, text)
}

func createObject(ctx context.Context, url string, text []byte) error {
	s, key, err := store.Open(ctx, url, nil)
	if err != nil {
		return err
	}
	_, err = s.Create(ctx, key, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	return errors.Join(err, s.Close())
}

// in says where a row's project is.
func in(bucket string) (key, words string) {
	if bucket == "" {
		return "local", ""
	}
	return "bucket", ", bucket"
}

// commit lets some processes commit at once to a project of n, one experiment
// each time. What is counted is the time in which one commit of all is made.
func (e *env) commit(bucket string, mode, n, writers int) *row {
	how := commitModes[mode]
	where, suffix := in(bucket)
	key := fmt.Sprintf("commit-%s-%s-%d-%d", where, how.name, n, writers)
	at := &shares{e: e, bucket: bucket, name: key}
	var manifest, written []byte // the latter by one commit
	r := &row{
		key: key, work: fmt.Sprintf("commit to %d by %s, %d writing%s", n, how.name, writers, suffix),
		limit: "one process that writes a new file of the bytes of one commit, flushes it, gives it its name and flushes the folder",
		ready: func(context.Context) error {
			manifest = sample.Manifest(n)
			if written = manifest; how.mode == project.CommitSegments {
				written = sample.Manifest(1)
			}
			return nil
		},
		done: func() error { manifest, written = nil, nil; return nil },
	}
	if bucket != "" {
		r.limit = "one process that creates an object of the bytes of one commit, through this library's storage"
	}
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		url, err := at.next(ctx, manifest)
		if err != nil {
			return 0, err
		}
		took, err := commitAll(ctx, writing{URL: url, Mode: how.mode, Commits: max(e.commits/writers, 1)}, n, writers)
		if bucket == "" {
			err = errors.Join(err, os.RemoveAll(filepath.Dir(url)))
		}
		return took, err
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		if bucket == "" {
			return timed(func() error { return writeDurably(filepath.Join(e.dir, "commit-limit.json"), written) })
		}
		return timed(func() (err error) {
			_, err = at.next(ctx, written)
			return err
		})
	}
	return r
}

// commitAll lets writers do the same at once, each with experiments of its own,
// and returns the time for each commit.
func commitAll(ctx context.Context, w writing, n, writers int) (took float64, err error) {
	var all []*writer
	defer func() {
		for _, w := range all {
			err = errors.Join(err, w.close())
		}
	}()
	for i := range writers {
		w.First = n + i*w.Commits
		started, err := startWriter(ctx, w)
		if err != nil {
			return 0, err
		}
		all = append(all, started)
	}
	took, err = timed(func() error {
		var errs []error
		for _, w := range all {
			errs = append(errs, w.begin())
		}
		for _, w := range all {
			errs = append(errs, w.wait("done"))
		}
		return errors.Join(errs...)
	})
	return took / float64(writers*w.Commits), err
}

// fold puts segments into a project of n, and compares with what writing them
// took: folding keeps up with a writer if it is not slower.
func (e *env) fold(bucket string, n int) *row {
	where, suffix := in(bucket)
	key := fmt.Sprintf("fold-%s-%d", where, n)
	at := &shares{e: e, bucket: bucket, name: key}
	var wrote float64 // per segment, in the round
	r := &row{
		key: key, work: fmt.Sprintf("fold a segment, of %d, into %d%s", e.segments, n, suffix),
		limit: "what writing each of them took, with one writer",
		aims:  []aim{withinLimit(1)},
	}
	each := func(took float64, err error) (float64, error) { return took / float64(e.segments), err }
	r.sides[ours] = func(ctx context.Context) (_ float64, err error) {
		url, err := at.next(ctx, sample.Manifest(n))
		if err != nil {
			return 0, err
		}
		p, err := project.Open(ctx, url, &project.Options{Author: sample.Author, Commit: project.CommitSegments})
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		wrote, err = each(timed(func() error {
			for i := range e.segments {
				if err := commitOne(ctx, p, n+i); err != nil {
					return err
				}
			}
			return nil
		}))
		if err != nil {
			return 0, err
		}
		return each(timed(func() error {
			report, err := compact(ctx, url)
			if err == nil && report.Segments != e.segments {
				err = fmt.Errorf("%d segments were folded, want %d", report.Segments, e.segments)
			}
			return err
		}))
	}
	r.sides[limit] = func(context.Context) (float64, error) { return wrote, nil }
	return r
}

// compact folds as somebody does who has not seen the project yet.
func compact(ctx context.Context, url string) (project.CompactReport, error) {
	p, err := project.Open(ctx, url, &project.Options{Author: sample.Author, Commit: project.CommitSegments})
	if err != nil {
		return project.CompactReport{}, err
	}
	report, err := p.Compact(ctx)
	return report, errors.Join(err, p.Close())
}
