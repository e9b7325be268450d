package release

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Options are the choices of one list. Nil means all defaults.
type Options struct {
	Logger *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now; for FromTOML

	// Dir is the folder that relative paths of repositories begin in, for
	// FromTOML; "" is the working directory.
	Dir string

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was saved.
	NoSync bool

	// fault is called before each operation of the storage, which fails with
	// its error. For tests of what a save does then.
	fault func(op, key string) error
}

// orDefault returns a copy of o with every default filled in.
func (o *Options) orDefault() Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func (o *Options) storeOptions() *store.Options {
	return &store.Options{NoSync: o.NoSync, Logger: o.Logger, Fault: o.fault}
}

// place returns where a repository is.
func (o *Options) place(url string) string {
	if o.Dir == "" || strings.Contains(url, "://") || filepath.IsAbs(url) {
		return url
	}
	return filepath.Join(o.Dir, url)
}

// FileName is what the file of releases is called.
const FileName = "releases.json"

// Beside returns the place of the releases of the repository at url: the file
// [FileName] in the same folder.
func Beside(url string) string {
	return url[:strings.LastIndexAny(url, "/"+string(os.PathSeparator))+1] + FileName
}
