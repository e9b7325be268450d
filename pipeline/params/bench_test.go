package params_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/sample"
	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// BenchmarkOf has parameters as a training has them.
func BenchmarkOf(b *testing.B) {
	p := sample.NewTraining(20)
	b.ReportAllocs()
	for b.Loop() {
		set, err := params.Of(p)
		if err != nil {
			b.Fatal(err)
		}
		params.Hash("train", "1", set.Text, nil)
	}
}
