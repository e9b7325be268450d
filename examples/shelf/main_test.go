package main

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// The same on a file, in memory and on a server of S3.
func TestRun(t *testing.T) {
	for name, url := range map[string]func(t *testing.T) string{
		"file":      func(t *testing.T) string { return filepath.Join(t.TempDir(), "my-model.mdl") },
		"memory":    func(*testing.T) string { return "mem://" + rand.Text() + "/my-model.mdl" },
		"fake S3":   func(t *testing.T) string { return servers.FakeS3(t, nil).URL("my-model.mdl") },
		"versitygw": func(t *testing.T) string { return servers.VersityGW(t, nil).URL("my-model.mdl") },
	} {
		t.Run(name, func(t *testing.T) {
			at, s := url(t), new(shelf.Shelf)
			if err := train(t.Context(), s, at); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := score(t.Context(), &out, s, at); err != nil {
				t.Fatal(err)
			}
			// Of the six points five are on y = 2x + 1.
			if want := "And here's how accurately it predicts: 83.33%\n"; out.String() != want {
				t.Errorf("got %q, want %q", &out, want)
			}
		})
	}
}
