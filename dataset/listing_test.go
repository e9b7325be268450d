package dataset_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// A listing has every key that was there before it began, whatever older listings
// of the session end meanwhile.
func TestListingsBesideEachOther(t *testing.T) {
	url := storetest.MemoryURL("dataset")
	w := write(t, url)
	var mu sync.Mutex
	stops := map[string]chan struct{}{} // of the next reading of a record
	stopped := make(chan struct{})
	hook := func(op, key string) error {
		mu.Lock()
		stop := stops[key]
		delete(stops, key)
		mu.Unlock()
		if stop != nil && op == "open" {
			stopped <- struct{}{}
			<-stop
		}
		return nil
	}
	d := open(t, url, dataset.WithFault(&dataset.Options{}, hook))
	list := func(stopAt string) (end func() []string) {
		stop, found := make(chan struct{}), make(chan []string, 1)
		mu.Lock()
		stops[stopAt] = stop
		mu.Unlock()
		go func() {
			keys, err := d.Keys(t.Context())
			if err != nil {
				t.Error(err)
			}
			found <- keys
		}()
		<-stopped
		return func() []string { close(stop); return <-found }
	}
	put(t, w, "x", 1)
	older := list(".records/x.json")
	put(t, w, "y", 1)
	if got := keys(t, d); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("keys %q", got)
	}
	put(t, w, "z", 1)
	younger := list(".records/z.json")
	if got := older(); !slices.Equal(got, []string{"x"}) {
		t.Errorf("the older listing has %q", got)
	}
	if got := younger(); !slices.Equal(got, []string{"x", "y", "z"}) {
		t.Errorf("the younger listing has %q", got)
	}
}
