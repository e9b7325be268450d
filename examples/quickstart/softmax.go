package main

import "math"

// Softmax is multinomial logistic regression: one weight for each species and
// measure, and one constant for each species.
type Softmax struct {
	Weights   [len(species)]Measures
	Constants [len(species)]float64
}

// SoftmaxSettings are what a regression is trained with.
type SoftmaxSettings struct {
	Rate   float64 `json:"rate"` // of gradient descent
	L2     float64 `json:"l2"`   // strength of the penalty on large weights
	Epochs int     `json:"epochs"`
}

// Probabilities is the softmax of the species' scores.
func (m *Softmax) Probabilities(x Measures) [len(species)]float64 {
	var p [len(species)]float64
	highest := math.Inf(-1)
	for c := range p {
		p[c] = m.Constants[c]
		for j := range x {
			p[c] += m.Weights[c][j] * x[j]
		}
		highest = max(highest, p[c])
	}
	var sum float64
	for c := range p {
		p[c] = math.Exp(p[c] - highest) // the shift keeps Exp from overflowing
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

// train improves m by gradient descent over all flowers, once per epoch, and
// calls after with the loss each epoch began with.
func (m *Softmax) train(flowers []Flower, s SoftmaxSettings, after func(epoch int, loss float64) error) error {
	for epoch := range s.Epochs {
		loss := m.step(flowers, s)
		if err := after(epoch, loss); err != nil {
			return err
		}
	}
	return nil
}

// step changes the weights in place, against the gradient of the mean log loss
// and the penalty.
func (m *Softmax) step(flowers []Flower, s SoftmaxSettings) (loss float64) {
	var gradient Softmax
	n := float64(len(flowers))
	for _, f := range flowers {
		p := m.Probabilities(f.Measures)
		loss -= math.Log(p[f.Species]) / n
		for c := range p {
			d := p[c]
			if c == f.Species {
				d--
			}
			gradient.Constants[c] += d / n
			for j := range f.Measures {
				gradient.Weights[c][j] += d * f.Measures[j] / n
			}
		}
	}
	for c := range m.Weights {
		m.Constants[c] -= s.Rate * gradient.Constants[c]
		for j, w := range m.Weights[c] {
			loss += s.L2 * w * w / 2
			m.Weights[c][j] -= s.Rate * (gradient.Weights[c][j] + s.L2*w)
		}
	}
	return loss
}
