package project_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// segmentName is a name that segments have.
const segmentName = "0198f3a2-5b1c-7d3e-8f40-1a2b3c4d5e6f.json"

func segmentText(t testing.TB, change func(map[string]any), slugs ...string) string {
	t.Helper()
	var list []any
	for _, slug := range slugs {
		r := textRecord(slug, "loot.txt", "")
		if change != nil {
			change(r)
		}
		list = append(list, r)
	}
	text, err := json.Marshal(list)
	noError(t, err)
	return string(text)
}

// A segment that is not as lazyscribe writes it is told of and left alone; all
// else goes on.
func TestSegmentsHostile(t *testing.T) {
	key := func(k string, v any) func(map[string]any) { return func(r map[string]any) { r[k] = v } }
	for name, text := range map[string]string{
		"Empty":         "",
		"Garbage":       "\x00\xff\xfe garbage",
		"Half":          `[{"name": "run"`,
		"Deep":          strings.Repeat("[", 100_000),
		"NoList":        `"text"`,
		"NoObjects":     `[1, 2]`,
		"NoName":        segmentText(t, key("name", 7), "run"),
		"NoTime":        segmentText(t, key("created_at", "yesterday"), "run"),
		"BadPart":       segmentText(t, key("artifacts", "none"), "run"),
		"UnknownKey":    segmentText(t, key("surprise", 1), "run"),
		"OneOfTwo":      strings.TrimSuffix(segmentText(t, nil, "run"), "]") + `, {"name": "bad"}]`,
		"BehindTheList": segmentText(t, nil, "run") + "x",
	} {
		t.Run(name, func(t *testing.T) { hostileSegment(t, []byte(text), 0) })
	}
	t.Run("Huge", func(t *testing.T) { hostileSegment(t, []byte("["), 1<<40) })
}

// A link that leads out of the folder is no segment.
func TestSegmentsLinkOut(t *testing.T) {
	g := guard(t, []any{}...)
	writeTree(t, g.outside, map[string]string{"outside.json": segmentText(t, nil, "run")})
	g.before = tree(t, g.outside)
	g.link("../../outside/outside.json", "project.json.d/"+segmentName)
	p := openProject(t, g.url, inSegments(project.ReadWrite))
	addMarked(t, p, "run", "mine")
	saveProject(t, p)
	report, err := p.Compact(t.Context())
	noError(t, err)
	same(t, "report", report, project.CompactReport{Segments: 1, Experiments: 1})
	same(t, "experiments", openProject(t, g.url, nil).Len(), 1)
	g.intact()
}

// hostileSegment puts a file, with a hole behind its text up to size, where
// segments are.
func hostileSegment(t *testing.T, text []byte, size int64) {
	dir := t.TempDir()
	writeTree(t, dir, map[string]string{"project.json.d/" + segmentName: string(text)})
	if size > 0 {
		if err := os.Truncate(filepath.Join(dir, "project.json.d", segmentName), size); err != nil {
			t.Skip(err)
		}
	}
	withHostile(t, dir)
}

// withHostile works on a project in a folder that has one broken segment.
func withHostile(t *testing.T, dir string) {
	url := filepath.Join(dir, "project.json")
	at := filepath.Join(dir, "project.json.d", segmentName)
	before, err := os.Lstat(at)
	noError(t, err)
	for i, mode := range []project.CommitMode{project.CommitManifest, project.CommitSegments} {
		p := openProject(t, url, &project.Options{Mode: project.ReadWrite, Commit: mode})
		problems := p.Problems()
		if len(problems) != 1 || problems[0].Segment != "project.json.d/"+segmentName || problems[0].Index != -1 {
			t.Errorf("problems: %v", problems)
		} else if text := problems[0].Error(); !strings.HasPrefix(text, `segment "project.json.d/`+segmentName+`": `) {
			t.Errorf("problem %q", text)
		}
		x := addMarked(t, p, "run", fmt.Sprint("kept ", i))
		gone := addMarked(t, p, "run", fmt.Sprint("gone ", i))
		saveProject(t, p)
		noError(t, p.Remove(gone.Slug()))
		saveProject(t, p)
		noError(t, readMarked(t.Context(), x))
		report, err := p.Compact(t.Context())
		noError(t, err)
		same(t, "report", report, project.CompactReport{Broken: 1})
		for kind, what := range findings(t, p) {
			if kind != project.Unreadable || len(what) != 1 || what[0] != "project.json.d/"+segmentName {
				t.Errorf("check finds %s %q", kind, what)
			}
		}
		_, err = p.GC(t.Context(), &project.GCOptions{Grace: -1})
		noError(t, err)
		_, err = p.Repair(t.Context())
		noError(t, err)
	}
	q := openProject(t, url, nil)
	same(t, "experiments", q.Len(), 2)
	after, err := os.Lstat(at)
	noError(t, err)
	if !os.SameFile(before, after) || before.Size() != after.Size() {
		t.Error("the segment was touched")
	}
}

// Names that no segment has are nobody's business.
func TestSegmentsNames(t *testing.T) {
	dir := t.TempDir()
	url := filepath.Join(dir, "project.json")
	text := segmentText(t, nil, "run")
	files := map[string]string{}
	for _, name := range []string{
		"notes.json", "0198f3a2-5b1c-7d3e-8f40-1a2b3c4d5e6f", "0198F3A2-5B1C-7D3E-8F40-1A2B3C4D5E6F.json",
		"0198f3a2-5b1c-4d3e-8f40-1a2b3c4d5e6f.json", " " + segmentName, segmentName + "~",
		"folded/notes.json", "folded/x.removed", "deeper/" + segmentName, segmentName + "/x",
	} {
		files["project.json.d/"+name] = text
	}
	writeTree(t, dir, files)
	before := tree(t, dir)
	p := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	same(t, "experiments", p.Len(), 0)
	logAs(t, p, "mine", nil)
	saveProject(t, p)
	report, err := p.Repair(t.Context())
	noError(t, err)
	same(t, "report", report, project.RepairReport{})
	_, err = p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
	noError(t, err)
	mustEqualTree(t, before, tree(t, dir), func(name string) bool { return name == "project.json" })
}

// What segments say is trusted no more than what the manifest says: slugs, paths
// of files, slugs that the manifest has.
func TestSegmentsContent(t *testing.T) {
	g := guard(t, textRecord("taken", "a.txt", ""))
	evil := []any{
		textRecord("../outside", "secret.txt", ""),
		textRecord("run", "../../outside/secret.txt", ""),
		textRecord("twice", "1.txt", ""), textRecord("twice", "2.txt", ""),
	}
	theirs := textRecord("taken", "b.txt", "")
	theirs["name"] = "impostor"
	text, err := json.Marshal(append(evil, theirs))
	noError(t, err)
	writeTree(t, g.dir, map[string]string{"project.json.d/" + segmentName: string(text)})
	for range 2 { // before and after it is folded
		p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite})
		same(t, "experiments", p.Len(), 4)
		same(t, "name", lookUp(t, p, "taken").Name(), "run")
		for _, slug := range []string{"../outside", "run"} {
			err := lookUp(t, p, slug).LoadArtifact(t.Context(), "loot", new(string), nil)
			wantError(t, err, artifacts.ErrUnsafePath)
		}
		a, _ := first(lookUp(t, p, "twice"))
		same(t, "file", a.FileName, "1.txt")
		_, err = p.Compact(t.Context())
		noError(t, err)
	}
	p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite})
	noError(t, p.Remove("../outside", "run"))
	saveProject(t, p)
	_, err = p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
	noError(t, err)
	g.intact()
}

// A manifest that is a link has its segments beside the file it leads to.
func TestSegmentsLinked(t *testing.T) {
	root := t.TempDir()
	writeTree(t, root, map[string]string{"real/": "", "runs/": ""})
	if err := os.Symlink("../real/all.json", filepath.Join(root, "runs", "project.json")); err != nil {
		t.Skip(err)
	}
	url := filepath.Join(root, "runs", "project.json")
	p := openProject(t, url, inSegments(project.Append))
	addMarked(t, p, "run", "a")
	saveProject(t, p)
	entries, err := os.ReadDir(filepath.Join(root, "real", "all.json.d"))
	noError(t, err)
	same(t, "segments", len(entries), 1)
	if _, err := os.Stat(filepath.Join(root, "runs", "project.json.d")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder beside the link: %v", err)
	}
	same(t, "saved", marksIn(t, url), []string{"a"})
	report, err := p.Compact(t.Context())
	noError(t, err)
	same(t, "report", report, project.CompactReport{Segments: 1, Experiments: 1})
	same(t, "saved", marksIn(t, url), []string{"a"})
	mustFind(t, openProject(t, url, nil))
}

// A slug may be the name of the folder that segments are in: what waits there is
// not garbage, whatever is asked for.
func TestSegmentsInFolderOfSlug(t *testing.T) {
	url := manifestIn(t)
	put(t, url, "project.json", `[{"name": "n", "slug": "project.json.d", "created_at": "2025-06-01T12:00:00", "last_updated": "2025-06-01T12:00:00"}]`, longAgo)
	p := openProject(t, url, inSegments(project.Append))
	addMarked(t, p, "run", "folded")
	saveProject(t, p)
	_, err := p.Compact(t.Context())
	noError(t, err)
	addMarked(t, p, "run", "waiting")
	saveProject(t, p)
	q := openProject(t, url, &project.Options{Mode: project.ReadWrite})
	mustFind(t, q)
	was, _ := segmentsIn(tree(t, filepath.Dir(url)))
	report, err := q.GC(t.Context(), &project.GCOptions{Grace: -1, All: true})
	noError(t, err)
	for _, f := range report.Removed {
		same(t, "removed "+f.Key, f.Kind, project.Folded) // by its age
	}
	waiting, _ := segmentsIn(tree(t, filepath.Dir(url)))
	same(t, "segments", waiting, was)
	same(t, "experiments", openProject(t, url, nil).Len(), 3)
}
