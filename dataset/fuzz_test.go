package dataset

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A record that is accepted names no file outside of its key's folder, and is read
// again as it is written.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		`{"format":1,"key":"x","revision":1}`,
		`{"format":1,"key":"X","revision":3,"removed":true,"written":"2026-01-02T03:04:05Z"}`,
		`{"format":1,"key":"x","revision":2,"info":{"a":[1,2.5,null]},"item":{"handler":"archive","type":"[]float64","body":{"text":"package archive"},"files":[{"name":"array_0-0123456789abcdef.npy","sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":928,"arrays":[{"name":"array_0","dtype":"<f8","shape":[10,10],"offset":128}]}]}}`,
		`{"format":1,"key":"x","revision":1,"item":{"handler":"gob","body":{"base64":"/w=="}}}`,
		`{"format":1,"key":"x","revision":1,"item":{"handler":"text","body":{"file":{"name":"../../a","sha256":"","size":-1}}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecord(".records/x.json", []byte(text))
		if err != nil {
			if r != nil {
				t.Error("an error, and a record")
			}
			return
		}
		for _, key := range r.files() {
			if path.Dir(key) != "x_data" || strings.HasPrefix(path.Base(key), ".") || strings.Contains(key, "\\") {
				t.Errorf("file %q", key)
			}
		}
		if r.Item != nil {
			for _, file := range r.Item.Files {
				for _, a := range file.Arrays {
					offset, size, err := file.span(a, 0, rowsOf(a))
					if err == nil && (offset < 0 || size < 0 || offset > file.Size || size > file.Size-offset) {
						t.Errorf("array at %d of %d bytes in a file of %d", offset, size, file.Size)
					}
				}
			}
			_, err := goFile(r, []byte("package archive\n"), "data", true)
			if err != nil && !errors.Is(err, artifacts.ErrCorrupt) {
				t.Error(err)
			}
		}
		again, err := r.encode()
		if err != nil {
			t.Fatal(err)
		}
		if len(again)%padding != int(r.Revision%padding) {
			t.Errorf("%d bytes of revision %d", len(again), r.Revision)
		}
		if _, err := parseRecord(".records/x.json", again); err != nil {
			t.Errorf("not read again: %v", err)
		}
	})
}

func rowsOf(a array) int {
	if len(a.Shape) == 0 {
		return 0
	}
	return a.Shape[0]
}
