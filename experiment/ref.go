package experiment

import "strings"

// A Ref names an experiment, perhaps of another project.
type Ref struct {
	Project string // path of its manifest, or a name from a registry
	Slug    string // full or short slug
}

// ParseRef reads the text form "project|slug". The last bar counts, because a
// path may hold one and a slug cannot; without any bar the text is all project.
func ParseRef(s string) Ref {
	i := strings.LastIndexByte(s, '|')
	if i < 0 {
		return Ref{Project: s}
	}
	return Ref{Project: s[:i], Slug: s[i+1:]}
}

// String returns the text form, as manifests have it.
func (r Ref) String() string { return r.Project + "|" + r.Slug }
