package main

import (
	"fmt"
	"io"
	"strings"
)

// writeTable writes the results as a table of Markdown that can be read as it
// is, with what the machine was before it and what the limits were behind it.
func writeTable(w io.Writer, machine string, results []*result) error {
	head := []string{"work", "Go", "Python", "limit", "Go to limit", "Python to Go", "aims"}
	rows := [][]string{head, nil}
	var notes []note
	for _, r := range results {
		rows = append(rows, []string{
			r.work, r.cell(ours), r.cell(python), r.cell(limit),
			r.against(ours, limit), r.against(python, ours), r.verdict(),
		})
		notes = addNote(notes, r)
	}
	widths := make([]int, len(head))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", machine)
	for _, row := range rows {
		for i, width := range widths {
			if row == nil {
				fmt.Fprintf(&b, "|%s", strings.Repeat("-", width+2))
				continue
			}
			fmt.Fprintf(&b, "| %s%s ", row[i], strings.Repeat(" ", width-len([]rune(row[i]))))
		}
		b.WriteString("|\n")
	}
	b.WriteString("\nWhat the limits are, and notes:\n\n")
	for _, n := range notes {
		fmt.Fprintf(&b, "- %s: %s\n", strings.Join(n.works, "; "), n.text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell is a side's median and spread.
func (r *result) cell(side int) string {
	n := len(r.values[side])
	switch {
	case n == 0:
		return "-"
	case n < 3:
		return r.unit.format(r.median(side))
	}
	return fmt.Sprintf("%s ±%.0f%%", r.unit.format(r.median(side)), 100*r.spread(side))
}

// against is the ratio of two sides.
func (r *result) against(a, b int) string {
	if r.median(a) == 0 || r.median(b) == 0 {
		return "-"
	}
	return ratio(r.median(a) / r.median(b))
}

// A note is what has to be known of one or several rows.
type note struct {
	works []string
	text  string
}

func addNote(notes []note, r *result) []note {
	text := r.note
	if r.limit != "" {
		text = strings.TrimSpace("the limit is " + r.limit + ". " + text)
	}
	switch n := len(notes); {
	case text == "":
		return notes
	case n > 0 && notes[n-1].text == text:
		notes[n-1].works = append(notes[n-1].works, r.work)
		return notes
	}
	return append(notes, note{[]string{r.work}, text})
}
