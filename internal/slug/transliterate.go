package slug

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gosimple/unidecode"
)

// transliterate writes a decomposed text in ASCII, character by character, as
// text_unidecode 1.3 does. Its table and that of gosimple/unidecode go back to
// one source and differ in the exceptions below.
func transliterate(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case r > 0xFFFF:
			// Neither table goes beyond the basic multilingual plane.
		case unicode.Is(unlisted, r):
			b.WriteString("[?] ")
		default:
			if ascii, ok := otherwise[r]; ok {
				b.WriteString(ascii)
			} else {
				b.WriteString(unidecode.Unidecode(string(r)))
			}
		}
	}
	return b.String()
}

// otherwise holds the characters text_unidecode writes in another way.
var otherwise = map[rune]string{
	'Є':      "E",
	'Ъ':      "",
	'ъ':      "",
	'\u05C0': "|",
	'ẜ':      "s",
	'ẝ':      "s",
	'ẟ':      "d",
	'€':      "EUR",
	'Ⅎ':      "",
	'ⅎ':      "[?]",
	'し':      "si",
	'ち':      "ti",
	'っ':      "tu",
	'つ':      "tu",
	'シ':      "si",
	'チ':      "ti",
	'ッ':      "tu",
	'ツ':      "tu",
	'一':      "Yi ",
}

// unlisted holds the characters text_unidecode has no entry for and marks with
// "[?] ", which becomes a dash, where gosimple/unidecode leaves them out.
var unlisted = &unicode.RangeTable{R16: []unicode.Range16{
	{0x02FF, 0x02FF, 1}, {0x03FF, 0x03FF, 1}, {0x04FF, 0x04FF, 1}, {0x05FF, 0x05FF, 1},
	{0x06FF, 0x06FF, 1}, {0x07FF, 0x08FF, 1}, {0x09FF, 0x09FF, 1}, {0x0AFF, 0x0AFF, 1},
	{0x0BFF, 0x0BFF, 1}, {0x0CFF, 0x0CFF, 1}, {0x0DFF, 0x0DFF, 1}, {0x0EFF, 0x0EFF, 1},
	{0x0FFF, 0x0FFF, 1}, {0x10FF, 0x10FF, 1}, {0x11FF, 0x11FF, 1}, {0x13FF, 0x13FF, 1},
	{0x16FF, 0x16FF, 1}, {0x17FF, 0x17FF, 1}, {0x18FF, 0x1DFF, 1}, {0x1EFF, 0x1EFF, 1},
	{0x1FFF, 0x1FFF, 1}, {0x20FF, 0x20FF, 1}, {0x21FF, 0x21FF, 1}, {0x22FF, 0x22FF, 1},
	{0x23FF, 0x23FF, 1}, {0x24FF, 0x24FF, 1}, {0x25FF, 0x25FF, 1}, {0x26FF, 0x26FF, 1},
	{0x27FF, 0x27FF, 1}, {0x2900, 0x2DFF, 1}, {0x2EFF, 0x2EFF, 1}, {0x2FFF, 0x2FFF, 1},
	{0x30FF, 0x30FF, 1}, {0x31FF, 0x31FF, 1}, {0x32FF, 0x32FF, 1}, {0x33FF, 0x4CFF, 1},
	{0x4DFF, 0x4DFF, 1}, {0x9FFF, 0x9FFF, 1}, {0xA4FF, 0xABFF, 1}, {0xD7FF, 0xD7FF, 1},
	{0xE000, 0xF8FF, 1}, {0xFAFF, 0xFAFF, 1}, {0xFDFF, 0xFDFF, 1},
}}
