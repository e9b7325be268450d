package pyjson

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Format says how text is laid out, in the terms of Python's json.dumps. The
// zero Format is that of json.dumps(v): one line, ASCII only, keys in order.
type Format struct {
	Indent string // one level of indentation; "" writes one line
	Level  int    // levels the value is already inside, for splicing it into an indented text

	MaxDepth int // levels a tree may have; 0 is [MaxWriteDepth]

	SortKeys   bool // sort keys by code point
	RawUnicode bool // ensure_ascii=False: escape only what JSON requires, and lone surrogates, which UTF-8 cannot say

	ItemSeparator string // "" is Python's default: ", ", or "," with Indent
	KeySeparator  string // "" is Python's default: ": "

	NoNonFinite    bool // allow_nan=False: NaN and the infinities are an error that wraps [ErrNonFinite]
	QuoteNonFinite bool // write them as the strings "NaN", "Infinity" and "-Infinity", for readers of RFC 8259
}

// Append appends the text of v to dst. v is a tree or anything [Of] converts;
// f nil is the zero Format. Bytes of a string that are not UTF-8 are written
// as U+FFFD. On an error, dst is returned as it was given.
//
// A value nested deeper than MaxDepth is refused with [ErrTooDeep].
func Append(dst []byte, v any, f *Format) ([]byte, error) {
	w := writer{out: dst}
	w.layOut(f)
	if err := w.value(v); err != nil {
		return dst, settle(err)
	}
	return w.out, nil
}

// Parts returns the text that [Append] would, in parts that make it up one after
// the other. A large text is not copied again and again while it grows.
func Parts(v any, f *Format) ([][]byte, error) {
	w := writer{inParts: true}
	w.layOut(f)
	if err := w.value(v); err != nil {
		return nil, settle(err)
	}
	return append(w.parts, w.out), nil
}

// partSize is the length in bytes that a part has at least, unless it is the last.
const partSize = 64 << 10

// layOut prepares a writer for a format. It makes none, so that those for single
// values need no memory of their own.
func (w *writer) layOut(f *Format) {
	w.item, w.key = ", ", ": "
	if f != nil {
		w.Format = *f
	}
	if w.MaxDepth == 0 {
		w.MaxDepth = MaxWriteDepth
	}
	if w.Indent != "" {
		w.item = ","
		w.blank = strings.Trim(w.Indent, " ") == ""
	}
	if w.ItemSeparator != "" {
		w.item = w.ItemSeparator
	}
	if w.KeySeparator != "" {
		w.key = w.KeySeparator
	}
}

// A writer appends one value.
type writer struct {
	Format
	item, key string // separators
	blank     bool   // the indentation is made of blanks
	out       []byte
	depth     int // open levels

	inParts bool
	parts   [][]byte // those before out
}

func (w *writer) value(v any) error {
	switch v := v.(type) {
	case nil:
		w.out = append(w.out, "null"...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case string:
		w.string(v)
	case int:
		w.out = strconv.AppendInt(w.out, int64(v), 10)
	case int64:
		w.out = strconv.AppendInt(w.out, v, 10)
	case float64:
		return w.float(v)
	case Number:
		return w.number(v)
	case []any:
		return list(w, v, w.value)
	case []float64:
		if v == nil {
			w.out = append(w.out, "null"...)
			return nil
		}
		return list(w, v, w.float)
	case *Object:
		if v == nil {
			w.out = append(w.out, "null"...)
			return nil
		}
		return w.object(v)
	default:
		tree, err := newConversion(nil).root(v)
		if err != nil {
			return err
		}
		return w.value(tree)
	}
	return nil
}

func (w *writer) string(s string) {
	if w.RawUnicode {
		w.out = appendRawString(w.out, s)
	} else {
		w.out = AppendString(w.out, s)
	}
}

func (w *writer) number(n Number) error {
	if n.isShortest() {
		w.out = append(w.out, n...)
		return nil
	}
	if err := n.check(); err != nil {
		return err
	}
	if n.IsInt() {
		w.out = append(w.out, n.Canonical()...)
		return nil
	}
	return w.float(n.Float64())
}

func (w *writer) float(x float64) error {
	finite := !math.IsNaN(x) && !math.IsInf(x, 0)
	if !finite && w.NoNonFinite {
		return fmt.Errorf("%w: %s", ErrNonFinite, AppendFloat(nil, x))
	}
	if !finite && w.QuoteNonFinite {
		w.out = append(AppendFloat(append(w.out, '"'), x), '"')
		return nil
	}
	w.out = AppendFloat(w.out, x)
	return nil
}

// list writes the elements of a list, each with a method of w.
func list[T any](w *writer, elements []T, write func(T) error) error {
	if len(elements) == 0 {
		w.out = append(w.out, "[]"...)
		return nil
	}
	if err := w.open('['); err != nil {
		return err
	}
	for i, v := range elements {
		w.separate(i)
		if err := write(v); err != nil {
			return at(err, indexStep(i))
		}
	}
	w.close(']')
	return nil
}

func (w *writer) object(o *Object) error {
	if len(o.keys) == 0 {
		w.out = append(w.out, "{}"...)
		return nil
	}
	if err := w.open('{'); err != nil {
		return err
	}
	order := w.order(o.keys)
	for n := range o.keys {
		i := n
		if order != nil {
			i = order[n]
		}
		w.separate(n)
		w.string(o.keys[i])
		w.out = append(w.out, w.key...)
		if err := w.value(o.values[i]); err != nil {
			return at(err, keyStep(o.keys[i]))
		}
	}
	w.close('}')
	return nil
}

// order returns the places of keys in the order to write them, or nil when
// that is the order they stand in. The order of bytes is that of code points,
// for surrogates too.
func (w *writer) order(keys []string) []int {
	if !w.SortKeys || slices.IsSorted(keys) {
		return nil
	}
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	return order
}

func (w *writer) open(bracket byte) error {
	if w.depth == w.MaxDepth {
		return fmt.Errorf("%w: more than %d levels", ErrTooDeep, w.MaxDepth)
	}
	w.depth++
	w.out = append(w.out, bracket)
	return nil
}

func (w *writer) close(bracket byte) {
	w.depth--
	w.newline()
	w.out = append(w.out, bracket)
}

// separate comes before the element of the given place.
func (w *writer) separate(place int) {
	if w.inParts && len(w.out) >= partSize {
		w.parts = append(w.parts, w.out)
		w.out = make([]byte, 0, partSize+partSize/4)
	}
	if place > 0 {
		w.out = append(w.out, w.item...)
	}
	w.newline()
}

// blankLine begins lines that are not indented far, which most are: at once, where
// level by level would take a tenth of the time of writing a record.
const blankLine = "\n                                                "

func (w *writer) newline() {
	if w.Indent == "" {
		return
	}
	if end := 1 + (w.Level+w.depth)*len(w.Indent); w.blank && end <= len(blankLine) {
		w.out = append(w.out, blankLine[:end]...)
		return
	}
	w.out = append(w.out, '\n')
	for range w.Level + w.depth {
		w.out = append(w.out, w.Indent...)
	}
}

// shorten keeps a hostile token from filling an error message.
func shorten(s string) string {
	const limit = 40
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
