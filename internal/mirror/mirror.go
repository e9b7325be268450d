// Package mirror makes one manifest, with its files, a copy of another one in
// any other storage, or brings an older copy up to date. It knows no records and
// no versions: what it has to know of them is a [Kind].
//
// Files go first and the manifest last, by compare-and-swap. A file appears at
// the destination whole or not at all, and never in place of another one;
// nothing is removed. So an interrupted copy needs no cleaning up, and the next
// one goes on behind the last whole file. A file that is damaged at the source
// does not keep the others.
package mirror

import (
	"context"
	"errors"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/progress"
	"github.com/lazyscribe-go/lazyscribe/internal/saving"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// A Kind is what a copy has to know of the entries of both manifests. Its
// methods are called one at a time, but for Rename of the files.
type Kind interface {
	// Adopt makes a text the destination's manifest as the kind knows it, and
	// returns its entries. If same is true it is [Job].Known, and now is nil.
	Adopt(ctx context.Context, now []byte, same, exists bool) ([]Entry, error)

	// Written is Adopt for a text that was made of what Adopt returned last.
	Written(ctx context.Context, text []byte) error

	// Decide says what becomes of an entry of the destination that has the name
	// of one of the source. They are given by their indices.
	Decide(src, dst int) Verdict

	// Admit returns an error for a plan that must not be carried out.
	Admit(p *Plan) error

	// Files lists the files of an entry that is to be at the destination.
	Files(c Choice) []File

	// Place returns the text of an entry whose files were seen to.
	Place(c Choice) (manifest.Place, error)
}

// A Job is one copy.
type Job struct {
	From, To *store.Store
	Manifest string     // key of the destination's
	Known    store.Text // that manifest as the kind knows it; nil if there is none
	Source   []Entry    // of the source
	Kind     Kind
	Options  artifacts.CopyOptions
	Meter    *progress.Meter
	Report   *artifacts.CopyReport

	plan *Plan
	seen map[int]Choice // by entry of the source: what it was when its files were seen to
}

// errStale says that the destination changed, so that more files are needed.
var errStale = errors.New("more files are needed")

// Run copies. What could not be copied of an entry was told to the files' Fail;
// after an error the manifest of the destination is what it was, but for
// [artifacts.ErrOutcomeUnknown].
func (j *Job) Run(ctx context.Context) error {
	there, err := j.Kind.Adopt(ctx, nil, true, j.Known != nil)
	if err != nil {
		return err
	}
	j.seen = map[int]Choice{}
	for {
		if err := j.decide(there); err != nil {
			return err
		}
		if err := j.files(ctx); err != nil {
			return saving.Untouched(err)
		}
		there, err = j.commit(ctx)
		if !errors.Is(err, errStale) {
			return err
		}
	}
}

// decide plans what becomes of the destination.
func (j *Job) decide(there []Entry) error {
	j.plan = newPlan(j.Source, there, j.Kind.Decide)
	r := j.Report
	r.Added, r.Updated, r.Equal, r.Kept = j.plan.Added, j.plan.Updated, j.plan.Equal, j.plan.Kept
	return j.Kind.Admit(j.plan)
}

// missing reports whether the files of an entry are still to be seen to. Those
// that were found with an entry of the destination may have gone with it.
func (j *Job) missing(c Choice) bool {
	if c.Verdict == Keep {
		return false
	}
	was, seen := j.seen[c.Src]
	return !seen || was.Dst >= 0 && c.Dst < 0
}

// files copies the files of what the destination is going to have.
func (j *Job) files(ctx context.Context) error {
	var list []File
	for _, c := range j.plan.Next {
		if j.missing(c) {
			list = append(list, j.Kind.Files(c)...)
		}
	}
	if err := j.transfer(ctx, list); err != nil {
		return err
	}
	for _, c := range j.plan.Next {
		if c.Verdict != Keep {
			j.seen[c.Src] = c
		}
	}
	return nil
}

// commit replaces the manifest. If more files are needed by now, it returns the
// destination's entries and errStale.
func (j *Job) commit(ctx context.Context) (there []Entry, err error) {
	var text store.Text
	err = saving.Commit(ctx, j.To, j.Manifest, j.Known, saving.Steps{
		Edit: func(ctx context.Context, now []byte, same, exists bool) (store.Text, error) {
			text = nil
			var err error
			if there, err = j.Kind.Adopt(ctx, now, same, exists); err != nil {
				return nil, err
			}
			if err := j.decide(there); err != nil {
				return nil, err
			}
			switch {
			case slices.ContainsFunc(j.plan.Next, j.missing):
				return nil, errStale
			case exists && j.plan.Added+j.plan.Updated == 0:
				return nil, nil
			}
			text, err = j.compose()
			return text, err
		},
		Remember: func() {},
		Undo:     func(context.Context) error { return nil },
	})
	if err == nil && text != nil {
		err = j.Kind.Written(ctx, text.Bytes())
	}
	return there, err
}

func (j *Job) compose() (store.Text, error) {
	places := make([]manifest.Place, len(j.plan.Next))
	for i, c := range j.plan.Next {
		var err error
		if places[i], err = j.Kind.Place(c); err != nil {
			return nil, err
		}
	}
	return manifest.Compose(places), nil
}
