package dataset_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// What is known of a thousand keys takes one listing and the reading of what
// changed since it was put together, and opens no file of a value.
func TestListingReads(t *testing.T) {
	url := storetest.MemoryURL("dataset")
	const n = 1000
	w, err := dataset.Open(t.Context(), url, &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		noError(t, w.PutAs(t.Context(), fmt.Sprintf("k%d", i), "gob", large(byte(i)), &dataset.PutOptions{Info: i}))
	}
	noError(t, w.Close())

	count := func(do func(d *dataset.DataSet)) map[string]int {
		f := new(storetest.Faulty)
		do(open(t, url, dataset.WithFault(&dataset.Options{}, f.Hook)))
		ops := map[string]int{}
		for _, op := range f.Ops() {
			name, key, _ := strings.Cut(op, " ")
			if strings.Contains(key, "_data/") {
				t.Errorf("%s of %s", name, key)
			}
			ops[name]++
		}
		return ops
	}
	infos := func(d *dataset.DataSet) {
		got := 0
		for it, err := range d.Items(t.Context()) {
			info, infoErr := it.Info()
			if err != nil || infoErr != nil || it.Key != fmt.Sprintf("k%d", info) {
				t.Fatalf("item %+v: %v, %v, %v", it, info, err, infoErr)
			}
			got++
		}
		if got != n {
			t.Errorf("%d items, want %d", got, n)
		}
	}
	// The marker and the records that were put together.
	if ops := count(infos); ops["list"] != 1 || ops["open"] != 2 || len(ops) != 2 {
		t.Errorf("operations of one listing: %v", ops)
	}
	if ops := count(func(d *dataset.DataSet) { infos(d); infos(d) }); ops["list"] != 2 || ops["open"] != 2 {
		t.Errorf("operations of two listings: %v", ops)
	}
	w = write(t, url)
	for range 3 {
		noError(t, w.SetInfo(t.Context(), "k7", 7))
	}
	if ops := count(infos); ops["list"] != 1 || ops["open"] != 3 {
		t.Errorf("operations after a change: %v", ops)
	}
}

// A record that is replaced by one of the same length is seen to be another, even
// where times of files are coarse.
func TestSizesTellRevisions(t *testing.T) {
	dir := t.TempDir()
	d := write(t, dir)
	var sizes []int64
	for i := range 10 {
		noError(t, d.SetInfo(t.Context(), "a", i))
		sizes = append(sizes, fileSize(t, dir+"/.records/a.json")%256)
	}
	if want := []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}; !slices.Equal(sizes, want) {
		t.Errorf("sizes modulo 256: %v, want %v", sizes, want)
	}
}
