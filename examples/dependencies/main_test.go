package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"mem://" + rand.Text(), dir} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, folder); err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		if want := "mean: 5.6, from clean numbers: [2 3 5 7 11]\n"; out.String() != want {
			t.Errorf("%s: got %q, want %q", folder, &out, want)
		}
	}

	text, err := os.ReadFile(filepath.Join(dir, "models.json"))
	if err != nil {
		t.Fatal(err)
	}
	var records []struct{ Dependencies []string }
	if err := json.Unmarshal(text, &records); err != nil || len(records) != 1 || len(records[0].Dependencies) != 1 {
		t.Fatalf("the manifest is %s (%v)", text, err)
	}
	if got, want := records[0].Dependencies[0], dir+"/data.json|clean-numbers-"; !strings.HasPrefix(got, want) {
		t.Errorf("the dependency is %q, want %q and a time", got, want)
	}
}
