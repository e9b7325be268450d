package pytime

import (
	"errors"
	"time"
)

// Parse returns the time that text stands for, to the microsecond and in UTC.
//
// It accepts what datetime.fromisoformat of Python 3.11 accepts: dates
// (2025-01-31, 20250131) and ISO weeks (2025-W05-5, 2025W055, 2025-W05),
// alone or followed by any one character and a time of day (12, 12:30,
// 12:30:45, 123045), optionally with a fraction after a point or comma, of
// which digits after the sixth are dropped, and an offset from UTC (Z,
// +01:00, +0100, -01:30:15.5). Without an offset the time is UTC.
//
// Two things Python takes are refused: a time whose instant in UTC falls out
// of the years 1 to 9999, because it could not be written again, and a NUL,
// which Python 3.11 takes for the end of the text.
func Parse(text string) (time.Time, error) {
	if t, ok := parseUsual(text); ok {
		return t, nil
	}
	t, err := parseISO(text)
	if err != nil {
		return time.Time{}, invalid(text, err)
	}
	return t, nil
}

// ParseBytes is [Parse] for bytes. It does not keep text, and for the usual
// 19-byte form it does not allocate.
func ParseBytes(text []byte) (time.Time, error) {
	if t, ok := parseUsual(text); ok {
		return t, nil
	}
	return Parse(string(text))
}

// parseUsual reads the form this package writes, with any ASCII separator. It
// reports false for everything else, also for times that do not exist; a
// project of a hundred thousand experiments has twice as many of these.
func parseUsual[T string | []byte](s T) (time.Time, bool) {
	if len(s) != len(Layout) || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	if sep := s[10]; sep == 0 || sep >= 0x80 {
		return time.Time{}, false
	}
	bad := false
	pair := func(i int) int {
		hi, lo := s[i]-'0', s[i+1]-'0'
		bad = bad || hi > 9 || lo > 9
		return int(hi)*10 + int(lo)
	}
	f := fields{
		year: pair(0)*100 + pair(2), month: pair(5), day: pair(8),
		hour: pair(11), minute: pair(14), second: pair(17),
	}
	if bad {
		return time.Time{}, false
	}
	t, err := f.utc()
	return t, err == nil
}

var (
	errForm   = errors.New("not in ISO 8601 form")
	errStrict = errors.New("not in the form YYYY-MM-DDTHH:MM:SS")
	errOffset = errors.New("offset from UTC is a day or more")
	errRange  = errors.New("outside the years 1 to 9999 in UTC")
)
