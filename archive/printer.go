package archive

import (
	"reflect"
	"unicode/utf8"
)

// A printer writes source text as gofmt would lay it out, so that no second pass
// is needed: a text is as fast to write as its bytes. Each literal is on one line
// where that has room for it, and otherwise has a line for each element.
type printer struct {
	g       *graph
	imports *imports
	types   map[reflect.Type]string
	aliases []byte // declarations of types without a name
	aliased int
	scoped  bool
	private error // why no other package can be made of the text; nil: one can

	b      []byte
	indent int
	line   int // where in b the present line begins
	limit  int // where in b an attempt at one line ends; 0: there is none
	over   bool
	err    error

	set []*field // those of the structs being written that are not zero
}

const (
	width    = 100 // columns a line may have
	narrow   = 40  // columns it may have at least, however far it is indented
	shortest = 3   // columns an element takes at least, with what separates it
)

func (p *printer) put(s string) {
	p.b = append(p.b, s...)
	p.check()
}

// check ends an attempt that has used up its room.
func (p *printer) check() {
	if p.limit > 0 && len(p.b) > p.limit {
		p.over = true
	}
}

func (p *printer) newline() {
	p.b = append(doubled(p.b), '\n')
	p.line = len(p.b)
	for range p.indent {
		p.b = append(p.b, '\t')
	}
}

// fail keeps the first error; what is written after it does not matter.
func (p *printer) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// fits writes something on the present line, or nothing if there is no room. Within
// an attempt it is a part of that, and only writes.
func (p *printer) fits(write func()) bool {
	if p.limit > 0 {
		write()
		return true
	}
	mark := len(p.b)
	p.limit = max(p.line+width, mark+narrow)
	write()
	fit := !p.over
	p.limit, p.over = 0, false
	if !fit {
		p.b = p.b[:mark]
	}
	return fit
}

// A list is what is between braces or parentheses.
type list struct {
	open, close string
	n           int
	fill        bool        // elements are short: several may share a line
	key         func(i int) // nil: elements have none
	value       func(i int)
}

func (p *printer) list(l list) {
	if l.n == 0 {
		p.put(l.open + l.close)
		return
	}
	if p.limit == 0 && l.n*shortest > width || !p.fits(func() { p.flat(l) }) {
		p.broken(l)
	}
}

// flat writes a list on the present line.
func (p *printer) flat(l list) {
	p.put(l.open)
	for i := 0; i < l.n && !p.over; i++ {
		if i > 0 {
			p.put(", ")
		}
		if l.key != nil {
			l.key(i)
			p.put(": ")
		}
		l.value(i)
	}
	p.put(l.close)
}

// broken writes a list over several lines.
func (p *printer) broken(l list) {
	p.put(l.open)
	p.indent++
	var entries []entry
	for i := range l.n {
		if p.err != nil {
			return
		}
		if !l.fill || i == 0 || len(p.b)-p.line > width-narrow/4 {
			p.newline()
		} else {
			p.put(" ")
		}
		if l.key == nil {
			l.value(i)
		} else {
			entries = append(entries, p.entry(l, i))
		}
		p.put(",")
	}
	p.indent--
	p.align(entries)
	p.newline()
	p.put(l.close)
}

// entry writes a key and a value.
func (p *printer) entry(l list, i int) entry {
	start, line := len(p.b), p.line
	l.key(i)
	p.put(":")
	e := entry{at: len(p.b), size: len(p.b) - start - 1, width: utf8.RuneCount(p.b[start:])}
	p.put(" ")
	l.value(i)
	if p.line != line {
		e.size = 0
	}
	return e
}
