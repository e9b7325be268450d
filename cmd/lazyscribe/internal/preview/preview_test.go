package preview

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
)

func encode(t testing.TB, h artifacts.Handler, value any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := h.Encode(t.Context(), &b, value); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func look(t testing.TB, alias string, r io.Reader, o Options) (*Preview, error) {
	t.Helper()
	h, ok := Handler(alias, o)
	if !ok || h.Format().Alias != alias {
		t.Fatalf("no preview of %q", alias)
	}
	var p Preview
	err := h.Decode(t.Context(), r, &p)
	return &p, err
}

type row struct {
	Name string    `csv:"name" parquet:"name"`
	Loss *float64  `csv:"loss" parquet:"loss"`
	At   time.Time `csv:"at" parquet:"at"`
}

var (
	half   = 0.5
	moment = time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC)
	rows   = []row{{"a", &half, moment}, {"b", nil, moment}}
)

// folderOf makes a folder of files by their names.
func folderOf(t testing.TB, files map[string]string) file.Path {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return file.Path(dir)
}

func grey(w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	img.SetGray(0, 0, color.Gray{200})
	return img
}

// previews are files and the JSON of their previews. SIZE stands for the number
// of bytes.
func previews(t testing.TB) map[string]struct {
	alias string
	data  []byte
	want  string
} {
	type entry = struct {
		alias string
		data  []byte
		want  string
	}
	return map[string]entry{
		"csv": {"csv", encode(t, csv.Handler{}, rows),
			`{"size": SIZE, "rows": 2, "width": 3, "columns": [{"name": "name", "type": "string"}, {"name": "loss", "type": "float64"}, {"name": "at", "type": "time"}], ` +
				`"head": [["a", 0.5, "2025-01-02T03:04:05.000006Z"], ["b", null, "2025-01-02T03:04:05.000006Z"]]}`},
		"parquet": {"parquet", encode(t, parquet.Handler{}, rows),
			`{"size": SIZE, "rows": 2, "width": 3, "row_groups": 1, "created_by": "CREATOR", "columns": [{"name": "name", "type": "utf8"}, {"name": "loss", "type": "float64"}, {"name": "at", "type": "timestamp[us, tz=UTC]"}], ` +
				`"head": [["a", 0.5, "2025-01-02T03:04:05.000006Z"], ["b", null, "2025-01-02T03:04:05.000006Z"]]}`},
		"npy": {"npy", encode(t, npy.Handler{}, [][]float32{{0.1, float32(math.NaN())}, {-2, 3}}),
			`{"size": SIZE, "dtype": "<f4", "shape": [2, 2], "order": "C", "min": -2.0, "max": 3.0, "nan": 1, "first": [0.1, "NaN", -2.0, 3.0]}`},
		"npy complex": {"npy", encode(t, npy.Handler{}, []complex128{1 + 2i}),
			`{"size": SIZE, "dtype": "<c16", "shape": [1], "order": "C", "min": null, "max": null, "nan": 0, "first": ["(1+2j)"]}`},
		"npz": {"npz", encode(t, npz.Handler{}, map[string]any{"w": []int64{1, 2}, "b": true}),
			`{"size": SIZE, "count": 2, "arrays": [{"name": "b", "dtype": "|b1", "shape": [], "order": "C", "min": null, "max": null, "nan": 0}, ` +
				`{"name": "w", "dtype": "<i8", "shape": [2], "order": "C", "min": 1, "max": 2, "nan": 0}]}`},
		"png":      {"png", encode(t, png.Handler{}, grey(3, 2)), `{"size": SIZE, "width": 3, "height": 2, "colour": "grey", "depth": 8}`},
		"png rgba": {"png", encode(t, png.Handler{}, image.NewNRGBA64(image.Rect(0, 0, 1, 1))), `{"size": SIZE, "width": 1, "height": 1, "colour": "rgb+alpha", "depth": 16}`},
		"folder": {"file", encode(t, file.Handler{}, folderOf(t, map[string]string{"a.txt": "four", "sub/b": "x"})),
			`{"size": SIZE, "type": "application/x-tar", "count": 3, "unpacked": 5, "files": [{"name": "a.txt", "mode": "-rw-r--r--", "size": 4}, ` +
				`{"name": "sub/", "mode": "drwxr-xr-x", "size": 0}, {"name": "sub/b", "mode": "-rw-r--r--", "size": 1}]}`},
		"text":  {"file", []byte("one\ntwo\n"), `{"size": SIZE, "type": "text/plain; charset=utf-8", "text": "one\ntwo\n"}`},
		"bytes": {"bytes", []byte{0, 1, 2}, `{"size": SIZE, "type": "application/octet-stream", "head": "AAEC"}`},
		"pdf":   {"file", []byte("%PDF-1.7\n\xff"), `{"size": SIZE, "type": "application/pdf", "head": "JVBERi0xLjcK/w=="}`},
		"empty": {"bytes", []byte{}, `{"size": SIZE, "type": "text/plain; charset=utf-8", "head": ""}`},
	}
}

func TestPreviews(t *testing.T) {
	for name, c := range previews(t) {
		t.Run(name, func(t *testing.T) {
			want := strings.Replace(c.want, "SIZE", fmt.Sprint(len(c.data)), 1) + "\n"
			// A file that seeks, and a stream.
			for _, r := range []io.Reader{bytes.NewReader(c.data), struct{ io.Reader }{bytes.NewReader(c.data)}} {
				p, err := look(t, c.alias, r, Options{})
				if err != nil {
					t.Fatal(err)
				}
				for i, f := range p.Facts {
					if f.Name == "created_by" {
						p.Facts[i].Value = "CREATOR"
					}
				}
				var got bytes.Buffer
				if err := render.JSONLine(&got, p.Object()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got.String()); diff != "" {
					t.Errorf("%T (-want +got):\n%s", r, diff)
				}
			}
		})
	}
}

// TestDamaged: no change of a byte, and no cut, ends in a panic; what is no file
// of the format is refused.
func TestDamaged(t *testing.T) {
	for name, c := range previews(t) {
		random := rand.New(rand.NewPCG(1, 2))
		for range 300 {
			data := bytes.Clone(c.data)
			for range 1 + random.IntN(3) {
				if len(data) > 0 {
					data[random.IntN(len(data))] = byte(random.Uint32())
				}
			}
			data = data[:len(data)-random.IntN(2)*random.IntN(len(data)+1)]
			if p, err := look(t, c.alias, bytes.NewReader(data), Options{Picture: true}); err == nil {
				if err := render.JSON(io.Discard, p.Object()); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	for _, alias := range []string{"csv", "parquet", "npy", "npz", "png"} {
		if _, err := look(t, alias, strings.NewReader(""), Options{}); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("empty %s: error %v, want ErrCorrupt", alias, err)
		}
	}
}

func TestUnread(t *testing.T) {
	data := encode(t, npy.Handler{}, []int32{1})
	data = bytes.Replace(data, []byte("<i4"), []byte("<U1"), 1)
	p, err := look(t, "npy", bytes.NewReader(data), Options{})
	if err != nil || !strings.Contains(p.Unread, "strings") {
		t.Errorf("unread %q, error %v", p.Unread, err)
	}
	archive := encode(t, npz.Handler{}, map[string]any{"a": []int8{1}})
	p, err = look(t, "npz", bytes.NewReader(bytes.ReplaceAll(archive, []byte("|i1"), []byte("|S1"))), Options{})
	if err != nil || p.Members[0][6] != (Fact{"nan", nil}) {
		t.Errorf("npz: %+v, error %v", p, err)
	}
}

func TestMany(t *testing.T) {
	files := map[string]string{}
	arrays := map[string]any{}
	for i := range maxMembers + 7 {
		files[fmt.Sprintf("%03d", i)] = "x"
		arrays[fmt.Sprintf("%03d", i)] = i
	}
	for alias, data := range map[string][]byte{"file": encode(t, file.Handler{}, folderOf(t, files)), "npz": encode(t, npz.Handler{}, arrays)} {
		p, err := look(t, alias, bytes.NewReader(data), Options{})
		if err != nil || len(p.Members) != maxMembers || p.More != 7 {
			t.Errorf("%s: %d members and %d more, error %v", alias, len(p.Members), p.More, err)
		}
	}
	table := [][]string{{"a"}}
	for range maxRows + 5 {
		table = append(table, []string{"1"})
	}
	p, err := look(t, "csv", bytes.NewReader(encode(t, csv.Handler{}, table)), Options{})
	if err != nil || len(p.Rows) != maxRows || p.Facts[1] != (Fact{"rows", int64(maxRows + 5)}) {
		t.Errorf("csv: %d rows of %v, error %v", len(p.Rows), p.Facts, err)
	}
	long := strings.Repeat("line\n", 5000)
	p, err = look(t, "file", strings.NewReader(long), Options{})
	if err != nil || string(p.Head) != strings.Repeat("line\n", maxRows) {
		t.Errorf("text: %q, error %v", p.Head, err)
	}
}

// TestRaw: what is text and what is not.
func TestRaw(t *testing.T) {
	cut := strings.Repeat("é", maxText) // a character across the end of what is read
	broken := make([]byte, 1024)
	copy(broken[tarMagicAt:], "ustar\x0000")
	tests := map[string]struct {
		data   string
		isText bool
		head   string
	}{
		"a character at the end":     {"x" + cut, true, ("x" + cut)[:maxText-1]},
		"half a character in a file": {"abc\xc3", false, "abc\xc3"},
		"not UTF-8":                  {"abc\xff\xfe", false, "abc\xff\xfe"},
		"bytes":                      {strings.Repeat("\x00", 1000), false, strings.Repeat("\x00", maxHead)},
		"what only looks like a tar": {string(broken), false, string(broken[:maxHead])},
		"markup":                     {"<html>", true, "<html>"},
		"text in another encoding":   {"\xfe\xff\x00a", false, "\xfe\xff\x00a"},
	}
	for name, test := range tests {
		p, err := look(t, "file", strings.NewReader(test.data), Options{})
		if err != nil || p.IsText != test.isText || string(p.Head) != test.head {
			t.Errorf("%s: text %t, %q, error %v", name, p.IsText, p.Head, err)
		}
	}
}

func TestPicture(t *testing.T) {
	data := encode(t, png.Handler{}, grey(20, 10))
	p, err := look(t, "png", bytes.NewReader(data), Options{Picture: true})
	if err != nil || p.Picture == nil || p.Picture.Bounds().Size() != image.Pt(20, 10) || p.Picture.At(0, 0) != (color.Gray{200}) {
		t.Errorf("picture %v, error %v", p.Picture, err)
	}
	// One that is too large is described.
	data = encode(t, png.Handler{}, image.NewGray(image.Rect(0, 0, maxPixels/1000+1, 1000)))
	p, err = look(t, "png", bytes.NewReader(data), Options{Picture: true})
	if err != nil || p.Picture != nil || p.Facts[1].Value != int64(maxPixels/1000+1) {
		t.Errorf("large picture: %v, error %v", p.Facts, err)
	}
	if _, err := look(t, "png", bytes.NewReader(encode(t, png.Handler{}, grey(20, 10))[:50]), Options{Picture: true}); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("cut picture: error %v, want ErrCorrupt", err)
	}
}

func TestHandler(t *testing.T) {
	for _, alias := range []string{"json", "text", "gob", "yaml", "pickle", ""} {
		if _, ok := Handler(alias, Options{}); ok {
			t.Errorf("%q has a preview", alias)
		}
	}
	h, _ := Handler("csv", Options{})
	if err := artifacts.CheckFormat(h.Format()); err != nil {
		t.Error(err)
	}
	if err := h.Encode(t.Context(), io.Discard, rows); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("encode: error %v", err)
	}
	if err := h.Decode(t.Context(), strings.NewReader("a\n"), new(string)); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("wrong target: error %v", err)
	}
}
