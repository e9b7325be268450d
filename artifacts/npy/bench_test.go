package npy_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

const benchNumbers = 4 << 20 // 32 MiB of float64

func BenchmarkEncode(b *testing.B) {
	flat := count[float64](benchNumbers)
	rows := make([][]float64, benchNumbers/64)
	for i := range rows {
		rows[i] = flat[64*i : 64*(i+1)]
	}
	for name, value := range map[string]any{"flat": flat, "rows of 64": rows} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(benchNumbers * 8)
			for b.Loop() {
				if err := (npy.Handler{}).Encode(b.Context(), io.Discard, value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	flat := count[float64](benchNumbers)
	matrix := npy.Array{Shape: []int{2048, 2048}, Data: flat}
	fortran := npy.Array{Shape: []int{2048, 2048}, Fortran: true, Data: flat}
	for _, bench := range []struct {
		name   string
		file   []byte
		target func() any
	}{
		{"float64", encoded(b, flat), func() any { return new([]float64) }},
		{"rows", encoded(b, matrix), func() any { return new([][]float64) }},
		{"fortran", encoded(b, fortran), func() any { return new([][]float64) }},
		{"int32 as float64", encoded(b, count[int32](benchNumbers)), func() any { return new([]float64) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.file)))
			for b.Loop() {
				if err := (npy.Handler{}).Decode(b.Context(), bytes.NewReader(bench.file), bench.target()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
