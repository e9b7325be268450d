package pyjson

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadDepth(t *testing.T) {
	deep := func(open, end string, levels int) []byte {
		return []byte(strings.Repeat(open, levels) + "1" + strings.Repeat(end, levels))
	}
	for _, brackets := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		if _, err := Parse(deep(brackets[0], brackets[1], MaxReadDepth)); err != nil {
			t.Errorf("%d levels: %v", MaxReadDepth, err)
		}
		for _, levels := range []int{MaxReadDepth + 1, 100_000, 1_000_000} {
			_, err := Parse(deep(brackets[0], brackets[1], levels))
			want := fmt.Sprintf("line 1 column %d: nested too deeply", MaxReadDepth*len(brackets[0])+1)
			if err == nil || err.Error() != want {
				t.Errorf("%d levels: error %v, want %s", levels, err, want)
			}
		}
	}
	// Closing levels must bring back the kind of the outer one.
	text := strings.Repeat(`[{"a":`, 200) + "1" + strings.Repeat("}]", 200)
	if err := Valid([]byte(text)); err != nil {
		t.Error(err)
	}
	if err := Valid([]byte(strings.Replace(text, "}]}]", "}}]]", 1))); err == nil {
		t.Error("crossed brackets are accepted")
	}
	// Siblings do not add up.
	if err := Valid([]byte("[" + strings.Repeat("[],[[]],", 2*MaxReadDepth) + "[]]")); err != nil {
		t.Error(err)
	}
}

func TestLongNumbers(t *testing.T) {
	const digits = 10_000_000
	nines := strings.Repeat("9", digits)
	if _, err := Parse([]byte(nines)); err == nil || err.Error() != "line 1 column 1: integer of more than 4300 digits" {
		t.Errorf("long integer: error %v", err)
	}
	for text, want := range map[string]string{
		"0." + nines:   "1.0",
		nines + ".0":   "Infinity",
		"1e" + nines:   "Infinity",
		"-1e-" + nines: "-0.0",
	} {
		v, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%.20s: %v", text, err)
			continue
		}
		if got := v.(Number).Canonical(); got != want {
			t.Errorf("%.20s: canonical %s, want %s", text, got, want)
		}
	}
	for _, sign := range []string{"", "-"} {
		if err := Valid([]byte(sign + nines[:MaxIntDigits])); err != nil {
			t.Errorf("%d digits with sign %q: %v", MaxIntDigits, sign, err)
		}
		if err := Valid([]byte(sign + nines[:MaxIntDigits+1])); err == nil {
			t.Errorf("%d digits with sign %q are accepted", MaxIntDigits+1, sign)
		}
	}
}

// Every part of a text that is cut off is refused, by Split too.
func TestTruncated(t *testing.T) {
	text := []byte(`[{"name": "é\ud83d\ude00", "n": [-1.5e+10, true, false, null, NaN, -Infinity]}, {"name": {}, "b": ""}]`)
	if err := Valid(text); err != nil {
		t.Fatal(err)
	}
	for n := range text {
		part := text[:n]
		err := Valid(part)
		e := new(SyntaxError)
		if !errors.As(err, &e) || e.Offset > int64(n) {
			t.Errorf("Valid(%q) = %v", part, err)
		}
		if err := Split(part, nil, func(*Record) error { return nil }); !errors.As(err, &e) || e.Offset > int64(n) {
			t.Errorf("Split(%q) = %v", part, err)
		}
	}
}

// Invalid UTF-8 is refused wherever it stands in a string, whatever its
// distance from the ends of the words the scanner reads.
func TestInvalidUTF8(t *testing.T) {
	for _, bad := range []string{"\x80", "\xff", "\xc3", "\xc0\xaf", "\xe2\x82", "\xed\xa0\xbd", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"} {
		if utf8.ValidString(bad) {
			t.Fatalf("%q is valid", bad)
		}
		for n := range 20 {
			before := strings.Repeat("a", n)
			_, err := Parse([]byte(`["` + before + bad + `aaaaaaaaaa"]`))
			want := fmt.Sprintf("line 1 column %d: invalid UTF-8", n+3)
			if err == nil || err.Error() != want {
				t.Errorf("%q after %d characters: error %v, want %s", bad, n, err, want)
			}
		}
	}
	for _, outside := range []string{"\xff[]", "[\xff]", "{\xc3: 1}", "[] \x80"} {
		if err := Valid([]byte(outside)); err == nil {
			t.Errorf("%q is accepted", outside)
		}
	}
}

// Each byte, at each distance from the ends of words, must be seen for what it
// is inside a string.
func TestStringBytes(t *testing.T) {
	for n := range 18 {
		for c := range 0x80 {
			text := `"` + strings.Repeat("a", n) + string(rune(c)) + strings.Repeat("b", 9) + `"`
			err := Valid([]byte(text))
			if ok := c >= ' ' && c != '"' && c != '\\' || c == '\\'; ok != (err == nil) {
				// A backslash makes the escape \b.
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// The line and column of each of many mistakes are found in one pass.
func TestManyBrokenRecords(t *testing.T) {
	const count = 200_000
	data := []byte("[" + strings.TrimSuffix(strings.Repeat(`"\q",`, count), ",") + "]")
	n := 0
	err := Split(data, nil, func(r *Record) error {
		if want := 5*n + 3; r.Err == nil || r.Err.Column != want || r.Err.Line != 1 {
			return fmt.Errorf("record %d: %v, want column %d", n, r.Err, want)
		}
		n++
		return nil
	})
	if err != nil || n != count {
		t.Errorf("%d records, %v", n, err)
	}
}

func TestErrorAt(t *testing.T) {
	data := []byte("aé\nb\r\n日本x")
	tests := []struct{ offset, line, column int }{
		{-1, 1, 1}, {0, 1, 1}, {3, 1, 3}, {4, 2, 1}, {5, 2, 2}, {7, 3, 1}, {bytes.IndexByte(data, 'x'), 3, 3}, {100, 3, 4},
	}
	for _, test := range tests {
		e := ErrorAt(data, test.offset, "wrong")
		if e.Line != test.line || e.Column != test.column || e.Msg != "wrong" || e.Offset < 0 || e.Offset > int64(len(data)) {
			t.Errorf("ErrorAt(%d) = %+v, want line %d column %d", test.offset, e, test.line, test.column)
		}
	}
}

// The tree shares nothing with the text it was read from.
func TestParseCopies(t *testing.T) {
	data := []byte(`{"key": ["value", 12.5]}`)
	v, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	clear(data)
	if got, want := mustAppend(t, v, nil), `{"key": ["value", 12.5]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
