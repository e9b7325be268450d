package archive

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Options are the choices of an [Archive]. Nil means all defaults.
type Options struct {
	// ArrayThreshold is the number of elements that a slice of numbers may have to
	// be written in the text. Longer ones are [Archive.Data]. 0 means that all are
	// written in the text, but 1,000 for packages and files, see [Archive.Save] and
	// [Handler]; negative: all are, there too.
	ArrayThreshold int

	// Flat writes package variables. Otherwise each object is made by a function
	// when it is first asked for.
	Flat bool

	// SingleItem refuses a second object.
	SingleItem bool

	// CheckOnInsert makes Insert refuse what cannot be written, rather than Text.
	// Each object is then gone through once more.
	CheckOnInsert bool

	// StrictAlias refuses objects that are parts of others, such as overlapping
	// slices and pointers to fields: [ErrAlias]. Otherwise they come back as copies.
	StrictAlias bool

	// Types has the functions that may be values. Nil means [DefaultTypes].
	Types *Types
}

// An Archive is a collection of named objects to be written together. It keeps
// what is inserted by reference and writes it as it is then, see [Archive.Freeze].
//
// It is for one goroutine at a time, and nobody may change the objects while it
// writes them.
type Archive struct {
	opts   Options
	roots  []root
	names  map[string]int // in roots, by what the name is when it is exported
	frozen *source
}

// New returns an archive without objects.
func New(opts *Options) *Archive {
	a := &Archive{names: make(map[string]int)}
	if opts != nil {
		a.opts = *opts
	}
	if a.opts.Types == nil {
		a.opts.Types = DefaultTypes()
	}
	return a
}

// Insert adds an object under a name, which must be a Go identifier that does not
// begin with "_". To insert the same object again changes nothing; another one
// under a name that is taken, also by one that differs in the case of the first
// letter, is [artifacts.ErrExists].
func (a *Archive) Insert(name string, v any) error {
	if err := a.insert(root{name, reflect.ValueOf(v)}); err != nil {
		return fmt.Errorf("insert %q into archive: %w", name, err)
	}
	return nil
}

func (a *Archive) insert(r root) error {
	if err := checkName(r.name); err != nil {
		return err
	}
	if a.frozen != nil {
		return fmt.Errorf("%w: the archive is frozen", artifacts.ErrReadOnly)
	}
	if i, taken := a.names[exported(r.name)]; taken {
		switch old := a.roots[i]; {
		case old.name != r.name:
			return fmt.Errorf("%w: %q would be the same name in Go", artifacts.ErrExists, old.name)
		case !same(old.value, r.value):
			return fmt.Errorf("%w, as another object", artifacts.ErrExists)
		}
		return nil
	}
	if a.opts.SingleItem && len(a.roots) > 0 {
		return fmt.Errorf("%w: an archive of a single item has %q", artifacts.ErrExists, a.roots[0].name)
	}
	if a.opts.CheckOnInsert {
		if _, err := a.write([]root{r}, -1); err != nil {
			return err
		}
	}
	a.names[exported(r.name)] = len(a.roots)
	a.roots = append(a.roots, r)
	return nil
}

// InsertAll adds objects in the order of their names. It stops at the first that
// [Archive.Insert] refuses.
func (a *Archive) InsertAll(objects map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		if err := a.Insert(name, objects[name]); err != nil {
			return err
		}
	}
	return nil
}

// UniqueName returns name if nothing is inserted under it, else the first of
// name_0, name_1 and so on that is free.
func (a *Archive) UniqueName(name string) string {
	unique := name
	for i := 0; ; i++ {
		if _, taken := a.names[exported(unique)]; !taken {
			return unique
		}
		unique = name + "_" + strconv.Itoa(i)
	}
}

// Names returns the names in the order in which they were inserted.
func (a *Archive) Names() []string {
	names := make([]string, 0, len(a.roots))
	for _, r := range a.roots {
		names = append(names, r.name)
	}
	return names
}

// Text returns the archive as the source of a Go package, which [Restore] reads.
// The arrays that are outside of it are [Archive.Data].
func (a *Archive) Text() ([]byte, error) {
	s, err := a.source(0)
	if err != nil {
		return nil, err
	}
	return s.text(), nil
}

// String returns the text, or a comment with the error.
func (a *Archive) String() string {
	text, err := a.Text()
	if err != nil {
		return "// " + strconv.Quote(err.Error()) + "\n"
	}
	return string(text)
}

// Data returns the arrays that are outside of the text, in the order of their
// names. They are those of the objects, not copies.
func (a *Archive) Data() ([]Array, error) {
	s, err := a.source(0)
	if err != nil {
		return nil, err
	}
	return slices.Clone(s.arrays), nil
}

// source returns the archive as it is, or was when it was frozen. The threshold is
// used if the options say nothing.
func (a *Archive) source(threshold int) (*source, error) {
	if a.frozen != nil {
		return a.frozen, nil
	}
	if a.opts.ArrayThreshold != 0 {
		threshold = a.opts.ArrayThreshold
	}
	if threshold == 0 {
		threshold = -1
	}
	s, err := a.write(a.roots, threshold)
	if err != nil {
		return nil, fmt.Errorf("write archive: %w", err)
	}
	return s, nil
}

func (a *Archive) write(roots []root, threshold int) (*source, error) {
	g, err := newGraph(roots, a.opts.Types, nil)
	if err != nil {
		return nil, err
	}
	if a.opts.StrictAlias {
		if err := g.checkAliases(); err != nil {
			return nil, err
		}
	}
	return newSource(g, a.opts, threshold)
}
