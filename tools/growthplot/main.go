// Command growthplot draws how the library's work grows with the number of
// experiments, from what bench -growth measured:
//
//	go run ./bench -growth -o bench/growth.csv
//	go run -C tools ./growthplot
//
// It writes ../bench/growth.svg, both axes logarithmic, and prints a table with
// the exponent of each work: the slope of a line fitted to its medians there. An
// exponent of 1 is work that is proportional to the number of experiments. Small
// projects are mostly the cost of opening anything at all, so that the fit begins
// at 10,000.
//
// It is a program of the tools so that nobody else needs what draws.
package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	source = "../bench/growth.csv"
	target = "../bench/growth.svg"
	fitted = 10_000 // experiments, from which on the exponent is fitted
)

// A curve is one work at all sizes: X is the number of experiments.
type curve struct {
	work, unit string
	points     plotter.XYs
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("growthplot: ")
	curves, err := read(source)
	if err == nil {
		err = drawTo(target, curves)
	}
	if err != nil {
		log.Fatal(err)
	}
	printTable(curves)
}

func read(name string) ([]*curve, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var curves []*curve
	for i, line := range lines {
		if i == 0 {
			continue // the head
		}
		n, errN := strconv.ParseFloat(line[2], 64)
		median, errM := strconv.ParseFloat(line[3], 64)
		if err := cmp.Or(errN, errM); err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, i+1, err)
		}
		last := len(curves) - 1
		if last < 0 || curves[last].work != line[0] {
			curves = append(curves, &curve{work: line[0], unit: line[1]})
			last++
		}
		curves[last].points = append(curves[last].points, plotter.XY{X: n, Y: median})
	}
	return curves, nil
}

// exponent is b of the line log y = a + b log x through the points that are fitted.
func (c *curve) exponent() float64 {
	var x, y []float64
	for _, p := range c.points {
		if p.X >= fitted {
			x, y = append(x, math.Log(p.X)), append(y, math.Log(p.Y))
		}
	}
	_, b := stat.LinearRegression(x, y, nil, false)
	return b
}

// drawTo draws times above memory.
func drawTo(name string, curves []*curve) error {
	times, err := chart("Time", "seconds", curves)
	if err != nil {
		return err
	}
	memory, err := chart("Memory", "bytes", curves)
	if err != nil {
		return err
	}
	canvas := vgsvg.New(18*vg.Centimeter, 24*vg.Centimeter)
	plots := [][]*plot.Plot{{times}, {memory}}
	tiles := draw.Tiles{Rows: 2, Cols: 1, PadY: vg.Centimeter, PadRight: vg.Centimeter}
	for i, part := range plot.Align(plots, tiles, draw.New(canvas)) {
		plots[i][0].Draw(part[0])
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	return errors.Join(err, f.Close())
}

// chart draws the curves of one unit.
func chart(what, unit string, curves []*curve) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = what + " against the number of experiments"
	p.X.Label.Text, p.Y.Label.Text = "experiments", unit
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	p.Legend.Top, p.Legend.Left = true, true
	p.Add(plotter.NewGrid())
	drawn := 0
	for _, c := range curves {
		if c.unit != unit {
			continue
		}
		line, points, err := plotter.NewLinePoints(c.points)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.work, err)
		}
		line.Color, points.Color = plotutil.Color(drawn), plotutil.Color(drawn)
		points.Shape = draw.CircleGlyph{}
		p.Add(line, points)
		p.Legend.Add(fmt.Sprintf("%s (exponent %.2f)", c.work, c.exponent()), line, points)
		drawn++
	}
	p.Y.Max *= 30 // room for the legend
	return p, nil
}

func printTable(curves []*curve) {
	fmt.Print("| work |")
	sizes := curves[0].points
	for _, p := range sizes {
		fmt.Printf(" %.0f |", p.X)
	}
	fmt.Print(" exponent |\n|---|")
	for range sizes {
		fmt.Print("---|")
	}
	fmt.Println("---|")
	for _, c := range curves {
		fmt.Printf("| %s |", c.work)
		for _, p := range c.points {
			fmt.Printf(" %s |", format(p.Y, c.unit))
		}
		fmt.Printf(" %.2f |\n", c.exponent())
	}
}

func format(y float64, unit string) string {
	switch {
	case unit == "bytes":
		return fmt.Sprintf("%.0f MiB", y/(1<<20))
	case y >= 1:
		return fmt.Sprintf("%.3g s", y)
	case y >= 1e-3:
		return fmt.Sprintf("%.3g ms", y*1e3)
	}
	return fmt.Sprintf("%.3g µs", y*1e6)
}
