package hdf5_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

func Benchmark(b *testing.B) {
	numbers := make([]float64, 4<<20)
	for i := range numbers {
		numbers[i] = float64(i)
	}
	file := encoded(b, numbers)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(32 << 20)
		for b.Loop() {
			if err := (hdf5.Handler{}).Encode(b.Context(), io.Discard, numbers); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(32 << 20)
		for b.Loop() {
			var got []float64
			if err := (hdf5.Handler{}).Decode(b.Context(), bytes.NewReader(file), &got); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkH5py reads what h5py has written, and tells how long h5py takes for the
// same. Both read a file that the system has in memory.
func BenchmarkH5py(b *testing.B) {
	var times map[string]float64 // MB/s of h5py
	dir := b.TempDir()
	pyrun.Script(b, "testdata/bench.py", h5py, dir, &times)
	for name, speed := range times {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(32 << 20)
			for b.Loop() {
				f, err := os.Open(dir + "/" + name + ".h5")
				if err != nil {
					b.Fatal(err)
				}
				info, err := f.Stat()
				if err != nil {
					b.Fatal(err)
				}
				file, err := hdf5.Open(f, info.Size())
				if err != nil {
					b.Fatal(err)
				}
				var got [][]float64
				if err := file.Read(b.Context(), "x", &got); err != nil {
					b.Fatal(err)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(speed, "h5py-MB/s")
		})
	}
}
