package segment

import (
	"regexp"
	"strings"
	"sync"

	"github.com/google/uuid"
)

const (
	dirSuffix    = ".d/"
	foldedFolder = "folded/"
	textSuffix   = ".json"
	noteSuffix   = ".removed"
)

// name matches what segments are called, without the suffix. The time that a
// UUID of version 7 begins with puts them in the order they were written in.
const name = `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\`

// They are compiled when a project has segments: that takes long.
var (
	textName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(name + textSuffix + `$`) })
	noteName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(name + noteSuffix + `$`) })
	anyKey   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(^|/)[^/]+\.d/(folded/)?[^/]{36}\.(json|removed)$`)
	})
)

// IsKey reports whether a key may be that of a segment, or of a note of what was
// folded, of any manifest.
func IsKey(key string) bool { return anyKey().MatchString(key) }

// Dir returns the folder of a manifest's segments, with a slash behind it.
func Dir(manifest string) string { return manifest + dirSuffix }

// ManifestOf returns the manifest whose segments are in a folder, given with its
// slash; false for a folder that is not named like one of segments.
func ManifestOf(dir string) (manifest string, ok bool) {
	manifest, ok = strings.CutSuffix(dir, dirSuffix)
	return manifest, ok && manifest != "" && !strings.HasSuffix(manifest, "/")
}

// foldedDir returns the folder of what was folded.
func foldedDir(manifest string) string { return Dir(manifest) + foldedFolder }

// newKey returns a key in a folder that nobody else has.
func newKey(dir, suffix string) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	return dir + id.String() + suffix, nil
}
