package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/plugins/plugintest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// needPluginPython returns an interpreter for plugins and what checks them.
func needPluginPython(t *testing.T) string {
	t.Helper()
	return pyrun.Need(t, "cbor2", "cryptography", "google.protobuf", "grpc", "openpyxl", "pyarrow")
}

// moduleRoot is the folder of this module.
var moduleRoot = filepath.Join(scripts, "..", "..", "..")

// pythonPlugin makes lazyscribe-plugin-NAME in dir: a script that runs main of a
// module in one of the folders, as an installed package would.
func pythonPlugin(t *testing.T, dir, name, module string, folders ...string) string {
	t.Helper()
	python := needPluginPython(t)
	folders = append(folders, filepath.Join(moduleRoot, "plugins", "python"))
	list, err := json.Marshal(folders)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "lazyscribe-plugin-"+name)
	script := fmt.Sprintf("#!%s -B\nimport sys\nsys.path[:0] = %s\nfrom %s import main\nmain()\n", python, list, module)
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// conforms runs the conformance kit.
func conforms(t *testing.T, path string, samples ...plugintest.Sample) {
	t.Helper()
	results, err := plugintest.Check(t.Context(), path, samples, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Errorf("%s (%s): %v", r.ID, r.Name, r.Err)
		}
		if r.Skipped != "" {
			t.Logf("%s: skipped: %s", r.ID, r.Skipped)
		}
	}
}

func TestPythonSDK(t *testing.T) {
	path := pythonPlugin(t, t.TempDir(), "demo", "demo_plugin", filepath.Join(scripts, "plugins"))
	rows := []any{map[string]any{"a": int64(1), "b": "é"}, map[string]any{"a": 2.5, "b": nil}}
	conforms(t, path,
		plugintest.Sample{Alias: "lines", Name: "texts", Value: []string{"a", "é", ""}, File: []byte("a\né\n\n"), OpenEnded: true},
		plugintest.Sample{Alias: "rows", Name: "rows", Value: rows, OpenEnded: true},
		plugintest.Sample{Alias: "rows", Name: "indented", Value: rows, Settings: map[string]any{"indent": 2}, OpenEnded: true},
		plugintest.Sample{Alias: "bytes", Name: "bytes", Value: []byte("\x00\xff\n"), File: []byte("\x00\xff\n"), OpenEnded: true},
	)
}

func parquetPlugin(t *testing.T, dir string) string {
	return pythonPlugin(t, dir, "parquet", "lazyscribe_plugin_parquet", filepath.Join(moduleRoot, "examples", "plugins", "parquet"))
}

func TestParquetConforms(t *testing.T) {
	conforms(t, parquetPlugin(t, t.TempDir()),
		plugintest.Sample{Name: "rows", Value: []any{
			map[string]any{"epoch": int64(1), "loss": 0.5, "tags": []any{"a", "b"}},
			map[string]any{"epoch": int64(2), "loss": nil, "tags": []any{}},
		}},
		plugintest.Sample{Name: "columns", Value: map[string]any{"epoch": []any{int64(1), int64(2)}, "note": []any{"é", nil}}},
	)
}

func goBuild(dir, path, pkg string) error {
	cmd := exec.Command("go", "build", "-o", path, pkg)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// A bench is a place where plugins are tried: a folder with the program lazyscribe,
// and a trust file of its own.
type bench struct {
	t   *testing.T
	dir string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t, t.TempDir()}
	if err := goBuild(moduleRoot, filepath.Join(b.dir, "lazyscribe"), "./cmd/lazyscribe"); err != nil {
		t.Fatal(err)
	}
	t.Setenv(plugins.EnvTrustFile, filepath.Join(b.dir, "plugins.json"))
	return b
}

// run runs lazyscribe in the folder and returns what it prints.
func (b *bench) run(args ...string) string {
	b.t.Helper()
	cmd := exec.CommandContext(b.t.Context(), filepath.Join(b.dir, "lazyscribe"), args...)
	cmd.Dir = b.dir
	return string(pyrun.Output(b.t, cmd))
}

// write writes a file of the folder.
func (b *bench) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// files are those below the folder that end in a suffix.
func (b *bench) files(suffix string) []string {
	b.t.Helper()
	var list []string
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, suffix) && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

// readTable reads a file by the Python library for its format.
func (b *bench) readTable(path string, into any) {
	b.t.Helper()
	cmd := pyrun.Command(b.t, needPluginPython(b.t), filepath.Join(scripts, "plugins", "read_table.py"), path)
	pyrun.JSON(b.t, cmd, nil, into)
}

// registered returns a registry with the handlers of the plugins that are trusted.
func (b *bench) registered() *artifacts.Registry {
	b.t.Helper()
	registry := artifacts.Default().Clone()
	host, err := plugins.Register(registry, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := host.Close(); err != nil {
			b.t.Error(err)
		}
	})
	return registry
}

type epoch struct {
	Epoch int64   `json:"epoch"`
	Loss  float64 `json:"loss"`
}

// TestParquet takes the plugin the whole way: trusted, under another name than that
// of the command's own handler, used by the command and by a Go program, its files
// read by pyarrow itself.
func TestParquet(t *testing.T) {
	needPluginPython(t)
	b := newBench(t)
	b.run("plugin", "trust", parquetPlugin(t, b.dir), "--as", "parquet=pyarrow", "--yes")
	b.write("rows.json", `[{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]`)
	b.run("log", "by hand", "--artifact", "curve=rows.json:pyarrow", "--set", "curve.compression=gzip")

	want := []epoch{{1, 0.5}, {2, 0.25}}
	var got struct {
		Rows        []epoch
		Compression string
	}
	files := b.files(".parquet")
	if len(files) != 1 {
		t.Fatalf("files are %q", files)
	}
	b.readTable(files[0], &got)
	if diff := cmp.Diff(want, got.Rows); diff != "" || got.Compression != "GZIP" {
		t.Errorf("pyarrow reads rows (-want +got):\n%s, compressed by %s", diff, got.Compression)
	}

	ctx := t.Context()
	p, err := project.Open(ctx, filepath.Join(b.dir, "project.json"), &project.Options{Mode: project.Append, Handlers: b.registered()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for e := range p.All() {
		var rows []epoch
		if err := e.LoadArtifact(ctx, "curve", &rows, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("Go reads rows (-want +got):\n%s", diff)
		}
	}
	_, err = p.Log(ctx, "by a program", func(d *experiment.Draft) error {
		return d.LogArtifact("curve", want, "pyarrow", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Save(ctx); err != nil {
		t.Fatal(err)
	}
	files = b.files(".parquet")
	if len(files) != 2 {
		t.Fatalf("files are %q", files)
	}
	for _, file := range files {
		b.readTable(file, &got)
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("%s: pyarrow reads rows (-want +got):\n%s", file, diff)
		}
	}
}

// TestXLSX does the same with the plugin in Go, and openpyxl.
func TestXLSX(t *testing.T) {
	needPluginPython(t)
	b := newBench(t)
	plugin := filepath.Join(b.dir, "lazyscribe-plugin-xlsx")
	if err := goBuild(filepath.Join(moduleRoot, "examples", "plugins", "xlsx"), plugin, "./lazyscribe-plugin-xlsx"); err != nil {
		t.Fatal(err)
	}
	b.run("plugin", "trust", plugin, "--yes")
	b.write("cells.json", `[["name", "note"], ["é", "=1+1"], ["", " <b>\n"]]`)
	b.run("log", "by hand", "--artifact", "cells=cells.json:xlsx", "--set", "cells.sheet=Notes")
	want := [][]string{{"name", "note"}, {"é", "=1+1"}, {"", " <b>\n"}}
	var got struct {
		Rows  [][]string
		Sheet string
	}
	files := b.files(".xlsx")
	if len(files) != 1 {
		t.Fatalf("files are %q", files)
	}
	b.readTable(files[0], &got)
	if diff := cmp.Diff(want, got.Rows); diff != "" || got.Sheet != "Notes" {
		t.Errorf("openpyxl reads rows (-want +got):\n%s, of sheet %q", diff, got.Sheet)
	}
	handler, err := b.registered().Lookup("xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if handler, err = handler.(artifacts.Configurable).Configure(map[string]any{"sheet": "Notes"}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	if err := handler.Decode(t.Context(), bytes.NewReader(data), &rows); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("Go reads rows (-want +got):\n%s", diff)
	}
}

// TestNewPython tests a new plugin in Python as its author would.
func TestNewPython(t *testing.T) {
	python := needPluginPython(t)
	b := newBench(t)
	b.run("plugin", "new", "my-notes", "--lang", "python", "--dir", "new")
	dir := filepath.Join(b.dir, "new")
	cmd := exec.CommandContext(t.Context(), python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("pytest: %v\n%s", err, out)
	}
	// Its first line finds the interpreter in PATH, as that of an author would be.
	bin := filepath.Join(b.dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	launcher := fmt.Sprintf("#!/bin/sh\nexec %s -B \"$@\"\n", python)
	if err := os.WriteFile(filepath.Join(bin, "python3"), []byte(launcher), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	b.run("plugin", "test", filepath.Join("new", "lazyscribe-plugin-my-notes"), "--sample", filepath.Join("new", "sample.json"), "--open-ended")
	b.run("plugin", "trust", filepath.Join("new", "lazyscribe-plugin-my-notes"), "--yes")
	b.write("texts.json", `["one", "zwölf"]`)
	b.run("log", "by hand", "--artifact", "notes=texts.json:my-notes", "--set", "notes.crlf=true")
	texts := slices.DeleteFunc(b.files(".txt"), func(path string) bool { return strings.HasPrefix(path, dir) })
	if len(texts) != 1 {
		t.Fatalf("files are %q", texts)
	}
	if got, err := os.ReadFile(texts[0]); err != nil || string(got) != "one\r\nzwölf\r\n" {
		t.Errorf("the file is %q, %v", got, err)
	}
}
