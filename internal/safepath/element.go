package safepath

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Names that package store gives to its own files.
const (
	segmentSuffix = ".d"
	tempPrefix    = ".lazyscribe-tmp-"
	lockSuffix    = ".lock"
)

var (
	errEncoding  = errors.New("not UTF-8")
	errAbsolute  = errors.New("absolute")
	errOutside   = errors.New("leads out of its folder")
	errBackslash = errors.New("holds a backslash")
	errControl   = errors.New("holds a control character")
	errDrive     = errors.New("names a drive")
	errElement   = errors.New("an element is longer than 255 bytes")
)

// split returns the elements of a relative path, each checked, without those
// that are empty or ".".
func split(name string) ([]string, error) {
	if len(name) > maxPath {
		return nil, errLong
	}
	if strings.HasPrefix(name, "/") {
		return nil, errAbsolute
	}
	if !utf8.ValidString(name) {
		return nil, errEncoding
	}
	var parts []string
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." {
			continue
		}
		if err := checkElement(part); err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// namesFile reports whether a path ends with a file's name, not with a slash
// or a ".", which stand for a folder.
func namesFile(name string) bool {
	last := name[strings.LastIndexByte(name, '/')+1:]
	return last != "" && last != "."
}

func checkElement(part string) error {
	if len(part) > MaxElement {
		return errElement
	}
	if strings.ContainsRune(part, '\\') {
		return errBackslash
	}
	if strings.ContainsFunc(part, unicode.IsControl) {
		return errControl
	}
	// Windows drops dots and blanks at an element's end, so ".. " is "..".
	if strings.Trim(part, ". ") == "" {
		return errOutside
	}
	if len(part) >= 2 && part[1] == ':' && isLetter(part[0]) {
		return errDrive
	}
	if reserved(fold(part)) {
		return errReserved
	}
	return nil
}

// reserved reports whether a folded element is one of the store's own names
// wherever it stands: a temporary file, or the lock or the segments of a
// manifest. Several manifests may share a folder, so those of the others are
// known by the name a manifest usually has.
func reserved(part string) bool {
	return strings.HasPrefix(part, tempPrefix) ||
		strings.HasPrefix(part, ".") && strings.HasSuffix(part, ".json"+lockSuffix) ||
		strings.HasSuffix(part, ".json"+segmentSuffix)
}

// ownedBy reports whether the first element of a path, folded, belongs to the
// manifest called base: it is the manifest, its lock or its segments.
func ownedBy(base, first string) bool {
	return first == fold(base) || first == fold(base+segmentSuffix) || first == fold("."+base+lockSuffix)
}

// fold returns a name as the most forgiving file systems compare it: without
// case, in whatever way its letters are composed (APFS), without the invisible
// characters HFS+ passes over and the dots and blanks Windows drops at the end.
func fold(name string) string {
	return strings.TrimRight(strings.Map(foldRune, norm.NFKD.String(name)), ". ")
}

// foldRune returns one character for all that differ from r in case only: the
// small letter where there is one.
func foldRune(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return unicode.ToLower(least)
}

func isLetter(c byte) bool {
	c |= 0x20
	return 'a' <= c && c <= 'z'
}
