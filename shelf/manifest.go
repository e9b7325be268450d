package shelf

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/parts"
)

// A File is one file of a value: its Name, a slash-separated path below the URL or
// the URL's last part for a single file, its Size in bytes, and its Digest:
// "sha256:" and 64 hexadecimal digits, or "" if nobody recorded one.
type File = parts.File

// A Manifest says what is at a URL.
type Manifest struct {
	Handler     string // alias of the codec; "" if there is no manifest
	Type        string // of the value in Go, for people: nothing is chosen by it
	Several     bool   // the URL is a folder
	Files       []File // sorted by name
	Environment artifacts.Environment
	Put         time.Time // when; or when the file was written, if there is no manifest
}

// Size returns how many bytes all files have together.
func (m *Manifest) Size() int64 {
	var n int64
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// Digest identifies the content: of a single file it is the file's, of several
// "sha256:" and the SHA-256 of the lines "digest size name\n" of all, in order. It
// is "" if not all are known.
func (m *Manifest) Digest() string {
	if !m.Several && len(m.Files) == 1 {
		return m.Files[0].Digest
	}
	all := sha256.New()
	for _, f := range m.Files {
		if f.Digest == "" {
			return ""
		}
		fmt.Fprintf(all, "%s %d %s\n", f.Digest, f.Size, f.Name)
	}
	return parts.Digest(hex.EncodeToString(all.Sum(nil)))
}
