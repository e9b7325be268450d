package main

import (
	"fmt"
	"slices"
	"strings"
)

// columns are what a table tells of each row. Those of a peer are left out where
// it does nothing.
var columns = []struct {
	head string
	peer int // ours: none, so that the column is always there
	cell func(*result) string
}{
	{"work", ours, func(r *result) string { return r.work }},
	{sideNames[ours], ours, func(r *result) string { return r.cell(ours) }},
	{sideNames[python], python, func(r *result) string { return r.cell(python) }},
	{sideNames[mlflow], mlflow, func(r *result) string { return r.cell(mlflow) }},
	{sideNames[limit], limit, func(r *result) string { return r.cell(limit) }},
	{"Go to limit", limit, func(r *result) string { return r.against(ours, limit) }},
	{"Python to Go", python, func(r *result) string { return r.against(python, ours) }},
	{"MLflow to Go", mlflow, func(r *result) string { return r.against(mlflow, ours) }},
	{"aims", ours, (*result).verdict},
}

// markdown returns a table that can be read as it is, with what the machine was
// before it and what the limits were behind it.
func (t *table) markdown() string {
	var rows [][]string
	var notes []note
	for _, r := range t.results {
		rows = append(rows, nil)
		notes = addNote(notes, r)
	}
	var head, rule []string
	for _, c := range columns {
		if c.peer != ours && !slices.ContainsFunc(t.results, func(r *result) bool { return len(r.values[c.peer]) > 0 }) {
			continue
		}
		cells := []string{c.head}
		for _, r := range t.results {
			cells = append(cells, c.cell(r))
		}
		width := len([]rune(slices.MaxFunc(cells, func(a, b string) int { return len([]rune(a)) - len([]rune(b)) })))
		for i := range cells {
			cells[i] += strings.Repeat(" ", width-len([]rune(cells[i])))
			if i > 0 {
				rows[i-1] = append(rows[i-1], cells[i])
			}
		}
		head, rule = append(head, cells[0]), append(rule, strings.Repeat("-", width))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", t.machine)
	for _, row := range slices.Concat([][]string{head, rule}, rows) {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	if len(notes) > 0 {
		b.WriteString("\nWhat the limits are, and notes:\n\n")
	}
	for _, n := range notes {
		fmt.Fprintf(&b, "- %s: %s\n", strings.Join(n.works, "; "), n.text)
	}
	return b.String()
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
	if text == "" {
		return notes
	}
	for i := range notes {
		if notes[i].text == text {
			notes[i].works = append(notes[i].works, r.work)
			return notes
		}
	}
	return append(notes, note{[]string{r.work}, text})
}
