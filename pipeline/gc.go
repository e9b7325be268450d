package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Limits say what [Store.GC] leaves. Nil, like the zero Limits, keeps all
// payloads and removes only what belongs to none.
type Limits struct {
	MaxBytes int64         // of all payloads together; 0: any
	MaxItems int           // payloads; 0: any
	MaxAge   time.Duration // since a payload was generated; 0: any
	Name     string        // only payloads of this step count and go; "": all

	// Grace is how old a file must be that no record names: it may be one whose
	// record is about to be written. 0: a day.
	Grace time.Duration

	DryRun bool // says what would go and removes nothing
}

const defaultGrace = 24 * time.Hour

// A GCReport says what a collection removed, or would remove.
type GCReport struct {
	Removed []*Record // payloads, with their records, from the oldest on
	Bytes   int64     // of their payloads
	Orphans []string  // keys of files that no record names
	Kept    int       // payloads that stay

	// Damaged are records that cannot be read. They stay, and so do all files
	// that no record names, as it may be one of these that names them.
	Damaged []error
}

// GC removes the oldest payloads until what stays is within the limits, and files
// that died writers left. Of a store of several folders only the first is
// collected. Whoever uses a payload that goes generates it again.
func (s *Store) GC(ctx context.Context, limits *Limits) (*GCReport, error) {
	g := &collection{store: s.only(), report: &GCReport{}}
	if limits != nil {
		g.limits = *limits
	}
	if g.limits.Grace <= 0 {
		g.limits.Grace = defaultGrace
	}
	err := g.run(ctx)
	return g.report, err
}

// only returns the folder that is written to as a store.
func (s *Store) only() *Store { return &Store{opts: s.opts, layers: s.layers[:1]} }

type collection struct {
	store  *Store
	limits Limits
	report *GCReport
}

func (g *collection) run(ctx context.Context) error {
	var records []*Record
	for r, err := range g.store.Records(ctx, g.limits.Name) {
		if _, damaged := errors.AsType[*RecordError](err); damaged {
			g.report.Damaged = append(g.report.Damaged, err)
			continue
		}
		if err != nil {
			return err
		}
		records = append(records, r)
	}
	slices.SortFunc(records, func(a, b *Record) int { return b.Generated.At.Compare(a.Generated.At) })
	keep, going := g.divide(records)
	g.report.Kept = len(keep)
	for _, r := range slices.Backward(going) {
		gone, err := g.remove(ctx, r)
		if err != nil {
			return err
		}
		if !gone {
			g.report.Kept++
			continue
		}
		g.report.Removed = append(g.report.Removed, r)
		g.report.Bytes += r.Payload.Size()
	}
	if len(g.report.Damaged) > 0 {
		return nil
	}
	return g.orphans(ctx, records)
}

// divide splits records, from the newest on, where the limits are reached.
func (g *collection) divide(records []*Record) (keep, going []*Record) {
	var bytes int64
	now := g.store.opts.Now()
	for i, r := range records {
		bytes += r.Payload.Size()
		l := g.limits
		if l.MaxBytes > 0 && bytes > l.MaxBytes || l.MaxItems > 0 && i >= l.MaxItems || l.MaxAge > 0 && now.Sub(r.Generated.At) > l.MaxAge {
			return records[:i], records[i:]
		}
	}
	return records, nil
}

// remove removes the record first: a payload without one is not there. One that was
// generated again since the record was read stays.
func (g *collection) remove(ctx context.Context, r *Record) (gone bool, err error) {
	if g.limits.DryRun {
		return true, nil
	}
	now, _, err := g.store.record(ctx, 0, r.Name, r.Hash)
	if err == nil && (now.Payload.Key != r.Payload.Key || !now.Generated.At.Equal(r.Generated.At)) {
		return false, nil
	}
	err = g.store.top().Remove(ctx, recordKey(r.Name, r.Hash))
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return false, err
	}
	return true, g.store.removePayload(ctx, 0, r.Payload)
}

// orphans removes the files of payloads that none of the records named, and what
// writers left that died.
func (g *collection) orphans(ctx context.Context, records []*Record) error {
	named := map[string]bool{}
	for _, r := range records {
		named[r.Payload.Key] = true
	}
	old := time.Now().Add(-g.limits.Grace) // as files have it, whatever clock the records have
	prefix := ""
	if g.limits.Name != "" {
		prefix = g.limits.Name + "-"
	}
	top := g.store.top()
	var found []store.Info
	for info, err := range top.List(ctx, prefix) {
		if err != nil {
			return err
		}
		key, _, _ := strings.Cut(info.Key, "/")
		m := ours.FindStringSubmatch(key)
		if m == nil || m[4] == recordSuffix || named[key] || g.limits.Name != "" && m[1] != g.limits.Name || !info.ModTime.Before(old) {
			continue
		}
		found = append(found, info)
	}
	for _, info := range found {
		if err := g.removeOrphan(ctx, info.Key, top.Remove); err != nil {
			return err
		}
	}
	if g.limits.Name != "" {
		return nil
	}
	for info, err := range top.Leftovers(ctx, old) {
		if err != nil {
			return err
		}
		if err := g.removeOrphan(ctx, info.Key, top.RemoveLeftover); err != nil {
			return err
		}
	}
	return nil
}

func (g *collection) removeOrphan(ctx context.Context, key string, remove func(context.Context, string) error) error {
	if !g.limits.DryRun {
		if err := remove(ctx, key); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
	}
	g.report.Orphans = append(g.report.Orphans, key)
	return nil
}
