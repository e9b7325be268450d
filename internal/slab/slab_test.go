package slab_test

import (
	"runtime"
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
	for _, c := range []struct {
		n, expected int
		most        float64
	}{
		{1, 0, 1}, {8, 0, 1}, {16, 0, 2}, {1000, 0, 9}, {100_000, 0, 220},
		{1, 1, 1}, {100, 100, 1}, {1000, 1000, 2}, {20, 10, 2},
	} {
		got := testing.AllocsPerRun(5, func() {
			s := slab.Expecting[[4]int](c.expected)
			for range c.n {
				s.Next()
			}
		})
		if got > c.most {
			t.Errorf("%d values, %d expected: %v allocations, want at most %v", c.n, c.expected, got, c.most)
		}
	}
}

// Where the number is known nothing is allocated beyond it.
func TestExpecting(t *testing.T) {
	bytes := func(s slab.Of[[1 << 10]byte], n int) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			s.Next()
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if got := bytes(slab.Expecting[[1 << 10]byte](1), 1); got >= 8<<10 {
		t.Errorf("%d bytes for one value of 1024", got)
	}
	if got := bytes(slab.Expecting[[1 << 10]byte](700), 700); got > 750<<10 {
		t.Errorf("%d bytes for 700 values of 1024", got)
	}
}
