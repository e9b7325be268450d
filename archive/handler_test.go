package archive_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func TestConformance(t *testing.T) {
	h := archive.Handler{Types: known(t), ArrayThreshold: 3}
	shared := []float64{1, 2, 3, 4, 5}
	artifacttest.Run(t, h,
		artifacttest.Case{Name: "number", Value: 5, Natural: 5},
		artifacttest.Case{Name: "text", Value: "héé", Natural: "héé"},
		artifacttest.Case{Name: "array", Value: shared, Natural: shared},
		artifacttest.Case{Name: "struct", Value: model.Opt{LR: 1, Meta: map[string]any{"w": shared}}},
		artifacttest.Case{Name: "graph", Value: []any{shared, &model.Tree{Value: 1}, shared}, Natural: []any{shared, &model.Tree{Value: 1}, shared}},
		artifacttest.Case{Name: "compressed", Value: shared, Settings: map[string]any{"compress": true}},
		artifacttest.Case{Name: "channel", Value: make(chan int), Refused: true},
		artifacttest.Case{Name: "nested channel", Value: []any{make(chan int)}, Refused: true},
	)
}

func encode(t *testing.T, h archive.Handler, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := h.Encode(t.Context(), &b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHandlerFile: a file is a zip file with the text and the arrays.
func TestHandlerFile(t *testing.T) {
	file := encode(t, archive.Handler{}, map[string]any{"x": seq(1001), "y": seq(1000)})
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range r.File {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, []string{"archive.go", "array_0.npy"}) {
		t.Errorf("members %q", names)
	}
	if !bytes.Equal(file, encode(t, archive.Handler{}, map[string]any{"x": seq(1001), "y": seq(1000)})) {
		t.Error("the same value is another file")
	}
	var values map[string]any
	if err := (npz.Handler{}).Decode(t.Context(), bytes.NewReader(file), &values); err != nil || len(values) != 1 {
		t.Errorf("npz reads %d arrays (%v)", len(values), err)
	}
}

// TestHandlerObjects writes an archive with several objects and reads it as such.
func TestHandlerObjects(t *testing.T) {
	x := seq(10)
	a := archive.New(&archive.Options{ArrayThreshold: 5})
	insert(t, a, map[string]any{"x": x, "layer": &model.Layer{B: x}})
	file := encode(t, archive.Handler{}, a)
	types := new(archive.Types).With(reflect.TypeFor[model.Layer]())
	var o *archive.Objects
	if err := (archive.Handler{Types: types}).Decode(t.Context(), bytes.NewReader(file), &o); err != nil {
		t.Fatal(err)
	}
	l, err := archive.Get[*model.Layer](o, "layer")
	if err != nil {
		t.Fatal(err)
	}
	if y, err := archive.Get[[]float64](o, "x"); err != nil || &y[0] != &l.B[0] {
		t.Errorf("x is not shared (%v)", err)
	}
	var one *model.Layer
	if err := (archive.Handler{}).Decode(t.Context(), bytes.NewReader(file), &one); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("got %v", err)
	}
}

// TestTargets: types of the target are known, those in interfaces have to be.
func TestTargets(t *testing.T) {
	file := encode(t, archive.Handler{}, &model.Opt{LR: 2})
	var opt *model.Opt
	if err := (archive.Handler{}).Decode(t.Context(), bytes.NewReader(file), &opt); err != nil || opt.LR != 2 {
		t.Errorf("%v %v", opt, err)
	}
	var v any
	if err := (archive.Handler{Types: new(archive.Types)}).Decode(t.Context(), bytes.NewReader(file), &v); !errors.Is(err, artifacts.ErrNeedsType) {
		t.Errorf("got %v", err)
	}
	if err := (archive.Handler{Types: known(t)}).Decode(t.Context(), bytes.NewReader(file), &v); err != nil || v.(*model.Opt).LR != 2 {
		t.Errorf("%v %v", v, err)
	}
	var wrong *model.Tree
	if err := (archive.Handler{Types: known(t)}).Decode(t.Context(), bytes.NewReader(file), &wrong); !errors.Is(err, artifacts.ErrTargetType) || wrong != nil {
		t.Errorf("got %v", err)
	}
	arrays := new(bytes.Buffer)
	if err := (npz.Handler{}).Encode(t.Context(), arrays, map[string][]int{"a": {1}}); err != nil {
		t.Fatal(err)
	}
	if err := (archive.Handler{}).Decode(t.Context(), arrays, &v); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a file of arrays alone: %v", err)
	}
}

func TestRegistered(t *testing.T) {
	h, err := artifacts.Default().Lookup("archive")
	if err != nil {
		t.Fatal(err)
	}
	if f := h.Format(); f.Suffix != "archive.npz" || !f.Binary {
		t.Errorf("format %+v", f)
	}
	if h, ok := artifacts.Default().BySuffix("npz"); !ok || h.Format().Alias != "npz" {
		t.Error("npz is not the suffix of package npz any more")
	}
}

// TestExport makes a package of a file whose types are not known.
func TestExport(t *testing.T) {
	x := seq(1001)
	file := encode(t, archive.Handler{}, &model.Layer{B: x, W: [][]float64{x}, Opt: &model.Opt{LR: 1}})
	arrays, err := npz.Handler{}.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	exported, direct := t.TempDir(), t.TempDir()
	o := &archive.SaveOptions{Name: "net"}
	if err := archive.Export(t.Context(), exported, arrays, o); err != nil {
		t.Fatal(err)
	}
	a := archive.New(nil)
	insert(t, a, map[string]any{"value": &model.Layer{B: x, W: [][]float64{x}, Opt: &model.Opt{LR: 1}}})
	if err := a.Save(t.Context(), direct, o); err != nil {
		t.Fatal(err)
	}
	list := files(t, direct)
	if !slices.Equal(list, files(t, exported)) {
		t.Errorf("files %q and %q", list, files(t, exported))
	}
	for _, name := range list {
		want, err := os.ReadFile(filepath.Join(direct, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(exported, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs (%v)", name, err)
		}
	}
	if err := archive.Export(t.Context(), exported, arrays, o); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("got %v", err)
	}
}

// TestExportHostile: names of arrays in a file do not lead anywhere, and code in it
// does not become a package.
func TestExportHostile(t *testing.T) {
	const honest = "// Code generated by lazyscribe archive; DO NOT EDIT.\n\npackage archive\n"
	for name, c := range map[string]struct {
		members map[string]string
		is      error
	}{
		"array":   {map[string]string{"archive.go": honest, "../../evil.npy": ""}, artifacts.ErrUnsafePath},
		"init":    {map[string]string{"archive.go": honest + "\nfunc init() { panic(1) }\n"}, artifacts.ErrCorrupt},
		"call":    {map[string]string{"archive.go": honest + "\nimport \"os\"\n\nvar X = os.RemoveAll(\"/\")\n"}, artifacts.ErrCorrupt},
		"private": {map[string]string{"archive.go": honest + "\nimport \"main\"\n\nvar X = main.T{}\n"}, artifacts.ErrUnsupportedValue},
	} {
		t.Run(name, func(t *testing.T) {
			b := zipped(t, c.members)
			file, err := npz.Handler{}.Open(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := archive.Export(t.Context(), dir, file, &archive.SaveOptions{Name: "x"}); !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
			if list := files(t, dir); len(list) > 0 {
				t.Errorf("files %q", list)
			}
		})
	}
}

// TestSmallFile: a file of a few hundred bytes does not take more memory than arrays
// in it could.
func TestSmallFile(t *testing.T) {
	text := "package archive\n\nvar X = [][1000]int{" + strings.Repeat("{},", 1000) + "}\n"
	file := zipped(t, map[string]string{"archive.go": text})
	for _, c := range []struct {
		h  archive.Handler
		is error
	}{
		{archive.Handler{}, nil},
		{archive.Handler{MaxSize: 1 << 20}, artifacts.ErrTooLarge},
		{archive.Handler{MaxSize: 1 << 20, Limits: archive.Limits{Memory: 1 << 25}}, nil},
	} {
		var v [][1000]int
		if err := c.h.Decode(t.Context(), bytes.NewReader(file), &v); !errors.Is(err, c.is) {
			t.Errorf("%+v: got %v, want %v", c.h, err, c.is)
		}
	}
}

// TestArraysTogether: each array is as large as all may be, and the two are not read.
func TestArraysTogether(t *testing.T) {
	file := encode(t, archive.Handler{}, [][]float64{seq(1001), seq(1100)})
	for size, is := range map[int64]error{10_000: artifacts.ErrTooLarge, 20_000: nil} {
		var v [][]float64
		if err := (archive.Handler{MaxSize: size}).Decode(t.Context(), bytes.NewReader(file), &v); !errors.Is(err, is) {
			t.Errorf("%d bytes: got %v, want %v", size, err, is)
		}
	}
}

// zipped returns a file with members.
func zipped(t *testing.T, members map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range members {
		m, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(m, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
