package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// CheckOptions are the choices of one check. Nil means all defaults.
type CheckOptions struct {
	// Repair mends what can be made from something else: the Go package and the
	// records as they are put together. It needs [ReadWrite].
	Repair bool
}

// A Report is what a check found.
type Report struct {
	Items    int   // keys with a value
	Files    int   // files of values that were read
	Bytes    int64 // in them
	Problems []Problem
	Orphans  []string // files that no record names, which GC removes when they are old enough
}

// A Problem is something that is not as it should be.
type Problem struct {
	Key      string // "" if it is not known
	File     string // below the dataset
	Err      error
	Repaired bool
}

// String names the file and what is wrong.
func (p Problem) String() string {
	end := ""
	if p.Repaired {
		end = " (repaired)"
	}
	return fmt.Sprintf("%q: %v%s", p.File, p.Err, end)
}

// Check reads every record and every file of every value, and compares sizes and
// digests with what is recorded. Problems are in the report; an error says that
// the check could not be finished. What others write meanwhile is no problem.
func (d *DataSet) Check(ctx context.Context, opts *CheckOptions) (*Report, error) {
	begin := d.reading
	if opts != nil && opts.Repair {
		begin = d.writing
	}
	done, err := begin()
	report := new(Report)
	if err == nil {
		defer done()
		err = d.check(ctx, report, opts != nil && opts.Repair)
	}
	if err != nil {
		return report, fmt.Errorf("check dataset %q: %w", d.url, err)
	}
	return report, nil
}

func (d *DataSet) check(ctx context.Context, report *Report, repair bool) error {
	if err := d.recognise(ctx); err != nil {
		return err
	}
	var records []string
	for info, err := range d.store.List(ctx, recordFolder) {
		if err != nil {
			return err
		}
		if strings.HasSuffix(info.Key, recordSuffix) {
			records = append(records, info.Key)
		}
	}
	slices.Sort(records)
	for _, file := range records {
		if err := d.checkRecord(ctx, report, file); err != nil {
			return err
		}
	}
	if err := d.checkViews(ctx, report, repair); err != nil {
		return err
	}
	orphans, err := d.orphans(ctx, d.opts.Now())
	if err != nil && !errors.Is(err, artifacts.ErrCorrupt) { // those are problems already
		return err
	}
	for _, o := range orphans {
		report.Orphans = append(report.Orphans, o.Key)
	}
	if repair {
		return d.writeCache(ctx)
	}
	return nil
}

// checkRecord checks a record and the files that it names; again if it was
// replaced meanwhile.
func (d *DataSet) checkRecord(ctx context.Context, report *Report, file string) error {
	for last := int64(0); ; {
		r, err := d.readFile(ctx, file)
		switch {
		case errors.Is(err, artifacts.ErrNotFound):
			return nil
		case errors.Is(err, artifacts.ErrCorrupt):
			report.Problems = append(report.Problems, Problem{File: file, Err: err})
			return nil
		case err != nil:
			return err
		}
		found := Report{}
		if err := d.checkFiles(ctx, &found, r); err != nil {
			return err
		}
		if len(found.Problems) > 0 && r.Revision != last {
			last = r.Revision // they are problems if the record is still the same
			continue
		}
		if r.Item != nil {
			report.Items++
		}
		report.Files += found.Files
		report.Bytes += found.Bytes
		report.Problems = append(report.Problems, found.Problems...)
		return nil
	}
}

func (d *DataSet) checkFiles(ctx context.Context, report *Report, r *record) error {
	for _, it := range []*item{r.Item, r.Previous} {
		for _, f := range it.all() {
			err := d.checkFile(ctx, r.Key, f)
			switch {
			case errors.Is(err, errGone):
				err = artifacts.ErrNotFound
			case err != nil && !errors.Is(err, artifacts.ErrCorrupt):
				return err
			}
			report.Files++
			report.Bytes += f.Size
			if err != nil {
				report.Problems = append(report.Problems, Problem{Key: r.Key, File: path.Join(dataFolder(r.Key), f.Name), Err: err})
			}
		}
	}
	return nil
}

func (d *DataSet) checkFile(ctx context.Context, key string, f dataFile) error {
	in, err := d.openFile(ctx, key, f)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, payload.Verify(ctx, in, f.recorded()))
	return errors.Join(err, in.Close())
}
