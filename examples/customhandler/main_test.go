package main

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	for _, url := range []string{"mem://" + rand.Text() + "/project.json", filepath.Join(dir, "project.json")} {
		var out bytes.Buffer
		if err := run(t.Context(), &out, url); err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		if want := ".#.\n..#\n###\n"; out.String() != want {
			t.Errorf("%s: got %q, want %q", url, &out, want)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "glider-*", "shape-*.pbm"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files of the artifact: %v, %v", files, err)
	}
	got, err := os.ReadFile(files[0])
	if want := "P1\n3 3\n0 1 0 \n0 0 1 \n1 1 1 \n"; err != nil || string(got) != want {
		t.Errorf("file is %q, %v, want %q", got, err, want)
	}
}

func TestHandler(t *testing.T) {
	artifacttest.Run(t, pbm,
		artifacttest.Case{Name: "one pixel", Value: Bitmap{{true}}, File: []byte("P1\n1 1\n1 \n")},
		artifacttest.Case{Name: "one row", Value: Bitmap{{true, false, true}}},
		artifacttest.Case{Name: "empty", Value: Bitmap{}, Refused: true},
		artifacttest.Case{Name: "ragged", Value: Bitmap{{true}, {true, false}}, Refused: true},
		artifacttest.Case{Name: "another type", Value: []bool{true}, Refused: true},
	)
}
