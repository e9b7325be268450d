package csv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// maxRow is how long a row may be, in bytes, and maxColumns how many cells it may
// have: each takes far more memory than the comma that it may be no more than.
const (
	maxRow     = 64 << 20
	maxColumns = 1 << 20
)

// A cell is the text between two commas, without its quotes.
type cell struct {
	text    []byte // valid until the next row is read
	quoted  bool
	escaped bool // has quotes twice that mean one
}

// scanner reads a file row by row. It holds one row and the rest of a chunk.
type scanner struct {
	r     io.Reader
	buf   []byte
	start int   // of what is unread
	end   error // of r, once it has ended

	cells  []cell
	line   int // on which the row begins, from 1
	next   int // on which the following one does
	header []string
}

// newScanner reads the header.
func newScanner(r io.Reader) (*scanner, error) {
	s := &scanner{r: r, buf: make([]byte, 0, chunk), next: 1}
	err := s.row()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%w: an empty file has no header", artifacts.ErrCorrupt)
	case err != nil:
		return nil, err
	}
	for _, c := range s.cells {
		if !utf8.Valid(c.text) {
			return nil, s.damage("the name %.50q of a column is not UTF-8", c.text)
		}
		s.header = append(s.header, string(c.text))
	}
	return s, nil
}

func (s *scanner) damage(format string, args ...any) error {
	return fmt.Errorf("%w: line %d: %s", artifacts.ErrCorrupt, s.line, fmt.Sprintf(format, args...))
}

// row reads the next row that is not blank into s.cells. At the end it returns
// io.EOF.
func (s *scanner) row() error {
	for {
		if s.next == 1 && s.line == 0 {
			if err := s.skipMark(); err != nil {
				return err
			}
		}
		s.line = s.next
		n, err := s.split()
		for err == nil && n == 0 { // there is no whole row yet
			if s.end != nil && s.start == len(s.buf) {
				return s.end
			}
			if err = s.fill(); err == nil {
				n, err = s.split()
			}
		}
		if err != nil {
			return err
		}
		text := s.buf[s.start : s.start+n]
		s.next += bytes.Count(text, []byte{'\n'})
		if text[n-1] == '\r' {
			s.next++
		}
		s.start += n
		if blank := len(s.cells) == 1 && !s.cells[0].quoted && len(s.cells[0].text) == 0; blank && len(s.header) != 1 {
			continue
		}
		if s.header != nil && len(s.cells) != len(s.header) {
			return s.damage("%d cells, and the header has %d", len(s.cells), len(s.header))
		}
		for i := range s.cells {
			s.cells[i].unescape()
		}
		return nil
	}
}

// skipMark passes over a byte order mark.
func (s *scanner) skipMark() error {
	const mark = "\xef\xbb\xbf"
	for len(s.buf) < len(mark) && s.end == nil {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(s.buf, []byte(mark)) {
		s.start = len(mark)
	}
	return nil
}

// fill reads more. Only an error that is not the end of the file is returned.
func (s *scanner) fill() error {
	rest := s.buf[s.start:]
	if len(rest) >= maxRow {
		return s.damage("a row of over %d bytes: a quote may not be closed", maxRow)
	}
	if s.start > 0 {
		s.buf = s.buf[:copy(s.buf[:cap(s.buf)], rest)]
		s.start = 0
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	// What is known is split again after each filling, so it is filled whole.
	for len(s.buf) < cap(s.buf) {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if errors.Is(err, io.EOF) {
			s.end = io.EOF
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// split finds the cells of the row that begins what is unread. It returns how
// many bytes the row takes, or 0 if its end has not been read.
func (s *scanner) split() (int, error) {
	text, whole := s.buf[s.start:], s.end != nil
	if len(text) == 0 {
		return 0, nil
	}
	s.cells = s.cells[:0]
	for i := 0; ; i++ { // i is where a cell begins
		c := cell{}
		if i < len(text) && text[i] == '"' {
			length, escaped := quotedLength(text[i:], whole)
			switch {
			case length == 0 && whole:
				return 0, s.damage("a quote in column %d is not closed", len(s.cells)+1)
			case length == 0:
				return 0, nil
			}
			c = cell{text: text[i+1 : i+length-1], quoted: true, escaped: escaped}
			i += length
		} else {
			from := i
			for i < len(text) && text[i] != ',' && text[i] != '\n' && text[i] != '\r' {
				i++
			}
			c.text = text[from:i]
		}
		if len(s.cells) == maxColumns {
			return 0, s.damage("over %d cells in a row", maxColumns)
		}
		s.cells = append(s.cells, c)
		switch {
		case i == len(text) && !whole, i+1 == len(text) && text[i] == '\r' && !whole:
			return 0, nil // what follows decides
		case i == len(text):
			return i, nil
		case text[i] == ',':
		case text[i] == '\n':
			return i + 1, nil
		case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
			return i + 2, nil
		case text[i] == '\r':
			return i + 1, nil
		default:
			return 0, s.damage("%q behind the closing quote of column %d", text[i], len(s.cells))
		}
	}
}

// quotedLength returns how long the quoted cell at the beginning of text is,
// with its quotes; 0 if it has no end yet.
func quotedLength(text []byte, whole bool) (length int, escaped bool) {
	for i := 1; ; {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return 0, false
		}
		i += n + 1
		switch {
		case i == len(text) && !whole:
			return 0, false // it may be the first of two
		case i == len(text) || text[i] != '"':
			return i, escaped
		}
		escaped = true
		i++
	}
}

// unescape makes one quote of two, in place.
func (c *cell) unescape() {
	if !c.escaped {
		return
	}
	to := c.text[:0]
	for i := 0; i < len(c.text); i++ {
		to = append(to, c.text[i])
		if c.text[i] == '"' {
			i++
		}
	}
	c.text, c.escaped = to, false
}
