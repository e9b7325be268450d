package pyjson

import "bytes"

// text checks a whole text: one value between blanks.
func (s *scanner) text() *SyntaxError {
	i := s.start()
	if i >= 0 {
		i = s.value(i, 0)
	}
	if i >= 0 {
		i = s.end(i)
	}
	if i < 0 {
		return ErrorAt(s.data, s.at, s.msg)
	}
	return nil
}

// start skips to the first value of the text.
func (s *scanner) start() int {
	if bytes.HasPrefix(s.data, []byte("\ufeff")) {
		return s.fail(0, "unexpected byte order mark")
	}
	return s.blanks(0)
}

// end checks that nothing but blanks follows.
func (s *scanner) end(i int) int {
	if i = s.blanks(i); i != len(s.data) {
		return s.fail(i, "extra data")
	}
	return i
}

// value scans the value that starts at i inside depth open levels. It walks
// rather than recurses: the text decides the depth.
func (s *scanner) value(i, depth int) int {
	d := s.data
	outer := depth
	object := false // whether the innermost open level is an object
	for {
		// A value starts here: open levels until one is complete.
		if i < len(d) && (d[i] == '{' || d[i] == '[') {
			open := d[i]
			if depth == MaxReadDepth {
				return s.fail(i, "nested too deeply")
			}
			i = s.blanks(i + 1)
			if i >= len(d) || d[i] != open+2 {
				depth++
				object = open == '{'
				s.setObject(depth, object)
				if object {
					if _, i = s.key(i); i < 0 {
						return i
					}
				}
				continue
			}
			i++
		} else if i = s.scalar(i); i < 0 {
			return i
		}
		// A value ends here: close levels until one goes on.
		for {
			if depth == outer {
				return i
			}
			if i < len(d) && d[i] <= ' ' {
				i = s.blanks(i)
			}
			if i < len(d) && d[i] == ',' {
				break
			}
			if i >= len(d) || d[i] != closer(object) {
				return s.fail(i, "expecting ',' delimiter")
			}
			i++
			depth--
			object = s.isObject(depth)
		}
		i = s.blanks(i + 1)
		if object {
			if _, i = s.key(i); i < 0 {
				return i
			}
		}
	}
}

// key scans the key that starts at i, its colon and the blanks around. It
// returns the place after the key and the place of the value.
func (s *scanner) key(i int) (end, value int) {
	d := s.data
	if i >= len(d) || d[i] != '"' {
		return -1, s.fail(i, "expecting property name enclosed in double quotes")
	}
	end = s.str(i)
	if end < 0 {
		return end, end
	}
	i = s.blanks(end)
	if i >= len(d) || d[i] != ':' {
		return -1, s.fail(i, "expecting ':' delimiter")
	}
	return end, s.blanks(i + 1)
}

// closer is the bracket that ends a level. In ASCII both closing brackets
// stand two places after the opening one.
func closer(object bool) byte {
	if object {
		return '}'
	}
	return ']'
}

func (s *scanner) setObject(depth int, object bool) {
	word, bit := &s.objects, uint64(1)<<(depth%64)
	if depth >= 64 {
		for len(s.deeper) < depth/64 {
			s.deeper = append(s.deeper, 0)
		}
		word = &s.deeper[depth/64-1]
	}
	if object {
		*word |= bit
	} else {
		*word &^= bit
	}
}

func (s *scanner) isObject(depth int) bool {
	word := s.objects
	if depth >= 64 {
		word = s.deeper[depth/64-1]
	}
	return word>>(depth%64)&1 != 0
}
