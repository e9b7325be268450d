package termimage

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strings"
	"testing"
)

func picture(w, h int, at func(x, y int) color.Color) image.Image {
	// Not at the origin, as parts of pictures are.
	img := image.NewNRGBA64(image.Rect(7, 5, 7+w, 5+h))
	for y := range h {
		for x := range w {
			img.Set(7+x, 5+y, at(x, y))
		}
	}
	return img
}

func TestBlocks(t *testing.T) {
	red, blue, clear := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}, color.NRGBA{}
	tests := []struct {
		name     string
		protocol Protocol
		img      image.Image
		columns  int
		want     string
	}{
		{"one pixel", TrueColor, picture(1, 1, func(int, int) color.Color { return red }), 10, "\x1b[38;2;255;0;0m▀\x1b[0m\n"},
		{"256 colours", Blocks, picture(2, 2, func(x, _ int) color.Color { return []color.Color{red, blue}[x] }), 10,
			"\x1b[38;5;196;48;5;196m▀\x1b[38;5;21;48;5;21m▀\x1b[0m\n"},
		{"transparent is white", TrueColor, picture(1, 2, func(_, y int) color.Color { return []color.Color{clear, blue}[y] }), 10,
			"\x1b[38;2;255;255;255;48;2;0;0;255m▀\x1b[0m\n"},
		{"mean of two", TrueColor, picture(2, 1, func(x, _ int) color.Color { return []color.Color{red, blue}[x] }), 1,
			"\x1b[38;2;127;0;127m▀\x1b[0m\n"},
		{"no columns", TrueColor, picture(1, 1, func(int, int) color.Color { return red }), 0, ""},
		{"nothing", TrueColor, image.NewRGBA(image.Rect(0, 0, 0, 5)), 10, ""},
	}
	for _, test := range tests {
		var out bytes.Buffer
		if err := Write(&out, test.img, test.protocol, test.columns); err != nil || out.String() != test.want {
			t.Errorf("%s: %q, error %v, want %q", test.name, out.String(), err, test.want)
		}
	}
}

// TestFits: whatever the picture's proportions, so are those of what is shown.
func TestFits(t *testing.T) {
	grey := func(int, int) color.Color { return color.Gray{100} }
	for size, want := range map[image.Point]image.Point{
		{1000, 500}: {80, 40}, {500, 1000}: {24, 48}, {3000, 1}: {80, 1}, {1, 3000}: {1, 48}, {10, 10}: {10, 10},
	} {
		if got := shrink(picture(size.X, size.Y, grey), 80, 48).Bounds().Size(); got != want {
			t.Errorf("%v is shown as %v, want %v", size, got, want)
		}
	}
}

func TestLevel(t *testing.T) {
	levels := []int{0, 95, 135, 175, 215, 255}
	for v := range 256 {
		best := 0
		for i, l := range levels {
			if abs(v-l) < abs(v-levels[best]) {
				best = i
			}
		}
		got := level(uint8(v))
		if abs(v-levels[got]) != abs(v-levels[best]) {
			t.Errorf("level(%d) = %d, want %d", v, got, best)
		}
	}
}

func abs(n int) int { return max(n, -n) }

// TestFiles: what kitty and iTerm2 are sent is the picture.
func TestFiles(t *testing.T) {
	noise := uint32(1)
	img := picture(300, 200, func(int, int) color.Color { // too much to be in one part
		noise = noise*1664525 + 1013904223
		return color.NRGBA{uint8(noise >> 24), uint8(noise >> 16), uint8(noise >> 8), 255}
	})
	kitty := regexp.MustCompile(`\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\`)
	var out bytes.Buffer
	if err := Write(&out, img, Kitty, 80); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	parts := kitty.FindAllStringSubmatch(out.String(), -1)
	for i, part := range parts {
		want := map[bool]string{true: "m=0", false: "m=1"}[i == len(parts)-1]
		if i == 0 {
			want = "a=T,f=100,q=2," + want
		}
		if part[1] != want || len(part[2]) > 4096 {
			t.Errorf("part %d of %d: control %q, want %q; %d bytes", i, len(parts), part[1], want, len(part[2]))
		}
		text.WriteString(part[2])
	}
	if rest := kitty.ReplaceAllString(out.String(), ""); rest != "\n" || len(parts) < 2 {
		t.Errorf("%d parts, besides %q", len(parts), rest)
	}
	sameFile(t, "kitty", text.String(), img)

	out.Reset()
	if err := Write(&out, img, ITerm, 80); err != nil {
		t.Fatal(err)
	}
	inline := regexp.MustCompile(`^\x1b]1337;File=inline=1;size=\d+:([A-Za-z0-9+/=]*)\a\n$`).FindStringSubmatch(out.String())
	if inline == nil {
		t.Fatalf("iTerm2: %.100q", out.String())
	}
	sameFile(t, "iTerm2", inline[1], img)
}

func sameFile(t *testing.T, name, text string, want image.Image) {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	size := got.Bounds().Size()
	if size != want.Bounds().Size() {
		t.Fatalf("%s: %v, want %v", name, size, want.Bounds().Size())
	}
	for y := range size.Y {
		for x := range size.X {
			a, b := color.RGBAModel.Convert(got.At(x, y)), color.RGBAModel.Convert(want.At(x+7, y+5))
			if a != b {
				t.Fatalf("%s: pixel %d, %d is %v, want %v", name, x, y, a, b)
			}
		}
	}
}

func TestDetect(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want Protocol
	}{
		{map[string]string{}, Blocks},
		{map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, TrueColor},
		{map[string]string{"TERM": "xterm-kitty"}, Kitty},
		{map[string]string{"TERM_PROGRAM": "ghostty"}, Kitty},
		{map[string]string{"TERM_PROGRAM": "iTerm.app"}, ITerm},
		{map[string]string{"TERM_PROGRAM": "WezTerm", "COLORTERM": "truecolor"}, ITerm},
		{map[string]string{"LC_TERMINAL": "iTerm2"}, ITerm},
		{map[string]string{"TERM_PROGRAM": "iTerm.app", "TMUX": "1", "COLORTERM": "24bit"}, TrueColor},
		{map[string]string{"TERM": "screen.xterm-kitty", "LC_TERMINAL": "iTerm2"}, Blocks},
	}
	for _, test := range tests {
		if got := Detect(func(name string) string { return test.env[name] }); got != test.want {
			t.Errorf("%v: protocol %d, want %d", test.env, got, test.want)
		}
	}
}
