package pytime

import (
	"bufio"
	"compress/gzip"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// golden calls check for each line of a file that testdata/gen_times.py wrote:
// a text, and the time Python reads, or read false if it refuses the text.
func golden(t *testing.T, name string, atLeast int, check func(text string, want time.Time, read bool)) {
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
	accepted, refused := 0, 0
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		text, micros, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			t.Fatalf("bad line %q", lines.Text())
		}
		if micros == "-" {
			refused++
			check(text, time.Time{}, false)
			continue
		}
		n, err := strconv.ParseInt(micros, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		accepted++
		check(text, time.UnixMicro(n).UTC(), true)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if accepted < atLeast || refused < atLeast {
		t.Errorf("%d times and %d refusals, want at least %d of each", accepted, refused, atLeast)
	}
}

// TestParsePython holds against datetime.fromisoformat. The one departure is
// that a time outside the years 1 to 9999 in UTC is refused.
func TestParsePython(t *testing.T) {
	outside := 0
	golden(t, "iso.tsv.gz", 4000, func(text string, want time.Time, read bool) {
		if read && !InRange(want) {
			outside++
			want, read = time.Time{}, false
		}
		got, err := Parse(text)
		if read != (err == nil) {
			t.Errorf("Parse(%q) = %v, %v; Python: %v, read %v", text, got, err, want, read)
			return
		}
		if got != want { // of the same location too: always UTC
			t.Errorf("Parse(%q) = %v, Python reads %v", text, got, want)
		}
		if gotBytes, errBytes := ParseBytes([]byte(text)); gotBytes != got || (errBytes == nil) != (err == nil) {
			t.Errorf("ParseBytes(%q) = %v, %v; Parse gives %v, %v", text, gotBytes, errBytes, got, err)
		}
	})
	if outside == 0 {
		t.Error("no time was outside the years 1 to 9999")
	}
}

func TestParseStrictPython(t *testing.T) {
	golden(t, "strict.tsv.gz", 1500, func(text string, want time.Time, read bool) {
		got, err := ParseStrict(text)
		if read != (err == nil) || got != want {
			t.Errorf("ParseStrict(%q) = %v, %v; Python: %v, read %v", text, got, err, want, read)
		}
	})
}

// TestParse spells out the forms the golden files hold by the thousand, and
// what is not in them.
func TestParse(t *testing.T) {
	at := func(h, m, s, micro int) time.Time {
		return time.Date(2025, 1, 31, h, m, s, micro*1000, time.UTC)
	}
	for _, c := range []struct {
		text string
		want time.Time // zero: refused
	}{
		{"2025-01-31T12:30:45", at(12, 30, 45, 0)},
		{"2025-01-31 12:30:45", at(12, 30, 45, 0)},
		{"2025-01-31é12:30:45", at(12, 30, 45, 0)},
		{"2025-01-31T12:30:45.123456789", at(12, 30, 45, 123456)},
		{"2025-01-31T12:30:45,5", at(12, 30, 45, 500000)},
		{"2025-01-31T12:30:45Z", at(12, 30, 45, 0)},
		{"2025-01-31T12:30:45+01:00", at(11, 30, 45, 0)},
		{"2025-01-31T12:30:45-01:00:00.25", at(13, 30, 45, 250000)},
		{"2025-01-31T12:30", at(12, 30, 0, 0)},
		{"2025-01-31", at(0, 0, 0, 0)},
		{"20250131T123045", at(12, 30, 45, 0)},
		{"2025-W05-5", at(0, 0, 0, 0)},
		{"2025W055T12", at(12, 0, 0, 0)},
		{"2025-02-29", time.Time{}},
		{"2025-01-31T24:00:00", time.Time{}},
		{"2025-01-31T12:30:60", time.Time{}},
		{"2025-01-31T12:30:45\x00", time.Time{}},
		{"2025-01-31\x0012:30:45", time.Time{}},
		{"2025-01-31\xff12:30:45", time.Time{}},
		{"2025-01-31\xed\xa0\x8012:30:45", time.Time{}},
		{"٢٠٢٥-01-31", time.Time{}},
		{"0001-01-01T00:00:00+00:01", time.Time{}},
		{"9999-12-31T23:59:59-00:01", time.Time{}},
		{"today", time.Time{}},
		{"", time.Time{}},
	} {
		got, err := Parse(c.text)
		if c.want.IsZero() {
			if !errors.Is(err, ErrInvalid) || !got.IsZero() {
				t.Errorf("Parse(%q) = %v, %v; want an error", c.text, got, err)
			}
		} else if err != nil || got != c.want {
			t.Errorf("Parse(%q) = %v, %v; want %v", c.text, got, err, c.want)
		}
	}
}

func TestErrorText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2025-13-01", `parse time "2025-13-01": invalid time: month is out of range`},
		{"soon", `parse time "soon": invalid time: not in ISO 8601 form`},
		{"2025-01-01T00:00+24:00", `parse time "2025-01-01T00:00+24:00": invalid time: offset from UTC is a day or more`},
		{strings.Repeat("x", 1<<20), `parse time "` + strings.Repeat("x", 64) + `"...: invalid time: not in ISO 8601 form`},
	} {
		if _, err := Parse(c.text); err == nil || err.Error() != c.want {
			t.Errorf("Parse(%.20q): error %.200q, want %q", c.text, err, c.want)
		}
	}
	if _, err := ParseStrict("2025-01-01"); !errors.Is(err, ErrInvalid) {
		t.Errorf("ParseStrict: error %v does not wrap ErrInvalid", err)
	}
}

func TestFormat(t *testing.T) {
	east := time.FixedZone("", 2*60*60)
	for _, c := range []struct {
		t       time.Time
		text    string
		seconds time.Time
	}{
		{time.Date(2025, 1, 2, 3, 4, 5, 999_999_999, time.UTC), "2025-01-02T03:04:05", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)},
		{time.Date(2025, 1, 1, 1, 0, 0, 1, east), "2024-12-31T23:00:00", time.Date(2024, 12, 31, 23, 0, 0, 0, time.UTC)},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "0001-01-01T00:00:00", time.Time{}},
		{time.Date(12345, 1, 2, 3, 4, 5, 0, time.UTC), "12345-01-02T03:04:05", time.Date(12345, 1, 2, 3, 4, 5, 0, time.UTC)},
		{time.Date(1969, 12, 31, 23, 59, 59, 500_000_000, time.UTC), "1969-12-31T23:59:59", time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC)},
	} {
		if got := Format(c.t); got != c.text {
			t.Errorf("Format(%v) = %q, want %q", c.t, got, c.text)
		}
		if got := string(Append([]byte("at "), c.t)); got != "at "+c.text {
			t.Errorf("Append(%v) = %q, want %q", c.t, got, "at "+c.text)
		}
		if got := Seconds(c.t); got != c.seconds {
			t.Errorf("Seconds(%v) = %v, want %v", c.t, got, c.seconds)
		}
	}
	if now := time.Now(); Seconds(now) != now.UTC().Round(0).Truncate(time.Second) {
		t.Error("Seconds keeps the monotonic clock's reading")
	}
}

func TestInRange(t *testing.T) {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	end := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		t    time.Time
		want bool
	}{
		{first, true},
		{first.Add(-1), false},
		{end.Add(-1), true},
		{end, false},
		{end.In(time.FixedZone("", -60*60)), false},
		{end.Add(-1).In(time.FixedZone("", 60*60)), true},
	} {
		if got := InRange(c.t); got != c.want {
			t.Errorf("InRange(%v) = %v, want %v", c.t, got, c.want)
		}
	}
}

func TestParseUsualDoesNotAllocate(t *testing.T) {
	text := []byte("2025-01-31T12:30:45")
	if n := testing.AllocsPerRun(100, func() {
		if _, err := ParseBytes(text); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("ParseBytes allocates %v times", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"2025-01-31T12:30:45", "20250131", "2025-W05-5", "2025W05112", "2025-W01-0000", "2025-01-31T12:30:+01:00",
		"2025-01-31T12:30:45.123456789-01:30:15.5", "2025-01-31é12", "0001-01-01T00+01", "9999-W52-7", "2025-1-1T0:0:0", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := ParseStrict(s); err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("ParseStrict(%q): error %v does not wrap ErrInvalid", s, err)
		}
		got, err := Parse(s)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("Parse(%q): error %v does not wrap ErrInvalid", s, err)
			}
			return
		}
		if !InRange(got) || got.Location() != time.UTC {
			t.Errorf("Parse(%q) = %v, which cannot be written", s, got)
		}
		if again, err := Parse(Format(got)); err != nil || again != Seconds(got) {
			t.Errorf("Parse(%q) = %v; written and read again %v, %v", s, got, again, err)
		}
	})
}

func BenchmarkParseBytes(b *testing.B) {
	text := []byte("2025-01-31T12:30:45")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseBytes(text); err != nil {
			b.Fatal(err)
		}
	}
}
