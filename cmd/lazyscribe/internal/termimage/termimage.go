package termimage

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
)

// A Protocol is a way to show a picture.
type Protocol int

// The ways there are.
const (
	Blocks    Protocol = iota // two pixels in each character, in 256 colours
	TrueColor                 // the same, in all colours
	Kitty                     // the graphics protocol of kitty
	ITerm                     // the inline images of iTerm2
)

// Detect tells what a terminal shows by what it says of itself in the
// environment. Within a multiplexer, which passes on characters only, that is
// blocks.
func Detect(getenv func(string) string) Protocol {
	program := getenv("TERM_PROGRAM")
	colours := getenv("COLORTERM")
	switch {
	case getenv("TMUX") != "" || strings.HasPrefix(getenv("TERM"), "screen"):
	case getenv("TERM") == "xterm-kitty" || program == "ghostty":
		return Kitty
	case program == "iTerm.app" || program == "WezTerm" || getenv("LC_TERMINAL") == "iTerm2":
		return ITerm
	}
	if colours == "truecolor" || colours == "24bit" {
		return TrueColor
	}
	return Blocks
}

// The size of what is shown: in pixels of a picture, and of one made of blocks,
// which are about square.
const (
	maxWidth, maxHeight = 640, 400
	maxRows             = 24
)

// Write shows a picture in at most so many columns of the terminal, and ends the
// line.
func Write(w io.Writer, picture image.Image, p Protocol, columns int) error {
	if picture.Bounds().Empty() || columns < 1 {
		return nil
	}
	switch p {
	case Kitty, ITerm:
		return writeFile(w, shrink(picture, maxWidth, maxHeight), p)
	}
	return writeBlocks(w, shrink(picture, columns, 2*maxRows), p)
}

func writeFile(w io.Writer, picture image.Image, p Protocol) error {
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(file.Bytes())
	var out bytes.Buffer
	if p == ITerm {
		// https://iterm2.com/documentation-images.html
		fmt.Fprintf(&out, "\x1b]1337;File=inline=1;size=%d:%s\a\n", file.Len(), text)
	} else {
		kittyChunks(&out, text)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// kittyChunks writes a PNG file to be shown at once (a=T, f=100) and not to be
// answered (q=2), in parts of the size that is allowed:
// https://sw.kovidgoyal.net/kitty/graphics-protocol/
func kittyChunks(out *bytes.Buffer, text string) {
	const largest = 4096
	control := "a=T,f=100,q=2,"
	for more := 1; more == 1; control = "" {
		part := text[:min(largest, len(text))]
		if text = text[len(part):]; text == "" {
			more = 0
		}
		fmt.Fprintf(out, "\x1b_G%sm=%d;%s\x1b\\", control, more, part)
	}
	out.WriteByte('\n')
}

// writeBlocks writes the upper half of each character in the colour of the text
// and the lower in that of the background.
func writeBlocks(w io.Writer, picture *image.RGBA, p Protocol) error {
	var out bytes.Buffer
	size := picture.Bounds().Size()
	for y := 0; y < size.Y; y += 2 {
		for x := range size.X {
			out.WriteString("\x1b[" + p.colour(38, picture, x, y))
			if y+1 < size.Y {
				out.WriteString(";" + p.colour(48, picture, x, y+1))
			}
			out.WriteString("m▀")
		}
		out.WriteString("\x1b[0m\n")
	}
	_, err := w.Write(out.Bytes())
	return err
}

// colour returns the parameters that set one: of the text (38) or of the
// background (48).
func (p Protocol) colour(of int, picture *image.RGBA, x, y int) string {
	c := picture.RGBAAt(x, y)
	if p == TrueColor {
		return fmt.Sprintf("%d;2;%d;%d;%d", of, c.R, c.G, c.B)
	}
	return fmt.Sprintf("%d;5;%d", of, 16+36*level(c.R)+6*level(c.G)+level(c.B))
}

// level returns the nearest of the six levels 0, 95, 135, 175, 215, 255 that the
// colours 16 to 231 of a terminal are made of.
func level(v uint8) int {
	switch {
	case v < 48:
		return 0
	case v < 115:
		return 1
	}
	return (int(v) - 35) / 40
}
