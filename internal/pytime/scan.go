package pytime

// scanner reads a text from its beginning. The first thing that is not there
// makes it fail, and a failed scanner stays failed.
type scanner struct {
	text   string
	pos    int
	failed bool
}

func (p *scanner) atEnd() bool { return p.pos >= len(p.text) }

// done reports whether everything was read and nothing was missing.
func (p *scanner) done() bool { return !p.failed && p.atEnd() }

// skip passes c if it comes next, and reports whether it did.
func (p *scanner) skip(c byte) bool {
	if at(p.text, p.pos) != c {
		return false
	}
	p.pos++
	return true
}

func (p *scanner) need(c byte) {
	if !p.skip(c) {
		p.failed = true
	}
}

// number reads exactly n digits.
func (p *scanner) number(n int) int {
	value := 0
	for range n {
		c := at(p.text, p.pos)
		if !isDigit(c) {
			p.failed = true
			return 0
		}
		value = value*10 + int(c-'0')
		p.pos++
	}
	return value
}

// numberUpTo reads as many digits as there are, at least one and at most n.
func (p *scanner) numberUpTo(n int) int {
	digits := 0
	for digits < n && isDigit(at(p.text, p.pos+digits)) {
		digits++
	}
	return p.number(max(digits, 1))
}

// fraction reads digits as a decimal fraction of a second, in microseconds;
// more than six are passed and dropped. Up to the sixth place everything that
// is left must be digits.
func (p *scanner) fraction() int {
	const places = 6
	digits := min(len(p.text)-p.pos, places)
	value := p.number(digits)
	for range places - digits {
		value *= 10
	}
	for isDigit(at(p.text, p.pos)) {
		p.pos++
	}
	return value
}

// at returns the byte at i, and 0 outside s.
func at(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
