package plugins

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A Status is what can be said about a plugin while nothing of it runs.
type Status string

// The values of [Status].
const (
	StatusTrusted       Status = "trusted"        // it runs when one of its aliases is used
	StatusUntrusted     Status = "untrusted"      // it does not run before the user agrees
	StatusChanged       Status = "changed"        // the file is not the one the user agreed to
	StatusMissing       Status = "missing"        // the file that was trusted is gone
	StatusShadowed      Status = "shadowed"       // its name stands for one in an earlier folder
	StatusNotExecutable Status = "not executable" // nobody may run the file
	StatusUnsafe        Status = "unsafe"         // others may write the file or its folder
	StatusBroken        Status = "broken"         // a link that leads nowhere or astray, or no file
)

// A Listed is a plugin that is trusted or that a search found.
type Listed struct {
	Name    string
	Path    string // where it was found, or as it was trusted
	Status  Status
	Script  bool     // only the script itself is covered by the checksum
	Version string   // as trusted, else ""
	Aliases []string // as trusted, else nil
	Problem error    // why the status is none of trusted, untrusted and shadowed
}

// List returns the plugins that are trusted and those that a search finds, by
// name; of one name the one it stands for comes first. It runs nothing. paths are
// searched as by [Search].
func List(t *Trust, paths []string) ([]Listed, error) {
	trusted, err := t.All()
	if err != nil {
		return nil, err
	}
	found, err := Search(paths)
	if err != nil {
		return nil, err
	}
	var list []Listed
	places := map[string]bool{} // of what is trusted
	taken := map[string]bool{}  // names that stand for what is trusted
	for _, e := range trusted {
		l := listTrusted(e)
		list = append(list, l)
		places[e.Path], taken[e.Name] = true, l.Status != StatusMissing
	}
	for _, f := range found {
		if resolved, err := filepath.EvalSymlinks(f.Path); err == nil && places[resolved] {
			continue
		}
		list = append(list, listFound(f, taken[f.Name]))
	}
	slices.SortStableFunc(list, func(a, b Listed) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

func listTrusted(e Trusted) Listed {
	l := Listed{Name: e.Name, Path: e.Path, Version: e.Description.Version, Aliases: e.Aliases(), Script: isScript(e.Path)}
	l.Status, l.Problem = e.Status()
	return l
}

// Status says whether the plugin would be started, and if not, why: the error is
// that of [Trusted.Verify].
func (t Trusted) Status() (Status, error) {
	err := t.Verify()
	switch {
	case err == nil:
		return StatusTrusted, nil
	case errors.Is(err, fs.ErrNotExist):
		return StatusMissing, err
	case errors.Is(err, ErrChanged):
		return StatusChanged, err
	}
	return statusOf(err), err
}

func listFound(f Found, taken bool) Listed {
	l := Listed{Name: f.Name, Path: f.Path, Status: StatusUntrusted}
	resolved, err := checkFile(f.Path)
	l.Script = isScript(resolved)
	switch {
	case err != nil:
		l.Status, l.Problem = statusOf(err), err
	case f.Shadowed || taken:
		l.Status = StatusShadowed
	}
	return l
}

func statusOf(problem error) Status {
	switch {
	case errors.Is(problem, errNotExecutable):
		return StatusNotExecutable
	case errors.Is(problem, errUnsafe):
		return StatusUnsafe
	}
	return StatusBroken
}

// checkFile returns where a path leads, and why the file there could not be
// trusted as it is.
func checkFile(path string) (resolved string, err error) {
	if resolved, _, err = resolve(path); err != nil {
		return path, err
	}
	info, err := os.Lstat(resolved)
	if err != nil {
		return resolved, bare(err)
	}
	if !info.Mode().IsRegular() {
		return resolved, errNotRegular
	}
	return resolved, checkPlace(resolved, info)
}

func isScript(path string) bool {
	f, _, err := openRegular(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }() // it was only read
	return interpreter(f) != ""
}
