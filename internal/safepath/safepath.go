// Package safepath builds the paths of artifacts from what files say.
//
// Slugs, file names and artifact names are read from manifests that anybody
// may have written. A path made of them is used only if it stays below the
// folder of its manifest, on every system and object store, and is not one of
// the files a store keeps for itself. Everything else is refused, never
// repaired: a repaired path would name another file than the one Python wrote.
// The one exception is what the path's meaning does not depend on, "." elements
// and doubled slashes, which are dropped.
//
// All paths have forward slashes. Names must be valid UTF-8, since object
// stores and other systems have no other names. Symbolic links are not this
// package's business; local files are opened through an [os.Root].
//
// Functions share no state and are safe for concurrent use. Errors wrap
// [artifacts.ErrUnsafePath].
package safepath

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

const (
	// MaxElement is the length in bytes an element of a path can have: the
	// limit of nearly all file systems.
	MaxElement = 255

	// maxPath keeps a hostile file from asking for thousands of nested
	// folders. It is what Linux takes as one path.
	maxPath = 4096
)

// Join returns the path of a file that belongs to a manifest: the elements,
// below the folder that holds the manifest. The manifest is the slash path of
// the manifest in its store, such as "runs/project.json". The last element is
// the file's name, the first its folder, such as an experiment's slug or an
// artifact's name; each may itself hold folders ("plots/roc.json"). Elements
// between them may be empty: a test whose name has no slug keeps its files in
// its experiment's folder.
//
// It is an error if the path would leave the manifest's folder on any system,
// would be or lie under the manifest, its lock or its segments, or has an
// element that [CheckName] refuses.
func Join(manifest string, elems ...string) (string, error) {
	folder, base := path.Split(manifest)
	if base == "." || !fs.ValidPath(manifest) {
		return "", refuse("locate manifest", manifest, errManifest)
	}
	below, err := join(base, elems)
	if err != nil {
		return "", refuse("locate file", strings.Join(elems, "/"), err)
	}
	return folder + below, nil
}

func join(base string, elems []string) (string, error) {
	var parts []string
	for i, elem := range elems {
		ps, err := split(elem)
		if err != nil {
			return "", err
		}
		last := i == len(elems)-1
		switch {
		case last && !namesFile(elem):
			return "", errNoFile
		case i == 0 && len(ps) == 0:
			return "", errNoFolder
		}
		parts = append(parts, ps...)
	}
	if len(parts) == 0 {
		return "", errNoFile
	}
	if ownedBy(base, fold(parts[0])) {
		return "", errReserved
	}
	below := strings.Join(parts, "/")
	if len(below) > maxPath {
		return "", errLong
	}
	// The rules above are meant to be stricter than any system's; this asks
	// the present one, which on Windows knows about devices.
	if !filepath.IsLocal(filepath.FromSlash(below)) {
		return "", errDevice
	}
	return below, nil
}

// CheckName reports why name cannot be the name of an artifact's file, or nil.
// Folders are fine ("plots/roc.json"). Refused are names that are empty or end
// with a slash, are absolute, hold "..", a backslash, a drive letter, a control
// character or invalid UTF-8, have an element of more than [MaxElement] bytes,
// or an element that stores keep for themselves.
func CheckName(name string) error {
	// The name stands below some folder, so that nothing is at a manifest's
	// side; which manifest it is makes no difference then.
	if _, err := join("", []string{"folder", name}); err != nil {
		return refuse("check file name", name, err)
	}
	return nil
}

var (
	errManifest = errors.New("not a clean relative path")
	errNoFile   = errors.New("names no file")
	errNoFolder = errors.New("names no folder")
	errReserved = errors.New("kept for the store's own files")
	errLong     = errors.New("too long")
	errDevice   = errors.New("not a local path on this system")
)

// refuse is the error for a subject. The subject comes from a file and may be
// of any length; the message shows only its beginning.
func refuse(operation, subject string, cause error) error {
	const shown = 128
	dots := ""
	if len(subject) > shown {
		subject, dots = subject[:shown], "..."
	}
	return fmt.Errorf("%s %q%s: %w: %w", operation, subject, dots, artifacts.ErrUnsafePath, cause)
}
