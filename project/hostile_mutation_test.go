package project_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// seeds returns the manifests of testdata/hostile by their names.
func seeds(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "hostile", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests in testdata/hostile, error %v", err)
	}
	all := map[string][]byte{}
	for _, file := range files {
		if all[filepath.Base(file)], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestTruncated opens a manifest that ends after each of its bytes.
func TestTruncated(t *testing.T) {
	for name, text := range seeds(t) {
		url := storetest.MemoryURL("project.json")
		for n := range text {
			err := survive(t, url, text[:n])
			if whole := bytes.HasSuffix(bytes.TrimSpace(text[:n]), []byte("]")) && len(bytes.TrimSpace(text[n:])) == 0; err == nil != whole {
				t.Errorf("%s cut after %d bytes: error %v", name, n, err)
			}
			if t.Failed() {
				t.Fatalf("%s cut after %d bytes", name, n)
			}
		}
	}
}

// TestMutated opens a manifest with each of its bytes replaced by others.
func TestMutated(t *testing.T) {
	others := []byte("\x00\x1f \"\\{}[],:-.0e9aNtu\x80\xc3\xff")
	tried, opened := 0, 0
	for name, text := range seeds(t) {
		url := storetest.MemoryURL("project.json")
		for n, was := range text {
			// A short run tries a few of the bytes at each place.
			first, step := rand.IntN(len(others)), pick(8, 1)
			for i := 0; i < len(others); i += step {
				b := others[(first+i)%len(others)]
				if b == was {
					continue
				}
				mutant := bytes.Clone(text)
				mutant[n] = b
				tried++
				if survive(t, url, mutant) == nil {
					opened++
				}
				if t.Failed() {
					t.Fatalf("%s with %q instead of %q at %d", name, b, was, n)
				}
			}
		}
	}
	t.Logf("%d of %d could be opened", opened, tried)
}
