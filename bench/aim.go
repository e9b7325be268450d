package main

import "fmt"

// An aim is what a row is to reach. met is asked only if the sides it compares
// took part.
type aim struct {
	text  string
	needs int // side, besides ours
	met   func(r *result) bool
}

// withinLimit: at most x times the limit.
func withinLimit(x float64) aim {
	return aim{fmt.Sprintf("≤ %gx limit", x), limit, func(r *result) bool { return r.median(ours) <= x*r.median(limit) }}
}

// fasterThanPython: a part of Python's time.
func fasterThanPython(x float64) aim {
	return aim{fmt.Sprintf("≥ %gx Python", x), python, func(r *result) bool { return r.median(ours)*x <= r.median(python) }}
}

// atMost: a value in the row's unit.
func atMost(x float64, u unit) aim {
	return aim{"≤ " + u.format(x), ours, func(r *result) bool { return r.median(ours) <= x }}
}

// verdict says of each aim of a row whether it was met.
func (r *result) verdict() string {
	text := ""
	for _, a := range r.aims {
		said := "not measured"
		switch {
		case len(r.values[ours]) == 0 || len(r.values[a.needs]) == 0:
		case a.met(r):
			said = "met"
		default:
			said = "**missed**"
		}
		if text != "" {
			text += ", "
		}
		text += a.text + " " + said
	}
	return text
}
