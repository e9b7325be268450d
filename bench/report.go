package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// A report is where tables go as they are done.
type report struct {
	out  io.Writer
	file string      // Markdown whose tables are replaced; "": none
	raw  *csv.Writer // every value
}

// rawHead names the columns of the raw values: one line for each measurement, in
// seconds, bytes or whatever the row counts.
var rawHead = []string{"section", "row", "work", "side", "unit", "value"}

func (p *report) add(t *table) error {
	fmt.Fprintf(p.out, "## %s\n\n%s\n", t.title, t.markdown())
	for _, r := range t.results {
		for side, values := range r.values {
			for _, v := range values {
				line := []string{t.name, r.key, r.work, sideNames[side], r.unit.name(), strconv.FormatFloat(v, 'g', 6, 64)}
				if err := p.raw.Write(line); err != nil {
					return err
				}
			}
		}
	}
	if p.raw.Flush(); p.raw.Error() != nil {
		return p.raw.Error()
	}
	if p.file == "" {
		return nil
	}
	text, err := os.ReadFile(p.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(p.file, []byte(replaceTable(string(text), t)), 0o666)
}

// replaceTable puts a table into a text, between the marks that show where the
// one before it was, or at its end under a heading. What people wrote around it
// stays.
func replaceTable(text string, t *table) string {
	begin, end := fmt.Sprintf("<!-- table %s -->\n", t.name), fmt.Sprintf("<!-- end of table %s -->\n", t.name)
	block := begin + "\n" + t.markdown() + "\n" + end
	before, rest, ok := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		return text + fmt.Sprintf("\n## %s\n\n%s", t.title, block)
	}
	return before + block + after
}
