package pytime

import (
	"strings"
	"time"
	"unicode/utf8"
)

// parseISO reads any form datetime.fromisoformat reads.
func parseISO(s string) (time.Time, error) {
	if len(s) < len("2025W01") || strings.IndexByte(s, 0) >= 0 {
		return time.Time{}, errForm
	}
	dateEnd := findSeparator(s)
	if dateEnd > len(s) {
		return time.Time{}, errForm
	}
	f, ok := parseDate(s[:dateEnd])
	if !ok {
		return time.Time{}, errForm
	}
	var off offset
	if dateEnd < len(s) {
		sep, size := utf8.DecodeRuneInString(s[dateEnd:])
		if sep == utf8.RuneError && size == 1 {
			return time.Time{}, errForm
		}
		if off, ok = parseClock(s[dateEnd+size:], &f); !ok {
			return time.Time{}, errForm
		}
	}
	t, err := f.utc()
	if err != nil {
		return time.Time{}, err
	}
	d, err := off.duration()
	if err != nil {
		return time.Time{}, err
	}
	if t = t.Add(-d); !InRange(t) {
		return time.Time{}, errRange
	}
	return t, nil
}

// findSeparator returns where the date of s ends: the index of the character
// before the time of day, or an index at or after the end of s. As any
// character may separate, the form of the date decides; where two readings are
// left, Python's choice is taken.
func findSeparator(s string) int {
	const week, basic, extended = len("2025W01"), len("20250131"), len("2025-01-31")
	switch {
	case len(s) == week:
		return week
	case s[4] == '-' && s[5] != 'W':
		return extended
	case s[4] == '-':
		// 2025-W05-5 or 2025-W05 and "-hh": two digits after the dash are
		// taken for hours.
		if at(s, 8) != '-' || isDigit(at(s, 10)) {
			return len("2025-W05")
		}
		return extended
	case s[4] == 'W':
		// 2025W05 or 2025W055: hours, minutes and seconds come in pairs, so
		// the parity of the digits that follow tells them apart.
		end := week
		for isDigit(at(s, end)) {
			end++
		}
		if end <= basic {
			return end
		}
		if end%2 == 0 {
			return week
		}
		return basic
	}
	return basic
}

// parseDate reads a calendar date or an ISO week date.
func parseDate(s string) (f fields, ok bool) {
	p := scanner{text: s}
	f.year = p.number(4)
	dashed := p.skip('-')
	if p.skip('W') {
		week, day := p.number(2), 1
		if !p.atEnd() {
			if dashed {
				p.need('-')
			}
			day = p.number(1)
		}
		if !p.done() || !f.setWeek(f.year, week, day) {
			return fields{}, false
		}
		return f, true
	}
	f.month = p.number(2)
	if dashed {
		p.need('-')
	}
	f.day = p.number(2)
	return f, p.done()
}

// setWeek sets the date to a day of an ISO week. It reports false for a week
// its year does not have.
func (f *fields) setWeek(year, week, day int) bool {
	if year < 1 || week < 1 || week > 53 || day < 1 || day > 7 {
		return false
	}
	// 4 January is in week 1 of every year.
	jan4 := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	sinceMonday := (int(jan4.Weekday()) + 6) % 7
	monday := jan4.AddDate(0, 0, -sinceMonday+(week-1)*7)
	if y, _ := monday.ISOWeek(); y != year {
		return false
	}
	y, m, d := monday.AddDate(0, 0, day-1).Date()
	f.year, f.month, f.day = y, int(m), d
	return true
}
