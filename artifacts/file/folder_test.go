package file_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var folder = map[string]string{
	"a.txt": "a", "a/": "", "a/b": "b", "run.sh*": "#!/bin/sh", "empty/": "", "z/": "",
	"z/" + strings.Repeat("long", 50): "long", "ü ñ": "name",
}

func TestFolderRoundTrip(t *testing.T) {
	packed := encoded(t, file.Path(write(t, folder)))
	parent := t.TempDir()
	into := filepath.Join(parent, "out")
	for _, there := range []bool{false, true} { // as an empty folder
		if there {
			if err := errors.Join(os.RemoveAll(into), os.Mkdir(into, 0o700)); err != nil {
				t.Fatal(err)
			}
		}
		target := file.Into(file.Path(into))
		if err := (file.Handler{}).Decode(t.Context(), bytes.NewReader(packed), target); err != nil {
			t.Fatal(err)
		}
		if err := target.Commit(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(folder, tree(t, into)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if names, _ := os.ReadDir(parent); len(names) != 1 {
		t.Errorf("left beside the folder: %v", names)
	}
	err := file.Handler{}.Decode(t.Context(), bytes.NewReader(packed), file.Into(file.Path(into)))
	if !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("Decode into a folder with files: %v, want ErrExists", err)
	}
}

// What is filled between Decode and Commit is not replaced.
func TestFolderFilledMeanwhile(t *testing.T) {
	into := filepath.Join(t.TempDir(), "out")
	target := file.Into(file.Path(into))
	if err := (file.Handler{}).Decode(t.Context(), bytes.NewReader(encoded(t, file.Path(write(t, folder)))), target); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(into, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := target.Commit(); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("Commit returns %v, want ErrExists", err)
	}
	if got, _ := os.ReadFile(into); string(got) != "precious" {
		t.Errorf("the file is %q", got)
	}
}

// Neither times nor the modes of one user make another file.
func TestFolderIsDeterministic(t *testing.T) {
	first, second := write(t, folder), write(t, folder)
	for name, mode := range map[string]os.FileMode{"a.txt": 0o640, "run.sh": 0o711, "a": 0o755} {
		at := filepath.Join(second, name)
		if err := errors.Join(os.Chmod(at, mode), os.Chtimes(at, time.Unix(1, 0), time.Unix(1e9, 5))); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(encoded(t, file.Path(first)), encoded(t, file.Path(second))) {
		t.Error("two folders with the same contents are two files")
	}
}

func TestFoldersWithLinksAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege there")
	}
	for _, to := range []string{"a", "..", "/etc/passwd", "nowhere"} {
		dir := write(t, map[string]string{"sub/a": ""})
		if err := os.Symlink(to, filepath.Join(dir, "sub", "link")); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"Check":  file.Handler{}.Check(file.Path(dir)),
			"Encode": file.Handler{}.Encode(t.Context(), new(bytes.Buffer), file.Path(dir)),
		} {
			if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), `"sub/link" is a link`) {
				t.Errorf("%s of a folder with a link to %s: %v", what, to, err)
			}
		}
	}
	// The folder itself may be named by a link.
	link := filepath.Join(t.TempDir(), "link")
	dir := write(t, folder)
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded(t, file.Path(link)), encoded(t, file.Path(dir))) {
		t.Error("a link to a folder is another file than the folder")
	}
}

// archive makes a tar file of entries.
func archive(t testing.TB, entries ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range entries {
		if h.Typeflag == tar.TypeReg {
			h.Size = 1
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func regular(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }

func TestHostileTarFiles(t *testing.T) {
	link := tar.Header{Typeflag: tar.TypeSymlink, Name: "l", Linkname: ".."}
	tests := map[string]struct {
		packed []byte
		want   error
	}{
		"parent":            {archive(t, regular("../out")), artifacts.ErrUnsafePath},
		"parent inside":     {archive(t, regular("a/../../out")), artifacts.ErrUnsafePath},
		"parent and back":   {archive(t, regular("a/../b")), artifacts.ErrUnsafePath},
		"absolute":          {archive(t, regular("/out")), artifacts.ErrUnsafePath},
		"double slash":      {archive(t, regular("a//b")), artifacts.ErrUnsafePath},
		"dots":              {archive(t, regular("..")), artifacts.ErrUnsafePath},
		"folder above":      {archive(t, tar.Header{Typeflag: tar.TypeDir, Name: "../"}), artifacts.ErrUnsafePath},
		"long":              {archive(t, regular(strings.Repeat("a/", 3000)+"b")), artifacts.ErrUnsafePath},
		"link":              {archive(t, link), artifacts.ErrUnsafePath},
		"through a link":    {archive(t, link, regular("l/out")), artifacts.ErrUnsafePath},
		"hard link":         {archive(t, regular("a"), tar.Header{Typeflag: tar.TypeLink, Name: "b", Linkname: "a"}), artifacts.ErrUnsafePath},
		"pipe":              {archive(t, tar.Header{Typeflag: tar.TypeFifo, Name: "p"}), artifacts.ErrUnsafePath},
		"device":            {archive(t, tar.Header{Typeflag: tar.TypeChar, Name: "d"}), artifacts.ErrUnsafePath},
		"twice":             {archive(t, regular("a"), regular("a")), artifacts.ErrCorrupt},
		"file named dot":    {archive(t, regular(".")), artifacts.ErrCorrupt},
		"no tar file":       {[]byte(strings.Repeat("text ", 300)), artifacts.ErrCorrupt},
		"cut in the header": {archive(t, regular("a"))[:200], artifacts.ErrCorrupt},
		"cut in the file":   {archive(t, regular("a"))[:512], artifacts.ErrCorrupt},
		"sparse":            {sparse(), artifacts.ErrUnsafePath},
	}
	for name, test := range tests {
		dir := t.TempDir()
		err := file.Handler{}.Decode(t.Context(), bytes.NewReader(test.packed), file.Into(file.Path(filepath.Join(dir, "sub"))))
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if left := tree(t, dir); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

// sparse is a tar file, as GNU tar writes it, of a file of a tebibyte with one byte.
func sparse() []byte {
	h := make([]byte, 512)
	copy(h, "hole")
	copy(h[100:], "0000644\x000000000\x000000000\x0000000000001\x0000000000000\x00        S")
	copy(h[257:], "ustar  \x00")
	copy(h[386:], "20000000000\x0000000000001\x00") // the byte is at 2 GiB
	copy(h[483:], "20000000001\x00")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return append(append(h, append([]byte("x"), make([]byte, 511)...)...), make([]byte, 1024)...)
}

func TestPythonTars(t *testing.T) {
	type entry struct {
		Name, Mode string
		MTime      float64
		Owner      []any
		Content    *string
	}
	dir := t.TempDir()
	ours := filepath.Join(dir, "ours.tar")
	if err := os.WriteFile(ours, encoded(t, file.Path(write(t, folder))), 0o600); err != nil {
		t.Fatal(err)
	}
	pax, gnu := filepath.Join(dir, "pax.tar"), filepath.Join(dir, "gnu.tar")
	var got [][]entry
	pyrun.Script(t, "testdata/tars.py", []string{"tarfile"}, map[string]any{"read": []string{ours}, "write_pax": pax, "write_gnu": gnu}, &got)

	nobody := []any{0.0, 0.0, "", ""}
	dirEntry := func(name string) entry { return entry{name, "0o755", 0, nobody, nil} }
	fileEntry := func(name, mode, content string) entry { return entry{name, mode, 0, nobody, &content} }
	want := [][]entry{{
		dirEntry("a"), fileEntry("a/b", "0o644", "b"), fileEntry("a.txt", "0o644", "a"), dirEntry("empty"),
		fileEntry("run.sh", "0o755", "#!/bin/sh"), dirEntry("z"), fileEntry("z/"+strings.Repeat("long", 50), "0o644", "long"),
		fileEntry("ü ñ", "0o644", "name"),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +python):\n%s", diff)
	}
	for _, name := range []string{pax, gnu} {
		packed, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(dir, "out"+filepath.Base(name))
		target := file.Into(file.Path(into))
		if err := (file.Handler{}).Decode(t.Context(), bytes.NewReader(packed), target); err != nil {
			t.Fatal(err)
		}
		if err := target.Commit(); err != nil {
			t.Fatal(err)
		}
		content := map[string]string{"a.txt*": "a", "sub/": "", "sub/é" + strings.Repeat("x", 120) + "*": "b"}
		if diff := cmp.Diff(content, tree(t, into)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
