package slug

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// readGzip returns the text of a file of testdata.
func readGzip(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestMakeCases holds against names a person would choose; the slugs are
// python-slugify's.
func TestMakeCases(t *testing.T) {
	text, err := os.ReadFile("testdata/slug_cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Name, Slug string }
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != 321 {
		t.Fatalf("%d cases, want 321", len(cases))
	}
	for _, c := range cases {
		if got := Make(c.Name); got != c.Slug {
			t.Errorf("Make(%q) = %q, Python gives %q", c.Name, got, c.Slug)
		}
	}
}

// TestMakeDifficultNames holds against names drawn at random from references,
// marks and signs that mean something to slugify (testdata/gen_names.py).
func TestMakeDifficultNames(t *testing.T) {
	var cases [][2]string
	if err := json.Unmarshal(readGzip(t, "names.json.gz"), &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 6000 {
		t.Fatalf("%d cases, want more than 6000", len(cases))
	}
	for _, c := range cases {
		if got := Make(c[0]); got != c[1] {
			t.Errorf("Make(%+q) = %q, Python gives %q", c[0], got, c[1])
		}
		checkStamped(t, c[0])
	}
}

// checkStamped holds a stamped slug against what it is in Python: the slug of the
// name, a dash and the time.
func checkStamped(t *testing.T, name string) {
	t.Helper()
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	if got, want := Stamped(name, at), Make(name+"-20250102030405"); got != want {
		t.Errorf("Stamped(%+q) = %q, want %q", name, got, want)
	}
}

func TestStamped(t *testing.T) {
	west := time.FixedZone("", -5*60*60)
	for _, c := range []struct {
		name string
		t    time.Time
		want string
	}{
		{"My run", time.Date(2025, 1, 2, 3, 4, 5, 999_999_999, time.UTC), "my-run-20250102030405"},
		{"My run", time.Date(2024, 12, 31, 22, 4, 5, 0, west), "my-run-20250101030405"},
		{"", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), "20250102030405"},
		{"🚀", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), "20250102030405"},
		// The dash stands between the name and the time before the slug is
		// made, so the comma is not within a number.
		{"1,", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), "1-20250102030405"},
	} {
		if got := Stamped(c.name, c.t); got != c.want {
			t.Errorf("Stamped(%q, %v) = %q, want %q", c.name, c.t, got, c.want)
		}
	}
}

func TestMakeInvalidUTF8(t *testing.T) {
	for _, c := range []struct{ name, same string }{
		{"a\xffb", "a\uFFFDb"},
		{"a\xc3", "a\uFFFD"},
		{"\xed\xa0\x80z", "\uFFFD\uFFFD\uFFFDz"},
		{"é\xffé&\xff;", "é\uFFFDé&\uFFFD;"},
	} {
		if got, want := Make(c.name), Make(c.same); got != want {
			t.Errorf("Make(%q) = %q, want %q as for %q", c.name, got, want, c.same)
		}
	}
}

// TestMakeLongNames makes slugs of a megabyte of what an algorithm might go
// back over. A quadratic one would need hours, so the test's own time limit is
// the assertion.
func TestMakeLongNames(t *testing.T) {
	const size = 1 << 20
	words := func(word string, n int) string { return strings.TrimSuffix(strings.Repeat(word+"-", n), "-") }
	for _, c := range []struct{ name, unit, want string }{
		{"ampersands", "&", ""},
		{"references cut off", "&eacute", words("eacute", size/7)},
		{"number signs", "&#", ""},
		{"hexadecimal signs", "&#x", words("x", size/3)},
		{"apostrophes", "'", ""},
		{"soft apostrophes", "’", ""},
		{"commas", ",", ""},
		{"dashes and commas", "-,", ""},
		{"one class of marks", "\u0301", ""},
		{"descending marks", "\u0315\u0301\u0316", ""},
		{"ideographs", "一", words("yi", size/3)},
		{"references", "&#39;", ""},
		{"digits", "7", strings.Repeat("7", size)},
		{"thousands", "1,", strings.Repeat("1", size/2)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Make(strings.Repeat(c.unit, size/len(c.unit))); got != c.want {
				t.Errorf("slug of %d bytes, want %d", len(got), len(c.want))
			}
		})
	}
	t.Run("one long reference", func(t *testing.T) {
		if got := Make("&#x" + strings.Repeat("0", size) + "41;"); got != "a" {
			t.Errorf("slug of %d bytes, want %q", len(got), "a")
		}
	})
}

var wellFormed = regexp.MustCompile(`^([a-z0-9]+(-[a-z0-9]+)*)?$`)

func FuzzMake(f *testing.F) {
	for _, s := range []string{
		"", "My experiment", "don't don’t don&#39;t", "R&D", "1,000,000", "&eacute;&amp;#65;", "&#x110000;&#65;",
		"&#x4&#1633;;", "Ünïcödé 日本 한국어", "\u0301\u0345\u0316", "a\xffb", "\x00", "---", "🚀", "＇，＆＃６５；",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Make(s)
		if !wellFormed.MatchString(got) {
			t.Errorf("Make(%q) = %q, malformed", s, got)
		}
		if again := Make(got); again != got {
			t.Errorf("Make(%q) = %q, and of that %q", s, got, again)
		}
		checkStamped(t, s)
	})
}
