package pyjson

import (
	"bytes"
	"unicode/utf8"
)

// ErrorAt returns a syntax error at a byte offset of data, with its line and
// column. An offset outside data is moved to its nearer end.
func ErrorAt(data []byte, offset int, msg string) *SyntaxError {
	return NewLocator(data).ErrorAt(offset, msg)
}

// A Locator finds lines and columns. It goes on from the last place asked for:
// a text with an error in each record is counted once, not once per record.
type Locator struct {
	data   []byte
	offset int // the last place asked for
	line   int // its line and column, from 0
	column int
}

// NewLocator returns a locator for places in data.
func NewLocator(data []byte) *Locator { return &Locator{data: data} }

// ErrorAt is the function [ErrorAt] for the locator's text.
func (l *Locator) ErrorAt(offset int, msg string) *SyntaxError {
	offset = min(max(offset, 0), len(l.data))
	if offset < l.offset {
		l.offset, l.line, l.column = 0, 0, 0
	}
	passed := l.data[l.offset:offset]
	if n := bytes.Count(passed, []byte{'\n'}); n > 0 {
		l.line += n
		l.column = 0
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	l.column += utf8.RuneCount(passed)
	l.offset = offset
	return &SyntaxError{Offset: int64(offset), Line: l.line + 1, Column: l.column + 1, Msg: msg}
}
