package pickle_test

import (
	"bytes"
	"io"
	"strconv"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

type benchRow struct {
	ID    int       `json:"id"`
	Name  string    `json:"name"`
	Score float64   `json:"score"`
	Tags  []string  `json:"tags"`
	Pair  []float64 `json:"pair"`
}

// benchValues are like what an experiment keeps: a series, and a list of rows.
// testdata/bench.py measures Python on the same.
func benchValues() map[string]any {
	series := make([]float64, 1_000_000)
	for i := range series {
		series[i] = float64(i) / 3
	}
	rows := make([]benchRow, 100_000)
	for i := range rows {
		x := float64(i)
		rows[i] = benchRow{i, "row " + strconv.Itoa(i), x / 7, []string{"train", "v" + strconv.Itoa(i%10)}, []float64{x, -x}}
	}
	return map[string]any{"series": series, "rows": rows}
}

func BenchmarkEncode(b *testing.B) {
	for name, value := range benchValues() {
		b.Run(name, func(b *testing.B) {
			var size bytes.Buffer
			if err := (pickle.Handler{}).Encode(b.Context(), &size, value); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(size.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if err := (pickle.Handler{}).Encode(b.Context(), io.Discard, value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for name, value := range benchValues() {
		var file bytes.Buffer
		if err := (pickle.Handler{}).Encode(b.Context(), &file, value); err != nil {
			b.Fatal(err)
		}
		for target, fresh := range map[string]func() any{
			"any": func() any { return new(any) },
			"typed": func() any {
				if name == "rows" {
					return new([]benchRow)
				}
				return new([]float64)
			},
		} {
			b.Run(name+"/"+target, func(b *testing.B) {
				b.SetBytes(int64(file.Len()))
				b.ReportAllocs()
				for b.Loop() {
					if err := (pickle.Handler{}).Decode(b.Context(), bytes.NewReader(file.Bytes()), fresh()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
