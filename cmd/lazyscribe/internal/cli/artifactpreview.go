package cli

import (
	"encoding/hex"
	"fmt"
	"os"
	"reflect"

	"golang.org/x/term"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/preview"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/termimage"
)

// draws reports whether pictures can be shown.
func (a *app) draws() bool { return a.output == tableOutput && a.colour() }

// printPreview prints what is known about a file.
func (a *app) printPreview(p *preview.Preview) error {
	return a.printOne(p.Object(), func() error {
		for _, part := range []func(*preview.Preview) error{a.showFacts, a.showRows, a.showMembers, a.showHead, a.showPicture} {
			if err := part(p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *app) showFacts(p *preview.Preview) error {
	s := a.section()
	for _, f := range p.Facts {
		s.row(f.Name, shown(f))
	}
	s.text("not read", p.Unread)
	return s.write("")
}

// shown is a fact as people read it.
func shown(f preview.Fact) any {
	if bytes, ok := f.Value.(int64); ok && (f.Name == "size" || f.Name == "unpacked") {
		return size(bytes)
	}
	if _, isList := f.Value.([]any); isList {
		return query.Format(f.Value) // whole: the numbers are few
	}
	return f.Value
}

// mostColumns is how many columns of a table are shown side by side.
const mostColumns = 30

func (a *app) showRows(p *preview.Preview) error {
	if len(p.Columns) == 0 {
		return nil
	}
	columns := p.Columns[:min(mostColumns, len(p.Columns))]
	title := fmt.Sprintf("first %s", plural(len(p.Rows), "row"))
	if left := len(p.Columns) - len(columns); left > 0 {
		title += fmt.Sprintf(" without %s", plural(left, "column"))
	}
	if err := a.title(title); err != nil {
		return err
	}
	t := &render.Table{Colour: a.colour()}
	types := make([]render.Cell, len(columns))
	for i, c := range columns {
		t.Header = append(t.Header, render.Shorten(c.Name, widest))
		types[i] = render.Cell{Text: render.Shorten(c.Type, widest), Style: render.Dim, Right: isNumeric(p.Rows, i)}
	}
	t.Add(types...)
	for _, row := range p.Rows {
		cells := make([]render.Cell, len(columns))
		for i, v := range row[:len(columns)] {
			cells[i] = valueCell(v)
		}
		t.Add(cells...)
	}
	return t.Write(a.out)
}

// isNumeric reports whether a column has numbers and, but for nulls, nothing else.
func isNumeric(rows [][]any, column int) bool {
	found := false
	for _, row := range rows {
		if row[column] == nil {
			continue
		}
		if !isNumber(row[column]) {
			return false
		}
		found = true
	}
	return found
}

func isNumber(v any) bool {
	n := reflect.ValueOf(v)
	return n.CanInt() || n.CanUint() || n.CanFloat()
}

// valueCell is a value in a table of values, in which null is not the empty text.
func valueCell(v any) render.Cell {
	if v == nil {
		return render.Cell{Text: "null", Style: render.Dim}
	}
	text := query.Format(v)
	if data, ok := v.([]byte); ok {
		text = fmt.Sprintf("b%q", data[:min(len(data), widest)])
	}
	return render.Cell{Text: render.Shorten(text, widest), Right: isNumber(v)}
}

func (a *app) showMembers(p *preview.Preview) error {
	if len(p.Members) == 0 {
		return nil
	}
	if err := a.title(p.List); err != nil {
		return err
	}
	l := &listing{}
	for _, f := range p.Members[0] {
		l.header = append(l.header, f.Name)
	}
	for _, m := range p.Members {
		row := make([]any, len(m))
		for i, f := range m {
			row[i] = shown(f)
		}
		l.rows = append(l.rows, row)
	}
	if err := a.table(l).Write(a.out); err != nil {
		return err
	}
	if p.More == 0 {
		return nil
	}
	_, err := fmt.Fprintf(a.out, "and %d more\n", p.More)
	return err
}

func (a *app) showHead(p *preview.Preview) error {
	if len(p.Head) == 0 {
		return nil
	}
	title, text := "first bytes", hex.Dump(p.Head)
	if p.IsText {
		title, text = "first lines", string(p.Head)
	}
	if err := a.title(title); err != nil {
		return err
	}
	return a.printText(text)
}

// usualColumns is the width of a terminal that does not say.
const usualColumns = 80

func (a *app) showPicture(p *preview.Preview) error {
	if p.Picture == nil {
		return nil
	}
	columns := usualColumns
	if f, ok := a.out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			columns = min(columns, width)
		}
	}
	if err := a.title("picture"); err != nil {
		return err
	}
	return termimage.Write(a.out, p.Picture, termimage.Detect(a.getenv), columns)
}
