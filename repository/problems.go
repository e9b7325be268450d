package repository

import (
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
)

// A Problem is an entry of a manifest that could not be read. It is kept when
// the manifest is saved, as the bytes it was.
type Problem struct {
	Index        int    // of the entry in the manifest, from 0
	Line, Column int    // of the entry, or of what is wrong in it; from 1
	Name         string // of the artifact, or the tag of a release; "" if there is none that can be read
	Err          error
}

// Error says where the problem is and what it is.
func (p Problem) Error() string {
	where := fmt.Sprintf("entry %d (line %d column %d)", p.Index, p.Line, p.Column)
	if p.Name != "" {
		where += fmt.Sprintf(" %q", p.Name)
	}
	return where + ": " + p.Err.Error()
}

// Unwrap returns the cause.
func (p Problem) Unwrap() error { return p.Err }

// Problems lists the entries that could not be read, in the order of the
// manifest. Nothing finds them; their numbers stay taken.
func (r *Repository) Problems() []Problem {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []Problem
	lines := manifest.Finder{}
	for i, e := range r.manifest {
		if e.err == nil {
			continue
		}
		p := Problem{Index: i, Name: e.meta.Name}
		p.Line, p.Column, p.Err = lines.Find(e.place, e.err)
		list = append(list, p)
	}
	return list
}
