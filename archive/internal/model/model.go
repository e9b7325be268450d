// Package model has the types that the tests of package archive write: what is
// written as a package has to be importable.
package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// A Layer refers to others, and shares options and arrays with them.
type Layer struct {
	Name  string
	W     [][]float64
	B     []float64
	Next  *Layer
	Opt   *Opt
	At    time.Time
	IP    netip.Addr
	List  []*Opt
	Raw   []byte
	Act   func(float64) float64
	cache map[string]int `lazyscribe:"-"`
}

// Cached counts what is not archived.
func (l *Layer) Cached() int { return len(l.cache) }

// Opt has a map of anything.
type Opt struct {
	LR   float64
	Meta map[string]any
}

// Relu is a function that can be a value.
func Relu(x float64) float64 { return max(x, 0) }

// Numbers with names of their own.
type (
	Celsius float32
	Code    string
	Flag    bool
	Count   uint16
	Phase   complex64
)

// Pair is generic.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Counter has its state in a field that nobody else sees.
type Counter struct {
	n    int
	tags []string
}

// NewCounter makes a Counter.
func NewCounter(n int, tags []string) *Counter { return &Counter{n: n, tags: tags} }

// ArchiveCall says how the counter is made.
func (c *Counter) ArchiveCall() (any, []any, error) { return NewCounter, []any{c.n, c.tags}, nil }

// N returns the count.
func (c *Counter) N() int { return c.n }

// Tags returns the slice that the counter was made with.
func (c *Counter) Tags() []string { return c.tags }

// Ratio is made by a constructor that may refuse.
type Ratio struct{ num, den int }

// NewRatio refuses to divide by zero.
func NewRatio(num, den int) (Ratio, error) {
	if den == 0 {
		return Ratio{}, errors.New("the denominator is zero")
	}
	return Ratio{num, den}, nil
}

// ArchiveCall says how the ratio is made.
func (r Ratio) ArchiveCall() (any, []any, error) { return NewRatio, []any{r.num, r.den}, nil }

// Secret says itself how it is written, as text.
type Secret struct{ word string }

// NewSecret makes a Secret.
func NewSecret(word string) Secret { return Secret{word} }

// MarshalText returns the word, marked.
func (s Secret) MarshalText() ([]byte, error) { return []byte("<" + s.word + ">"), nil }

// UnmarshalText reads what MarshalText returned.
func (s *Secret) UnmarshalText(text []byte) error {
	word, ok := strings.CutSuffix(strings.TrimPrefix(string(text), "<"), ">")
	if !ok {
		return fmt.Errorf("%q is not a secret", text)
	}
	s.word = word
	return nil
}

// Event would lose its name if the methods of its embedded time were used.
type Event struct {
	time.Time
	Name string
}

// Tree branches.
type Tree struct {
	Left, Right *Tree
	Value       int
}

// List is as deep as it is long.
type List struct {
	Next  *List
	Value int
}

// Ints is one too.
type Ints []int

// Vec is a slice with a name.
type Vec []float64

// Ref is a pointer with a name.
type Ref *Opt

// Signal is a channel with a name.
type Signal chan int

// Cell can be a key.
type Cell struct{ Row, Col int }

// Plain embeds a type without methods.
type Plain struct {
	Cell
	Note string
}

// Bin has anything in it.
type Bin struct {
	Left  *Bin
	Value any
}

// Sum is made of any number of arguments.
type Sum struct{ parts []int }

// Fold makes a Sum.
func Fold(parts ...int) Sum { return Sum{parts} }

// ArchiveCall says how the sum is made.
func (s Sum) ArchiveCall() (any, []any, error) {
	var args []any
	for _, p := range s.parts {
		args = append(args, p)
	}
	return Fold, args, nil
}

// Shape says itself how it is written, as JSON.
type Shape struct{ kind string }

// NewShape makes a Shape.
func NewShape(kind string) Shape { return Shape{kind} }

// MarshalJSON returns the kind as an object.
func (s Shape) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"kind": s.kind})
}

// UnmarshalJSON reads what MarshalJSON returned.
func (s *Shape) UnmarshalJSON(text []byte) error {
	var m map[string]string
	err := json.Unmarshal(text, &m)
	s.kind = m["kind"]
	return err
}

// Packed says itself how it is written, as bytes.
type Packed struct{ n byte }

// NewPacked makes a Packed.
func NewPacked(n byte) Packed { return Packed{n} }

// MarshalBinary returns the number as a byte.
func (p Packed) MarshalBinary() ([]byte, error) { return []byte{p.n}, nil }

// UnmarshalBinary reads what MarshalBinary returned.
func (p *Packed) UnmarshalBinary(data []byte) error {
	if len(data) != 1 {
		return errors.New("one byte is wanted")
	}
	p.n = data[0]
	return nil
}

// Broken cannot say how it is made.
type Broken struct{}

// ArchiveCall fails.
func (Broken) ArchiveCall() (any, []any, error) { return nil, nil, errors.New("it is broken") }

// Wrong names the constructor of another type.
type Wrong struct{}

// ArchiveCall returns what makes a Counter.
func (Wrong) ArchiveCall() (any, []any, error) { return NewCounter, []any{1, []string(nil)}, nil }

// Fragile panics when it is read.
type Fragile struct{ hidden bool }

// MarshalText returns nothing.
func (Fragile) MarshalText() ([]byte, error) { return nil, nil }

// UnmarshalText panics.
func (f *Fragile) UnmarshalText([]byte) error {
	f.hidden = true
	panic("it broke")
}

// Fresh is made of a cell that it makes anew whenever it is asked.
type Fresh struct{ first, second *Cell }

// NewFresh makes a Fresh of two cells.
func NewFresh(first, second *Cell) *Fresh { return &Fresh{first, second} }

// ArchiveCall returns one cell twice, and another one each time.
func (f *Fresh) ArchiveCall() (any, []any, error) {
	c := new(Cell)
	return NewFresh, []any{c, c}, nil
}

// Both returns the two cells.
func (f *Fresh) Both() (first, second *Cell) { return f.first, f.second }
