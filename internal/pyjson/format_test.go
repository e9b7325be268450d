package pyjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// formats.json holds options of json.dumps and what it made of a value.
func TestPythonFormats(t *testing.T) {
	var cases [][3]any
	readFixture(t, "formats.json", &cases)
	if want := 36 * 8; len(cases) != want {
		t.Errorf("%d cases, want %d", len(cases), want)
	}
	for _, c := range cases {
		options := c[0].(map[string]any)
		f := &Format{SortKeys: options["sort_keys"].(bool), RawUnicode: !options["ensure_ascii"].(bool)}
		f.Indent, _ = options["indent"].(string)
		if s, ok := options["separators"].([]any); ok {
			f.ItemSeparator, f.KeySeparator = s[0].(string), s[1].(string)
		}
		text, want := c[1].(string), c[2].(string)
		v, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := mustAppend(t, v, f); got != want {
			t.Errorf("%+v: %s\n-Python +Go:\n%s", f, text, cmp.Diff(want, got))
		}
	}
}

// A record laid out at its level is the record as it stands in the list.
func TestAppendLevel(t *testing.T) {
	record := []any{map[string]any{"a": []int{1}}, []any{}}
	whole := mustAppend(t, []any{record}, &Format{Indent: "  "})
	spliced := mustAppend(t, record, &Format{Indent: "  ", Level: 1})
	if want := "[\n  " + spliced + "\n]"; whole != want {
		t.Errorf("got %s, want %s", want, whole)
	}
}

func TestAppendKeepsDst(t *testing.T) {
	got, err := Append([]byte("x"), []any{1}, nil)
	if string(got) != "x[1]" || err != nil {
		t.Errorf("Append = %q, %v", got, err)
	}
	got, err = Append([]byte("x"), []any{1, math.NaN()}, &Format{NoNonFinite: true})
	if string(got) != "x" || err == nil {
		t.Errorf("failing Append = %q, %v", got, err)
	}
}

// A list of floats is written as the tree of it is, to which the cases from
// Python apply.
// Parts are the text of Append, wherever they end.
func TestParts(t *testing.T) {
	list := make([]any, 20_000)
	for i := range list {
		list[i] = map[string]any{"i": i, "list": []float64{0.5, float64(i)}, "text": strings.Repeat("é", i%50)}
	}
	for _, v := range []any{nil, "text", []any{}, list, map[string]any{"list": list, "long": strings.Repeat("x", 3*partSize)}} {
		for _, f := range []*Format{nil, {Indent: "    ", SortKeys: true}} {
			want, err := Append(nil, v, f)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := Parts(v, f)
			if err != nil {
				t.Fatal(err)
			}
			if got := bytes.Join(parts, nil); !bytes.Equal(got, want) {
				t.Errorf("parts of %T are %d bytes, want %d: %.60q", v, len(got), len(want), got)
			}
			for _, part := range parts[:len(parts)-1] {
				if len(part) < partSize {
					t.Errorf("a part has %d bytes", len(part))
				}
			}
			if len(want) > 10*partSize && len(parts) < 5 {
				t.Errorf("%d parts of %d bytes", len(parts), len(want))
			}
		}
	}
	if _, err := Parts([]any{make(chan int)}, nil); err == nil {
		t.Error("a channel has parts")
	}
}

func TestAppendFloats(t *testing.T) {
	floats := []float64{0, 1, -0.5, 1e16, 1e-5, 0.1, math.NaN(), math.Inf(-1)}
	tree := make([]any, len(floats))
	for i, x := range floats {
		tree[i] = x
	}
	for _, f := range []*Format{nil, sortedFormat, {Indent: "\t", Level: 3, QuoteNonFinite: true}} {
		if got, want := mustAppend(t, floats, f), mustAppend(t, tree, f); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, c := range []struct {
		v    []float64
		want string
	}{{nil, "null"}, {[]float64{}, "[]"}} {
		if got := mustAppend(t, c.v, sortedFormat); got != c.want {
			t.Errorf("%#v is written as %s, want %s", c.v, got, c.want)
		}
	}
	_, err := Append(nil, floats, &Format{NoNonFinite: true})
	if !errors.Is(err, ErrNonFinite) || !strings.Contains(err.Error(), "[6]") {
		t.Errorf("NaN at place 6: %v", err)
	}
}

func TestAppendNonFinite(t *testing.T) {
	v := []any{math.NaN(), math.Inf(1), Number("-Infinity"), Number("1e400"), 1.5}
	if got, want := mustAppend(t, v, &Format{QuoteNonFinite: true}), `["NaN", "Infinity", "-Infinity", "Infinity", 1.5]`; got != want {
		t.Errorf("quoted: got %s, want %s", got, want)
	}
	for i := range v[:4] {
		if _, err := Append(nil, v[i:], &Format{NoNonFinite: true}); !errors.Is(err, ErrNonFinite) {
			t.Errorf("%v: error %v, want ErrNonFinite", v[i], err)
		}
	}
	if got := mustAppend(t, v[4:], &Format{NoNonFinite: true}); got != "[1.5]" {
		t.Errorf("finite: got %s", got)
	}
}

func TestAppendStrings(t *testing.T) {
	tests := []struct{ name, s, ascii, raw string }{
		{"plain", "a b/'<>&", `"a b/'<>&"`, `"a b/'<>&"`},
		{"short escapes", "\"\\\b\f\n\r\t", `"\"\\\b\f\n\r\t"`, `"\"\\\b\f\n\r\t"`},
		{"control characters", "\x00\x1f\x7f", `"\u0000\u001f\u007f"`, "\"\\u0000\\u001f\x7f\""},
		{"other planes", "é\u2028😀", `"\u00e9\u2028\ud83d\ude00"`, "\"é\u2028😀\""},
		{"lone surrogates", "a\xed\xa0\xbdb\xed\xb8\x80", `"a\ud83db\ude00"`, `"a\ud83db\ude00"`},
		{"surrogate pair in pieces", "\xed\xa0\xbd\xed\xb8\x80", `"\ud83d\ude00"`, `"\ud83d\ude00"`},
		{"not UTF-8", "a\xff\xed\xa0b\xc3", `"a\ufffd\ufffd\ufffdb\ufffd"`, "\"a\ufffd\ufffd\ufffdb\ufffd\""},
		{"U+FFFD itself", "\ufffd", `"\ufffd"`, "\"\ufffd\""},
	}
	for _, test := range tests {
		if got := string(AppendString(nil, test.s)); got != test.ascii {
			t.Errorf("%s: AppendString = %s, want %s", test.name, got, test.ascii)
		}
		if got := mustAppend(t, test.s, &Format{RawUnicode: true}); got != test.raw {
			t.Errorf("%s: raw %s, want %s", test.name, got, test.raw)
		}
	}
}

func TestAppendRefusesNumbers(t *testing.T) {
	for _, n := range []Number{
		"", " ", "1 ", " 1", "01", "+1", "1.", ".5", "0x10", "1_0", "inf", "nan", "-", "-NaN", `"1"`, "null", "true", "[]", "1e", "1,2",
		Number(strings.Repeat("9", MaxIntDigits+1)), Number("-" + strings.Repeat("9", MaxIntDigits+1)),
	} {
		if got, err := Append(nil, []any{n}, nil); !errors.Is(err, ErrNumber) {
			t.Errorf("Append(%.20q) = %.20q, %v; want ErrNumber", n, got, err)
		}
		if got, err := Of(n); !errors.Is(err, ErrNumber) {
			t.Errorf("Of(%.20q) = %.20q, %v; want ErrNumber", n, got, err)
		}
	}
	for _, n := range []Number{Number(strings.Repeat("9", MaxIntDigits)), Number("-" + strings.Repeat("9", MaxIntDigits)), Number(strings.Repeat("9", 300) + ".5")} {
		if _, err := Append(nil, n, nil); err != nil {
			t.Errorf("Append(%.20q): %v", n, err)
		}
	}
}

func TestAppendGoValues(t *testing.T) {
	var none *Object
	v := []any{nil, none, true, 7, int64(-7), uint8(200), float32(0.1), 1.0, "s", []string{"a"}, map[string]int{"b": 2, "a": 1}, struct{ X any }{[]any{}}}
	want := `[null, null, true, 7, -7, 200, 0.1, 1.0, "s", ["a"], {"a": 1, "b": 2}, {"X": []}]`
	if got := mustAppend(t, v, nil); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func nested(levels int) any {
	var v any = 1
	for i := range levels {
		if i%2 == 0 {
			v = []any{v}
		} else {
			o := NewObject()
			o.Set("k", v)
			v = o
		}
	}
	return v
}

func TestAppendDepth(t *testing.T) {
	if _, err := Append(nil, nested(MaxWriteDepth), nil); err != nil {
		t.Error(err)
	}
	if _, err := Append(nil, nested(MaxWriteDepth+1), nil); !errors.Is(err, ErrTooDeep) {
		t.Errorf("error %v, want ErrTooDeep", err)
	}
	deeper := &Format{MaxDepth: MaxWriteDepth + 1}
	if _, err := Append(nil, nested(MaxWriteDepth+1), deeper); err != nil {
		t.Error(err)
	}
	if _, err := Append(nil, nested(MaxWriteDepth+2), deeper); !errors.Is(err, ErrTooDeep) {
		t.Errorf("error %v, want ErrTooDeep", err)
	}
	list := []any{nil}
	list[0] = list
	if _, err := Append(nil, list, nil); !errors.Is(err, ErrTooDeep) {
		t.Errorf("list in itself: error %v, want ErrTooDeep", err)
	}
}

func TestAppendErrorPath(t *testing.T) {
	o := NewObject()
	o.Set("opt", map[string]any{"layers": []any{1, 2, 3, make(chan int)}})
	_, err := Append(nil, []any{o}, nil)
	e := new(UnsupportedError)
	if !errors.As(err, &e) || e.Path != "[0].opt.layers[3]" {
		t.Errorf("error %v, want an UnsupportedError at [0].opt.layers[3]", err)
	}
}

// Lines are indented as encoding/json does it, however far, by blanks or anything else.
func TestLines(t *testing.T) {
	for _, indent := range []string{" ", "   ", "    ", "\t", " \t", "--"} {
		var v any = []any{}
		for range 60 {
			v = []any{v, true}
		}
		want, err := json.MarshalIndent(v, "", indent)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustAppend(t, v, &Format{Indent: indent}); got != string(want) {
			t.Errorf("indented by %q:\n%s\nwant\n%s", indent, got, want)
		}
	}
}

// Values are written one by one into the text of a record: each must cost no
// memory but that of its text.
func TestAppendAllocatesNothing(t *testing.T) {
	tree, err := Of(map[string]any{"list": []any{1, 2.5, "x", nil, true}, "number": 0.1})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 0, 1<<10)
	format := &Format{Indent: "    ", Level: 2, SortKeys: true}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := Append(buf, tree, format); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
