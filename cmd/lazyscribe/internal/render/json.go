package render

import (
	"bufio"
	"encoding/csv"
	"io"
	"iter"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// The layouts of JSON: as in manifests, but strictly RFC 8259. NaN and the
// infinities, which it does not know, are strings.
var (
	indented = pyjson.Format{Indent: "    ", QuoteNonFinite: true}
	oneLine  = pyjson.Format{QuoteNonFinite: true}
)

// JSON writes a value, of any kind that encoding/json or package pyjson knows,
// over several lines.
func JSON(w io.Writer, value any) error { return writeJSON(w, value, &indented) }

// JSONLine writes a value on one line.
func JSONLine(w io.Writer, value any) error { return writeJSON(w, value, &oneLine) }

func writeJSON(w io.Writer, value any, f *pyjson.Format) error {
	text, err := pyjson.Append(nil, value, f)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// JSONList writes a list whose elements come one by one, so that a long one is
// not held in memory. An error of the sequence ends it.
func JSONList(w io.Writer, elements iter.Seq2[any, error]) error {
	out := bufio.NewWriter(w)
	nested := indented
	nested.Level = 1
	lead := "[\n" + nested.Indent
	end := "[]\n"
	for v, err := range elements {
		if err != nil {
			return err
		}
		text, err := pyjson.Append([]byte(lead), v, &nested)
		if err != nil {
			return err
		}
		if _, err := out.Write(text); err != nil {
			return err
		}
		lead, end = ",\n"+nested.Indent, "\n]\n"
	}
	if _, err := out.WriteString(end); err != nil {
		return err
	}
	return out.Flush()
}

// JSONLines writes the elements of a list one a line.
func JSONLines(w io.Writer, elements iter.Seq2[any, error]) error {
	out := bufio.NewWriter(w)
	for v, err := range elements {
		if err != nil {
			return err
		}
		if err := JSONLine(out, v); err != nil {
			return err
		}
	}
	return out.Flush()
}

// CSV writes a header and rows by RFC 4180, with "\n" at the ends of lines.
func CSV(w io.Writer, header []string, rows iter.Seq[[]string]) error {
	out := csv.NewWriter(w)
	err := out.Write(header)
	for row := range rows {
		if err != nil {
			return err
		}
		err = out.Write(row)
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}
