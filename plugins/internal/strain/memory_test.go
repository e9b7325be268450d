package strain

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// TestMemory: what passes through stays in neither process, whatever its size.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory is measured on Linux only")
	}
	if withRace {
		t.Skip("the race detector needs memory of its own")
	}
	// A small artifact is held against a larger one: what the larger one needs
	// beyond may be buffers, and never be the artifact.
	size, mayGrow := int64(64<<20), int64(48<<20)
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		size, mayGrow = 1<<30, 96<<20
	}
	inBoth(t, func(t *testing.T, path string) {
		for _, what := range []string{"raw", "rows"} {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			host := exec.CommandContext(t.Context(), self, path)
			host.Env = append(os.Environ(), fmt.Sprintf("%s=%s:%d", envJob, what, size))
			host.Stderr = os.Stderr
			out, err := host.Output()
			if err != nil {
				t.Fatal(err)
			}
			var m peaks
			if err := json.Unmarshal(out, &m); err != nil {
				t.Fatal(err)
			}
			allowed := [2]int64{mayGrow, mayGrow}
			if what == "rows" {
				allowed[0] += 4 * 8 * size / 1024 // the numbers, in slices that grow
			}
			for i, p := range [][2]int64{m.Host, m.Plugin} {
				t.Logf("%s of %d MiB, %s: %d MiB, with a small artifact %d MiB", what, size>>20, []string{"host", "plugin"}[i], p[1]>>20, p[0]>>20)
				if p[1]-p[0] > allowed[i] {
					t.Errorf("that is more than %d MiB beyond", allowed[i]>>20)
				}
			}
		}
	})
}
