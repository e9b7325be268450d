// Package slug makes the slugs that Python's lazyscribe makes.
//
// [Make] gives, for every name, what slugify of python-slugify 8.0.4 gives with
// its default arguments and its default transliteration, text_unidecode 1.3.
// Slugs name folders on disk, and those of tests are not stored anywhere: both
// languages must arrive at the same one. Two things remain different, both out
// of this package's hands: the version of Unicode behind either side (here
// golang.org/x/text's), and a Python that has the package Unidecode installed,
// which python-slugify then prefers.
//
// [Plain] and [IsPlain] are for names Python has no say in.
//
// Any string is allowed; bytes that are not UTF-8 count as U+FFFD each. The
// functions never fail, share no state that changes and are safe for concurrent
// use. Their time is proportional to the length of the name, but for the
// sorting of combining marks.
package slug

import (
	"strings"
	"time"
	"unicode/utf8"
)

// stampLayout is the time at the end of a stamped slug: UTC, to the second.
const stampLayout = "20060102150405"

// Make returns the slug of name: lower-case ASCII letters and digits in groups
// joined by single dashes. It is empty for a name without anything that can be
// written so, such as "---" or an emoji. There is no limit to its length.
//
// The order of the steps is python-slugify's, and it shows: an apostrophe that
// was typed separates (don't: don-t), one that came out of another character
// does not (don’t: dont).
func Make(name string) string {
	text := strings.ReplaceAll(name, "'", "-")
	if !isASCII(text) {
		text = transliterate(decompose(text))
	}
	if strings.IndexByte(text, '&') >= 0 {
		text = resolveReferences(text)
		if !isASCII(text) {
			// What a reference stands for is not transliterated: of é only
			// the e of its decomposition remains.
			text = decompose(text)
		}
	}
	return dashed(text)
}

// Stamped returns the slug of name with the time t after it, in UTC and to the
// second: "my-run-20250131123045". A name with an empty slug gives the time
// alone.
func Stamped(name string, t time.Time) string { return Stamp(Make(name), t) }

// Stamp returns the stamped slug of a name whose slug is there already:
// Stamp(Make(name), t) is Stamped(name, t). Python makes a slug of the name, a dash
// and the time, which is the same: nothing in a name reaches beyond an ASCII dash.
func Stamp(slug string, t time.Time) string {
	var buf [64]byte // most slugs need no more
	text := append(buf[:0], slug...)
	if slug != "" {
		text = append(text, '-')
	}
	return string(t.UTC().AppendFormat(text, stampLayout))
}

// dashed makes every run of characters that a slug does not hold one dash, but
// for apostrophes, and commas within numbers, which vanish.
func dashed(text string) string {
	text = strings.ReplaceAll(text, "'", "")
	var short [64]byte // most slugs need no more
	out := short[:0]
	gap := false
	for i := range len(text) {
		c := text[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', isDigit(c):
		case c == ',' && i > 0 && i+1 < len(text) && isDigit(text[i-1]) && isDigit(text[i+1]):
			continue
		default:
			gap = true
			continue
		}
		if gap && len(out) > 0 {
			out = append(out, '-')
		}
		gap = false
		out = append(out, c)
	}
	return string(out)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
