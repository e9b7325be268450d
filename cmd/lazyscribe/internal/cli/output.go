package cli

import (
	"fmt"
	"iter"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// output is the form of results. It is the value of a flag.
type output string

const (
	tableOutput output = "table"
	jsonOutput  output = "json"
	jsonlOutput output = "jsonl"
	csvOutput   output = "csv"
)

var outputs = []string{string(tableOutput), string(jsonOutput), string(jsonlOutput), string(csvOutput)}

// Set implements pflag.Value.
func (o *output) Set(s string) error {
	if !slices.Contains(outputs, s) {
		return fmt.Errorf("want %s", oneOf(outputs))
	}
	*o = output(s)
	return nil
}

// Type implements pflag.Value: the word for the value in help texts.
func (o *output) Type() string { return "form" }

// String implements pflag.Value.
func (o *output) String() string { return string(*o) }

// A listing is a result of many like things. Values are what [query.Key.Of]
// returns, a size, or a render.Cell, whose text and looks are given.
type listing struct {
	header   []string
	rows     [][]any
	elements iter.Seq2[any, error] // for JSON; nil: objects of header and rows
}

// print writes a listing in the form that was asked for.
func (a *app) print(l *listing) error {
	switch a.output {
	case jsonOutput:
		return render.JSONList(a.out, l.objects())
	case jsonlOutput:
		return render.JSONLines(a.out, l.objects())
	case csvOutput:
		return render.CSV(a.out, l.header, l.texts())
	}
	if len(l.rows) == 0 {
		return nil
	}
	return a.table(l).Write(a.out)
}

// table is a listing for people.
func (a *app) table(l *listing) *render.Table {
	t := &render.Table{Header: l.header, Colour: a.colour()}
	for _, row := range l.rows {
		cells := make([]render.Cell, len(row))
		for i, v := range row {
			cells[i] = cell(v)
		}
		t.Add(cells...)
	}
	return t
}

// size is a number of bytes: people see it rounded, programs as it is.
type size int64

// widest is how many columns of a table a value may take that is not a name:
// lists and objects can be of any length.
const widest = 60

func cell(v any) render.Cell {
	switch v := v.(type) {
	case render.Cell:
		return v
	case size:
		return render.Cell{Text: bytesText(int64(v)), Right: true}
	case []any, map[string]any:
		return render.Text(render.Shorten(query.Format(v), widest))
	}
	_, isNumber := query.Number(v)
	return render.Cell{Text: query.Format(v), Right: isNumber}
}

func (l *listing) texts() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, row := range l.rows {
			texts := make([]string, len(row))
			for i, v := range row {
				texts[i] = text(v)
			}
			if !yield(texts) {
				return
			}
		}
	}
}

func text(v any) string {
	switch v := v.(type) {
	case render.Cell:
		return v.Text
	case size:
		return query.Format(int64(v))
	}
	return query.Format(v)
}

func (l *listing) objects() iter.Seq2[any, error] {
	if l.elements != nil {
		return l.elements
	}
	return func(yield func(any, error) bool) {
		for _, row := range l.rows {
			object := pyjson.NewObject()
			for i, v := range row {
				object.Set(l.header[i], plain(v))
			}
			if !yield(object, nil) {
				return
			}
		}
	}
}

// plain is a value as JSON is made of it.
func plain(v any) any {
	switch v := v.(type) {
	case render.Cell:
		return v.Text
	case size:
		return int64(v)
	}
	return query.Plain(v)
}

// bytesText is a number of bytes for people, in powers of a thousand as disks
// and networks are sold.
func bytesText(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	x, unit := float64(n), -1
	for x >= 999.5 && unit < len(units)-1 {
		x /= 1000
		unit++
	}
	if x < 9.95 {
		return fmt.Sprintf("%.1f %cB", x, units[unit])
	}
	return fmt.Sprintf("%.0f %cB", x, units[unit])
}

const units = "kMGTPE"

// printOne writes a result that is one thing; table writes the form for people.
func (a *app) printOne(thing *pyjson.Object, table func() error) error {
	switch a.output {
	case jsonOutput:
		return render.JSON(a.out, thing)
	case jsonlOutput:
		return render.JSONLine(a.out, thing)
	case csvOutput:
		l := &listing{header: thing.Keys(), rows: [][]any{nil}}
		for _, v := range thing.All() {
			l.rows[0] = append(l.rows[0], v)
		}
		return a.print(l)
	}
	return table()
}

func elementsOf(list []any) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// printLines prints texts from a project one a line: as they are for programs,
// and on a terminal without what would drive it.
func (a *app) printLines(lines []string) error {
	for _, line := range lines {
		if isTerminal(a.out) {
			line = render.Printable(line)
		}
		if _, err := fmt.Fprintln(a.out, line); err != nil {
			return err
		}
	}
	return nil
}
