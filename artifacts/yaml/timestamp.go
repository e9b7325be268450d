package yaml

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// isTimestamp reports whether a plain scalar has one of the forms of
// !!timestamp. A date alone needs two digits for month and day, one with a time
// of day does not.
func isTimestamp(s string) bool {
	if len(s) == len(time.DateOnly) && s[4] == '-' && s[7] == '-' {
		return digitsOnly(s[:4]) && digitsOnly(s[5:7]) && digitsOnly(s[8:])
	}
	parts, ok := splitTimestamp(s)
	return ok && parts.hour != ""
}

// timestamp is the text of a time, taken apart.
type timestamp struct {
	year, month, day, hour, minute, second, fraction string
	zone                                             string // "", "Z" or an offset
}

// splitTimestamp takes a timestamp apart. It does not ask whether the numbers
// are those of a time.
func splitTimestamp(s string) (t timestamp, ok bool) {
	take := func(to *string, least, most int) bool {
		n := 0
		for n < len(s) && n < most && digit(s[n]) < 10 {
			n++
		}
		*to, s = s[:n], s[n:]
		return n >= least
	}
	skip := func(c string) bool {
		rest, found := strings.CutPrefix(s, c)
		s = rest
		return found
	}
	if !take(&t.year, 4, 4) || !skip("-") || !take(&t.month, 1, 2) || !skip("-") || !take(&t.day, 1, 2) {
		return t, false
	}
	if s == "" {
		return t, true
	}
	if !skip("T") && !skip("t") {
		blanks := len(s) - len(strings.TrimLeft(s, " \t"))
		if blanks == 0 {
			return t, false
		}
		s = s[blanks:]
	}
	if !take(&t.hour, 1, 2) || !skip(":") || !take(&t.minute, 2, 2) || !skip(":") || !take(&t.second, 2, 2) {
		return t, false
	}
	if skip(".") {
		take(&t.fraction, 0, len(s))
	}
	if s == "" {
		return t, true
	}
	s = strings.TrimLeft(s, " \t")
	t.zone = s
	if s == "Z" {
		return t, true
	}
	var part string
	if !skip("+") && !skip("-") || !take(&part, 1, 2) {
		return t, false
	}
	return t, s == "" || skip(":") && take(&part, 2, 2) && s == ""
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if digit(s[i]) > 9 {
			return false
		}
	}
	return true
}

// parseTimestamp reads a date or a time. Without a zone it is in UTC.
func parseTimestamp(s string) (time.Time, error) {
	fail := func() (time.Time, error) { return time.Time{}, fmt.Errorf("%.40q is no time", s) }
	parts, ok := splitTimestamp(s)
	if !ok {
		return fail()
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits only, two to four
	year, month, day := number(parts.year), time.Month(number(parts.month)), number(parts.day)
	hour, minute, second := number(parts.hour), number(parts.minute), number(parts.second)
	if year == 0 || hour > 23 || minute > 59 || second > 59 {
		return fail()
	}
	nanoseconds, _ := strconv.Atoi((parts.fraction + "000000000")[:9])
	zone := time.UTC
	if parts.zone != "" && parts.zone != "Z" {
		hours, minutes, _ := strings.Cut(parts.zone[1:], ":")
		offset := number(hours)*3600 + number(minutes)*60
		if offset >= 24*3600 {
			return fail()
		}
		if parts.zone[0] == '-' {
			offset = -offset
		}
		if offset != 0 {
			zone = time.FixedZone("", offset)
		}
	}
	t := time.Date(year, month, day, hour, minute, second, nanoseconds, zone)
	if t.Month() != month || t.Day() != day {
		return fail()
	}
	return t, nil
}

// appendTime writes a time as Python's isoformat does, with a blank and with a
// zone. Years have four digits, and Python has none before 1.
func appendTime(b []byte, t time.Time) ([]byte, error) {
	if _, offset := t.Zone(); offset%60 != 0 {
		t = t.UTC() // an offset has no seconds
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return nil, fmt.Errorf("the year %d, and YAML has 1 to 9999", y)
	}
	b = t.AppendFormat(b, time.DateTime)
	switch ns := t.Nanosecond(); {
	case ns == 0:
	case ns%1000 == 0:
		b = t.AppendFormat(b, ".000000")
	default:
		b = t.AppendFormat(b, ".000000000")
	}
	return t.AppendFormat(b, "-07:00"), nil
}
