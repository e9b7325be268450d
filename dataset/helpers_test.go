package dataset_test

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/dataset"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

var folders atomic.Int64

// overEach runs a test in an empty place of each kind of storage.
func overEach(t *testing.T, run func(t *testing.T, url string)) {
	t.Run("disk", func(t *testing.T) { run(t, t.TempDir()+"/dataset") })
	t.Run("memory", func(t *testing.T) { run(t, fmt.Sprintf("mem://dataset-%d", folders.Add(1))) })
	t.Run("fake-s3", func(t *testing.T) { run(t, servers.FakeS3(t, nil).URL("dataset")) })
}

// open opens a dataset, which ends with the test.
func open(t testing.TB, url string, o *dataset.Options) *dataset.DataSet {
	t.Helper()
	d, err := dataset.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

// write opens a dataset for writing.
func write(t testing.TB, url string) *dataset.DataSet {
	t.Helper()
	return open(t, url, &dataset.Options{Mode: dataset.ReadWrite})
}

func put(t testing.TB, d *dataset.DataSet, key string, value any) {
	t.Helper()
	if err := d.Put(t.Context(), key, value, nil); err != nil {
		t.Fatal(err)
	}
}

// same fails the test unless the value of a key is want.
func same[T any](t testing.TB, d *dataset.DataSet, key string, want T) {
	t.Helper()
	got, err := dataset.Get[T](t.Context(), d, key)
	if err != nil {
		t.Error(err)
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("item %s (-want +got):\n%s", key, diff)
	}
}

// is fails the test unless err is all of the targets.
func is(t testing.TB, err error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		if !errors.Is(err, target) {
			t.Errorf("got error %v, want one that is %q", err, target)
		}
	}
}

func noError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func keys(t testing.TB, d *dataset.DataSet) []string {
	t.Helper()
	list, err := d.Keys(t.Context())
	noError(t, err)
	return list
}

func fileSize(t testing.TB, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
