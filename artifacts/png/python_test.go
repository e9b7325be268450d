package png_test

import (
	"bytes"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

// Both sides see the same pixels, in the files of either.
func TestPillow(t *testing.T) {
	type picture struct {
		Mode   string
		Size   [2]int
		Pixels []any
	}
	var answer struct {
		Read    []picture
		Written map[string]picture
	}
	dir := t.TempDir()
	names := []string{"NRGBA", "gray", "paletted", "gray16"}
	var files []string
	for _, name := range names {
		files = append(files, filepath.Join(dir, name+".png"))
		if err := os.WriteFile(files[len(files)-1], encoded(t, pictures()[name]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := t.TempDir()
	pyrun.Script(t, "testdata/pictures.py", []string{"PIL"}, map[string]any{"read": files, "write": out}, &answer)

	// pixels are written as the script does.
	pixels := func(m image.Image) (list []any) {
		for y := range m.Bounds().Dy() {
			for x := range m.Bounds().Dx() {
				if g, ok := m.(*image.Gray16); ok {
					list = append(list, float64(g.Gray16At(x, y).Y))
					continue
				}
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				list = append(list, []any{float64(c.R), float64(c.G), float64(c.B), float64(c.A)})
			}
		}
		return list
	}
	for i, name := range names {
		if diff := cmp.Diff(pixels(pictures()[name]), answer.Read[i].Pixels); diff != "" {
			t.Errorf("%s, read as %s (-ours +Pillow's):\n%s", name, answer.Read[i].Mode, diff)
		}
	}
	if len(answer.Written) < 7 {
		t.Errorf("Pillow wrote %d pictures", len(answer.Written))
	}
	for name, want := range answer.Written {
		file, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		var got image.Image
		if err := (png.Handler{}).Decode(t.Context(), bytes.NewReader(file), &got); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want.Pixels, pixels(got)); diff != "" {
			t.Errorf("%s, read as %T (-Pillow's +ours):\n%s", name, got, diff)
		}
	}
}
