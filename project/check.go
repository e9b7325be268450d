package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
)

// A FindingKind says what is wrong.
type FindingKind string

// The kinds of findings.
const (
	Unreadable FindingKind = "unreadable" // a record, or a part of one, or an artifact's file
	Missing    FindingKind = "missing"    // an artifact's file is not there
	Corrupt    FindingKind = "corrupt"    // its size or digest is not what was recorded
	Unsafe     FindingKind = "unsafe"     // its path would lead out of the project's folder
	Orphan     FindingKind = "orphan"     // a file in an experiment's folder that no record names
	Leftover   FindingKind = "leftover"   // a hidden file of a writer that died
	Stale      FindingKind = "stale"      // a segment that adds nothing: whoever folded it died
	Dropped    FindingKind = "dropped"    // an experiment that a program which knows no segments dropped, see Repair
	Folded     FindingKind = "folded"     // a note of what was folded; only GC removes it, Check never names it
	Rescued    FindingKind = "rescued"    // the value of an artifact that could not be encoded, see [Project.Retry]
)

// A Finding is one thing [Project.Check] found.
type Finding struct {
	Kind FindingKind
	Key  string // of the file, a path beside the manifest; "" for a record

	Slug, Test, Artifact string // what the file or the record belongs to, as far as is known
	Line, Column         int    // of an unreadable record in the manifest

	Size    int64 // of an orphan, a leftover or a value, in bytes
	ModTime time.Time
	Err     error // the cause, if there is more to say
}

// CheckOptions are the choices of one check. Nil means all defaults.
type CheckOptions struct {
	// SkipDigests only looks whether files are there, and does not read them.
	SkipDigests bool
}

// Check compares the saved project with its files, and yields what does not fit:
// records that cannot be read, artifacts that are missing or damaged or would
// lie elsewhere, values that could not be encoded, files that belong to nothing,
// segments that are broken or of no use any more, and experiments that were
// dropped by accident. An artifact whose digest is not
// known (Python records none) is only looked for. Nothing is changed.
//
// Files are looked for in the folders of experiments, and in folders that are
// named like those of experiments (name, time, perhaps a suffix); other files
// beside the manifest are nobody's business here.
//
// An error, such as storage that cannot be read, ends the check.
func (p *Project) Check(ctx context.Context, o *CheckOptions) iter.Seq2[Finding, error] {
	if o == nil {
		o = &CheckOptions{}
	}
	return func(yield func(Finding, error) bool) {
		if err := p.check(ctx, o, func(f Finding) bool { return yield(f, nil) }); err != nil && !errors.Is(err, errStopped) {
			yield(Finding{}, fmt.Errorf("check project %q: %w", p.url, err))
		}
	}
}

// errStopped ends a check whose caller has seen enough.
var errStopped = errors.New("stopped")

func (p *Project) check(ctx context.Context, o *CheckOptions, yield func(Finding) bool) error {
	for _, problem := range p.Problems() {
		f := Finding{Kind: Unreadable, Key: problem.Segment, Slug: problem.Slug, Line: problem.Line, Column: problem.Column, Err: problem}
		if !yield(f) {
			return errStopped
		}
	}
	inv, err := p.inventory(ctx)
	if err != nil {
		return err
	}
	findings, err := p.checkSegments(inv)
	if err != nil {
		return err
	}
	for _, f := range findings {
		if !yield(f) {
			return errStopped
		}
	}
	meter := progress.Start("check", p.opts.Progress)
	defer meter.End()
	for _, a := range inv.artifacts {
		if !o.SkipDigests && a.meta.SHA256 != "" {
			meter.Expect(1, inv.files[a.key].Size)
		}
	}
	for _, a := range inv.artifacts {
		f, err := p.checkArtifact(ctx, a, inv, o.SkipDigests, meter)
		if err != nil {
			return err
		}
		if f != nil && !yield(*f) {
			return errStopped
		}
	}
	rescued, err := p.rescuedFindings(ctx)
	if err != nil {
		return err
	}
	for _, f := range slices.Concat(rescued, inv.orphans()) {
		if !yield(f) {
			return errStopped
		}
	}
	for info, err := range p.home.Store.Leftovers(ctx, p.now()) {
		if err != nil {
			return err
		}
		if !yield(Finding{Kind: Leftover, Key: info.Key, Size: info.Size, ModTime: info.ModTime}) {
			return errStopped
		}
	}
	return nil
}

// checkArtifact compares one artifact with its file; nil if it is as recorded.
func (p *Project) checkArtifact(ctx context.Context, a named, inv *inventory, skipDigest bool, meter *progress.Meter) (*Finding, error) {
	f := &Finding{Key: a.key, Slug: a.slug, Test: a.test, Artifact: a.meta.Name}
	_, there := inv.files[a.key]
	switch {
	case a.err != nil:
		f.Kind, f.Err = Unsafe, a.err
		if !errors.Is(a.err, artifacts.ErrUnsafePath) {
			f.Kind = Unreadable
		}
		return f, nil
	case !a.meta.PurgedAt.IsZero():
		return nil, nil
	case !there:
		f.Kind = Missing
		return f, nil
	case skipDigest || a.meta.SHA256 == "":
		return nil, nil
	}
	defer meter.File()
	switch err := p.verify(ctx, a, meter); {
	case err == nil:
		return nil, nil
	case ctx.Err() != nil:
		return nil, err
	case errors.Is(err, artifacts.ErrNotFound): // it went while the check ran
		f.Kind = Missing
	case errors.Is(err, artifacts.ErrCorrupt):
		f.Kind, f.Err = Corrupt, err
	default: // one file that cannot be read says nothing about the others
		f.Kind, f.Err = Unreadable, err
	}
	return f, nil
}

// verify reads an artifact's file and compares size and digest.
func (p *Project) verify(ctx context.Context, a named, meter *progress.Meter) error {
	file, err := p.home.Store.Open(ctx, a.key)
	if err != nil {
		return err
	}
	r := payload.Verify(ctx, file, a.meta)
	_, err = io.Copy(io.Discard, meter.Reader(r))
	return errors.Join(err, r.Close())
}
