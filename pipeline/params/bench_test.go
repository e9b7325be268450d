package params_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// BenchmarkOf has parameters as a training has them.
func BenchmarkOf(b *testing.B) {
	p := struct {
		Name     string             `lazyscribe:"name"`
		Layers   []int              `lazyscribe:"layers"`
		LR       float64            `lazyscribe:"lr"`
		Warmup   time.Duration      `lazyscribe:"warmup"`
		Shuffle  bool               `lazyscribe:"shuffle"`
		Weights  map[string]float64 `lazyscribe:"weights"`
		Optional *float64           `lazyscribe:"optional"`
	}{"resnet", []int{64, 128, 256}, 3e-4, 90 * time.Second, true, map[string]float64{}, nil}
	for i := range 20 {
		p.Weights[fmt.Sprintf("class%d", i)] = 1 / float64(i+1)
	}
	b.ReportAllocs()
	for b.Loop() {
		set, err := params.Of(p)
		if err != nil {
			b.Fatal(err)
		}
		params.Hash("train", "1", set.Text, nil)
	}
}
