package pyjson

// A Span is a part of a text, by absolute offsets. No value of a record starts
// at 0, so the zero Span stands for an absent one.
type Span struct{ Start, End int }

// A Record is one element of the list that [Split] goes through. It is valid
// during the visit only.
type Record struct {
	Start, End int
	Object     bool         // the element is an object
	Values     []Span       // values by index in Keys; the last one of a repeated key
	Repeated   int          // keys of Keys that came again, each time: what they had before is not in Values
	Others     int          // keys that are not in Keys, repetitions counted
	Err        *SyntaxError // the element is not JSON, although its end was found; Values, Repeated and Others hold what came before
}

// Split reads a text that is a list and visits its elements in order. An empty
// object counts as an empty list, as it does for a Python program that
// iterates over it.
//
// All of the text is checked as [Parse] checks it, except that integers may
// have any length. A mistake inside an element whose end can still be found by
// matching brackets and quotes is left to that element, in Record.Err; any
// other mistake ends the splitting with a [*SyntaxError], after the visits to
// the elements before it. An error of visit ends the splitting and is returned
// as it is.
//
// Split does not allocate for each record.
func Split(data []byte, keys *Keys, visit func(*Record) error) error {
	s := splitter{
		scanner: scanner{data: data},
		places:  Locator{data: data},
		keys:    keys,
		record:  Record{Values: make([]Span, keys.Len())},
		visit:   visit,
	}
	i, err := s.list()
	if err == nil && i >= 0 {
		i = s.end(i)
	}
	if err == nil && i < 0 {
		err = s.places.ErrorAt(s.at, s.msg)
	}
	return err
}

type splitter struct {
	scanner
	places Locator
	keys   *Keys
	record Record
	visit  func(*Record) error
}

// list visits the elements. Its error is that of visit.
func (s *splitter) list() (int, error) {
	d := s.data
	i := s.start()
	if i < 0 {
		return i, nil
	}
	if i >= len(d) {
		return s.fail(i, "expecting value"), nil
	}
	open := i
	i = s.blanks(i + 1)
	switch {
	case d[open] == '{' && i < len(d) && d[i] == '}':
		return i + 1, nil
	case d[open] != '[':
		return s.fail(open, "expecting a list"), nil
	case i < len(d) && d[i] == ']':
		return i + 1, nil
	}
	for {
		i = s.element(i)
		if i < 0 {
			return i, nil
		}
		if err := s.visit(&s.record); err != nil {
			return i, err
		}
		i = s.blanks(i)
		if d[i] == ']' {
			return i + 1, nil
		}
		i = s.blanks(i + 1)
	}
}

// element scans the element at i, fills in the record, and makes sure that a
// comma or the end of the list follows.
func (s *splitter) element(start int) int {
	d := s.data
	r := &s.record
	*r = Record{Start: start, Values: r.Values}
	clear(r.Values)
	r.Object = start < len(d) && d[start] == '{'
	var end int
	if r.Object {
		end = s.members(start, 1, s.note)
	} else {
		end = s.value(start, 1)
	}
	if end >= 0 && !s.listGoesOn(end) {
		end = s.fail(s.blanks(end), "expecting ',' delimiter")
	}
	if end < 0 {
		end = skipBroken(d, start)
		if end < 0 || !s.listGoesOn(end) {
			return -1
		}
		r.Err = s.places.ErrorAt(s.at, s.msg)
	}
	r.End = end
	return end
}

func (s *splitter) listGoesOn(i int) bool {
	i = s.blanks(i)
	return i < len(s.data) && (s.data[i] == ',' || s.data[i] == ']')
}

// note keeps the place of a value if its key is asked for.
func (s *splitter) note(name []byte, value Span) {
	k := s.keys.find(name)
	if k < 0 {
		s.record.Others++
		return
	}
	if s.record.Values[k].End > 0 {
		s.record.Repeated++
	}
	s.record.Values[k] = value
}
