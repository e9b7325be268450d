package dataset_test

import (
	"reflect"
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// A bucket of the caller's is used below a folder, and stays open.
func TestOpenBucket(t *testing.T) {
	b := memblob.OpenBucket(nil)
	defer b.Close()
	for _, folder := range []string{"a/b", "a/c/"} {
		d, err := dataset.OpenBucket(t.Context(), b, folder, &dataset.Options{Mode: dataset.ReadWrite})
		if err != nil {
			t.Fatal(err)
		}
		put(t, d, "x", count1000())
		noError(t, dataset.Update(t.Context(), d, "n", func(n int) (int, error) { return n + 1, nil }))
		same(t, d, "x", count1000())
		same(t, d, "n", 1)
		noError(t, d.Close())
	}
	for _, key := range []string{"a/b/.records/x.json", "a/c/.records/x.json"} {
		if ok, err := b.Exists(t.Context(), key); err != nil || !ok {
			t.Errorf("object %s: %v, %v", key, ok, err)
		}
	}
	for folder, o := range map[string]*dataset.Options{"a/none": nil, "../a": {Mode: dataset.ReadWrite}} {
		if _, err := dataset.OpenBucket(t.Context(), b, folder, o); err == nil {
			t.Errorf("folder %q is opened", folder)
		}
	}
	if _, err := dataset.OpenBucket(t.Context(), nil, "", nil); err == nil {
		t.Error("no bucket is opened")
	}
}

// A server that ignores conditions could lose writes: it is refused, unless there
// is one writer.
func TestDishonestServer(t *testing.T) {
	s := servers.FakeS3(t, &servers.Options{Blind: []string{"If-Match", "If-None-Match"}})
	if _, err := dataset.Open(t.Context(), s.URL("dataset"), &dataset.Options{Mode: dataset.ReadWrite}); err == nil {
		t.Error("it is opened for writing")
	}
	d := open(t, s.URL("dataset"), &dataset.Options{Mode: dataset.ReadWrite, SingleWriter: true})
	put(t, d, "x", 1)
	same(t, d, "x", 1)
}

// What interfaces hold has to be known to who reads it.
func TestTypes(t *testing.T) {
	url := storetest.MemoryURL("dataset")
	put(t, write(t, url), "x", []any{&node{Name: "a"}})
	_, err := dataset.Get[[]any](t.Context(), open(t, url, nil), "x")
	if err == nil {
		t.Error("a type that nobody named is restored")
	}
	types := new(archive.Types)
	noError(t, types.AddType(reflect.TypeFor[node]()))
	same(t, open(t, url, &dataset.Options{Types: types}), "x", []any{&node{Name: "a"}})
	_, err = dataset.Get[string](t.Context(), open(t, url, &dataset.Options{Types: types}), "x")
	is(t, err, artifacts.ErrTargetType)
}
