package start

import (
	"runtime/debug"
	"testing"
)

// TestDone: the collector rests from the start of the process until Done.
func TestDone(t *testing.T) {
	if got := debug.SetGCPercent(-1); got != -1 {
		t.Errorf("before Done the percentage is %d", got)
	}
	Done()
	if got := debug.SetGCPercent(percent); got != percent || got == -1 {
		t.Errorf("after Done the percentage is %d, want %d", got, percent)
	}
}
