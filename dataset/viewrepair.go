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
		_, err := d.repairView(ctx, file, true)
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

// repairView tells whether the view of a record is behind, and makes it anew.
// Records that cannot be read have none.
func (d *DataSet) repairView(ctx context.Context, file string, repair bool) (stale bool, err error) {
	r, err := d.readFile(ctx, file)
	if errors.Is(err, artifacts.ErrCorrupt) || errors.Is(err, artifacts.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, err := d.store.ReadText(ctx, viewFile(r.Key))
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return false, err
	}
	if revision, ok := viewRevision(text); ok && revision == r.Revision {
		return false, nil
	}
	if !repair {
		if len(text) > 0 && !bytes.HasPrefix(text, []byte(viewHead)) {
			return true, foreign(viewFile(r.Key))
		}
		return true, nil
	}
	return true, d.writeView(ctx, r.Key)
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

// checkViews finds views that are behind. A session that only reads finds out
// itself whether there are any.
func (d *DataSet) checkViews(ctx context.Context, report *Report, repair bool) error {
	if d.pkg == "" {
		text, err := d.store.ReadText(ctx, sharedFile)
		if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
		if _, ok := packageOf(string(text)); !ok || d.opts.Mode != ReadOnly {
			return nil
		}
	}
	if repair {
		if err := d.writeShared(ctx); err != nil {
			return err
		}
	}
	problem := func(key, file string, err error, mended bool) {
		report.Problems = append(report.Problems, Problem{Key: key, File: file, Err: err, Repaired: mended})
	}
	strays, err := d.eachView(ctx, func(file string, _ bool) error {
		key := strings.TrimSuffix(path.Base(file), recordSuffix)
		switch stale, err := d.repairView(ctx, file, repair); {
		case err != nil:
			problem(key, viewFile(key), err, false)
		case stale:
			problem(key, viewFile(key), errBehind, repair)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, file := range strays {
		err, mended := errStray, false
		if repair {
			if removeErr := d.store.Remove(ctx, file); removeErr != nil {
				err = removeErr
			}
			mended = err == errStray
		}
		problem("", file, err, mended)
	}
	return nil
}

var (
	errBehind = errors.New("the Go file is behind the record")
	errStray  = errors.New("the Go file is of a key that has no record")
)
