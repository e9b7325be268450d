package dataset

import (
	"bytes"
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// repairViews makes the views that are behind their records: as far as the times
// of the files show it, or all, which takes reading them.
func (d *DataSet) repairViews(ctx context.Context, all bool) error {
	if d.pkg == "" {
		return nil
	}
	if err := d.writeShared(ctx); err != nil {
		return err
	}
	strays, err := d.eachView(ctx, func(file string, isYounger bool) error {
		if isYounger && !all {
			return nil
		}
		r, err := d.behind(ctx, file)
		if r != nil {
			err = d.writeView(ctx, r.Key)
		}
		if errors.Is(err, artifacts.ErrCorrupt) || errors.Is(err, artifacts.ErrExists) {
			// Neither a damaged value nor a file that somebody wrote by hand is in the
			// way of others.
			d.opts.Logger.WarnContext(ctx, "an item has no Go file", "record", file, "error", err)
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range strays {
		if err := d.store.Remove(ctx, file); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
	}
	return nil
}

// behind returns the record in a file if its view was not made from it, else nil:
// also for a record that cannot be read, as there is no view of it. A view that is
// not ours is an error too, if there is one.
func (d *DataSet) behind(ctx context.Context, file string) (*record, error) {
	r, err := d.readFile(ctx, file)
	if errors.Is(err, artifacts.ErrCorrupt) || errors.Is(err, artifacts.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := d.store.ReadText(ctx, viewFile(r.Key))
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return nil, err
	}
	if revision, ok := viewRevision(text); ok && revision == r.Revision {
		return nil, nil
	}
	if len(text) > 0 && !bytes.HasPrefix(text, []byte(viewHead)) {
		return nil, foreign(viewFile(r.Key))
	}
	return r, nil
}

// eachView calls do with the file of each record, and whether its view is younger.
// It returns the views that are of no record: somebody removed that by hand, and GC
// is about to remove the files that they name.
func (d *DataSet) eachView(ctx context.Context, do func(record string, isYounger bool) error) (strays []string, err error) {
	files := map[string]time.Time{}
	for info, err := range d.store.Folder(ctx, "") {
		if err != nil {
			return nil, err
		}
		files[info.Key] = info.ModTime
	}
	// A view that was there has a record by now.
	for info, err := range d.store.List(ctx, recordFolder) {
		if err != nil {
			return nil, err
		}
		key, ok := strings.CutSuffix(path.Base(info.Key), recordSuffix)
		if !ok || checkKey(key) != nil {
			continue
		}
		if err := do(info.Key, files[viewFile(key)].After(info.ModTime)); err != nil {
			return nil, err
		}
		delete(files, viewFile(key))
	}
	for file := range files {
		if !strings.HasSuffix(file, ".go") {
			continue
		}
		text, err := d.store.ReadText(ctx, file)
		if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return nil, err
		}
		if _, ok := viewRevision(text); ok {
			strays = append(strays, file)
		}
	}
	slices.Sort(strays)
	return strays, nil
}
