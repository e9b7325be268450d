package render

import (
	"bufio"
	"io"
	"strings"
)

// A Style is how a cell looks on a terminal; elsewhere it has no effect.
type Style string

// The styles, as parameters of the terminal's SGR sequence.
const (
	Plain  Style = ""
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
)

// A Cell is one field of a table.
type Cell struct {
	Text  string
	Style Style
	Right bool // aligned to the right, as numbers are
}

// Text returns a plain cell.
func Text(s string) Cell { return Cell{Text: s} }

// A Table is rows of cells under a header. Rows may be shorter than the header.
type Table struct {
	Header []string // nil: none
	Indent string   // before each row
	Colour bool
	rows   [][]Cell
}

// Add appends a row.
func (t *Table) Add(row ...Cell) { t.rows = append(t.rows, row) }

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// gap separates two columns.
const gap = "  "

// Write writes the table with its columns aligned. No line ends in a blank.
func (t *Table) Write(w io.Writer) error {
	rows := t.rows
	if t.Header != nil {
		rows = append([][]Cell{t.header()}, rows...)
	}
	var widths []int
	for _, row := range rows {
		for i := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			row[i].Text = Printable(row[i].Text)
			widths[i] = max(widths[i], Width(row[i].Text))
		}
	}
	out := bufio.NewWriter(w)
	for _, row := range rows {
		t.writeRow(out, row, widths)
	}
	return out.Flush()
}

func (t *Table) header() []Cell {
	head := make([]Cell, len(t.Header))
	for i, name := range t.Header {
		head[i] = Cell{Text: name, Style: Bold, Right: t.allRight(i)}
	}
	return head
}

// allRight reports whether every cell of a column is aligned to the right.
func (t *Table) allRight(column int) bool {
	found := false
	for _, row := range t.rows {
		if column < len(row) && row[column].Text != "" {
			if !row[column].Right {
				return false
			}
			found = true
		}
	}
	return found
}

func (t *Table) writeRow(w *bufio.Writer, row []Cell, widths []int) {
	// Blanks are held back until something follows them. A bufio.Writer keeps
	// the first error for Flush.
	blanks := len(t.Indent)
	for i, c := range row {
		if i > 0 {
			blanks += len(gap)
		}
		fill := widths[i] - Width(c.Text)
		if c.Text == "" {
			blanks += fill
			continue
		}
		if c.Right {
			blanks, fill = blanks+fill, 0
		}
		_, _ = w.WriteString(strings.Repeat(" ", blanks))
		_, _ = w.WriteString(c.Style.Paint(c.Text, t.Colour))
		blanks = fill
	}
	_ = w.WriteByte('\n')
}

// Paint puts a text into the style, where colours are wanted.
func (s Style) Paint(text string, colour bool) string {
	if s == Plain || !colour {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
