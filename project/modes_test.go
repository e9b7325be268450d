package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/watch"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// P1, P2.
func TestParseMode(t *testing.T) {
	for text, want := range map[string]project.Mode{
		"r": project.ReadOnly, "a": project.Append, "w": project.Truncate, "w+": project.ReadWrite,
	} {
		m, err := project.ParseMode(text)
		noError(t, err)
		same(t, text, m, want)
		same(t, "spelling", m.String(), text)
	}
	for _, text := range []string{"", "rw", "W", "a+", "r ", "w+ "} {
		if _, err := project.ParseMode(text); err == nil || err.Error() != `mode "`+text+`": want r, a, w or w+` {
			t.Errorf("mode %q: error %v", text, err)
		}
	}
	same(t, "the zero value", project.Options{}.Mode, project.Append)
	same(t, "unknown", project.Mode(9).String(), "Mode(9)")
	for _, m := range []project.Mode{-1, 4} {
		if _, err := project.Open(t.Context(), manifestIn(t), &project.Options{Mode: m}); err == nil {
			t.Errorf("mode %v was taken", m)
		}
	}
}

// P3: unlike Python's, paths are not taken apart as URLs.
func TestOpenPaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for url, file := range map[string]string{
		"plain.json":             "plain.json",
		"new folder/p.json":      "new folder/p.json",
		"a#b?c;d.json":           "a#b?c;d.json",
		"file://rel/p.json":      "rel/p.json",
		"file://" + dir + "/abs": "abs",
		dir + "/é.json":          "é.json",
	} {
		p := openAt(t, url, project.Options{})
		same(t, "exists before", p.Exists(), false)
		saveAll(t, p)
		same(t, "URL", p.URL(), url)
		same(t, url, readText(t, filepath.Join(dir, file)), "[]") // P26
		same(t, "exists", p.Exists(), true)
	}
	for url, want := range map[string]error{"": nil, "folder/": nil, "new folder": syscall.EISDIR, "gopher://x/p.json": nil, "mem://": nil} {
		_, err := project.Open(t.Context(), url, nil)
		if err == nil || !strings.HasPrefix(err.Error(), `open project "`+url+`": `) {
			t.Errorf("open %q: error %v", url, err)
		}
		if want != nil {
			wantError(t, err, want)
		}
	}
}

// P4: a missing manifest is an empty project in every mode. A folder in its
// place is an error; Python takes it for an empty project too.
func TestOpenMissing(t *testing.T) {
	for _, mode := range []project.Mode{project.ReadOnly, project.Append, project.Truncate, project.ReadWrite} {
		path := manifestIn(t)
		p := openAt(t, path, project.Options{Mode: mode})
		same(t, "length in mode "+mode.String(), p.Len(), 0)
		same(t, "mode", p.Mode(), mode)
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("opening in mode %v made the manifest", mode)
		}
	}
}

// P6.
func TestAuthor(t *testing.T) {
	for _, name := range []string{"LOGNAME", "USER", "LNAME", "USERNAME"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"USERNAME", "LNAME", "USER", "LOGNAME"} {
		t.Setenv(name, "by "+name)
		p, err := project.Open(t.Context(), manifestIn(t), nil)
		noError(t, err)
		same(t, "author", p.Author(), "by "+name)
		x := logAs(t, p, "x", nil)
		same(t, "author of an experiment", [2]string{x.Author(), x.LastUpdatedBy()}, [2]string{"by " + name, "by " + name})
		noError(t, p.Close())
	}
	same(t, "author that was given", openAt(t, manifestIn(t), project.Options{Author: "ann"}).Author(), "ann")
}

// RO1-RO3, RO6, P21-P23: who may change what. An experiment cannot be changed at
// all; the project is asked for a change.
func TestModes(t *testing.T) {
	tag := func(d *experiment.Draft) error { d.Tag("edited"); return nil }
	type action func(p *project.Project) error
	logging := action(func(p *project.Project) error {
		_, err := p.Log(t.Context(), "new", nil)
		return err
	})
	beginning := action(func(p *project.Project) error { _, err := p.Begin("new"); return err })
	editing := action(func(p *project.Project) error { _, err := p.Edit(t.Context(), "old", tag); return err })
	editingOwn := action(func(p *project.Project) error {
		x, err := p.Log(t.Context(), "own", nil)
		if err == nil {
			_, err = p.Edit(t.Context(), x.Slug(), tag)
		}
		return err
	})
	editingSaved := action(func(p *project.Project) error {
		x, err := p.Log(t.Context(), "own", nil)
		if err == nil {
			err = p.Save(t.Context())
		}
		if err == nil {
			_, err = p.Edit(t.Context(), x.Slug(), tag)
		}
		return err
	})
	removing := action(func(p *project.Project) error { return p.Remove("old") })
	removingOwn := action(func(p *project.Project) error {
		x, err := p.Log(t.Context(), "own", nil)
		if err == nil {
			err = p.Remove(x.Slug())
		}
		return err
	})
	saving := action(func(p *project.Project) error { return p.Save(t.Context()) })
	rehashing := action(func(p *project.Project) error { _, err := p.Rehash(t.Context()); return err })
	collecting := action(func(p *project.Project) error { _, err := p.GC(t.Context(), nil); return err })

	readOnly, notFound := artifacts.ErrReadOnly, artifacts.ErrNotFound
	tests := []struct {
		name       string
		do         action
		r, a, w, x error // of r, a, w and w+
	}{
		{"log", logging, readOnly, nil, nil, nil},
		{"begin", beginning, readOnly, nil, nil, nil},
		{"edit", editing, readOnly, readOnly, notFound, nil},
		{"edit own", editingOwn, readOnly, nil, nil, nil},
		{"edit own after a save", editingSaved, readOnly, nil, nil, nil},
		{"remove", removing, readOnly, readOnly, notFound, nil},
		{"remove own", removingOwn, readOnly, nil, nil, nil},
		{"save", saving, readOnly, nil, nil, nil},
		{"rehash", rehashing, readOnly, readOnly, readOnly, nil},
	}
	modes := []project.Mode{project.ReadOnly, project.Append, project.Truncate, project.ReadWrite}
	open := func(m project.Mode) *project.Project {
		path := manifestIn(t)
		p := openAt(t, path, project.Options{})
		logAs(t, p, "old", nil)
		saveAll(t, p)
		return openAt(t, path, project.Options{Mode: m})
	}
	for _, test := range tests {
		for i, want := range []error{test.r, test.a, test.w, test.x} {
			t.Run(test.name+" "+modes[i].String(), func(t *testing.T) {
				err := test.do(open(modes[i]))
				if want == nil {
					noError(t, err)
					return
				}
				wantError(t, err, want)
			})
		}
	}
	wantError(t, collecting(open(project.ReadOnly)), readOnly)
	noError(t, collecting(open(project.Append)))
}

// P5: mode w begins anew and reads nothing of what was there, not even whether
// it is JSON; the files of old artifacts stay.
func TestTruncate(t *testing.T) {
	path := manifestOf(t, "{ not JSON")
	p := openAt(t, path, project.Options{Mode: project.Truncate})
	same(t, "exists", p.Exists(), true)
	same(t, "length", p.Len(), 0)
	x := logAs(t, p, "first", func(d *experiment.Draft) error { return d.LogArtifact("a", 1, "json", nil) })
	saveAll(t, p)
	same(t, "slugs", slugsOf(openAt(t, path, project.Options{})), []string{x.Slug()})
	files := filesIn(t, path)

	again := openAt(t, path, project.Options{Mode: project.Truncate})
	saveAll(t, again) // with nothing logged it still replaces
	same(t, "text", readText(t, path), "[]")
	same(t, "files", filesIn(t, path), files)
	logAs(t, again, "second", nil)
	saveAll(t, again)
	same(t, "only the first save replaces", openAt(t, path, project.Options{}).Len(), 1)
}

// W4, W6: in mode w too, what others saved since it was opened is kept: records
// they added, records they changed, and records this program cannot read.
func TestTruncateKeepsLaterWork(t *testing.T) {
	path := manifestIn(t)
	now := watch.New()
	p := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now})
	for _, name := range []string{"gone", "changed"} {
		logAs(t, p, name, nil)
	}
	saveAll(t, p)
	broken := `{"name": "broken", "slug": 1}`
	noError(t, os.WriteFile(path, []byte(strings.Replace(readText(t, path), "[", "["+broken+",", 1)), 0o666))

	w := openAt(t, path, project.Options{Mode: project.Truncate, Now: now.Now})
	logAs(t, w, "mine", nil)
	other := openAt(t, path, project.Options{Mode: project.ReadWrite, Now: now.Now})
	now.Advance(time.Minute)
	logAs(t, other, "added", nil)
	_, err := other.Edit(t.Context(), "changed", func(d *experiment.Draft) error { d.Tag("later"); return nil })
	noError(t, err)
	saveAll(t, other)
	unread := `{"name": "unread", "slug": 2}`
	noError(t, os.WriteFile(path, []byte(strings.Replace(readText(t, path), "[", "["+unread+",", 1)), 0o666))
	saveAll(t, w)

	last := openAt(t, path, project.Options{})
	same(t, "experiments", shortSlugs(last), []string{"changed", "mine", "added"})
	same(t, "tags", lookUp(t, last, "changed").Tags(), []string{"later"})
	text := readText(t, path)
	same(t, "unreadable records, old and new", [2]bool{strings.Contains(text, broken), strings.Contains(text, unread)}, [2]bool{false, true})
}

func shortSlugs(p *project.Project) []string {
	var list []string
	for x := range p.All() {
		list = append(list, x.ShortSlug())
	}
	return list
}

// A project that was closed does nothing more, and says so.
func TestClosed(t *testing.T) {
	p, err := project.Open(t.Context(), manifestIn(t), nil)
	noError(t, err)
	d, err := p.Begin("begun")
	noError(t, err)
	x := logAs(t, p, "x", nil)
	noError(t, p.Close())
	noError(t, p.Close())
	_, errLog := p.Log(t.Context(), "x", nil)
	_, errCommit := p.Commit(d)
	_, errEdit := p.Edit(t.Context(), x.Slug(), nil)
	_, errResolve := p.Resolve(t.Context(), experiment.Ref{Project: "other.json", Slug: "x"})
	_, errMerge := p.Merge()
	for name, err := range map[string]error{
		"log": errLog, "commit": errCommit, "edit": errEdit, "resolve": errResolve, "merge": errMerge,
		"save": p.Save(t.Context()), "refresh": p.Refresh(t.Context()), "remove": p.Remove(x.Slug()), "append": p.Append(x),
	} {
		if err == nil || !strings.HasSuffix(err.Error(), "closed") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
