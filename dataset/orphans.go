package dataset

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// ownFile matches the names that write gives to files: whatever else somebody
// put into a dataset is left alone.
var ownFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9_]+-[0-9a-f]{16}(-[a-z0-9]{8})?\.[A-Za-z0-9_.-]+$`)
})

// ownerOf returns the record's file of the key to which a file of data belongs.
func ownerOf(file string) (record string, ok bool) {
	folder, name, ok := strings.Cut(file, "/")
	if !ok || !ownFile().MatchString(name) {
		return "", false
	}
	key, ok := strings.CutSuffix(folder+"/", dataSuffix)
	if !ok || checkKey(key) != nil || fold(key) != key {
		return "", false
	}
	return recordFile(key), true
}

// orphans returns files of data that no record names, and that are older than a
// time. The files are listed before the records are read: one that comes to be
// named meanwhile was made or named by the record before it, so it is either too
// young or among those that are read. Files of records that cannot be read are
// no orphans; the error names those.
func (d *DataSet) orphans(ctx context.Context, before time.Time) ([]store.Info, error) {
	files := map[string][]store.Info{}
	for info, err := range d.store.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		if record, ok := ownerOf(info.Key); ok && info.ModTime.Before(before) {
			files[record] = append(files[record], info)
		}
	}
	var orphans []store.Info
	var errs []error
	for record, list := range files {
		r, err := d.readFile(ctx, record)
		switch {
		case errors.Is(err, artifacts.ErrNotFound):
			orphans = append(orphans, list...)
			continue
		case errors.Is(err, artifacts.ErrCorrupt):
			errs = append(errs, err)
			continue
		case err != nil:
			return nil, err
		}
		named := r.files()
		orphans = append(orphans, slices.DeleteFunc(list, func(i store.Info) bool { return slices.Contains(named, i.Key) })...)
	}
	slices.SortFunc(orphans, func(a, b store.Info) int { return strings.Compare(a.Key, b.Key) })
	return orphans, errors.Join(errs...)
}
