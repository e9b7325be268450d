package project_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/fixture"
	"github.com/lazyscribe-go/lazyscribe/internal/rescue/rescuetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// broken returns a project in whose folder the values of logFragile are kept,
// opened by a program whose handler works.
func broken(t testing.TB, url string) (p *project.Project, slug string) {
	t.Helper()
	trouble := new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	p = openAt(t, url, fragileOptions(trouble))
	slug = logFragile(t, p, "run").Slug()
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	return openAt(t, url, fragileOptions(nil)), slug
}

// What Retry refuses changes nothing.
func TestRetryRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, url, slug string) // made by another program
		open   func(o *project.Options)
		o      *artifacts.RetryOptions
		want   error
		says   string
	}{
		{name: "Exists", change: func(t *testing.T, url, slug string) {
			p := openAt(t, url, fragileOptions(nil))
			editAs(t, p, slug, func(d *experiment.Draft) error { return d.LogArtifact("table", 1, "json", nil) })
			saveAll(t, p)
		}, want: artifacts.ErrExists, says: `artifact "table"`},
		{name: "ExperimentGone", change: func(t *testing.T, url, slug string) {
			p := openAt(t, url, fragileOptions(nil))
			noError(t, p.Remove(slug))
			logAs(t, p, slug, nil) // its short slug is what the other's slug was
			saveAll(t, p)
		}, want: artifacts.ErrNotFound, says: "experiment"},
		{name: "ReadOnly", open: func(o *project.Options) { o.Mode = project.ReadOnly }, want: artifacts.ErrReadOnly},
		{name: "Append", open: func(o *project.Options) { o.Mode = project.Append }, want: artifacts.ErrReadOnly, says: "open it in mode"},
		{name: "AppendUnread", open: func(o *project.Options) { o.Mode, o.Commit = project.Append, project.CommitSegments }, want: artifacts.ErrReadOnly, says: "open it in mode"},
		{name: "UnknownHandler", open: func(o *project.Options) {
			reg := artifacts.Default().Clone()
			reg.Hint(func(alias string) string { return "how to get " + alias })
			o.Handlers = reg
		}, want: artifacts.ErrUnknownHandler, says: "how to get fragile"},
		{name: "NoRescuer", o: &artifacts.RetryOptions{Handler: artifacts.Text{}}, says: "does not encode values that were kept"},
		{name: "FailsAgain", open: func(o *project.Options) {
			trouble := new(rescuetest.Trouble)
			trouble.Encode(rescuetest.Break)
			o.Handlers = rescuetest.Fragile{Trouble: trouble}.Handlers()
		}, want: rescuetest.ErrBroken, says: `artifact "table"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := manifestIn(t)
			p, slug := broken(t, url)
			id := rescuedOf(t, p)["table"].ID
			if c.change != nil {
				c.change(t, url, slug)
			}
			o := fragileOptions(nil)
			if c.open != nil {
				c.open(&o)
			}
			p = openAt(t, url, o)
			before := tree(t, filepath.Dir(url))
			_, err := p.Retry(t.Context(), id, c.o)
			if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want %v that says %q", err, c.want, c.says)
			}
			mustEqualTree(t, before, tree(t, filepath.Dir(url)), nil)
			if o.Mode != project.ReadOnly {
				saveAll(t, p) // nothing is pending
				mustEqualTree(t, before, tree(t, filepath.Dir(url)), nil)
			}
		})
	}
}

// An artifact that has the name by now gives way if it is to.
func TestRetryReplaces(t *testing.T) {
	url := manifestIn(t)
	p, slug := broken(t, url)
	editAs(t, p, slug, func(d *experiment.Draft) error {
		return d.LogArtifact("table", 1, "json", &artifacts.LogOptions{FileName: "table-20250601120000.frag"}) // of that time, too
	})
	saveAll(t, p)
	for name, r := range rescuedOf(t, p) {
		x, err := p.Retry(t.Context(), r.ID, &artifacts.RetryOptions{Replace: name == "table"})
		noError(t, err)
		if name == "table" {
			same(t, "table", bytesOf(t, x, "table"), fragileFiles["table"])
		}
	}
	mustHaveFragile(t, lookUp(t, openAt(t, url, project.Options{}), slug))
	mustFind(t, p, project.Orphan) // the file that was replaced
}

// A crash between the save and the removal of a kept value leaves one that is
// not needed. Trying it again only removes it.
func TestRetryOfWhatIsThere(t *testing.T) {
	url := manifestIn(t)
	p, slug := broken(t, url)
	kept := keptFiles(t, url)
	for range 2 {
		for _, r := range rescuedOf(t, p) {
			_, err := p.Retry(t.Context(), r.ID, nil)
			noError(t, err)
		}
		same(t, "kept", keptFiles(t, url), map[string]string{})
		mustHaveFragile(t, lookUp(t, p, slug))
		writeTree(t, filepath.Dir(url), kept)
	}
}

// The session that could not save an artifact may try again itself.
func TestRetryBySameSession(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	p := openAt(t, url, fragileOptions(trouble))
	x := logFragile(t, p, "run")
	wantError(t, p.Save(t.Context()), artifacts.ErrIncomplete)
	ids := rescuedOf(t, p)
	_, err := p.Retry(t.Context(), ids["table"].ID, nil)
	wantError(t, err, artifacts.ErrIncomplete)
	same(t, "kept", len(keptFiles(t, url)), 2)
	trouble.Encode(nil)
	_, err = p.Retry(t.Context(), rescuedOf(t, p)["table"].ID, nil)
	noError(t, err)
	same(t, "kept", keptFiles(t, url), map[string]string{})
	mustHaveFragile(t, x)
}

// Goroutines and sessions may try one value at once: the artifact is added once.
func TestRetryAtOnce(t *testing.T) {
	url := manifestIn(t)
	p, slug := broken(t, url)
	id := rescuedOf(t, p)["table"].ID
	var wg sync.WaitGroup
	for i := range 8 {
		mine := p
		if i%2 == 1 {
			mine = openAt(t, url, fragileOptions(nil))
		}
		wg.Go(func() {
			_, err := mine.Retry(t.Context(), id, nil)
			if err != nil && !errors.Is(err, artifacts.ErrConflict) && !errors.Is(err, artifacts.ErrNotFound) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	q := openAt(t, url, fragileOptions(nil))
	x := lookUp(t, q, slug)
	n := 0
	for a := range x.Artifacts() {
		if a.Name == "table" {
			n++
		}
	}
	same(t, "artifacts", n, 1)
	same(t, "table", bytesOf(t, x, "table"), fragileFiles["table"])
	same(t, "kept", len(keptFiles(t, url)), 1) // that of the test
}

// The slug in a file is the one the experiment was saved under.
func TestRescueOfRenamed(t *testing.T) {
	url, trouble := manifestIn(t), new(rescuetest.Trouble)
	trouble.Encode(rescuetest.Break)
	p := openAt(t, url, fragileOptions(trouble))
	x := logFragile(t, p, "run")
	was := x.Slug()
	q := openAt(t, url, fragileOptions(nil))
	logAs(t, q, "run", nil)
	saveAll(t, q)
	err := p.Save(t.Context())
	wantError(t, err, artifacts.ErrIncomplete)
	if x.Slug() == was || !strings.Contains(err.Error(), x.Slug()) {
		t.Fatalf("the slug is %q, the error %v", x.Slug(), err)
	}
	q = openAt(t, url, fragileOptions(nil))
	for _, r := range rescuedOf(t, q) {
		same(t, "slug", r.Experiment, x.Slug())
		_, err := q.Retry(t.Context(), r.ID, nil)
		noError(t, err)
	}
	mustHaveFragile(t, lookUp(t, q, x.Slug()))
}

// IDs come from command lines and are no paths.
func TestRescueIDs(t *testing.T) {
	url := manifestIn(t)
	p, _ := broken(t, url)
	before := tree(t, filepath.Dir(url))
	id := rescuedOf(t, p)["table"].ID
	for _, bad := range []string{"", ".", "..", "../../project.json", "x/../" + id, id + "/", "/" + id, strings.ToUpper(id), id[:35],
		"00000000-0000-0000-0000-000000000000", "*", "a\x00b"} {
		_, err := p.Retry(t.Context(), bad, nil)
		wantError(t, err, artifacts.ErrNotFound)
		_, err = p.OpenRescued(t.Context(), bad)
		wantError(t, err, artifacts.ErrNotFound)
		wantError(t, p.DropRescued(t.Context(), bad), artifacts.ErrNotFound)
	}
	mustEqualTree(t, before, tree(t, filepath.Dir(url)), nil)
	wantError(t, openAt(t, url, project.Options{Mode: project.ReadOnly}).DropRescued(t.Context(), id), artifacts.ErrReadOnly)
}

// Whoever can write into the folder can write a file there. It must not lead
// anywhere.
func TestRescueHostile(t *testing.T) {
	template := manifestIn(t)
	p, slug := broken(t, template)
	rescued := filepath.Join("project.json.d", "rescue")
	good := readText(t, filepath.Join(filepath.Dir(template), rescued, rescuedOf(t, p)["table"].ID))
	head, body, _ := strings.Cut(good, "\n")
	entry := func(changes map[string]any) string {
		h := fixture.Decode[map[string]any](t, []byte(head))
		for key, v := range changes {
			if _, own := h[key]; own || key == "test" || key == "test_index" {
				h[key] = v
			} else {
				h["artifact"].(map[string]any)[key] = v
			}
		}
		text, err := json.Marshal(h)
		noError(t, err)
		return string(text) + "\n" + body
	}
	const id = "11111111-1111-4111-8111-111111111111"
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"Outside":       {entry(map[string]any{"fname": "../../victim"}), artifacts.ErrUnsafePath},
		"Absolute":      {entry(map[string]any{"fname": "/victim"}), artifacts.ErrUnsafePath},
		"Segments":      {entry(map[string]any{"fname": "x/project.json.d/y"}), artifacts.ErrUnsafePath},
		"SlugOutside":   {entry(map[string]any{"slug": "../" + slug}), artifacts.ErrNotFound},
		"ShortSlug":     {entry(map[string]any{"slug": "run"}), artifacts.ErrNotFound},
		"NoTest":        {entry(map[string]any{"test": "none"}), artifacts.ErrNotFound},
		"TestBelow":     {entry(map[string]any{"test": "part", "test_index": -1}), artifacts.ErrNotFound},
		"TestBeyond":    {entry(map[string]any{"test": "part", "test_index": 3}), artifacts.ErrNotFound},
		"TestHuge":      {entry(map[string]any{"test": "part", "test_index": 1e300}), artifacts.ErrCorrupt},
		"NoName":        {entry(map[string]any{"name": ""}), nil},
		"Alias":         {entry(map[string]any{"handler": "../x"}), artifacts.ErrCorrupt},
		"OtherAlias":    {entry(map[string]any{"handler": "none"}), artifacts.ErrUnknownHandler},
		"TextAlias":     {entry(map[string]any{"handler": "text", "settings": nil}), nil},
		"Settings":      {entry(map[string]any{"settings": map[string]any{"none": 1}}), artifacts.ErrSettings},
		"SettingsList":  {entry(map[string]any{"settings": []int{1}}), artifacts.ErrCorrupt},
		"Expiry":        {entry(map[string]any{"expiry": "tomorrow"}), artifacts.ErrCorrupt},
		"Format":        {entry(map[string]any{"rescue": 2}), artifacts.ErrCorrupt},
		"NoArtifact":    {`{"rescue": 1, "slug": "` + slug + "\"}\n" + body, artifacts.ErrCorrupt},
		"OfRepository":  {entry(map[string]any{"slug": nil}), nil},
		"List":          {"[]\n" + body, artifacts.ErrCorrupt},
		"NotJSON":       {"x\n" + body, artifacts.ErrCorrupt},
		"NoLine":        {head, artifacts.ErrCorrupt},
		"Empty":         {"", artifacts.ErrCorrupt},
		"EndlessLine":   {head + strings.Repeat(" ", 2<<20) + "\n" + body, artifacts.ErrCorrupt},
		"BodyEmpty":     {head + "\n", artifacts.ErrCorrupt},
		"BodyTruncated": {head + "\nkept", artifacts.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			noError(t, os.CopyFS(dir, os.DirFS(filepath.Dir(template))))
			noError(t, os.WriteFile(filepath.Join(dir, rescued, id), []byte(c.text), 0o666))
			before := tree(t, dir)
			p := openAt(t, filepath.Join(dir, "project.json"), fragileOptions(nil))
			_, err := p.Retry(t.Context(), id, nil)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got error %v, want %v", err, c.want)
			}
			saveAll(t, p)
			list, err := p.Rescued(t.Context())
			noError(t, err)
			same(t, "listed", len(list), 3)
			for f, err := range p.Check(t.Context(), nil) {
				noError(t, err)
				if f.Kind != project.Rescued && f.Kind != project.Unreadable {
					t.Errorf("check finds %+v", f)
				}
			}
			_, err = p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
			noError(t, err)
			mustEqualTree(t, before, tree(t, dir), nil)
			noError(t, p.DropRescued(t.Context(), id))
		})
	}
}

// Other files in the folder, and links that lead out of it, are none.
func TestRescueFolderHostile(t *testing.T) {
	g := guard(t)
	const id = "11111111-1111-4111-8111-111111111111"
	g.link(g.outside, "project.json.d/rescue/"+id)
	noError(t, os.WriteFile(filepath.Join(g.dir, "project.json.d", "rescue", "notes.txt"), []byte("{}"), 0o666))
	p := openAt(t, filepath.Join(g.dir, "project.json"), fragileOptions(nil))
	list, err := p.Rescued(t.Context())
	noError(t, err)
	for _, r := range list {
		if r.ID != id || r.Err == nil {
			t.Errorf("listed %+v", r)
		}
	}
	if f, err := p.OpenRescued(t.Context(), id); err == nil {
		data, _ := io.ReadAll(f)
		t.Errorf("opened %q: %v", data, f.Close())
	}
	g.intact()
}

// GC never removes what is kept, even if a slug claims the folder.
func TestGCKeepsRescued(t *testing.T) {
	for _, name := range []string{"project.json", "runs"} {
		url := filepath.Join(t.TempDir(), name)
		_, _ = broken(t, url)
		text := readText(t, url)
		record := fmt.Sprintf(`[{"name": "x", "slug": %q, "created_at": "2025-01-01", "last_updated": "2025-01-01"}, `, name+".d")
		noError(t, os.WriteFile(url, []byte(record+strings.TrimPrefix(text, "[")), 0o666))
		kept := keptFiles(t, url)
		writeTree(t, filepath.Dir(url), map[string]string{name + ".d/other": ""})
		p := openAt(t, url, project.Options{Mode: project.ReadWrite}) // by a clock for which the files are old enough
		report, err := p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
		noError(t, err)
		if len(report.Removed) != 1 || report.Removed[0].Key != name+".d/other" {
			t.Errorf("removed %+v", report.Removed)
		}
		same(t, "kept", keptFiles(t, url), kept)
		same(t, "files", len(kept), 2)
	}
}
