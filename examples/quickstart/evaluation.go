package main

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
)

// A Confusion counts flowers by their species (rows) and by what the model took
// them for (columns).
type Confusion struct {
	Species []string `json:"species"`
	Counts  [][]int  `json:"counts"`
}

// evaluation is how a model did on flowers it was not trained on.
type evaluation struct {
	Confusion
	logLoss float64
}

func evaluate(m *Model, flowers []Flower) evaluation {
	e := evaluation{Confusion: Confusion{Species: species[:], Counts: make([][]int, len(species))}}
	for i := range e.Counts {
		e.Counts[i] = make([]int, len(species))
	}
	for _, f := range flowers {
		class, p := m.predict(f.Measures)
		e.Counts[f.Species][class]++
		e.logLoss -= math.Log(p[f.Species]) / float64(len(flowers))
	}
	return e
}

// right, actual and predicted are sums over the diagonal, a row and a column.
func (c Confusion) right() (n int) {
	for i := range c.Counts {
		n += c.Counts[i][i]
	}
	return n
}

func (c Confusion) actual(class int) (n int) {
	for _, count := range c.Counts[class] {
		n += count
	}
	return n
}

func (c Confusion) predicted(class int) (n int) {
	for _, row := range c.Counts {
		n += row[class]
	}
	return n
}

func (c Confusion) total() (n int) {
	for class := range c.Counts {
		n += c.actual(class)
	}
	return n
}

func (c Confusion) accuracy() float64 { return float64(c.right()) / float64(c.total()) }

// precision is NaN for a species the model never named; lazyscribe keeps NaN.
func (c Confusion) precision(class int) float64 {
	return float64(c.Counts[class][class]) / float64(c.predicted(class))
}

func (c Confusion) recall(class int) float64 {
	return float64(c.Counts[class][class]) / float64(c.actual(class))
}

// String is the report that is kept as a text artifact.
func (e evaluation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d right, log loss %.3f\n\n", e.right(), e.total(), e.logLoss)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\ttaken for:", "\t"+strings.Join(e.Species, "\t")+"\t")
	for class, row := range e.Counts {
		fmt.Fprint(table, e.Species[class], "\t\t")
		for _, count := range row {
			fmt.Fprint(table, count, "\t")
		}
		fmt.Fprintln(table)
	}
	table.Flush()
	return b.String()
}
