package main

import "fmt"

// A unit says how the values of a row are written.
type unit int

const (
	seconds unit = iota
	bytes
	count
)

// name is the unit in which a row keeps its values.
func (u unit) name() string { return [...]string{"seconds", "bytes", "count"}[u] }

func (u unit) format(x float64) string {
	switch u {
	case bytes:
		return fmt.Sprintf("%.0f MiB", x/(1<<20))
	case count:
		return fmt.Sprintf("%.2g", x)
	}
	const nearly = 0.9995 // what is rounded to 1000 of a unit is 1 of the next
	switch {
	case x >= 1*nearly:
		return fmt.Sprintf("%.3g s", x)
	case x >= 1e-3*nearly:
		return fmt.Sprintf("%.3g ms", x*1e3)
	case x >= 1e-6*nearly:
		return fmt.Sprintf("%.3g µs", x*1e6)
	}
	return fmt.Sprintf("%.3g ns", x*1e9)
}

// ratio writes a ratio with as many digits as mean something.
func ratio(x float64) string {
	switch {
	case x >= 10:
		return fmt.Sprintf("%.0fx", x)
	case x >= 0.1:
		return fmt.Sprintf("%.2fx", x)
	}
	return fmt.Sprintf("%.2gx", x)
}
