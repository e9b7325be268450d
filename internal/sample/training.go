package sample

import (
	"fmt"
	"time"
)

// Training is parameters as a step of a pipeline has them.
type Training struct {
	Name     string             `lazyscribe:"name"`
	Layers   []int              `lazyscribe:"layers"`
	LR       float64            `lazyscribe:"lr"`
	Warmup   time.Duration      `lazyscribe:"warmup"`
	Shuffle  bool               `lazyscribe:"shuffle"`
	Weights  map[string]float64 `lazyscribe:"weights"`
	Optional *float64           `lazyscribe:"optional"`
}

// NewTraining returns parameters with a map of n.
func NewTraining(n int) Training {
	p := Training{Name: "resnet", Layers: []int{64, 128, 256}, LR: 3e-4, Warmup: 90 * time.Second, Shuffle: true, Weights: map[string]float64{}}
	for i := range n {
		p.Weights[fmt.Sprintf("class%d", i)] = 1 / float64(i+1)
	}
	return p
}
