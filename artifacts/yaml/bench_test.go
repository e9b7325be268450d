package yaml

import (
	"bytes"
	"io"
	"strconv"
	"testing"
)

type benchRow struct {
	ID    int                `yaml:"id"`
	Name  string             `yaml:"name"`
	Score float64            `yaml:"score"`
	Tags  []string           `yaml:"tags"`
	Notes map[string]float64 `yaml:"notes"`
}

// benchRows are what somebody keeps as YAML, and more of it: a list of settings.
func benchRows(n int) []benchRow {
	rows := make([]benchRow, n)
	for i := range rows {
		x := float64(i)
		rows[i] = benchRow{i, "row " + strconv.Itoa(i), x / 7, []string{"train", "v" + strconv.Itoa(i%10)}, map[string]float64{"low": -x, "high": x}}
	}
	return rows
}

const benchCount = 10_000

func BenchmarkEncode(b *testing.B) {
	rows := benchRows(benchCount)
	b.ReportAllocs()
	for b.Loop() {
		if err := (Handler{}).Encode(b.Context(), io.Discard, rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(benchCount*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkDecode(b *testing.B) {
	var file bytes.Buffer
	if err := (Handler{}).Encode(b.Context(), &file, benchRows(benchCount)); err != nil {
		b.Fatal(err)
	}
	for name, fresh := range map[string]func() any{
		"any":   func() any { return new(any) },
		"typed": func() any { return new([]benchRow) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(file.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if err := (Handler{}).Decode(b.Context(), bytes.NewReader(file.Bytes()), fresh()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(benchCount*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
