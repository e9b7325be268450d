package png_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	stdpng "image/png"
	"io"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
)

// Pictures of 3 x 2 pixels in the types that image/png reads files into.
func pictures() map[string]image.Image {
	bounds := image.Rect(0, 0, 3, 2)
	nrgba, gray, gray16, wide := image.NewNRGBA(bounds), image.NewGray(bounds), image.NewGray16(bounds), image.NewNRGBA64(bounds)
	paletted := image.NewPaletted(bounds, color.Palette{color.NRGBA{1, 2, 3, 255}, color.NRGBA{255, 0, 7, 128}})
	for n := range 6 {
		x, y := n%3, n/3
		nrgba.SetNRGBA(x, y, color.NRGBA{byte(n), byte(40 * n), 255, byte(50 * n)})
		gray.SetGray(x, y, color.Gray{byte(40 * n)})
		gray16.SetGray16(x, y, color.Gray16{uint16(10000 * n)})
		wide.SetNRGBA64(x, y, color.NRGBA64{uint16(n), 65535, 1, uint16(10000 * n)})
		paletted.SetColorIndex(x, y, byte(n%2))
	}
	return map[string]image.Image{"NRGBA": nrgba, "gray": gray, "gray16": gray16, "NRGBA64": wide, "paletted": paletted}
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := (png.Handler{}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// drawn gives its bytes when it is asked to write itself.
type drawn []byte

func (d drawn) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(d)
	return int64(n), err
}

// length is the type that a plot has for lengths.
type length float64

// plot draws itself as gonum's does, with a pixel for each inch.
type plot struct{ err error }

func (p *plot) WriterTo(w, h length, format string) (io.WriterTo, error) {
	if p.err != nil || format != "png" {
		return nil, cmp.Or(p.err, errors.New("wrong format"))
	}
	var file bytes.Buffer
	err := stdpng.Encode(&file, image.NewGray(image.Rect(0, 0, int(w)/72, int(h)/72)))
	return drawn(file.Bytes()), err
}

func TestConformance(t *testing.T) {
	all := pictures()
	var cases []artifacttest.Case
	for name, picture := range all {
		var file bytes.Buffer
		if err := stdpng.Encode(&file, picture); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, artifacttest.Case{Name: name, Value: picture, Natural: picture, File: file.Bytes()})
	}
	gray := all["gray"]
	ofGray := encoded(t, gray)
	artifacttest.Run(t, png.Handler{}, append(cases,
		artifacttest.Case{Name: "small", Value: gray, Settings: map[string]any{"compression": "best", "max_pixels": 6}},
		artifacttest.Case{Name: "draws itself", Value: drawn(ofGray), Want: gray, File: ofGray},
		artifacttest.Case{Name: "reader", Make: func() any { return io.MultiReader(bytes.NewReader(ofGray)) }, Want: gray, File: ofGray},
		artifacttest.Case{Name: "plot", Value: new(plot), Want: image.NewGray(image.Rect(0, 0, 6, 4))},
		artifacttest.Case{
			Name: "large plot", Value: new(plot), Want: image.NewGray(image.Rect(0, 0, 12, 4)),
			Settings: map[string]any{"width": "12"},
		},
		artifacttest.Case{Name: "plot that fails", Value: &plot{errors.New("no data")}, Refused: true},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil plot", Value: (*plot)(nil), Refused: true},
		artifacttest.Case{Name: "nil picture", Value: (*image.Gray)(nil), Refused: true},
		artifacttest.Case{Name: "no pixels", Value: image.NewGray(image.Rectangle{}), Refused: true},
		artifacttest.Case{Name: "text", Value: "picture.png", Refused: true},
		artifacttest.Case{Name: "draws text", Value: drawn("no picture, and longer than a header of one"), Refused: true},
		artifacttest.Case{Name: "draws nothing", Value: drawn(nil), Refused: true},
		artifacttest.Case{Name: "reader of text", Make: func() any { return io.MultiReader(bytes.NewReader([]byte("text"))) }, Refused: true},
	)...)
}

func TestIntoAnyImage(t *testing.T) {
	want := pictures()["NRGBA"]
	var got image.Image
	if err := (png.Handler{}).Decode(t.Context(), bytes.NewReader(encoded(t, want)), &got); err != nil || !gocmp.Equal(got, want) {
		t.Errorf("Decode gives %v, %v", got, err)
	}
	// The file is in another type, which only the file tells.
	var gray *image.Gray
	err := png.Handler{}.Decode(t.Context(), bytes.NewReader(encoded(t, want)), &gray)
	if !errors.Is(err, artifacts.ErrTargetType) || gray != nil {
		t.Errorf("Decode gives %v, %v, want ErrTargetType", gray, err)
	}
}

func TestConfigure(t *testing.T) {
	for _, settings := range []map[string]any{
		{"compression": "much"}, {"width": -1}, {"height": 1e9}, {"width": "NaN"}, {"max_pixels": "many"}, {"colour": 1},
	} {
		if _, err := (png.Handler{}).Configure(settings); err == nil {
			t.Errorf("Configure accepts %v", settings)
		}
	}
}

// claiming changes what a file says about its size, with the right checksum.
func claiming(file []byte, width, height uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func TestFalseSizes(t *testing.T) {
	file := encoded(t, pictures()["NRGBA"])
	tests := []struct {
		name   string
		file   []byte
		handle png.Handler
		want   error
	}{
		{"too many pixels", claiming(file, 1<<20, 1<<20), png.Handler{}, artifacts.ErrTooLarge},
		{"most pixels", claiming(file, 1<<31-1, 1<<31-1), png.Handler{}, artifacts.ErrTooLarge},
		{"most pixels, allowed", claiming(file, 1<<31-1, 1<<31-1), png.Handler{MaxPixels: 1<<63 - 1}, artifacts.ErrCorrupt},
		{"many pixels", claiming(file, 1<<13, 1<<13), png.Handler{}, artifacts.ErrCorrupt},
		{"many lines", claiming(file, 1, 1<<25), png.Handler{}, artifacts.ErrCorrupt},
		{"more than asked for", file, png.Handler{MaxPixels: 5}, artifacts.ErrTooLarge},
		{"none", claiming(file, 0, 1), png.Handler{}, artifacts.ErrCorrupt},
		{"negative", claiming(file, 1<<31, 1), png.Handler{}, artifacts.ErrCorrupt},
		{"fewer", claiming(file, 2, 2), png.Handler{}, artifacts.ErrCorrupt},
		{"something after", append(bytes.Clone(file), 0), png.Handler{}, artifacts.ErrCorrupt},
	}
	for _, test := range tests {
		taken := allocated(func() {
			if err := test.handle.Decode(t.Context(), bytes.NewReader(test.file), new(any)); !errors.Is(err, test.want) {
				t.Errorf("%s: %v, want %v", test.name, err, test.want)
			}
		})
		if taken > 1<<20 {
			t.Errorf("%s: Decode takes %d bytes", test.name, taken)
		}
	}
}

// The context is looked at while a picture is written.
func TestContextEndsOnTheWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := (png.Handler{}).Encode(ctx, w, noise(300)); !errors.Is(err, context.Canceled) {
		t.Errorf("Encode returns %v", err)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
