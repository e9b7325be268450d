package csv

import (
	"bytes"
	"io"
	"testing"
	"time"
)

type benchRow struct {
	ID    int64
	Loss  float64
	Name  string
	Valid bool
	When  time.Time
}

func benchRows(n int) []benchRow {
	rows := make([]benchRow, n)
	for i := range rows {
		rows[i] = benchRow{int64(i), 1 / float64(i+3), "experiment", i%3 == 0, moment.Add(time.Duration(i) * time.Second)}
	}
	return rows
}

func BenchmarkEncode(b *testing.B) {
	rows := benchRows(100_000)
	for b.Loop() {
		if err := (Handler{}).Encode(b.Context(), io.Discard, rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(rows))/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkDecode(b *testing.B) {
	var file bytes.Buffer
	if err := (Handler{}).Encode(b.Context(), &file, benchRows(100_000)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		var rows []benchRow
		if err := (Handler{}).Decode(b.Context(), bytes.NewReader(file.Bytes()), &rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*100_000)/b.Elapsed().Seconds(), "rows/s")
}
