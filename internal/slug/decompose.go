package slug

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// char is a character of a decomposed text and its combining class, 0 for
// those that start a new sequence.
type char struct {
	rune  rune
	class uint8
}

// decompose returns text in normalisation form NFKD.
//
// It takes the data from package norm but not the algorithm: norm puts U+034F
// between more than 30 combining marks and does not reorder across it (the
// Stream-Safe form of UAX #15), which Python does not do.
func decompose(text string) string {
	chars := make([]char, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		chars = appendDecomposed(chars, r)
		i += size
	}
	orderMarks(chars)
	var b strings.Builder
	b.Grow(len(text))
	for _, c := range chars {
		b.WriteRune(c.rune)
	}
	return b.String()
}

// appendDecomposed appends the full compatibility decomposition of r.
func appendDecomposed(chars []char, r rune) []char {
	if r < utf8.RuneSelf {
		return append(chars, char{rune: r})
	}
	if hangulFirst <= r && r <= hangulLast {
		return appendHangul(chars, r)
	}
	var buf [utf8.UTFMax]byte
	props := norm.NFKD.Properties(buf[:utf8.EncodeRune(buf[:], r)])
	parts := props.Decomposition()
	if len(parts) == 0 {
		return append(chars, char{rune: r, class: props.CCC()})
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		chars = append(chars, char{rune: part, class: norm.NFKD.Properties(parts).CCC()})
		parts = parts[size:]
	}
	return chars
}

// Hangul syllables decompose by arithmetic (the Unicode Standard, 3.12); norm's
// tables leave them out.
const (
	hangulFirst, hangulLast                 = 0xAC00, 0xD7A3
	leadFirst, vowelFirst, trailBefore      = 0x1100, 0x1161, 0x11A7
	vowels, trails                     rune = 21, 28
)

func appendHangul(chars []char, r rune) []char {
	index := r - hangulFirst
	chars = append(chars,
		char{rune: leadFirst + index/trails/vowels},
		char{rune: vowelFirst + index/trails%vowels})
	if trail := index % trails; trail > 0 {
		chars = append(chars, char{rune: trailBefore + trail})
	}
	return chars
}

// orderMarks puts each run of combining marks into the order of their classes,
// keeping the order of those of one class.
func orderMarks(chars []char) {
	byClass := func(a, b char) int { return cmp.Compare(a.class, b.class) }
	for len(chars) > 0 {
		run := 0
		for run < len(chars) && chars[run].class != 0 {
			run++
		}
		slices.SortStableFunc(chars[:run], byClass)
		chars = chars[max(run, 1):]
	}
}
