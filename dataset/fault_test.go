package dataset_test

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// Whatever operation of the storage fails, a change has happened or it has not,
// the call says which, and the next attempt works.
func TestFaults(t *testing.T) {
	changes := map[string]struct {
		do            func(ctx context.Context, d *dataset.DataSet) error
		before, after count // of item c
	}{
		"put": {func(ctx context.Context, d *dataset.DataSet) error {
			return d.Put(ctx, "c", counted(2), nil)
		}, counted(1), counted(2)},
		"put as": {func(ctx context.Context, d *dataset.DataSet) error {
			return d.PutAs(ctx, "c", "gob", counted(2), nil)
		}, counted(1), counted(2)},
		"update": {func(ctx context.Context, d *dataset.DataSet) error {
			return dataset.Update(ctx, d, "c", func(c count) (count, error) { return counted(c.N + 1), nil })
		}, counted(1), counted(2)},
		"compute": {func(ctx context.Context, d *dataset.DataSet) error {
			return dataset.PutFunc(ctx, d, "c", func(context.Context) (count, error) { return counted(2), nil }, nil)
		}, counted(1), counted(2)},
		"set info": {func(ctx context.Context, d *dataset.DataSet) error {
			return d.SetInfo(ctx, "c", 2)
		}, counted(1), counted(1)},
		"remove": {func(ctx context.Context, d *dataset.DataSet) error {
			err := d.Remove(ctx, "c")
			if errors.Is(err, artifacts.ErrNotFound) {
				return nil // an attempt whose outcome was unknown
			}
			return err
		}, counted(1), count{}},
		"insert": {func(ctx context.Context, d *dataset.DataSet) error {
			_, err := d.Insert(ctx, counted(3), nil)
			return err
		}, counted(1), counted(1)},
	}
	places := map[string]func(t *testing.T) string{
		"disk":   func(t *testing.T) string { return t.TempDir() + "/dataset" },
		"memory": func(*testing.T) string { return storetest.MemoryURL("dataset") },
	}
	for name, c := range changes {
		for place, fresh := range places {
			if place == "disk" && (name == "compute" || name == "put as") && times(1, 0) == 0 {
				continue // as put, but for what comes before
			}
			t.Run(name+" "+place, func(t *testing.T) {
				t.Parallel() // it waits for the disk most of the time
				// The Go package takes as many operations again; for one change of each
				// kind it is enough to see that it fails apart from the change.
				o := dataset.Options{Mode: dataset.ReadWrite, NoPackage: times(0, 1) > 0 && name != "put"}
				faults := storetest.EachFault(syscall.ENOSPC, func(f *storetest.Faulty) {
					url := fresh(t)
					put(t, scratch(t, url), "c", counted(1))
					attempt(t, url, dataset.WithFault(&o, f.Hook), f, c.do, c.before, c.after)
				})
				if faults == 0 {
					t.Error("nothing was made to fail")
				}
				t.Logf("%d faults", faults)
			})
		}
	}
}

// scratch opens a dataset in a way that costs little.
func scratch(t *testing.T, url string) *dataset.DataSet {
	return open(t, url, &dataset.Options{Mode: dataset.ReadWrite, NoSync: true, NoPackage: true})
}

func attempt(t *testing.T, url string, o *dataset.Options, f *storetest.Faulty, do func(context.Context, *dataset.DataSet) error, before, after count) {
	t.Helper()
	err := func() error {
		d, err := dataset.Open(t.Context(), url, o)
		if err != nil {
			return err
		}
		defer d.Close()
		return do(t.Context(), d)
	}()
	d := scratch(t, url)
	got, getErr := dataset.Get[count](t.Context(), d, "c")
	if errors.Is(getErr, artifacts.ErrNotFound) {
		got, getErr = count{}, nil
	}
	isBefore, isAfter := got.N == before.N, got.N == after.N
	switch {
	case getErr != nil, got.N > 0 && got.torn():
		t.Errorf("%s fails: then read %d, %v", f.Failed(), got.N, getErr)
	case err == nil && !isAfter:
		t.Errorf("%s fails: no error, and item is %d", f.Failed(), got.N)
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		if !isBefore && !isAfter {
			t.Errorf("%s fails: item is %d", f.Failed(), got.N)
		}
	case err != nil && !isBefore:
		t.Errorf("%s fails: error %v, and item is %d", f.Failed(), err, got.N)
	}
	noError(t, do(t.Context(), d))
	report, err := d.Check(t.Context(), nil)
	if err != nil || len(report.Problems) > 0 {
		t.Errorf("%s fails: check finds %v, %v", f.Failed(), report.Problems, err)
	}
}
