package render

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
	"testing"
	"unicode"
)

func TestWidth(t *testing.T) {
	tests := map[string]int{
		"": 0, "abc": 3, "été": 3, "e\u0301": 1, "東京": 4, "ｱ": 1, "Ａ": 2, "日本語 テスト": 13, "a̐": 1,
	}
	for s, want := range tests {
		if got := Width(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	tests := map[string]string{
		"plain text":       "plain text",
		"東京 été":           "東京 été",
		"a\nb\tc":          `a\nb\tc`,
		"\x1b[31mred":      `\x1b[31mred`,
		"\u202eright":      `\u202eright`,
		"\u200bzero":       `\u200bzero`,
		"\xff\xfe":         `\xff\xfe`,
		"\ufffd":           "\ufffd",
		"a\x00b":           `a\x00b`,
		"\u00a0":           `\u00a0`,
		"\U000e0041":       `\U000e0041`,
		`back\slash "quo"`: `back\slash "quo"`,
	}
	for s, want := range tests {
		if got := Printable(s); got != want {
			t.Errorf("Printable(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestPrintableLines(t *testing.T) {
	got := PrintableLines("one\ttab\n\x1b[2Jtwo\r\n\nend")
	want := "one\ttab\n\\x1b[2Jtwo\\r\n\nend"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"a", "\x1b", "\xff", "\ufffd", "東\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range Printable(s) {
			if !unicode.IsPrint(r) && r != unicode.ReplacementChar {
				t.Errorf("%q still has %q", s, r)
			}
		}
		if got := strings.Count(PrintableLines(s), "\n"); got != strings.Count(s, "\n") {
			t.Errorf("%q became %d lines", s, got+1)
		}
		if got := Shorten(s, 10); Width(got) > 10 {
			t.Errorf("Shorten(%q, 10) = %q has %d columns", s, got, Width(got))
		}
	})
}

func TestShorten(t *testing.T) {
	tests := []struct {
		s    string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"exactly 10", 10, "exactly 10"},
		{"[1, 2, 3, 4, 5]", 10, "[1, 2,… 5]"},
		{"東京東京東京東京", 10, "東京東…京"},
	}
	for _, test := range tests {
		got := Shorten(test.s, test.n)
		if got != test.want || Width(got) > test.n {
			t.Errorf("Shorten(%q, %d) = %q, want %q", test.s, test.n, got, test.want)
		}
	}
}

func table(colour bool) *Table {
	t := &Table{Header: []string{"name", "metrics.n", "note"}, Colour: colour}
	t.Add(Text("first"), Cell{Text: "7", Right: true}, Cell{Text: "ok", Style: Green})
	t.Add(Text("東京"), Cell{Text: "1000", Right: true}, Text(""))
	t.Add(Text("x\x1b[0m"))
	t.Add(Text(""), Text(""), Text("e\u0301nd"))
	return t
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	if err := table(false).Write(&out); err != nil {
		t.Fatal(err)
	}
	want := `name      metrics.n  note
first             7  ok
東京           1000
x\x1b[0m
` + "                     e\u0301nd\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestTableColours(t *testing.T) {
	var out bytes.Buffer
	if err := table(true).Write(&out); err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(out.String(), "\n")
	if want := "\x1b[1mname\x1b[0m      \x1b[1mmetrics.n\x1b[0m  \x1b[1mnote\x1b[0m"; first != want {
		t.Errorf("header %q, want %q", first, want)
	}
	if second, _, _ := strings.Cut(rest, "\n"); second != "first             7  \x1b[32mok\x1b[0m" {
		t.Errorf("row %q", second)
	}
}

func TestTableWriteError(t *testing.T) {
	if err := table(false).Write(failing{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want that of the writer", err)
	}
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func sequence(list ...any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, v := range list {
			err, _ := v.(error)
			if !yield(v, err) {
				return
			}
		}
	}
}

func TestJSON(t *testing.T) {
	value := map[string]any{"a": []any{int64(1), 1.0, math.NaN(), math.Inf(-1)}, "b": "ü\u2028", "c": nil, "d": []any{}}
	tests := []struct {
		name  string
		write func(io.Writer) error
		want  string
	}{
		{"several lines", func(w io.Writer) error { return JSON(w, value) },
			"{\n    \"a\": [\n        1,\n        1.0,\n        \"NaN\",\n        \"-Infinity\"\n    ],\n    \"b\": \"\\u00fc\\u2028\",\n    \"c\": null,\n    \"d\": []\n}\n"},
		{"one line", func(w io.Writer) error { return JSONLine(w, value) },
			`{"a": [1, 1.0, "NaN", "-Infinity"], "b": "\u00fc\u2028", "c": null, "d": []}` + "\n"},
		{"list", func(w io.Writer) error { return JSONList(w, sequence(int64(1), []any{"x"})) },
			"[\n    1,\n    [\n        \"x\"\n    ]\n]\n"},
		{"empty list", func(w io.Writer) error { return JSONList(w, sequence()) }, "[]\n"},
		{"lines", func(w io.Writer) error { return JSONLines(w, sequence(int64(1), "x")) }, "1\n\"x\"\n"},
		{"no lines", func(w io.Writer) error { return JSONLines(w, sequence()) }, ""},
	}
	for _, test := range tests {
		var out bytes.Buffer
		if err := test.write(&out); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if out.String() != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, out.String(), test.want)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	broken := errors.New("broken")
	for name, err := range map[string]error{
		"list":          JSONList(io.Discard, sequence(int64(1), broken)),
		"lines":         JSONLines(io.Discard, sequence(int64(1), broken)),
		"list, writer":  JSONList(failing{}, sequence(int64(1))),
		"lines, writer": JSONLines(failing{}, sequence(int64(1))),
		"value":         JSON(io.Discard, make(chan int)),
		"csv, writer":   CSV(failing{}, []string{"a"}, func(func([]string) bool) {}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	rows := func(yield func([]string) bool) {
		_ = yield([]string{"x", `say "hi", now`}) && yield([]string{"", "two\nlines"})
	}
	if err := CSV(&out, []string{"a", "b"}, rows); err != nil {
		t.Fatal(err)
	}
	if want := "a,b\nx,\"say \"\"hi\"\", now\"\n,\"two\nlines\"\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
