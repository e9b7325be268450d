package dataset_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

// A digest is of what is said, wherever it was read from: in a record it is
// indented, where the records are put together it is not.
func TestDigestOfStructuredInfo(t *testing.T) {
	url := t.TempDir() + "/dataset"
	info := map[string]any{"unit": "eV", "range": []int{1, 2}}
	w, err := dataset.Open(t.Context(), url, &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	noError(t, w.Put(t.Context(), "x", 1, &dataset.PutOptions{Info: info}))
	noError(t, w.Close()) // puts the records together

	d := open(t, url, nil)
	all, err := d.Digest(t.Context())
	noError(t, err)
	one, err := d.Digest(t.Context(), "x")
	noError(t, err)
	if all != one {
		t.Errorf("the digest of all keys is %s, that of the only key %s", all, one)
	}
	noError(t, os.Remove(filepath.Join(url, ".records.json")))
	without, err := open(t, url, nil).Digest(t.Context())
	noError(t, err)
	if without != one {
		t.Errorf("the digest is %s where the records are not put together, else %s", without, one)
	}
}

// Digests are those that FORMAT.md specifies: they are kept where they were logged.
func TestDigestsAsSpecified(t *testing.T) {
	sum := func(text string) string {
		digest := sha256.Sum256([]byte(text))
		return hex.EncodeToString(digest[:])
	}
	d := write(t, t.TempDir())
	noError(t, d.PutAs(t.Context(), "x", "text", "words", &dataset.PutOptions{Info: []any{1, map[string]any{"a": nil}}}))
	noError(t, d.SetInfo(t.Context(), "w", "only"))
	put(t, d, "y", 1)
	noError(t, d.Remove(t.Context(), "y"))
	it, err := d.Item(t.Context(), "x")
	want := sum("handler text\nbody " + sum("words") + "\n")
	if err != nil || it.Digest != want {
		t.Errorf("digest of the value %s, %v, want %s", it.Digest, err, want)
	}
	got, err := d.Digest(t.Context())
	want = "sha256:" + sum("w  "+sum(`"only"`)+"\nx "+want+" "+sum(`[1,{"a":null}]`)+"\n")
	if err != nil || got != want {
		t.Errorf("digest of the dataset %s, %v, want %s", got, err, want)
	}
}

// A record that says its file is larger than the file takes no memory for it.
func TestRowsOfLyingRecord(t *testing.T) {
	dir := t.TempDir()
	d := write(t, dir)
	put(t, d, "x", make([]float64, 1000))
	file := filepath.Join(dir, ".records", "x.json")
	text, err := os.ReadFile(file)
	noError(t, err)
	var record map[string]any
	noError(t, json.Unmarshal(text, &record))
	f := record["item"].(map[string]any)["files"].([]any)[0].(map[string]any)
	f["size"] = int64(1) << 62
	f["arrays"].([]any)[0].(map[string]any)["shape"] = []int64{1 << 58}
	text, err = json.Marshal(record)
	noError(t, err)
	noError(t, os.WriteFile(file, text, 0o600))

	_, err = dataset.Rows[[]float64](t.Context(), d, "x", "", 0, 1<<58)
	is(t, err, artifacts.ErrCorrupt)
	_, err = dataset.Get[[]float64](t.Context(), d, "x")
	is(t, err, artifacts.ErrCorrupt)
	rows, err := dataset.Rows[[]float64](t.Context(), d, "x", "", 0, 10)
	if err != nil || len(rows) != 10 {
		t.Errorf("rows that are there: %v, %v", rows, err)
	}
}

// Insert makes no key that nobody could read.
func TestInsertEnds(t *testing.T) {
	for name, c := range map[string]struct{ prefix, there string }{
		"largest number": {"x_", fmt.Sprint(uint64(1)<<63 - 1)},
		"longest key":    {strings.Repeat("x", 127), "9"},
	} {
		d := open(t, t.TempDir(), &dataset.Options{Mode: dataset.ReadWrite, NamePrefix: c.prefix})
		put(t, d, c.prefix+c.there, 1)
		key, err := d.Insert(t.Context(), 2, nil)
		if err == nil {
			same(t, d, key, 2)
		}
		if list := keys(t, d); err != nil && len(list) != 1 {
			t.Errorf("%s: %v, and keys %q", name, err, list)
		}
	}
}

// A record that was removed by hand, as nobody can read it, starts anew; its Go
// file goes on with it.
func TestRecordRemovedByHand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	d := write(t, dir)
	for i := range 3 {
		put(t, d, "x", i)
	}
	put(t, d, "y", 1)
	_ = keys(t, d)
	record, view := filepath.Join(dir, ".records", "x.json"), filepath.Join(dir, "x.go")
	noError(t, os.WriteFile(record, []byte("damaged"), 0o600))
	is(t, d.Put(t.Context(), "x", 4, nil), artifacts.ErrCorrupt)
	list, err := d.Keys(t.Context())
	is(t, err, artifacts.ErrCorrupt)
	if len(list) != 1 {
		t.Errorf("keys %q, and one of them cannot be read", list)
	}
	noError(t, os.Remove(record))
	put(t, d, "x", 1234)
	if text, err := os.ReadFile(view); err != nil || !bytes.Contains(text, []byte("1234")) {
		t.Errorf("the Go file is of another value (%v):\n%s", err, text)
	}

	noError(t, os.Remove(record))
	report, err := d.Check(t.Context(), nil)
	if err != nil || len(report.Problems) != 1 || report.Problems[0].File != "x.go" {
		t.Errorf("check of a Go file without a record: %+v, %v", report, err)
	}
	noError(t, write(t, dir).Close())
	if _, err := os.Stat(view); err == nil {
		t.Error("a Go file without a record is still there")
	}
	if _, err := os.Stat(filepath.Join(dir, "y.go")); err != nil {
		t.Error(err)
	}
}

// A Go file that somebody wrote by hand is said to be that, and not to be behind.
func TestCheckForeignFiles(t *testing.T) {
	dir := t.TempDir()
	d := write(t, dir)
	noError(t, os.WriteFile(filepath.Join(dir, "x.go"), []byte("package mine\n"), 0o600))
	put(t, d, "x", 1)
	for _, repair := range []bool{false, true} {
		report, err := d.Check(t.Context(), &dataset.CheckOptions{Repair: repair})
		if err != nil || len(report.Problems) != 1 || report.Problems[0].Repaired {
			t.Fatalf("check finds %+v, %v", report, err)
		}
		is(t, report.Problems[0].Err, artifacts.ErrExists)
	}
}

// A package is not exported to a bucket, and no error shows the parameters of a URL.
func TestExportToBucket(t *testing.T) {
	d := write(t, t.TempDir())
	put(t, d, "x", 1)
	for _, url := range []string{"gs://bucket/x?secret=word", "s3://bucket/x?secret=word"} {
		err := d.ExportGo(t.Context(), url, nil)
		if err == nil || strings.Contains(err.Error(), "word") {
			t.Errorf("export to %s: %v", url, err)
		}
	}
}

// A value that was written is not said to have failed because its lock cannot be
// given back.
func TestLockThatStays(t *testing.T) {
	url := servers.FakeS3(t, nil).URL("dataset")
	put(t, write(t, url), "y", 1)
	var broken atomic.Bool
	failed := false
	d := open(t, url, dataset.WithFault(&dataset.Options{Mode: dataset.ReadWrite}, func(op, key string) error {
		if broken.Load() && strings.Contains(key, "lease-") {
			failed = true
			return syscall.EIO
		}
		return nil
	}))
	noError(t, dataset.PutFunc(t.Context(), d, "x", func(context.Context) (int, error) {
		broken.Store(true)
		return 7, nil
	}, nil))
	same(t, d, "x", 7)
	if !failed {
		t.Error("the lock could be given back")
	}
}

// A disk that cannot be written is not said to be somebody else's.
func TestLockFails(t *testing.T) {
	dir := t.TempDir()
	put(t, write(t, dir), "x", 1)
	_, err := dataset.Open(t.Context(), dir, dataset.WithFault(&dataset.Options{Mode: dataset.ReadWrite}, func(op, key string) error {
		if op == "lock" {
			return syscall.EROFS
		}
		return nil
	}))
	is(t, err, syscall.EROFS)
	if err == nil || strings.Contains(err.Error(), "another session") {
		t.Error(err)
	}
}

// A record whose Go file its writer is about to make is no problem.
func TestCheckBesideWriter(t *testing.T) {
	dir := t.TempDir()
	d := write(t, dir)
	put(t, d, "x", 1)
	view := filepath.Join(dir, "x.go")
	old, err := os.ReadFile(view)
	noError(t, err)
	put(t, d, "x", 2)
	fresh, err := os.ReadFile(view)
	noError(t, err)
	noError(t, os.WriteFile(view, old, 0o600))
	looked := false
	r := open(t, dir, dataset.WithFault(&dataset.Options{}, func(op, key string) error {
		if key != "x.go" && looked {
			return os.WriteFile(view, fresh, 0o600) // its writer comes after the first look
		}
		looked = looked || key == "x.go"
		return nil
	}))
	report, err := r.Check(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 || !looked {
		t.Errorf("check finds %+v, %v", report, err)
	}
}
