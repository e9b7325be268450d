package slab_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/slab"
)

// Each value is a new one, and stays what it was set to.
func TestNext(t *testing.T) {
	const n = 5000
	var s slab.Of[int]
	all := make([]*int, n)
	for i := range all {
		if all[i] = s.Next(); *all[i] != 0 {
			t.Fatalf("value %d is %d from the start", i, *all[i])
		}
		*all[i] = i + 1
	}
	for i, x := range all {
		if *x != i+1 {
			t.Fatalf("value %d became %d", i, *x)
		}
	}
}

// A single value does not cost what many do, and many cost few allocations.
func TestAllocations(t *testing.T) {
	for n, most := range map[int]float64{1: 1, 8: 1, 16: 2, 1000: 9, 100_000: 220} {
		got := testing.AllocsPerRun(5, func() {
			var s slab.Of[[4]int]
			for range n {
				s.Next()
			}
		})
		if got > most {
			t.Errorf("%d values: %v allocations, want at most %v", n, got, most)
		}
	}
}
