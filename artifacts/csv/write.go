package csv

import (
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// chunk is how many bytes are gathered before they are written.
const chunk = 1 << 16

// writer writes rows of cells.
type writer struct {
	w    io.Writer
	buf  []byte
	rows int // that were ended, with the header
}

func (w *writer) flush() error {
	_, err := w.w.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// endRow ends a row whose cells each have a comma behind them.
func (w *writer) endRow() error {
	w.buf[len(w.buf)-1] = '\n'
	w.rows++
	if len(w.buf) < chunk {
		return nil
	}
	return w.flush()
}

// header writes the names of the columns.
func (w *writer) header(names []string) error {
	if len(names) == 0 {
		return fmt.Errorf("%w: a table without columns", artifacts.ErrUnsupportedValue)
	}
	for _, name := range names {
		if !utf8.ValidString(name) {
			return fmt.Errorf("%w: the column name %q is not UTF-8", artifacts.ErrUnsupportedValue, name)
		}
		w.buf = append(appendQuoted(w.buf, name), ',')
	}
	return w.endRow()
}

// misplaced says which cell of the row being written an error is about.
func (w *writer) misplaced(column string, err error) error {
	return fmt.Errorf("%w: row %d, column %q: %w", artifacts.ErrUnsupportedValue, w.rows, column, err)
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, s[start:i+1]...)
			start = i // the quote again
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
