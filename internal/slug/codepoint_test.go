package slug

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestMakeEveryCodePoint compares the slug of "a" + c + "b" for every code
// point c with python-slugify's (testdata/gen_codepoints.py). Characters that
// the table's version of Unicode does not assign are left out when package norm
// has another version.
func TestMakeEveryCodePoint(t *testing.T) {
	lines := bufio.NewScanner(bytes.NewReader(readGzip(t, "codepoints.txt.gz")))
	if !lines.Scan() {
		t.Fatal("the table is empty")
	}
	sameUnicode := lines.Text() == norm.Version
	point, compared, different := rune(0), 0, 0
	for lines.Scan() {
		count, want, assigned := parseRun(t, lines.Text())
		for range count {
			if point == 0xD800 {
				point = 0xE000 // no surrogates
			}
			if assigned || sameUnicode {
				compared++
				if got := Make("a" + string(point) + "b"); got != want {
					different++
					if different <= 20 {
						t.Errorf("U+%04X: %q, Python gives %q", point, got, want)
					}
				}
			}
			point++
		}
	}
	if point != utf8.MaxRune+1 {
		t.Errorf("the table ends before U+%04X", point)
	}
	if different > 20 {
		t.Errorf("%d of %d code points differ", different, compared)
	}
	if all := 0x110000 - 0x800; sameUnicode && compared != all {
		t.Errorf("compared %d code points, want %d", compared, all)
	}
}

// parseRun reads a line of the table: a count, unless it is 1, "=" or "?", and
// the slug.
func parseRun(t *testing.T, line string) (count int, slug string, assigned bool) {
	t.Helper()
	mark := strings.IndexAny(line, "=?")
	if mark < 0 {
		t.Fatalf("bad line %q", line)
	}
	count = 1
	if mark > 0 {
		n, err := strconv.Atoi(line[:mark])
		if err != nil {
			t.Fatalf("bad line %q", line)
		}
		count = n
	}
	return count, line[mark+1:], line[mark] == '='
}

// TestDecompose compares with package norm, whose algorithm is another, on
// sequences too short for its limit of 30 marks.
func TestDecompose(t *testing.T) {
	check := func(s string) {
		t.Helper()
		if got, want := decompose(s), norm.NFKD.String(s); got != want {
			t.Errorf("decompose(%+q) = %+q, want %+q", s, got, want)
		}
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			check("a\u0345" + string(r) + "\u0316b")
		}
	}
}

// TestDecomposeManyMarks has more marks than package norm puts in order.
func TestDecomposeManyMarks(t *testing.T) {
	const n = 1000 // of class 230 and 220
	got := decompose("a" + strings.Repeat("\u0301\u0316", n) + "b")
	if want := "a" + strings.Repeat("\u0316", n) + strings.Repeat("\u0301", n) + "b"; got != want {
		t.Errorf("marks are not in the order of their classes")
	}
}

func TestNamedReferences(t *testing.T) {
	if len(named) != 252 {
		t.Errorf("%d names, HTML 4 has 252", len(named))
	}
	for i, c := range named {
		if i > 0 && named[i-1].name >= c.name {
			t.Errorf("%q is not in order", c.name)
		}
		if len(c.name) > longestName {
			t.Errorf("%q is longer than the longest name", c.name)
		}
	}
}
