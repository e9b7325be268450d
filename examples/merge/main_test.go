package main

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"mem://" + rand.Text(), dir} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, folder); err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		want := "small model: 0.81, weights of the small model\nlarge model: 0.93, weights of the large model\n"
		if out.String() != want {
			t.Errorf("%s: got %q, want %q", folder, &out, want)
		}
	}
	for machine, models := range map[string][]string{"laptop": {"small", "large"}, "cluster": {"large"}} {
		for _, model := range models {
			files, err := filepath.Glob(filepath.Join(dir, machine, model+"-model-*", "note-*.txt"))
			if err != nil || len(files) != 1 {
				t.Fatalf("notes of the %s model in the %s's folder: %v, %v", model, machine, files, err)
			}
			if text, err := os.ReadFile(files[0]); err != nil || string(text) != "weights of the "+model+" model" {
				t.Errorf("%s holds %q, %v", files[0], text, err)
			}
		}
	}
}
