package pyjson

import "bytes"

// Find returns the place of the value that key has in a text that is an object:
// what [Parse] and [Object.Get] find, without building anything. The zero Span
// says that there is no such key, or that the text is no object. A text that is
// not JSON is an error of type [*SyntaxError].
func Find(data []byte, key string) (Span, error) {
	s := scanner{data: data, intLimit: MaxIntDigits}
	i := s.start()
	var found Span
	switch {
	case i < 0:
	case i < len(data) && data[i] == '{':
		i = s.members(i, 0, func(name []byte, value Span) {
			if keyIs(name, key) {
				found = value // the last one counts
			}
		})
	default:
		i = s.value(i, 0)
	}
	if i >= 0 {
		i = s.end(i)
	}
	if i < 0 {
		return Span{}, ErrorAt(data, s.at, s.msg)
	}
	return found, nil
}

// members scans the object at i, which is inside depth open levels, and tells
// note of each key, as it stands between its quotes, and the place of its value.
func (s *scanner) members(i, depth int, note func(name []byte, value Span)) int {
	d := s.data
	i = s.blanks(i + 1)
	if i < len(d) && d[i] == '}' {
		return i + 1
	}
	for {
		end, start := s.key(i)
		if start < 0 {
			return start
		}
		name := d[i+1 : end-1]
		if i = s.value(start, depth+1); i < 0 {
			return i
		}
		note(name, Span{start, i})
		i = s.blanks(i)
		if i >= len(d) || d[i] != ',' && d[i] != '}' {
			return s.fail(i, "expecting ',' delimiter")
		}
		if d[i] == '}' {
			return i + 1
		}
		i = s.blanks(i + 1)
	}
}

// keyIs reports whether a key, as it stands between its quotes, is name.
func keyIs(quoted []byte, name string) bool {
	if bytes.IndexByte(quoted, '\\') >= 0 {
		return unquote(string(quoted)) == name
	}
	return string(quoted) == name
}
