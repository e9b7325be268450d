package dataset

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// DefaultGrace is how old what nothing names must be before GC removes it.
const DefaultGrace = 24 * time.Hour

// GCOptions are the choices of one garbage collection. Nil means all defaults.
type GCOptions struct {
	// Grace is how old files must be; 0 is [DefaultGrace]. It must be longer than
	// any write takes, and than any reader takes for one value; the clocks of this
	// machine and of the storage may differ.
	Grace time.Duration

	DryRun bool // tell what would be removed, and remove nothing
}

// Removed is a file that GC removed.
type Removed struct {
	File string // below the dataset
	Size int64  // bytes
}

// GC removes files of values that were replaced or removed, and what writers left
// that died. It brings the Go package up to date first, as that may name old
// files. What it removed is returned even with an error. Files of a record that
// cannot be read are kept.
func (d *DataSet) GC(ctx context.Context, opts *GCOptions) ([]Removed, error) {
	o := GCOptions{}
	if opts != nil {
		o = *opts
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	done, err := d.writing()
	var removed []Removed
	if err == nil {
		defer done()
		removed, err = d.collect(ctx, o)
	}
	if err != nil {
		return removed, fmt.Errorf("collect garbage of dataset %q: %w", d.url, err)
	}
	return removed, nil
}

func (d *DataSet) collect(ctx context.Context, o GCOptions) (removed []Removed, err error) {
	before := d.opts.Now().Add(-o.Grace)
	if !o.DryRun {
		if err := d.repairViews(ctx, true); err != nil {
			return nil, err
		}
	}
	orphans, damaged := d.orphans(ctx, before)
	if damaged != nil && !errors.Is(damaged, artifacts.ErrCorrupt) {
		return nil, damaged
	}
	remove := func(key string, size int64, how func(context.Context, string) error) error {
		if !o.DryRun {
			if err := how(ctx, key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
				return err
			}
		}
		removed = append(removed, Removed{key, size})
		return nil
	}
	for _, f := range orphans {
		if err := remove(f.Key, f.Size, d.store.Remove); err != nil {
			return removed, err
		}
	}
	for f, err := range d.store.Leftovers(ctx, before) {
		if err == nil {
			err = remove(f.Key, f.Size, d.store.RemoveLeftover)
		}
		if err != nil {
			return removed, err
		}
	}
	return removed, damaged
}
