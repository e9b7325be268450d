package main

import (
	"encoding/gob"
	"math"
)

// A Model is what a run produces and what is kept of it. It is stored as a gob,
// which holds exported fields only.
type Model struct {
	Scale      Scale
	Classifier Classifier
}

// A Classifier gives the probability of each species for scaled measures.
type Classifier interface {
	Probabilities(Measures) [len(species)]float64
}

// gob has to know the types it may find behind an interface.
func init() {
	gob.Register(&KNN{})
	gob.Register(&Softmax{})
}

// predict returns the likeliest species of a flower and the probability of each.
func (m *Model) predict(x Measures) (class int, p [len(species)]float64) {
	p = m.Classifier.Probabilities(m.Scale.apply(x))
	for i := range p {
		if p[i] > p[class] {
			class = i
		}
	}
	return class, p
}

// A Scale brings measures to mean 0 and standard deviation 1.
type Scale struct{ Mean, Deviation Measures }

func fitScale(flowers []Flower) Scale {
	var s Scale
	n := float64(len(flowers))
	for j := range s.Mean {
		for _, f := range flowers {
			s.Mean[j] += f.Measures[j] / n
		}
		for _, f := range flowers {
			d := f.Measures[j] - s.Mean[j]
			s.Deviation[j] += d * d / n
		}
		s.Deviation[j] = math.Sqrt(s.Deviation[j])
	}
	return s
}

func (s Scale) apply(x Measures) Measures {
	for j := range x {
		x[j] = (x[j] - s.Mean[j]) / s.Deviation[j]
	}
	return x
}

func (s Scale) applyAll(flowers []Flower) []Flower {
	scaled := make([]Flower, len(flowers))
	for i, f := range flowers {
		scaled[i] = Flower{Measures: s.apply(f.Measures), Species: f.Species}
	}
	return scaled
}
