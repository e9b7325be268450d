package archive

import "math"

// An entry is a key and its value in a list with a line for each.
type entry struct {
	at    int // in the text, after the colon
	size  int // of the key in bytes; 0: the entry has several lines
	width int // of the key and the colon on the screen
}

// align adds the blanks after colons that gofmt would add. It aligns values whose
// lines follow one another, as long as they are on one line each and the lengths
// of the keys do not differ too much: see exprList in go/printer, of which this is
// the part about keys.
func (p *printer) align(entries []entry) {
	blanks := make([]int, len(entries))
	total, first := 0, 0
	section := func(end int) {
		widest := 0
		for _, e := range entries[first:end] {
			widest = max(widest, e.width)
		}
		for i := first; i < end; i++ {
			blanks[i] = widest - entries[i].width
			total += blanks[i]
		}
		first = end
	}
	prev, logs, count := 0, 0.0, 0
	for i, e := range entries {
		if i > 0 && !together(prev, e.size, logs, count) {
			section(i)
		}
		if e.size > 0 {
			logs += math.Log(float64(e.size))
			count++
		}
		prev = e.size
	}
	section(len(entries))
	if total > 0 {
		p.insert(entries, blanks, total)
	}
}

// together reports whether a key of a size is aligned with the one before. The
// numbers are gofmt's.
func together(prev, size int, logs float64, count int) bool {
	const small, most = 40, 2.5
	switch {
	case prev == 0 || size == 0:
		return false
	case count == 0 || prev <= small && size <= small:
		return true
	}
	ratio := float64(size) / math.Exp(logs/float64(count))
	return most*ratio > 1 && ratio < most
}

// insert moves the text once, from its end.
func (p *printer) insert(entries []entry, blanks []int, total int) {
	end := len(p.b)
	p.b = append(p.b, make([]byte, total)...)
	to := len(p.b)
	for i := len(entries) - 1; i >= 0; i-- {
		at := entries[i].at
		to -= end - at
		copy(p.b[to:], p.b[at:end])
		end = at
		for range blanks[i] {
			to--
			p.b[to] = ' '
		}
	}
}
