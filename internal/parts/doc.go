// Package parts is the way of one value's files into a store and out of it: a
// single file under a key, or several below it. A [Writer] is what a codec
// writes to and takes back what it wrote if that fails; a [Reader] is what one
// reads from and compares what was read with what was recorded.
//
// What says which files there are, and when they count, is up to the caller: a
// manifest beside them or a record.
//
// # Concurrency and errors
//
// Both are for one call of a codec, and safe for concurrent use in it. Errors of
// the storage come as package store shapes them; a file that is not what was
// recorded is artifacts.ErrCorrupt.
package parts

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A File is what is recorded of one file.
type File struct {
	Name   string `json:"name"`             // in the value: a slash-separated path
	Size   int64  `json:"size"`             // bytes
	Digest string `json:"digest,omitempty"` // "sha256:" and 64 hexadecimal digits; "" if it is not known
}

const digestPrefix = "sha256:"

// Digest returns the digest with a SHA-256 in hexadecimal digits.
func Digest(sha256 string) string { return digestPrefix + sha256 }

// Hex returns the hexadecimal digits of a digest; "" has none.
func Hex(digest string) (string, error) {
	if digest == "" {
		return "", nil
	}
	digits, ok := strings.CutPrefix(digest, digestPrefix)
	if b, err := hex.DecodeString(digits); !ok || err != nil || len(b) != 32 {
		return "", fmt.Errorf("digest %q is not %q and 64 hexadecimal digits", digest, digestPrefix)
	}
	return digits, nil
}

// CheckFiles refuses what no [Writer] returns as the files of a value: they were
// read from a record, which is not to be trusted.
func CheckFiles(files []File) error {
	for i, f := range files {
		if !fs.ValidPath(f.Name) || f.Name == "." {
			return fmt.Errorf("file %q: %w", f.Name, artifacts.ErrUnsafePath)
		}
		if i > 0 && f.Name <= files[i-1].Name {
			return fmt.Errorf("file %q: the files are not sorted", f.Name)
		}
		if digits, err := Hex(f.Digest); err != nil || digits == "" || f.Size < 0 {
			return fmt.Errorf("file %q: digest %q, size %d", f.Name, f.Digest, f.Size)
		}
	}
	return nil
}

// artifact is the file as packages about artifacts know it.
func (f File) artifact() (artifacts.Artifact, error) {
	digits, err := Hex(f.Digest)
	return artifacts.Artifact{Name: f.Name, SHA256: digits, Size: f.Size}, err
}
