package npz_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

func Benchmark(b *testing.B) {
	numbers := make([]float64, 1<<20)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	value := map[string][]float64{"a": numbers, "b": numbers}
	for name, h := range map[string]npz.Handler{"stored": {}, "deflated": {Compress: true}} {
		file := encoded(b, h, value)
		b.Run(name+"/encode", func(b *testing.B) {
			b.SetBytes(2 << 23)
			for b.Loop() {
				if err := h.Encode(b.Context(), io.Discard, value); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/decode", func(b *testing.B) {
			b.SetBytes(2 << 23)
			for b.Loop() {
				var got map[string][]float64
				if err := h.Decode(b.Context(), bytes.NewReader(file), &got); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
