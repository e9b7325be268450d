package project_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// hostilePaths are slugs and file names that no artifact may have. root is the
// folder that holds the project's folder.
func hostilePaths(root string) map[string][2]string {
	const run = "run-20250601120000"
	long := strings.Repeat("x", 256)
	return map[string][2]string{
		"SlugUp":           {"../outside", "secret.txt"},
		"SlugUpInside":     {"a/../../outside", "secret.txt"},
		"SlugAbsolute":     {filepath.Join(root, "outside"), "secret.txt"},
		"SlugDot":          {".", "project.json"},
		"SlugDots":         {"..", "outside/secret.txt"},
		"SlugSlash":        {"/", "etc/hostname"},
		"SlugEmpty":        {"", "project.json"},
		"SlugManifest":     {"project.json", "x"},
		"SlugManifestCase": {"PROJECT.json", "x"},
		"SlugSegments":     {"project.json.d", "x.json"},
		"SlugLock":         {".project.json.lock", "x"},
		"SlugTemporary":    {".lazyscribe-tmp-x", "x"},
		"SlugDrive":        {"C:", "secret.txt"},
		"SlugNUL":          {"run\x00", "secret.txt"},
		"SlugNewline":      {"run\n", "secret.txt"},
		"SlugBackslash":    {`..\outside`, "secret.txt"},
		"SlugLong":         {long, "secret.txt"},
		"FileUp":           {run, "../../outside/secret.txt"},
		"FileUpInside":     {run, "a/b/../../../../outside/secret.txt"},
		"FileManifest":     {run, "../project.json"},
		"FileAbsolute":     {run, filepath.Join(root, "outside", "secret.txt")},
		"FileDot":          {run, "."},
		"FileDots":         {run, ".."},
		"FileSlash":        {run, "secret/"},
		"FileNone":         {run, "//"},
		"FileTemporary":    {run, ".lazyscribe-tmp-ABC"},
		"FileDrive":        {run, "C:/secret.txt"},
		"FileDriveShort":   {run, "C:secret.txt"},
		"FileUNC":          {run, `\\host\share\secret.txt`},
		"FileBackslash":    {run, `..\..\outside\secret.txt`},
		"FileNUL":          {run, "secret.txt\x00.json"},
		"FileBlanks":       {run, "../ /secret.txt"},
		"FileDotsBlank":    {run, ".. /.. /outside/secret.txt"},
		"FileLong":         {run, long},
		"FileDeep":         {run, strings.Repeat("x/", 3000) + "x"},
	}
}

func TestHostilePaths(t *testing.T) {
	for name := range hostilePaths("") {
		t.Run(name, func(t *testing.T) {
			g := guard(t)
			path := hostilePaths(filepath.Dir(g.dir))[name]
			g.write(textRecord(path[0], path[1], "../../outside"), textRecord("good-20250601120000", "good.txt", ""))
			writeTree(t, g.dir, map[string]string{"good-20250601120000/good.txt": "good"})

			p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite, Author: "ann"})
			x, err := p.Lookup(path[0])
			if err != nil {
				t.Fatal(err)
			}
			if score, ok := x.Metric("score"); !ok || score != 1 || x.Author() != "mallory" || p.Len() != 2 || len(p.Problems()) != 0 {
				t.Errorf("the record is not readable: score %v, problems %v", score, p.Problems())
			}
			mustBeUnsafe(t, x)
			if found := findings(t, p); len(found[project.Unsafe]) != 2 || len(found) != 1 {
				t.Errorf("check finds %v", found)
			}

			// Whatever is done with the record, it leads nowhere.
			if _, err := p.Rehash(t.Context()); err != nil {
				t.Error(err)
			}
			_, err = p.Edit(t.Context(), path[0], func(d *experiment.Draft) error {
				d.LogMetric("score", 2)
				return d.LogArtifact("more", "more", "text", &artifacts.LogOptions{FileName: "secret.txt"})
			})
			if strings.HasPrefix(name, "Slug") != errors.Is(err, artifacts.ErrUnsafePath) {
				t.Errorf("edit: %v", err)
			}
			saveProject(t, p)
			takeOver(t, g)
			if err := p.Remove(path[0]); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			if _, err := p.GC(t.Context(), &project.GCOptions{Grace: -1, All: true}); err != nil {
				t.Error(err)
			}
			g.intact()
			good, err := openProject(t, g.url, nil).Lookup("good-20250601120000")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := artifacts.Load[string](t.Context(), good, "loot", nil); err != nil || got != "good" {
				t.Errorf("the good one's file is %q, error %v", got, err)
			}
		})
	}
}

// mustBeUnsafe checks that no artifact of an experiment can be read.
func mustBeUnsafe(t *testing.T, x *experiment.Experiment) {
	t.Helper()
	refuse := func(what string, from interface {
		artifacts.Loader
		OpenArtifact(context.Context, string) (io.ReadCloser, error)
	}) {
		var got string
		if err := from.LoadArtifact(t.Context(), "loot", &got, nil); !errors.Is(err, artifacts.ErrUnsafePath) || got != "" {
			t.Errorf("load %s: %q, error %v", what, got, err)
		}
		f, err := from.OpenArtifact(t.Context(), "loot")
		if !errors.Is(err, artifacts.ErrUnsafePath) {
			t.Errorf("open %s: error %v", what, err)
		}
		if err == nil {
			data, err := io.ReadAll(f)
			t.Errorf("read %s: %q, %v", what, data, errors.Join(err, f.Close()))
		}
	}
	refuse("artifact", x)
	for test := range x.Tests() {
		refuse("artifact of test", test)
	}
}

// takeOver merges a guarded project into another, which gets nothing from
// outside.
func takeOver(t *testing.T, g *guarded) {
	t.Helper()
	dir := t.TempDir()
	source := openProject(t, g.url, &project.Options{Mode: project.ReadOnly})
	m, err := openProject(t, filepath.Join(dir, "project.json"), &project.Options{Mode: project.ReadWrite}).Merge(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Save(t.Context()), m.Close()); err != nil {
		t.Errorf("merge: %v", err)
	}
	for name, content := range tree(t, dir) {
		if strings.Contains(content, canary) {
			t.Errorf("%s was copied from outside", name)
		}
	}
	g.intact()
}

// TestHostileTestNames has names of tests, which become folders, that would lead
// elsewhere if they were used as they are.
func TestHostileTestNames(t *testing.T) {
	const run = "run-20250601120000"
	for _, test := range []string{"..", "../../outside", "/", `..\..`, ".", "C:", "\x00", "project.json", strings.Repeat("x", 255)} {
		t.Run(test[:min(len(test), 20)], func(t *testing.T) {
			g := guard(t, textRecord(run, "secret.txt", test))
			p := openProject(t, g.url, &project.Options{Mode: project.ReadWrite})
			x, err := p.Lookup(run)
			if err != nil {
				t.Fatal(err)
			}
			for part := range x.Tests() {
				var got string
				if err := part.LoadArtifact(t.Context(), "loot", &got, nil); !errors.Is(err, artifacts.ErrNotFound) {
					t.Errorf("load: %q, error %v", got, err)
				}
			}
			if _, err := p.Edit(t.Context(), run, func(d *experiment.Draft) error {
				return d.EditTest(test, func(d *experiment.TestDraft) error {
					return d.LogArtifact("mine", "mine", "text", nil)
				})
			}); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			if err := p.Remove(run); err != nil {
				t.Fatal(err)
			}
			saveProject(t, p)
			g.intact()
			mustEqualTree(t, map[string]string{"project.json": "[]"}, tree(t, g.dir), func(name string) bool { return name == "./" })
		})
	}
}
