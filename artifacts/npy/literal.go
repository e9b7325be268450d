package npy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A literal reads the dictionary of a header: a Python literal with three keys.
// Only as much of Python is known as numpy has ever written there.
type literal struct {
	text string
	at   int
}

// parseHeader reads the text of a header.
func parseHeader(text string) (Header, error) {
	var h Header
	l := &literal{text: text}
	read := map[string]func() error{
		"descr":         func() (err error) { h.DType, err = l.descr(); return err },
		"fortran_order": func() (err error) { h.Fortran, err = l.truth(); return err },
		"shape":         func() (err error) { h.Shape, err = l.shape(); return err },
	}
	if !l.take('{') {
		return h, l.wrong("a dictionary")
	}
	for !l.take('}') {
		key, err := l.quoted()
		if err != nil {
			return h, err
		}
		value, ok := read[key]
		if !ok {
			return h, fmt.Errorf("header has the key %q twice, or should not", key)
		}
		delete(read, key)
		if !l.take(':') {
			return h, l.wrong("a colon")
		}
		if err := value(); err != nil {
			return h, err
		}
		if !l.take(',') && !l.next('}') {
			return h, l.wrong("a comma")
		}
	}
	for key := range read {
		return h, fmt.Errorf("header lacks the key %q", key)
	}
	if l.space(); l.at != len(l.text) {
		return h, l.wrong("its end")
	}
	return h, nil
}

func (l *literal) wrong(want string) error {
	return fmt.Errorf("header wants %s at byte %d", want, l.at)
}

func (l *literal) space() {
	for l.at < len(l.text) && strings.IndexByte(" \t\n\r", l.text[l.at]) >= 0 {
		l.at++
	}
}

// next reports whether c is what comes next.
func (l *literal) next(c byte) bool {
	l.space()
	return l.at < len(l.text) && l.text[l.at] == c
}

// take goes past c if that comes next.
func (l *literal) take(c byte) bool {
	if !l.next(c) {
		return false
	}
	l.at++
	return true
}

// quoted reads a string. numpy's own have nothing to escape.
func (l *literal) quoted() (string, error) {
	for _, quote := range []byte{'\'', '"'} {
		if !l.take(quote) {
			continue
		}
		n := strings.IndexByte(l.text[l.at:], quote)
		if n < 0 || strings.IndexByte(l.text[l.at:l.at+n], '\\') >= 0 {
			break
		}
		s := l.text[l.at : l.at+n]
		l.at += n + 1
		return s, nil
	}
	return "", l.wrong("a string")
}

// descr reads the dtype: a string, or the list of a structured one, which is
// returned as it stands.
func (l *literal) descr() (string, error) {
	if !l.next('[') {
		return l.quoted()
	}
	begin, depth := l.at, 0
	for l.at < len(l.text) {
		switch c := l.text[l.at]; c {
		case '\'', '"': // a field's name, which may have brackets
			if _, err := l.quoted(); err != nil {
				return "", err
			}
			continue
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		}
		l.at++
		if depth == 0 {
			return l.text[begin:l.at], nil
		}
	}
	return "", l.wrong("the end of a list")
}

func (l *literal) truth() (bool, error) {
	l.space()
	for text, value := range map[string]bool{"True": true, "False": false} {
		if strings.HasPrefix(l.text[l.at:], text) {
			l.at += len(text)
			return value, nil
		}
	}
	return false, l.wrong("True or False")
}

// maxAxes is the most that numpy allows.
const maxAxes = 64

// shape reads a tuple of lengths.
func (l *literal) shape() ([]int, error) {
	if !l.take('(') {
		return nil, l.wrong("a tuple")
	}
	shape := []int{}
	for !l.take(')') {
		n, err := l.length()
		if err != nil {
			return nil, err
		}
		shape = append(shape, n)
		if !l.take(',') && !l.next(')') {
			return nil, l.wrong("a comma")
		}
	}
	if len(shape) > maxAxes {
		return nil, fmt.Errorf("header has %d axes, more than %d", len(shape), maxAxes)
	}
	return shape, nil
}

// length reads a number that is not negative, also as Python 2 wrote long ones.
func (l *literal) length() (int, error) {
	l.space()
	digits := l.text[l.at:]
	digits = digits[:len(digits)-len(strings.TrimLeft(digits, "0123456789"))]
	n, err := strconv.Atoi(digits)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("header has an axis of length %s", digits)
	case err != nil:
		return 0, l.wrong("a length")
	}
	l.at += len(digits)
	if l.at < len(l.text) && l.text[l.at] == 'L' {
		l.at++
	}
	return n, nil
}
