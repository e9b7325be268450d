package main

import (
	"cmp"
	"slices"
)

// KNN classifies a flower by the K known flowers that are nearest to it.
type KNN struct {
	K     int
	Known []Flower
}

// Probabilities counts the species of the neighbours. Each species gets one
// vote more than it has (Laplace's rule), so that none is ever impossible.
func (m *KNN) Probabilities(x Measures) [len(species)]float64 {
	nearest := slices.Clone(m.Known)
	slices.SortStableFunc(nearest, func(a, b Flower) int {
		return cmp.Compare(distance(a.Measures, x), distance(b.Measures, x))
	})
	nearest = nearest[:min(m.K, len(nearest))]
	var p [len(species)]float64
	for i := range p {
		p[i] = 1
	}
	for _, f := range nearest {
		p[f.Species]++
	}
	for i := range p {
		p[i] /= float64(len(nearest) + len(p))
	}
	return p
}

// distance is the square of the Euclidean distance.
func distance(a, b Measures) float64 {
	var sum float64
	for j := range a {
		sum += (a[j] - b[j]) * (a[j] - b[j])
	}
	return sum
}
