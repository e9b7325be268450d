package cli

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
)

// archiveScratch makes the archive the examples are about, as a file and as a
// package in a module.
func archiveScratch(t *testing.T) {
	t.Helper()
	weights := make([]float64, 2000)
	a := archive.New(nil)
	err := errors.Join(
		a.Insert("net", map[string]any{"weights": weights, "again": weights, "name": "small"}),
		a.Insert("labels", []string{"cat", "dog"}),
		a.Save(t.Context(), "models", &archive.SaveOptions{Name: "net"}),
		os.WriteFile("go.mod", []byte("module example.org/nets\n\ngo 1.22\n"), 0o666),
	)
	var file bytes.Buffer
	err = errors.Join(err, archive.Handler{}.Encode(t.Context(), &file, a))
	if err = errors.Join(err, os.WriteFile("net.archive.npz", file.Bytes(), 0o666)); err != nil {
		t.Fatal(err)
	}
}

// TestArchive shows, exports and checks an archive with arrays.
func TestArchive(t *testing.T) {
	t.Chdir(t.TempDir())
	archiveScratch(t)
	run := func(code int, args ...string) result {
		t.Helper()
		got := lazyscribe(t.Context(), "", append([]string{"archive"}, args...)...)
		if got.code != code {
			t.Errorf("archive %s: exit code %d, %s", strings.Join(args, " "), got.code, got.stderr)
		}
		return got
	}
	if got := run(exitDone, "show", "net.archive.npz"); !strings.Contains(got.stdout, "lsArray[[]float64](lsFiles, \"array_0.npy\")") {
		t.Errorf("show: %s", got.stdout)
	}
	want := `{"name": "array_0", "dtype": "<f8", "shape": [2000]}` + "\n"
	if diff := cmp.Diff(want, run(exitDone, "show", "net.archive.npz", "--arrays", "-o", "jsonl").stdout); diff != "" {
		t.Error(diff)
	}
	if got := run(exitDone, "show", "net.archive.npz", "-o", "jsonl").stdout; !strings.HasPrefix(got, `{"text": "// Code generated`) || !strings.HasSuffix(got, `"arrays": [{"name": "array_0", "dtype": "<f8", "shape": [2000]}]}`+"\n") {
		t.Errorf("show: %s", got)
	}
	if got := run(exitDone, "check", "models/net"); got.stdout != "" || !strings.Contains(got.stderr, `running go vet in "models/net"`) {
		t.Errorf("check: %+v", got)
	}

	run(exitUsage, "export", "net.archive.npz", ".")
	run(exitDone, "export", "net.archive.npz", "other", "--name", "net")
	for _, name := range []string{"net.go", "net_arrays.go", "net_arrays/array_0.npy", "lazyscribe_gen.go"} {
		saved, err := os.ReadFile("models/net/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if exported, err := os.ReadFile("other/net/" + name); err != nil || !bytes.Equal(exported, saved) {
			t.Errorf("%s: differs from what Save wrote (%v)", name, err)
		}
	}
	if got := run(exitConflict, "export", "net.archive.npz", "other", "--name", "net"); !strings.Contains(got.stderr, "hint: --force replaces") {
		t.Errorf("export: %s", got.stderr)
	}
	run(exitDone, "export", "net.archive.npz", "other", "--name", "net", "--backup")
	run(exitDone, "export", "net.archive.npz", "other", "--name", "net", "--force", "--embed-limit", "-1")
	if text, err := os.ReadFile("other/net/net_arrays.go"); err != nil || !strings.Contains(string(text), "func Load(arrays fs.FS)") {
		t.Errorf("%s (%v)", text, err)
	}
	run(exitDone, "check", "other/net")

	if err := os.WriteFile("other/net/more.go", []byte("package net\n\nfunc Labels() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := run(exitFindings, "check", "other/net"); !strings.Contains(got.stdout, "Labels redeclared") {
		t.Errorf("check: %+v", got)
	}
	run(exitNotFound, "check", ".")
	run(exitNotFound, "show", "nosuch.npz")
	if err := os.WriteFile("bad.archive.npz", []byte("PK"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := run(exitFailed, "show", "bad.archive.npz"); !strings.Contains(got.stderr, `archive "bad.archive.npz": corrupt`) {
		t.Errorf("show: %s", got.stderr)
	}
}
