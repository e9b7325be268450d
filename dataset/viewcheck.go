package dataset

import (
	"context"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

var (
	errBehind = errors.New("the Go file is behind the record")
	errStray  = errors.New("the Go file is of a key that has no record")
)

// checkViews finds views that are behind and views without a record, and mends
// them if it is to repair.
func (d *DataSet) checkViews(ctx context.Context, report *Report, repair bool) error {
	if has, err := d.hasViews(ctx); err != nil || !has {
		return err
	}
	if repair {
		if err := d.writeShared(ctx); err != nil {
			return err
		}
	}
	problem := func(key, file string, err error, mend func() error) {
		p := Problem{Key: key, File: file, Err: err}
		if repair && mend != nil {
			if err := mend(); err != nil {
				p.Err = err
			} else {
				p.Repaired = true
			}
		}
		report.Problems = append(report.Problems, p)
	}
	late := map[string]*record{}
	strays, err := d.eachView(ctx, func(file string, _ bool) error {
		r, err := d.behind(ctx, file)
		if err != nil {
			key := strings.TrimSuffix(path.Base(file), recordSuffix)
			problem(key, viewFile(key), err, nil)
		}
		if r != nil {
			late[file] = r
		}
		return nil
	})
	if err == nil {
		err = d.keepBehind(ctx, late)
	}
	if err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(late)) {
		r := late[file]
		problem(r.Key, viewFile(r.Key), errBehind, func() error { return d.writeView(ctx, r.Key) })
	}
	for _, file := range strays {
		problem("", file, errStray, func() error { return d.store.Remove(ctx, file) })
	}
	return nil
}

// hasViews reports whether there is a Go package. A session that only reads finds
// out itself.
func (d *DataSet) hasViews(ctx context.Context) (bool, error) {
	if d.pkg != "" || d.opts.Mode != ReadOnly {
		return d.pkg != "", nil
	}
	text, err := d.store.ReadText(ctx, sharedFile)
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return false, err
	}
	_, ok := packageOf(string(text))
	return ok, nil
}

// settleTime is what a writer is given to make the view of a record it just wrote,
// before the view counts as behind.
const settleTime = 500 * time.Millisecond

// keepBehind removes from late the records that were replaced meanwhile, or whose
// views were: their writers are at work. It waits for that if one of the records
// is so young that its writer may be.
func (d *DataSet) keepBehind(ctx context.Context, late map[string]*record) error {
	now := d.opts.Now()
	for _, r := range late {
		if now.Sub(r.Written) < viewTime {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(settleTime):
			}
			break
		}
	}
	for file, was := range late {
		r, err := d.behind(ctx, file)
		if err != nil {
			return err
		}
		if r == nil || r.Revision != was.Revision {
			delete(late, file)
		}
	}
	return nil
}
