package project

import (
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
)

// A Problem is a record, or a part of one, that could not be read. It is kept
// when the project is saved, as the bytes it was.
type Problem struct {
	Index        int    // of the record in the manifest, from 0; -1 if it is not in there
	Segment      string // that is broken as a whole, a path beside the manifest; else ""
	Line, Column int    // of the record, or of what is wrong in it; from 1; 0 if it is not in the file
	Slug         string // "" if the record has none that can be read
	Path         string // of the part, such as tests[2].artifacts[0]; "" for the record
	Err          error
}

// Error says where the problem is and what it is.
func (p Problem) Error() string {
	where := fmt.Sprintf("record %d", p.Index)
	if p.Segment != "" {
		where = fmt.Sprintf("segment %q", p.Segment)
	} else if p.Index < 0 {
		where = "the project"
	}
	if p.Line > 0 {
		where += fmt.Sprintf(" (line %d column %d)", p.Line, p.Column)
	}
	if p.Slug != "" {
		where += fmt.Sprintf(" %q", p.Slug)
	}
	if p.Path != "" {
		where += ": " + p.Path
	}
	return where + ": " + p.Err.Error()
}

// Unwrap returns the cause.
func (p Problem) Unwrap() error { return p.Err }

// Problems goes through all records and lists what could not be read, in the
// order of the manifest. A record that has no name, or no readable times, is no
// experiment and is found only here; of others a part may be missing. Segments
// that cannot be read come last.
//
// It decodes every record, which for a large project takes time; see Unreadable.
func (p *Project) Problems() []Problem { return p.problems(true) }

// Unreadable lists only the records that are no experiments, and costs next to
// nothing: that much is known when the project is open.
func (p *Project) Unreadable() []Problem { return p.problems(false) }

func (p *Project) problems(parts bool) []Problem {
	p.look()
	p.mu.Lock()
	list, set, unread := slices.Clone(p.manifest), p.segments, p.unread
	p.mu.Unlock()
	var problems []Problem
	if unread != nil {
		problems = append(problems, Problem{Index: -1, Err: unread})
	}
	lines := manifest.Finder{}
	for i, e := range list {
		p.mu.Lock()
		at, base, err := e.place, e.base, e.err
		p.mu.Unlock()
		if base == nil {
			problem := Problem{Index: i}
			problem.Line, problem.Column, problem.Err = lines.Find(at, err)
			problems = append(problems, problem)
			continue
		}
		if !parts {
			continue
		}
		for _, b := range base.Body().Problems {
			problem := Problem{Index: i, Slug: base.Slug(), Path: b.Path, Err: b.Err}
			problem.Line, problem.Column = lines.Start(at)
			problems = append(problems, problem)
		}
	}
	for _, seg := range set.Broken().All() {
		problems = append(problems, Problem{Index: -1, Segment: seg.Key, Err: seg.Err})
	}
	return problems
}
