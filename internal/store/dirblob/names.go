package dirblob

import (
	"crypto/rand"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// TempPrefix begins the names of files that are being written.
const TempPrefix = ".lazyscribe-tmp-"

const (
	lockSuffix = ".lock"

	// guardMark tells the lock of Guard from that of Lock.
	guardMark = "~held"

	// linkLock is the lock that stands in for link(2) where a file system has
	// no way to give a file a name only if the name is free.
	linkLock = ".lazyscribe.lock"
)

// Reserved reports whether an element of name is one that Dir keeps for itself:
// a file being written, or a lock.
func Reserved(name string) bool {
	for elem := range strings.SplitSeq(name, "/") {
		if isTemp(elem) || isLock(elem) {
			return true
		}
	}
	return false
}

// LockName returns the name of the lock that guards name: a hidden file beside
// it.
func LockName(name string) string {
	dir, base := path.Split(name)
	return dir + "." + base + lockSuffix
}

// GuardName returns the name of the lock that [Dir.Guard] takes for name: a
// hidden file beside it.
func GuardName(name string) string { return LockName(name + guardMark) }

func isTemp(elem string) bool { return strings.HasPrefix(elem, TempPrefix) }

func isLock(elem string) bool {
	return len(elem) > len("."+lockSuffix) && elem[0] == '.' && strings.HasSuffix(elem, lockSuffix)
}

// tempName returns a fresh hidden name in the folder of name.
func tempName(name string) string {
	return path.Join(path.Dir(name), TempPrefix+rand.Text())
}

// check refuses what cannot be the name of a file in the folder. Localize also
// knows what the system at hand takes for a device or a drive.
func check(op, name string) error {
	_, err := filepath.Localize(name)
	if err != nil || name == "." || Reserved(name) {
		return &fs.PathError{Op: op, Path: name, Err: ErrInvalidName}
	}
	return nil
}
