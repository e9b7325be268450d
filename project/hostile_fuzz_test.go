package project_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// FuzzOpen opens any bytes as a manifest, looks at everything in it, appends an
// experiment, saves and opens it again: nothing panics, and nothing that was
// there is lost.
func FuzzOpen(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	for _, text := range []string{"", "[]", "{}", "[" + fields(`, "metrics": {"x": 1e400, "x": NaN}`) + ", 1, " + fields(`, "slug": "\ud800"`) + "]"} {
		f.Add([]byte(text))
	}
	url := storetest.MemoryURL("project.json")
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			t.Skip("nothing new is in larger ones")
		}
		_ = survive(t, url, text)
	})
}
