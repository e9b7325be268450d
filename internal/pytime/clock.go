package pytime

import (
	"strings"
	"time"
)

// offset is a distance from UTC as it was written.
type offset struct {
	west                 bool
	hour, minute, second int
	micro                int
}

// duration returns the distance, positive east of Greenwich. A day or more is
// an error, as it is in Python.
func (o offset) duration() (time.Duration, error) {
	whole := time.Duration(o.hour)*time.Hour + time.Duration(o.minute)*time.Minute + time.Duration(o.second)*time.Second
	if whole == 0 {
		return 0, nil // Python takes +00:00:00.5 for UTC
	}
	d := whole + time.Duration(o.micro)*time.Microsecond
	if d >= 24*time.Hour {
		return 0, errOffset
	}
	if o.west {
		return -d, nil
	}
	return d, nil
}

// parseClock reads a time of day and the offset that may follow it.
func parseClock(s string, f *fields) (off offset, ok bool) {
	clock, zone := s, ""
	if i := strings.IndexAny(s, "+-Z"); i >= 0 {
		clock, zone = s[:i], s[i:]
	}
	left, ok := parseParts(clock, &f.hour, &f.minute, &f.second, &f.micro)
	// Python looks for text left over only where no offset follows, so
	// "12:30:+01:00" is a time.
	if !ok || left && zone == "" {
		return offset{}, false
	}
	switch {
	case zone == "" || zone == "Z":
		return offset{}, true
	case zone[0] == 'Z':
		return offset{}, false
	}
	off.west = zone[0] == '-'
	left, ok = parseParts(zone[1:], &off.hour, &off.minute, &off.second, &off.micro)
	return off, ok && !left
}

// parseParts reads hh, hh:mm or hh:mm:ss, or the same without colons, and a
// fraction. The fraction is one of a second whatever it follows. left reports
// that text after a complete time was not understood.
func parseParts(s string, hour, minute, second, micro *int) (left, ok bool) {
	p := scanner{text: s}
	colons := false
	for i, part := range []*int{hour, minute, second} {
		*part = p.number(2)
		if p.failed {
			return false, false
		}
		if p.atEnd() {
			return false, true
		}
		if i == 0 {
			colons = at(s, p.pos) == ':'
		}
		if p.pos+1 == len(s) {
			return true, true
		}
		if p.skip('.') || p.skip(',') {
			break
		}
		if colons && !p.skip(':') {
			return false, false
		}
	}
	*micro = p.fraction()
	return !p.atEnd(), !p.failed
}
