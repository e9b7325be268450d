package project_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/mirror"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Files that a copy left which was interrupted are not copied again, if they are
// what they are called.
func TestCopyGoesOn(t *testing.T) {
	for _, digests := range []bool{true, false} {
		src, dst := manifestIn(t), manifestIn(t)
		p := openAt(t, src, project.Options{Mode: project.ReadWrite})
		addMarked(t, p, "run", "one")
		saveAll(t, p)
		if !digests { // as Python leaves it
			noError(t, os.WriteFile(src, []byte(withoutDigests(readText(t, src))), 0o666))
		}
		files := content(t, src)
		for name, text := range files {
			switch {
			case strings.Contains(name, "/data-"):
				put(t, dst, name, text, time.Now())
			case strings.Contains(name, "/note-"):
				put(t, dst, name, strings.ToUpper(text), time.Now())
			}
		}
		delete(files, "project.json")
		report, err := copyTo(t, src, dst, nil)
		wantError(t, err, artifacts.ErrIncomplete)
		reported(t, report, artifacts.CopyReport{Added: 1, There: 2})
		if len(report.Failed) != 1 || !errors.Is(report.Failed[0], mirror.ErrDiffers) || !strings.Contains(report.Failed[0].Error(), `"note"`) {
			t.Errorf("failed: %v", report.Failed)
		}
		for name, text := range content(t, dst) {
			if strings.Contains(name, "/note-") && text != strings.ToUpper(files[name]) {
				t.Errorf("%s was overwritten", name)
			}
		}
	}
}

// TestCopyFaults fails and cancels a copy at every operation of both storages:
// the source is what it was, the destination has no manifest or a whole one, and
// the next copy makes it whole.
func TestCopyFaults(t *testing.T) {
	src := manifestIn(t)
	p := openAt(t, src, project.Options{Mode: project.ReadWrite, Now: oneSecond})
	addMarked(t, p, "run", "one")
	addMarked(t, p, "run", "two")
	saveAll(t, p)
	before := content(t, src)
	broken := errors.New("broken")
	for _, way := range []string{"source", "destination", "cancelled"} {
		n := storetest.EachFault(broken, func(f *storetest.Faulty) {
			if way == "cancelled" && f.Sticky {
				f.FailAt = 0 // once is for ever
			}
			dst := manifestIn(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			hook := f.Hook
			if way == "cancelled" {
				hook = func(op, key string) error {
					if f.Hook(op, key) != nil {
						cancel()
					}
					return nil
				}
			}
			from, to := project.Options{Mode: project.ReadOnly}, project.Options{Mode: project.ReadWrite}
			if way == "source" {
				from = *project.WithFault(from, hook)
			} else {
				to = *project.WithFault(to, hook)
			}
			attempt := func() error {
				p, err := project.Open(ctx, src, &from)
				if err != nil {
					return err
				}
				defer p.Close()
				q, err := project.Open(ctx, dst, &to)
				if err != nil {
					return err
				}
				defer q.Close()
				_, err = p.CopyTo(ctx, q, nil)
				return err
			}
			err := attempt()
			if f.Failed() != "" && err == nil && ctx.Err() == nil && !strings.HasPrefix(f.Failed(), "remove ") { // of a temporary file
				t.Errorf("%s: no error although %q failed", way, f.Failed())
			}
			same(t, "source", content(t, src), before)
			if now := content(t, dst); now["project.json"] != "" {
				same(t, way+": the manifest after "+f.Failed(), now, before)
			}
			_, err = copyTo(t, src, dst, nil)
			noError(t, err)
			same(t, way+": the next copy after "+f.Failed(), content(t, dst), before)
		})
		if n < 5 {
			t.Errorf("%s: only %d faults", way, n)
		}
	}
}

// TestCopyMeanwhile lets another writer change the destination between files and
// manifest.
func TestCopyMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(t *testing.T, q *project.Project)
		err  error
		o    *artifacts.CopyOptions
		want []string // names
	}{
		{"Adds", func(t *testing.T, q *project.Project) { addMarked(t, q, "theirs", "theirs") }, artifacts.ErrConflict, nil, []string{"one", "theirs"}},
		{"AddsMerge", func(t *testing.T, q *project.Project) { addMarked(t, q, "theirs", "theirs") }, nil, &artifacts.CopyOptions{Merge: true}, []string{"one", "theirs", "two"}},
		// Its files were found there, and are gone by now.
		{"Removes", func(t *testing.T, q *project.Project) { noError(t, q.Remove("one")) }, nil, nil, []string{"one", "two"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, dst := manifestIn(t), manifestIn(t)
			now := watch.New()
			p := openAt(t, src, project.Options{Mode: project.ReadWrite, Now: now.Now})
			addMarked(t, p, "one", "one")
			saveAll(t, p)
			_, err := copyTo(t, src, dst, nil)
			noError(t, err)
			now.Advance(time.Hour)
			addMarked(t, p, "two", "two")
			saveAll(t, p)
			once := new(atomic.Bool)
			now.Advance(-time.Minute)
			q := openAt(t, dst, *project.WithFault(project.Options{Mode: project.ReadWrite}, func(op, _ string) error {
				if op == "lock" && once.CompareAndSwap(false, true) {
					other := openAt(t, dst, project.Options{Mode: project.ReadWrite, Now: now.Now})
					c.do(t, other)
					saveAll(t, other)
				}
				return nil
			}))
			_, err = p.CopyTo(t.Context(), q, c.o)
			if !errors.Is(err, c.err) || !once.Load() {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			var names []string
			for x := range openAt(t, dst, project.Options{}).All() {
				names = append(names, x.Name())
			}
			same(t, "experiments", names, c.want)
			checkMarked(t, dst)
		})
	}
}

// A file the storage does not return as it was written is not named by any
// manifest.
func TestCopyReadsBack(t *testing.T) {
	src := manifestIn(t)
	p := openAt(t, src, project.Options{Mode: project.ReadWrite})
	addMarked(t, p, "run", "one")
	saveAll(t, p)
	for _, skip := range []bool{false, true} {
		dst := manifestIn(t)
		spoiled := new(atomic.Bool)
		q := openAt(t, dst, *project.WithFault(project.Options{Mode: project.ReadWrite}, func(op, key string) error {
			if op != "open" || !strings.Contains(key, "/") || spoiled.Swap(true) {
				return nil
			}
			return os.WriteFile(filepath.Join(filepath.Dir(dst), filepath.FromSlash(key)), []byte("spoiled"), 0o666)
		}))
		_, err := p.CopyTo(t.Context(), q, &artifacts.CopyOptions{SkipReadBack: skip})
		if skip {
			noError(t, err)
			continue
		}
		wantError(t, err, artifacts.ErrCorrupt)
		for name, text := range content(t, dst) {
			if name == "project.json" || text == "spoiled" {
				t.Errorf("%s: %q is there", name, text)
			}
		}
	}
}

// What has the name of a file at the destination and is none, such as a folder,
// or a link that leads nowhere, is a failure of that file.
func TestCopyNameTaken(t *testing.T) {
	for name, take := range map[string]func(name string) error{
		"folder": func(name string) error { return os.MkdirAll(name, 0o777) },
		"link":   func(name string) error { return os.Symlink("nowhere", name) },
	} {
		for _, merge := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s merge=%t", name, merge), func(t *testing.T) {
				src, dst := manifestIn(t), manifestIn(t)
				p := openAt(t, src, project.Options{Mode: project.ReadWrite})
				x := addMarked(t, p, "run", "one")
				saveAll(t, p)
				taken := 0
				for a := range x.Artifacts() {
					if a.Name == "note" {
						file := filepath.Join(filepath.Dir(dst), x.Slug(), a.FileName)
						noError(t, os.MkdirAll(filepath.Dir(file), 0o777))
						noError(t, take(file))
						taken++
					}
				}
				same(t, "names taken", taken, 1)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // not to hang
				defer cancel()
				q := openAt(t, dst, project.Options{Mode: project.ReadWrite})
				report, err := openAt(t, src, project.Options{}).CopyTo(ctx, q, &artifacts.CopyOptions{Merge: merge})
				if merge { // the file gets another name
					noError(t, err)
					same(t, "saved", marksIn(t, dst), []string{"one"})
					return
				}
				wantError(t, err, artifacts.ErrIncomplete)
				if len(report.Failed) != 1 || !errors.Is(report.Failed[0], mirror.ErrDiffers) {
					t.Errorf("failed: %v", report.Failed)
				}
			})
		}
	}
}
