package interop

import (
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// describeFormatted loads each artifact and describes what it is.
func describeFormatted(t *testing.T, dir string) map[string]any {
	t.Helper()
	e, err := open(t, dir, project.ReadOnly).Lookup("formats")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]any{}
	for a := range e.Artifacts() {
		switch {
		case strings.HasSuffix(a.FileName, ".tar"):
			described[a.Name] = describeFolder(t, e, a.Name)
		case a.Handler == "file":
			described[a.Name] = data(loadAs[[]byte](t, e, a.Name))
		default:
			described[a.Name] = describeValue(t, loadAs[any](t, e, a.Name))
		}
	}
	return described
}

func loadAs[T any](t *testing.T, e *experiment.Experiment, name string) T {
	t.Helper()
	v, err := artifacts.Load[T](t.Context(), e, name, nil)
	if err != nil {
		t.Errorf("load %q: %v", name, err)
	}
	return v
}

func describeValue(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case npy.Array:
		return describeArray(t, v)
	case map[string]any:
		described := map[string]any{}
		for name, member := range v {
			described[name] = describeValue(t, member)
		}
		return described
	case *image.Gray:
		return picture{"L", size(v), data(v.Pix)}
	case *image.Gray16:
		return picture{"I;16", size(v), data(v.Pix)}
	case *image.RGBA:
		var pixels []byte
		for pixel := range slices.Chunk(v.Pix, 4) {
			pixels = append(pixels, pixel[:3]...)
		}
		return picture{"RGB", size(v), data(pixels)}
	case *image.NRGBA:
		return picture{"RGBA", size(v), data(v.Pix)}
	}
	return neutral(v)
}

func size(i image.Image) [2]int { return [2]int{i.Bounds().Dx(), i.Bounds().Dy()} }

func describeArray(t *testing.T, a npy.Array) array {
	t.Helper()
	dtype, err := a.DType()
	if err != nil {
		t.Error(err)
	}
	inOrder, err := a.COrder()
	if err != nil {
		t.Error(err)
	}
	described := array{DType: dtype, Shape: a.Shape, Fortran: a.Fortran, Values: []any{}}
	for _, v := range reflect.ValueOf(inOrder.Data).Seq2() {
		described.Values = append(described.Values, describeElement(v))
	}
	return described
}

func describeElement(v reflect.Value) any {
	switch {
	case v.Type() == reflect.TypeFor[npy.Float16]():
		return float(float64(v.Interface().(npy.Float16).Float32()))
	case v.CanInt(), v.CanUint():
		return integer(fmt.Sprint(v.Interface()))
	case v.CanFloat():
		return float(v.Float())
	case v.CanComplex():
		return floats(real(v.Complex()), imag(v.Complex()))
	}
	return v.Bool()
}

func describeFolder(t *testing.T, e *experiment.Experiment, name string) map[string]*stored {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "unpacked")
	if err := e.LoadArtifact(t.Context(), name, file.Into(file.Path(dir)), nil); err != nil {
		t.Error(err)
		return nil
	}
	files := map[string]*stored{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || path == ".":
			return err
		case entry.IsDir():
			files[path] = nil
			return nil
		}
		info, err := entry.Info()
		if err == nil {
			files[path] = &stored{data([]byte(readFile(t, dir, path))), info.Mode()&0o111 != 0}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return files
}
