package main

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"testing"
)

func TestGrowth(t *testing.T) {
	dir, sizes := t.TempDir(), []int{4, 8}
	var b strings.Builder
	if err := growth(t.Context(), &b, &options{log: io.Discard, dir: dir, rounds: 3}, sizes); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := 1 + len(growingWork)*len(sizes); len(lines) != want {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), want, b.String())
	}
	for i, line := range lines[1:] {
		if work := growingWork[i/len(sizes)].name; line[0] != work || line[2] != strconv.Itoa(sizes[i%len(sizes)]) {
			t.Errorf("line %d is of %s at %s", i+1, line[0], line[2])
		}
		median, least, most := number(t, line[3]), number(t, line[4]), number(t, line[5])
		if least <= 0 || median < least || most < median {
			t.Errorf("%s: median %g of values from %g to %g", line[0], median, least, most)
		}
	}
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Error(err)
	}
	return x
}
