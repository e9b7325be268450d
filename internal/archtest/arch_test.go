package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lazyscribe-go/lazyscribe"

// A rule says what packages may not reach.
type rule struct {
	name   string
	of     func(pkg string) bool // packages it is about, by path below the module
	direct bool                  // looks at a package's own imports, else at all it is built from
	deny   func(imp string) bool // import paths; those of the module are below "."
	why    string
}

var rules = []rule{
	{
		name: "artifacts is light",
		of:   is("artifacts"), direct: true,
		deny: func(imp string) bool { return !standard(imp) && imp != "./internal/pyjson" },
		why:  "whoever writes a handler should get the standard library and nothing else",
	},
	{
		name: "formats depend on artifacts alone",
		of:   below("artifacts"), direct: true,
		deny: func(imp string) bool {
			return local(imp) && imp != "./artifacts" && !strings.HasPrefix(imp, "./artifacts/") && imp != "./internal/pyjson" && imp != "./internal/payload"
		},
		why: "a format is a leaf: it can be left out or moved without touching anything else",
	},
	{
		name: "no format unless asked for",
		of:   not(under("artifacts", "cmd", "bench", "examples", "archive", "dataset", "pipeline", "internal/interop")),
		deny: func(imp string) bool {
			return strings.HasPrefix(imp, "./artifacts/") && imp != "./artifacts/artifacttest"
		},
		why: "a program with projects and json has 13 MiB, with parquet it has 37; formats are blank-imported. Only what keeps arrays is built on those of arrays",
	},
	{
		name: "one format does not bring another's libraries",
		of:   not(under("artifacts/parquet", "artifacts/yaml", "cmd", "bench", "examples", "internal/interop")),
		deny: prefixed("github.com/apache/", "go.yaml.in/"),
		why:  "who wants npy, or none of them, should not link Arrow",
	},
	{
		name: "pyjson, slug, pytime and hashing are leaves",
		of:   is("internal/pyjson", "internal/slug", "internal/pytime", "internal/hashing"), direct: true,
		deny: local,
		why:  "the texts both languages share, and what all read and write through, do not know who uses them",
	},
	{
		name: "the store and its drivers know gocloud.dev",
		of:   not(under("internal/store", "drivers")), direct: true,
		deny: func(imp string) bool {
			return strings.HasPrefix(imp, "gocloud.dev") && imp != "gocloud.dev/blob"
		},
		why: "what a storage can and cannot do is settled in one place",
	},
	{
		name: "gocloud.dev/blob is a parameter only",
		of:   not(under("internal/store", "project", "repository", "release", "shelf", "pipeline", "archive", "dataset", "drivers")), direct: true,
		deny: func(imp string) bool { return imp == "gocloud.dev/blob" },
		why:  "only packages with an OpenBucket may name a bucket",
	},
	{
		name: "no cloud SDK unless asked for",
		of:   not(under("drivers", "cmd", "bench", "examples/shelf")),
		deny: prefixed("github.com/aws/", "cloud.google.com/", "google.golang.org/api/storage", "golang.org/x/oauth2", "github.com/Azure/"),
		why:  "a binary with local storage is 12 MB and one with all clouds 29 MB; drivers are blank-imported",
	},
	{
		name: "no storage client of Google's",
		of:   not(is()), // any package
		deny: prefixed("cloud.google.com/go/storage", "gocloud.dev/blob/gcsblob"),
		why:  "its init functions take as long as all others of the command together; drivers/gcs uses the client below it",
	},
	{
		name: "drivers are leaves",
		of:   under("drivers"), direct: true,
		deny: func(imp string) bool { return local(imp) && imp != "./internal/store" },
		why:  "a driver knows one cloud and what the store asks of it",
	},
	{
		name: "drivers are imported blank, by commands",
		of:   not(under("cmd", "drivers", "bench", "examples")), direct: true,
		deny: func(imp string) bool { return strings.HasPrefix(imp, "./drivers/") },
		why:  "which clouds a program can reach is the program's choice",
	},
	{
		name: "no plugin machinery unless asked for",
		of:   not(under("plugins", "cmd", "examples", "bench")),
		deny: prefixed("github.com/hashicorp/", "github.com/fxamacker/", "./plugins"),
		why:  "a program without plugins should not start processes nor link what does",
	},
	{
		// What gocloud.dev/blob is built from reaches gRPC anyhow, for its error codes.
		name: "no gRPC outside of plugins",
		of:   not(under("plugins", "bench")), direct: true,
		deny: prefixed("google.golang.org/grpc", "google.golang.org/protobuf"),
		why:  "the protocol of plugins is known to them and to their host",
	},
	{
		name: "the store knows no records",
		of:   under("internal/store"), direct: true,
		deny: func(imp string) bool {
			return local(imp) && imp != "./artifacts" && imp != "./internal/safepath" && imp != "./internal/hashing" && !strings.HasPrefix(imp, "./internal/store")
		},
		why: "the store keeps bytes; what they mean is decided above it",
	},
	{
		name: "experiment does not know project",
		of:   is("experiment", "internal/record", "internal/entry", "internal/payload"),
		deny: func(imp string) bool {
			return slices.Contains([]string{"./project", "./registry", "./repository", "./release"}, imp)
		},
		why: "imports go project -> experiment -> artifacts",
	},
	{
		name: "a repository knows no projects",
		of:   is("repository"), direct: true,
		deny: func(imp string) bool {
			return slices.Contains([]string{"./project", "./experiment", "./registry", "./release"}, imp)
		},
		why: "what it promotes from is an interface, so it serves without projects",
	},
	{
		name: "releases are of repositories",
		of:   is("release"), direct: true,
		deny: func(imp string) bool {
			return slices.Contains([]string{"./project", "./experiment", "./registry"}, imp)
		},
		why: "imports go release -> repository -> artifacts",
	},
	{
		name: "a shelf knows no records",
		of:   is("shelf", "internal/parts"), direct: true,
		deny: func(imp string) bool {
			return local(imp) && !slices.Contains([]string{"./artifacts", "./internal/hashing", "./internal/parts", "./internal/payload", "./internal/store"}, imp)
		},
		why: "single values are kept without projects and repositories",
	},
	{
		name: "parameters are light",
		of:   is("pipeline/params"), direct: true,
		deny: func(imp string) bool { return !standard(imp) },
		why:  "the hash is a contract, and should not change with anything else",
	},
	{
		name: "a pipeline knows no projects",
		of:   is("pipeline"), direct: true,
		deny: func(imp string) bool {
			return slices.Contains([]string{"./project", "./experiment", "./registry", "./release", "./dataset"}, imp)
		},
		why: "what a step is logged into is an interface",
	},
	{
		name: "nobody knows pipelines but commands",
		of:   not(under("pipeline", "cmd", "examples", "bench", "internal/interop")), direct: true,
		deny: func(imp string) bool { return imp == "./pipeline" || strings.HasPrefix(imp, "./pipeline/") },
		why:  "steps are built on all else",
	},
	{
		name: "locks on keys know the store alone",
		of:   is("internal/keylock"), direct: true,
		deny: func(imp string) bool { return local(imp) && imp != "./internal/store" },
		why:  "what is locked, and why, is the caller's",
	},
	{
		name: "an archive is a format",
		of:   under("archive"), direct: true,
		deny: func(imp string) bool {
			return local(imp) && imp != "./artifacts" && !strings.HasPrefix(imp, "./artifacts/") && !strings.HasPrefix(imp, "./archive/")
		},
		why: "it turns values into text; where that is stored is decided above it",
	},
	{
		name: "what generated packages are given is the standard library's",
		of:   is("archive/internal/gen"), direct: true,
		deny: func(imp string) bool { return !standard(imp) },
		why:  "a package that was saved is importable without this module",
	},
	{
		name: "a dataset knows no records of projects",
		of:   is("dataset"), direct: true,
		deny: func(imp string) bool {
			return local(imp) && !strings.HasPrefix(imp, "./artifacts") &&
				!slices.Contains([]string{"./archive", "./internal/hashing", "./internal/keylock", "./internal/payload", "./internal/store"}, imp)
		},
		why: "data is kept without projects; what it is logged to is an interface",
	},
	{
		name: "nothing imports a command",
		of:   func(string) bool { return true }, direct: true,
		deny: func(imp string) bool {
			return strings.HasPrefix(imp, "./cmd/") && !strings.HasPrefix(imp, "./cmd/lazyscribe/internal/")
		},
		why: "commands are built on the library",
	},
	{
		name: "the library has no command line",
		of:   not(under("cmd", "bench", "examples")),
		deny: prefixed("github.com/spf13/", "github.com/expr-lang/"),
		why:  "flags and expressions belong to the command",
	},
}

func TestImports(t *testing.T) {
	packages := load(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, pkg := range packages {
				if !r.of(pkg.path) {
					continue
				}
				list := pkg.deps
				if r.direct {
					list = pkg.imports
				}
				for _, imp := range list {
					if r.deny(imp) {
						t.Errorf("%s imports %s: %s", pkg.path, imp, r.why)
					}
				}
			}
		})
	}
}

// TestRulesAreAlive fails when a rule speaks of a package that is gone.
func TestRulesAreAlive(t *testing.T) {
	packages := load(t)
	for _, r := range rules {
		if !slices.ContainsFunc(packages, func(p pkg) bool { return r.of(p.path) }) {
			t.Errorf("rule %q is about no package", r.name)
		}
	}
}

type pkg struct {
	path          string
	imports, deps []string
}

func load(t *testing.T) []pkg {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there to list packages")
	}
	out, err := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Imports,Deps", module+"/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var list []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			ImportPath    string
			Imports, Deps []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, pkg{strings.TrimPrefix(shorten(p.ImportPath), "./"), shortenAll(p.Imports), shortenAll(p.Deps)})
	}
	if len(list) == 0 {
		t.Fatal("no packages found")
	}
	return list
}

// shorten writes a path of the module as one below ".".
func shorten(path string) string {
	if rest, ok := strings.CutPrefix(path, module); ok {
		return "." + rest
	}
	return path
}

func shortenAll(paths []string) []string {
	list := make([]string, len(paths))
	for i, p := range paths {
		list[i] = shorten(p)
	}
	return list
}

func local(imp string) bool { return strings.HasPrefix(imp, "./") }
func standard(imp string) bool {
	return !local(imp) && !strings.Contains(strings.Split(imp, "/")[0], ".")
}

func is(paths ...string) func(string) bool {
	return func(p string) bool { return slices.Contains(paths, p) }
}

func below(folder string) func(string) bool {
	return func(p string) bool { return strings.HasPrefix(p, folder+"/") }
}

func under(folders ...string) func(string) bool {
	return func(p string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasPrefix(p, f+"/") })
	}
}

func not(of func(string) bool) func(string) bool { return func(p string) bool { return !of(p) } }

func prefixed(prefixes ...string) func(string) bool {
	return func(imp string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(imp, p) })
	}
}
