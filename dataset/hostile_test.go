package dataset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
)

const someDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func fileRecord(name, sum string, size int) string {
	return fmt.Sprintf(`{"format":1,"key":"x","revision":1,"item":{"handler":"text","body":{"file":{"name":%q,"sha256":%q,"size":%d}}}}`, name, sum, size)
}

// Records that nobody honest writes are refused, and lead to no file outside of
// the dataset.
func TestHostileRecords(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         "",
		"no JSON":         "{",
		"list":            "[]",
		"no format":       `{"key":"x","revision":1}`,
		"no revision":     `{"format":1,"key":"x"}`,
		"other key":       `{"format":1,"key":"y","revision":1}`,
		"key with a path": `{"format":1,"key":"../x","revision":1}`,
		"removed value":   `{"format":1,"key":"x","revision":1,"removed":true,"item":{"handler":"json","body":{"text":"1"}}}`,
		"no handler":      `{"format":1,"key":"x","revision":1,"item":{"body":{"text":"1"}}}`,
		"two bodies":      `{"format":1,"key":"x","revision":1,"item":{"handler":"json","body":{"text":"1","base64":"MQ=="}}}`,
		"parent":          fileRecord("../secret.txt", someDigest, 0),
		"far away":        fileRecord("../../secret.txt", someDigest, 0),
		"absolute":        fileRecord("/etc/passwd", someDigest, 0),
		"backslash":       fileRecord(`..\secret.txt`, someDigest, 0),
		"hidden":          fileRecord(".lazyscribe-tmp-x", someDigest, 0),
		"lock":            fileRecord(".x.lock", someDigest, 0),
		"Go":              fileRecord("x.go", someDigest, 0),
		"no name":         fileRecord("", someDigest, 0),
		"no digest":       fileRecord("a.txt", "", 0),
		"short digest":    fileRecord("a.txt", "abc", 0),
		"size":            fileRecord("a.txt", someDigest, -1),
		"twice": `{"format":1,"key":"x","revision":1,"item":{"handler":"json","body":{"text":"1"},"files":[` +
			strings.Repeat(`{"name":"a","sha256":"`+someDigest+`","size":0},`, 2) + `{"name":"b","sha256":"` + someDigest + `","size":0}]}}`,
		"previous": `{"format":1,"key":"x","revision":2,"previous":{"handler":"json","body":{"file":{"name":"../a","sha256":"` + someDigest + `","size":0}}}}`,
		"deep":     `{"format":1,"key":"x","revision":1,"info":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			dir := filepath.Join(top, "dataset")
			later := time.Now().Add(48 * time.Hour)
			d := open(t, dir, &dataset.Options{Mode: dataset.ReadWrite, Now: func() time.Time { return later }})
			put(t, d, "good", 1)
			noError(t, d.PutAs(t.Context(), "x", "gob", large(1), nil))
			secret := filepath.Join(dir, "secret.txt")
			noError(t, os.WriteFile(secret, nil, 0o600))
			before := files(t, dir)
			noError(t, os.WriteFile(filepath.Join(dir, ".records", "x.json"), []byte(text), 0o600))

			_, err := dataset.Get[string](t.Context(), d, "x")
			is(t, err, artifacts.ErrCorrupt)
			_, err = d.Info(t.Context(), "x")
			is(t, err, artifacts.ErrCorrupt)
			is(t, d.PutAs(t.Context(), "x", "text", "new", nil), artifacts.ErrCorrupt)
			is(t, d.Remove(t.Context(), "x"), artifacts.ErrCorrupt)
			list, err := d.Keys(t.Context())
			is(t, err, artifacts.ErrCorrupt)
			if len(list) != 1 || list[0] != "good" {
				t.Errorf("keys: %q, want the good one", list)
			}
			same(t, d, "good", 1)
			report, err := d.Check(t.Context(), nil)
			if err != nil || len(report.Problems) != 1 || report.Problems[0].File != ".records/x.json" {
				t.Errorf("check finds %+v, %v", report, err)
			}
			_, err = d.GC(t.Context(), nil)
			is(t, err, artifacts.ErrCorrupt)
			if after := files(t, dir); len(after) != len(before) {
				t.Errorf("gc removed files of a record that it could not read: %q left of %q", after, before)
			}
			if _, err := os.Stat(secret); err != nil {
				t.Error(err)
			}
		})
	}
}

// What a record says of an existing file is compared with the file.
func TestLyingRecords(t *testing.T) {
	dir := t.TempDir()
	d := write(t, dir)
	noError(t, os.MkdirAll(filepath.Join(dir, "x_data"), 0o700))
	noError(t, os.MkdirAll(filepath.Join(dir, ".records"), 0o700))
	noError(t, os.WriteFile(filepath.Join(dir, "x_data", "a.txt"), []byte("text"), 0o600))
	right := "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1" // of "text"
	for name, c := range map[string]struct {
		record string
		ok     bool
	}{
		"right":        {fileRecord("a.txt", right, 4), true},
		"wrong digest": {fileRecord("a.txt", someDigest, 4), false},
		"too small":    {fileRecord("a.txt", right, 3), false},
		"too large":    {fileRecord("a.txt", right, 1<<40), false},
	} {
		noError(t, os.WriteFile(filepath.Join(dir, ".records", "x.json"), []byte(c.record), 0o600))
		got, err := dataset.Get[string](t.Context(), d, "x")
		if c.ok && (err != nil || got != "text") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if !c.ok {
			is(t, err, artifacts.ErrCorrupt)
		}
	}
}

// A cache that lies is not believed where a listing shows something else, and one
// that cannot be read is none.
func TestHostileCache(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":     "",
		"no JSON":     "{",
		"other":       `{"format":2}`,
		"wrong key":   `{"format":1,"records":{".records/x.json":{"key":"../x","revision":1}}}`,
		"other stamp": `{"format":1,"records":{".records/x.json":{"size":1,"time":"2026-01-01T00:00:00Z","key":"x","revision":9,"handler":"json"},".records/y.json":{"size":1,"time":"2026-01-01T00:00:00Z","key":"y","revision":9}}}`,
	} {
		dir := t.TempDir()
		d := write(t, dir)
		put(t, d, "x", 1)
		noError(t, os.WriteFile(filepath.Join(dir, ".records.json"), []byte(text), 0o600))
		for it, err := range d.Items(t.Context()) {
			if err != nil || it.Key != "x" || it.Revision != 1 {
				t.Errorf("%s: item %+v, %v", name, it, err)
			}
		}
		if got := keys(t, d); len(got) != 1 {
			t.Errorf("%s: keys %q", name, got)
		}
	}
}
