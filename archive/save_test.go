package archive_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// files returns the files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// private is a type that packages cannot mention.
type private struct{ X int }

func saved(t *testing.T, dir string, v any, o *archive.SaveOptions) error {
	t.Helper()
	a := archive.New(&archive.Options{SingleItem: true, ArrayThreshold: 5})
	if err := a.Insert("item", v); err != nil {
		t.Fatal(err)
	}
	return a.Save(t.Context(), dir, o)
}

func TestSaveLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if err := saved(t, dir, seq(6), nil); err != nil {
		t.Fatal(err)
	}
	if err := saved(t, dir, 1, &archive.SaveOptions{Name: "small"}); err != nil {
		t.Fatal(err)
	}
	if err := saved(t, dir, seq(6), &archive.SaveOptions{Name: "one", InPackage: "folder"}); err != nil {
		t.Fatal(err)
	}
	if err := saved(t, dir, 1, &archive.SaveOptions{Name: "two", InPackage: "folder"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"item/item.go", "item/item_arrays/array_0.npy", "item/item_arrays.go", "item/lazyscribe_gen.go",
		"lazyscribe_gen.go", "one.go", "one_arrays/array_0.npy", "one_arrays.go",
		"small/lazyscribe_gen.go", "small/small.go", "two.go",
	}
	slices.Sort(want)
	got := files(t, dir)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "one.go")); err != nil || !strings.Contains(string(text), `lsArray[[]float64](one_lsFiles, "one_arrays/array_0.npy")`) {
		t.Errorf("%s (%v)", text, err)
	}
}

func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := errors.Join(os.Mkdir(other, 0o777), os.Mkdir(filepath.Join(dir, "empty"), 0o777), os.Mkdir(filepath.Join(dir, "empty_arrays"), 0o777), os.WriteFile(filepath.Join(other, "other.go"), []byte("package other\n"), 0o666), os.WriteFile(filepath.Join(dir, "mine.go"), []byte("package dir\n"), 0o666)); err != nil {
		t.Fatal(err)
	}
	if err := saved(t, dir, 1, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		v    any
		o    archive.SaveOptions
		is   error
		want string
	}{
		"there":             {2, archive.SaveOptions{}, artifacts.ErrExists, "Force replaces it and Backup renames it"},
		"somebody else's":   {2, archive.SaveOptions{Name: "other", Force: true}, artifacts.ErrExists, "was not written by an archive"},
		"somebody's file":   {2, archive.SaveOptions{Name: "mine", InPackage: "dir", Force: true}, artifacts.ErrExists, "was not written by an archive"},
		"somebody's folder": {2, archive.SaveOptions{Name: "empty", Force: true}, artifacts.ErrExists, "was not written by an archive"},
		"somebody's arrays": {2, archive.SaveOptions{Name: "empty", InPackage: "dir", Force: true}, artifacts.ErrExists, "was not written by an archive"},
		"no name":           {2, archive.SaveOptions{Name: "a/b"}, nil, `"a/b" cannot be the name of a package`},
		"main":              {2, archive.SaveOptions{Name: "main"}, nil, `"main" cannot be the name of a package`},
		"init":              {2, archive.SaveOptions{Name: "init"}, nil, `"init" cannot be the name of a package`},
		"path":              {2, archive.SaveOptions{Name: "é"}, nil, `"é" cannot be the name of a package to import: paths are of ASCII`},
		"helpers":           {2, archive.SaveOptions{Name: "lazyscribe_gen"}, nil, "is that of the file with the helpers"},
		"test":              {2, archive.SaveOptions{Name: "x_test"}, nil, "the go command leaves the file x_test.go out"},
		"system":            {2, archive.SaveOptions{Name: "x_windows"}, nil, "the go command leaves the file x_windows.go out"},
		"machine":           {2, archive.SaveOptions{Name: "x_arm64", InPackage: "dir"}, nil, "the go command leaves the file x_arm64.go out"},
		"hidden":            {2, archive.SaveOptions{Name: "_x"}, nil, "the go command leaves the file _x.go out"},
		"no package":        {2, archive.SaveOptions{InPackage: "../x"}, nil, `"../x" cannot be the name of a package`},
		"private":           {private{1}, archive.SaveOptions{Name: "p"}, artifacts.ErrUnsupportedValue, "archive_test.private is in a package that cannot be imported"},
		"private argument":  {model.Pair[int, private]{}, archive.SaveOptions{Name: "p"}, artifacts.ErrUnsupportedValue, "cannot be imported"},
		"unwritable":        {make(chan int), archive.SaveOptions{Name: "p"}, artifacts.ErrUnsupportedValue, "item: "},
	} {
		t.Run(name, func(t *testing.T) {
			before := files(t, dir)
			err := saved(t, dir, c.v, &c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "save archive ") {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v is not %v", err, c.is)
			}
			if diff := cmp.Diff(before, files(t, dir)); diff != "" {
				t.Error(diff)
			}
		})
	}
	flat := archive.New(&archive.Options{Flat: true, ArrayThreshold: 2})
	insert(t, flat, map[string]any{"x": seq(3)})
	if err := flat.Save(t.Context(), dir, &archive.SaveOptions{Name: "flat", EmbedLimit: -1}); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("flat and not embedded: %v", err)
	}
	load := archive.New(&archive.Options{ArrayThreshold: 2})
	insert(t, load, map[string]any{"load": seq(3), "loadNet": 1})
	for _, o := range []archive.SaveOptions{{Name: "net", EmbedLimit: -1}, {Name: "net", InPackage: "dir", EmbedLimit: -1}} {
		if err := load.Save(t.Context(), dir, &o); err == nil || !strings.Contains(err.Error(), "an object is called as the function Load") {
			t.Errorf("two functions Load: %v", err)
		}
	}
	two := archive.New(nil)
	if err := two.Save(t.Context(), dir, nil); err == nil {
		t.Error("saved without a name")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := flat.Save(ctx, dir, &archive.SaveOptions{Name: "flat"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if diff := cmp.Diff([]string{"item/item.go", "item/lazyscribe_gen.go", "mine.go", "other/other.go"}, files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestForce replaces all that was saved, and leaves nothing of it.
func TestForce(t *testing.T) {
	for _, o := range []archive.SaveOptions{{Name: "m"}, {Name: "m", InPackage: "host"}} {
		dir := t.TempDir()
		if err := saved(t, dir, []any{seq(6), seq(7)}, &o); err != nil {
			t.Fatal(err)
		}
		o.Force = true
		if err := saved(t, dir, []any{seq(8)}, &o); err != nil {
			t.Fatal(err)
		}
		for _, f := range files(t, dir) {
			if strings.Contains(f, "array_1") || strings.Contains(f, ".bak") {
				t.Errorf("%s is left", f)
			}
		}
		if err := saved(t, dir, 1, &o); err != nil {
			t.Fatal(err)
		}
		for _, f := range files(t, dir) {
			if strings.Contains(f, "arrays") {
				t.Errorf("%s is left", f)
			}
		}
	}
}

// TestBackup renames what was saved before, each time.
// TestForceOthers: what somebody has added to the package is not lost with it.
func TestForceOthers(t *testing.T) {
	for _, added := range []string{"item/more.go", "item/notes.txt", "item/sub/x.go"} {
		dir := t.TempDir()
		if err := saved(t, dir, seq(6), nil); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, added)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte("package item\n"), 0o666)); err != nil {
			t.Fatal(err)
		}
		before := files(t, dir)
		err := saved(t, dir, seq(7), &archive.SaveOptions{Force: true})
		if !errors.Is(err, artifacts.ErrExists) || !strings.Contains(err.Error(), "was not written by an archive; Backup keeps it") {
			t.Errorf("%s: %v", added, err)
		}
		if diff := cmp.Diff(before, files(t, dir)); diff != "" {
			t.Errorf("%s: %s", added, diff)
		}
		if err := saved(t, dir, seq(7), &archive.SaveOptions{Backup: true}); err != nil {
			t.Errorf("%s: %v", added, err)
		}
		if _, err := os.Stat(filepath.Join(dir, strings.Replace(added, "item", "item.bak", 1))); err != nil {
			t.Error(err)
		}
	}
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		if err := saved(t, dir, i+10, &archive.SaveOptions{Name: "m", Backup: true}); err != nil {
			t.Fatal(err)
		}
		if err := saved(t, dir, i+10, &archive.SaveOptions{Name: "f", InPackage: "host", Backup: true}); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		"m/m.go": "12", "m.bak/m.go": "10", "m_1.bak/m.go": "11", "f.go": "12", "f.go.bak": "10", "f.go_1.bak": "11",
	} {
		if text, err := os.ReadFile(filepath.Join(dir, file)); err != nil || !strings.Contains(string(text), "return "+want+"\n") {
			t.Errorf("%s: %s (%v)", file, text, err)
		}
	}
}

// TestSaveData reads the arrays back from each format.
func TestSaveData(t *testing.T) {
	a := archive.New(&archive.Options{ArrayThreshold: 3})
	x, m := seq(4), [][]int32{{1, 2}, {3, 4}}
	insert(t, a, map[string]any{"x": x, "m": m, "b": []any{x, []bool{true, false, true, true}, []complex64{1, 2i, 3, 4}}})
	for format, want := range map[archive.DataFormat][]string{
		archive.Npy:  {"array_0.npy", "array_1.npy", "array_2.npy", "array_3.npy"},
		archive.Npz:  {"arrays.npz"},
		archive.HDF5: {"arrays.h5"},
	} {
		t.Run(format.String(), func(t *testing.T) {
			dir := t.TempDir()
			names, err := a.SaveData(t.Context(), format, func(name string) (io.WriteCloser, error) {
				return os.Create(filepath.Join(dir, name))
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Error(diff)
			}
			source := archive.NpyArrays(os.DirFS(dir))
			if format != archive.Npy {
				data, err := os.ReadFile(filepath.Join(dir, names[0]))
				if err != nil {
					t.Fatal(err)
				}
				r := bytes.NewReader(data)
				if format == archive.Npz {
					file, err := npz.Handler{}.Open(r, r.Size())
					if err != nil {
						t.Fatal(err)
					}
					source = archive.NpzArrays(file)
				} else {
					file, err := hdf5.Open(r, r.Size())
					if err != nil {
						t.Fatal(err)
					}
					source = archive.HDF5Arrays(file)
				}
			}
			objects, err := archive.Restore(t.Context(), []byte(a.String()), &archive.RestoreOptions{Arrays: source})
			if err != nil {
				t.Fatal(err)
			}
			b, err := archive.Get[[]any](objects, "b")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{x, []bool{true, false, true, true}, []complex64{1, 2i, 3, 4}}, b); diff != "" {
				t.Error(diff)
			}
			x2, err := archive.Get[[]float64](objects, "x")
			if err != nil || &x2[0] != &b[0].([]float64)[0] {
				t.Errorf("x is not shared any more (%v)", err)
			}
			if m2, err := archive.Get[[][]int32](objects, "m"); err != nil || !cmp.Equal(m, m2) {
				t.Errorf("%v %v", m2, err)
			}
		})
	}
	if _, err := a.SaveData(t.Context(), archive.DataFormat(9), nil); err == nil {
		t.Error("there is no format 9")
	}
	failing := errors.New("disk full")
	if _, err := a.SaveData(t.Context(), archive.Npz, func(string) (io.WriteCloser, error) { return nil, failing }); !errors.Is(err, failing) {
		t.Errorf("got %v", err)
	}
}

// TestPackageFile: names are the text's own, except where they are data.
func TestPackageFile(t *testing.T) {
	shared := []string{"g0", "onceX", "lsFiles"}
	src := text(t, map[string]any{"g0": shared, "g1": shared, "lsFiles": "array_0.npy"}, archive.Options{Flat: true})
	got, err := archive.PackageFile([]byte(src), archive.FileOptions{Package: "host", Prefix: "p_"})
	if err != nil {
		t.Fatal(err)
	}
	formatted(t, got)
	want := strings.NewReplacer("package archive", "package host", "var g0", "var p_g0", ": g0", ": p_g0").Replace(src)
	want = strings.Replace(want, `"g0": p_g0`, `"g0":      p_g0`, 1)
	if diff := cmp.Diff(strings.ReplaceAll(want, " ", ""), strings.ReplaceAll(string(got), " ", "")); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "package x\n", "// Code generated by lazyscribe archive; DO NOT EDIT.\n\npackage archive\n\nvar X = \"abc"} {
		if _, err := archive.PackageFile([]byte(bad), archive.FileOptions{Package: "p"}); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
