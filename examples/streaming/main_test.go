package main

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
	"testing"
)

func TestRun(t *testing.T) {
	for _, url := range []string{"mem://" + rand.Text() + "/project.json", filepath.Join(t.TempDir(), "project.json")} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, url); err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		// 100,000 lines of 12 bytes, 50,000 of 5.
		if want := "pipe: 1200000 bytes\nfile: 250000 bytes\n"; out.String() != want {
			t.Errorf("%s: got %q, want %q", url, &out, want)
		}
	}
}
