package python

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDescriptors compares the descriptors in the file with those that are
// generated: the file stands alone, so it has a copy.
func TestDescriptors(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("..", "pluginpb", "handler.binpb"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(File()), "\n_DESCRIPTORS = \"\"\"\n")
	text, _, ok2 := strings.Cut(rest, "\"\"\"\n")
	if !ok || !ok2 {
		t.Fatal("the file has no _DESCRIPTORS")
	}
	got, err := base64.StdEncoding.DecodeString(text) // which leaves out line feeds
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the descriptors are not those of pluginpb/handler.binpb: run go generate ./plugins/pluginpb")
	}
}
