package pytime

import "time"

// ParseStrict returns the time that text stands for in the one form Python's
// lazyscribe takes for times asked for by a user, that of
// datetime.strptime(text, "%Y-%m-%dT%H:%M:%S"): no fraction and no offset, but
// leading zeros may be left out (2025-1-1T0:0:0), a blank may stand for the
// day's, and the T may be small. Digits other than ASCII's are refused.
func ParseStrict(text string) (time.Time, error) {
	p := scanner{text: text}
	var f fields
	f.year = p.number(4)
	p.need('-')
	f.month = p.numberUpTo(2)
	p.need('-')
	if p.skip(' ') {
		f.day = p.number(1)
	} else {
		f.day = p.numberUpTo(2)
	}
	if !p.skip('t') {
		p.need('T')
	}
	f.hour = p.numberUpTo(2)
	p.need(':')
	f.minute = p.numberUpTo(2)
	p.need(':')
	f.second = p.numberUpTo(2)
	if !p.done() {
		return time.Time{}, invalid(text, errStrict)
	}
	t, err := f.utc()
	if err != nil {
		return time.Time{}, invalid(text, err)
	}
	return t, nil
}
