package safepath

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestJoin(t *testing.T) {
	long := strings.Repeat("n", MaxElement)
	for _, c := range []struct {
		manifest string
		elems    []string
		want     string
	}{
		{"project.json", []string{"run-20250101000000", "model.json"}, "run-20250101000000/model.json"},
		{"a/b/project.json", []string{"run", "fit", "roc.json"}, "a/b/run/fit/roc.json"},
		// A test's name may have no slug.
		{"project.json", []string{"run", "", "roc.json"}, "run/roc.json"},
		// File names with folders, and the ways Python lets one spell them.
		{"project.json", []string{"run", "plots/roc.json"}, "run/plots/roc.json"},
		{"project.json", []string{"run", "./a.json"}, "run/a.json"},
		{"project.json", []string{"run", "a//b.json"}, "run/a/b.json"},
		{"project.json", []string{"run", "a/./b.json"}, "run/a/b.json"},
		{"project.json", []string{"run/", "a.json"}, "run/a.json"},
		// Names of a repository's artifacts are not slugs.
		{"repository.json", []string{"My model (v2)", "model.gob"}, "My model (v2)/model.gob"},
		{"repository.json", []string{"team/model", "model.gob"}, "team/model/model.gob"},
		{"repository.json", []string{"Überwachung 模型", "é.json"}, "Überwachung 模型/é.json"},
		{"repository.json", []string{".hidden", "..data"}, ".hidden/..data"},
		{"repository.json", []string{"a..b", "...c"}, "a..b/...c"},
		{"repository.json", []string{long, long}, long + "/" + long},
		// What is kept beside the manifest is free below it, and what only
		// looks like it is free everywhere.
		{"project.json", []string{"run", "project.json"}, "run/project.json"},
		{"data", []string{"run", "data.d"}, "run/data.d"},
		{"project.json", []string{"project.jsonl", "a"}, "project.jsonl/a"},
		{"project.json", []string{"project", "a"}, "project/a"},
		{"project.json", []string{"run", "poetry.lock"}, "run/poetry.lock"},
		{"project.json", []string{"a.json"}, "a.json"},
	} {
		got, err := Join(c.manifest, c.elems...)
		if err != nil || got != c.want {
			t.Errorf("Join(%q, %q) = %q, %v; want %q", c.manifest, c.elems, got, err, c.want)
		}
	}
}

// hostile holds file names that must be refused wherever they stand, by cause.
var hostile = []struct {
	name  string
	cause error
}{
	{"/etc/passwd", errAbsolute},
	{"//host/share/x", errAbsolute},
	{"/", errAbsolute},
	{"..", errOutside},
	{"../x", errOutside},
	{"../../x", errOutside},
	{"a/../../x", errOutside},
	{"a/../b", errOutside},
	{"./../x", errOutside},
	{"a/..", errOutside},
	{"../project.json", errOutside},
	{".. /x", errOutside},
	{"a/ ../x", errOutside},
	{"...", errOutside},
	{"a/. /x", errOutside},
	{" ", errOutside},
	{`..\x`, errBackslash},
	{`a\b`, errBackslash},
	{`\\host\share\x`, errBackslash},
	{`\\?\C:\x`, errBackslash},
	{"C:", errDrive},
	{"C:x", errDrive},
	{"c:/x", errDrive},
	{"a/z:y/x", errDrive},
	{"a\x00", errControl},
	{"a\x00/../x", errControl},
	{"a\nb", errControl},
	{"a\x1b[2J", errControl},
	{"a\x7f", errControl},
	{"a\u0085", errControl},
	{"a\xff", errEncoding},
	{"\xc0\xae\xc0\xae/x", errEncoding}, // ".." in too many bytes
	{"\xed\xb2\x80", errEncoding},       // a surrogate
	{strings.Repeat("n", MaxElement+1), errElement},
	{strings.Repeat("é", 128), errElement},
	{"a/" + strings.Repeat("n", MaxElement+1) + "/b", errElement},
	{strings.Repeat("a/", maxPath/2) + "b", errLong},
	{".lazyscribe-tmp-1", errReserved},
	{".lazyscribe-tmp-", errReserved},
	{"a/.LazyScribe-TMP-1/b", errReserved},
	{".project.json.lock", errReserved},
	{"a/.repository.json.lock", errReserved},
	{"project.json.d/x.json", errReserved},
	{"a/repository.json.d/x.json", errReserved},
	{"a/Project.JSON.D", errReserved},
	{"project.json.d. /x.json", errReserved},
}

// folders are names that stand for no file, but may stand for a folder that
// comes before one.
var folders = []string{"", ".", "a/", "a/.", "./", "a//"}

func TestJoinRefusesHostileNames(t *testing.T) {
	for _, c := range hostile {
		for _, elems := range [][]string{
			{"run", c.name},
			{"run", "fit", c.name},
			{"run", c.name, "a.json"},
			{c.name, "a.json"},
			{c.name, "", "a.json"},
		} {
			refused(t, c.cause, "a/project.json", elems...)
		}
	}
	for _, name := range folders {
		refused(t, errNoFile, "project.json", "run", name)
		refused(t, errNoFile, "project.json", name)
	}
	for _, name := range []string{"", ".", "./", "././/"} {
		refused(t, errNoFolder, "project.json", name, "a.json")
		refused(t, errNoFolder, "project.json", name, "run", "a.json")
	}
	refused(t, errNoFile, "project.json")

	// Each of the elements is short enough, together they are not.
	part := strings.Repeat("a/", maxPath/4) + "b"
	refused(t, errLong, "project.json", part, part)
}

func TestJoinRefusesTheStoresOwnFiles(t *testing.T) {
	for _, c := range []struct {
		manifest string
		elems    []string
	}{
		{"project.json", []string{"project.json"}},
		{"a/project.json", []string{"project.json", "x"}},
		{"a/project.json", []string{"./project.json/x", "y"}},
		{"project.json", []string{"PROJECT.json", "x"}},
		{"project.json", []string{"project.json.", "x"}},
		{"project.json", []string{"project.json ", "x"}},
		{"project.json", []string{"project.j\u017fon", "x"}},      // a long s
		{"project.json", []string{"pro\u200bject.json", "x"}},     // zero width
		{"project.json", []string{"\uff50roject.json", "x"}},      // full width
		{"caf\u00e9.json", []string{"cafe\u0301.json", "x"}},      // composed or not
		{"TASK\u212a", []string{"taskk", "x"}},                    // a Kelvin sign
		{"data", []string{"data.d", "0198.json"}},                 // segments
		{"data", []string{"Data.D/folded", "0198.json"}},          //
		{"data", []string{".data.lock"}},                          // lock
		{"data", []string{".data.lock", "x"}},                     //
		{"project.json", []string{"repository.json.d", "x.json"}}, // a neighbour's
		{"project.json", []string{".repository.json.lock"}},       //
	} {
		refused(t, errReserved, c.manifest, c.elems...)
	}
}

func TestJoinRefusesBadManifests(t *testing.T) {
	for _, manifest := range []string{"", ".", "..", "/project.json", "../project.json", "a//project.json", "a/", "a/.", "\xff"} {
		refused(t, errManifest, manifest, "run", "a.json")
	}
}

func refused(t *testing.T, cause error, manifest string, elems ...string) {
	t.Helper()
	got, err := Join(manifest, elems...)
	if got != "" || !errors.Is(err, artifacts.ErrUnsafePath) {
		t.Errorf("Join(%q, %.60q) = %.60q, %v; want ErrUnsafePath", manifest, elems, got, err)
	} else if !errors.Is(err, cause) {
		t.Errorf("Join(%q, %.60q): %v; want the cause %q", manifest, elems, err, cause)
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"model.json", "plots/roc.json", "./a.json", "a//b.json", "project.json", "Modèle 2.gob", strings.Repeat("n", MaxElement)} {
		if err := CheckName(name); err != nil {
			t.Errorf("CheckName(%q): %v", name, err)
		}
	}
	check := func(name string, cause error) {
		if err := CheckName(name); !errors.Is(err, artifacts.ErrUnsafePath) || !errors.Is(err, cause) {
			t.Errorf("CheckName(%.60q): %v; want ErrUnsafePath and the cause %q", name, err, cause)
		}
	}
	for _, c := range hostile {
		check(c.name, c.cause)
	}
	for _, name := range folders {
		check(name, errNoFile)
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct {
		err  func() error
		want string
	}{
		{func() error { return CheckName("../up") }, `check file name "../up": unsafe path: leads out of its folder`},
		{func() error { _, err := Join("p.json", "run", "/x"); return err }, `locate file "run//x": unsafe path: absolute`},
		{func() error { _, err := Join("/p.json", "run", "x"); return err }, `locate manifest "/p.json": unsafe path: not a clean relative path`},
		{func() error { return CheckName(strings.Repeat("n", 1<<20)) }, `check file name "` + strings.Repeat("n", 128) + `"...: unsafe path: too long`},
	} {
		if err := c.err(); err == nil || err.Error() != c.want {
			t.Errorf("error %.300q, want %q", err, c.want)
		}
	}
}

func FuzzJoin(f *testing.F) {
	for _, c := range hostile {
		if len(c.name) <= 2*MaxElement {
			f.Add("project.json", "run", "", c.name)
			f.Add("a/project.json", c.name, "fit", "a.json")
		}
	}
	f.Add("a/b/project.json", "run", "fit", "plots/./roc.json")
	f.Fuzz(func(t *testing.T, manifest, folder, test, name string) {
		got, err := Join(manifest, folder, test, name)
		if err != nil {
			if got != "" || !errors.Is(err, artifacts.ErrUnsafePath) {
				t.Fatalf("Join(%q, %q, %q, %q) = %q, %v", manifest, folder, test, name, got, err)
			}
			return
		}
		home := path.Dir(manifest)
		below := strings.TrimPrefix(got, home+"/")
		if home == "." {
			below = got
		}
		if path.Join(home, below) != got || !fs.ValidPath(below) || below == "." {
			t.Errorf("Join(%q, %q, %q, %q) = %q, not below %q", manifest, folder, test, name, got, home)
		}
		if !filepath.IsLocal(filepath.FromSlash(below)) || strings.ContainsAny(below, "\\\x00") {
			t.Errorf("Join(%q, %q, %q, %q) = %q, not local everywhere", manifest, folder, test, name, got)
		}
		base := path.Base(manifest)
		for _, own := range []string{base, base + ".d", "." + base + ".lock"} {
			if below == own || strings.HasPrefix(below, own+"/") {
				t.Errorf("Join(%q, %q, %q, %q) = %q, at or under %q", manifest, folder, test, name, got, own)
			}
		}
		// The result is what the file system would make of the elements.
		if want := path.Join(home, folder, test, name); got != want {
			t.Errorf("Join(%q, %q, %q, %q) = %q, want %q", manifest, folder, test, name, got, want)
		}
	})
}
