package cli

import (
	"bytes"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// placeOf returns the offset in a JSON text of what a path leads to: of the key
// for a member of an object, of the element for one of a list. Of a key that
// comes twice the last counts, as for whoever reads it. The text must have been
// found valid, and the path be one of it.
func placeOf(text []byte, path []any) int {
	s := jsonText(text)
	place := s.blanks(0)
	value := place
	for _, step := range path {
		switch step := step.(type) {
		case string:
			place, value = s.member(value, step)
		case int:
			place = s.element(value, step)
			value = place
		}
	}
	return place
}

// jsonText walks through a valid JSON text by offsets.
type jsonText []byte

// member returns the offsets of a key of the object at i and of its value.
func (s jsonText) member(i int, key string) (place, value int) {
	for i = s.blanks(i + 1); s[i] != '}'; i = s.following(i) {
		end := s.skip(i)
		at := s.blanks(s.blanks(end) + 1) // behind the colon
		if name, err := pyjson.Parse(s[i:end]); err == nil && name == key {
			place, value = i, at
		}
		i = s.skip(at)
	}
	return place, value
}

// element returns the offset of an element of the list at i.
func (s jsonText) element(i, n int) int {
	for i = s.blanks(i + 1); n > 0; n-- {
		i = s.following(s.skip(i))
	}
	return i
}

// following returns the offset of what comes after a value that ends at i: of
// the next one, or of the closing bracket.
func (s jsonText) following(i int) int {
	i = s.blanks(i)
	if s[i] == ',' {
		i = s.blanks(i + 1)
	}
	return i
}

func (s jsonText) blanks(i int) int {
	for i < len(s) && bytes.IndexByte([]byte(" \t\r\n"), s[i]) >= 0 {
		i++
	}
	return i
}

// skip returns the offset behind the value at i.
func (s jsonText) skip(i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = s.quote(i)
		case '[', '{':
			depth++
			continue
		case ']', '}':
			if depth == 0 {
				return i // of the list or object around
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue // a letter of a word or a digit of a number
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// quote returns the offset of the quote that ends the string at i.
func (s jsonText) quote(i int) int {
	for i++; s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return i
}
