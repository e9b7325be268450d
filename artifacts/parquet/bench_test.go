package parquet_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// run is a row of mixed columns, as a log of trainings has.
type run struct {
	ID   int64
	Loss float64
	Name string
	OK   bool
	At   time.Time
	Step int32
}

const benchRows = 1_000_000

func benchTable() []run {
	rows := make([]run, benchRows)
	at := time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)
	for i := range rows {
		rows[i] = run{int64(i), float64(i) * 0.37, fmt.Sprintf("run-%d", i%1000), i%3 == 0, at.Add(time.Duration(i) * time.Second), int32(i % 100)}
	}
	return rows
}

func BenchmarkEncode(b *testing.B) {
	rows := benchTable()
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := (parquet.Handler{}).Encode(b.Context(), &out, rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkDecode(b *testing.B) {
	data := encode(b, parquet.Handler{}, benchTable())
	b.ReportAllocs()
	for b.Loop() {
		var rows []run
		if err := (parquet.Handler{}).Decode(b.Context(), bytes.NewReader(data), &rows); err != nil || len(rows) != benchRows {
			b.Fatal(err, len(rows))
		}
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
