package plugins

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Facts are what a plugin's file shows about itself while nothing of it runs.
type Facts struct {
	Name    string      `json:"name"`
	Path    string      `json:"path"` // absolute, links followed
	Size    int64       `json:"size"` // bytes
	Mode    fs.FileMode `json:"-"`    // in JSON a text, "-rwxr-xr-x"
	ModTime time.Time   `json:"modified_at"`
	Owner   string      `json:"owner,omitempty"` // name or number; "" where files have none
	SHA256  string      `json:"sha256"`          // lower-case hexadecimal

	// Script is the interpreter's line of a script, without "#!". The checksum
	// of a script says nothing about the files it loads.
	Script string `json:"script,omitempty"`

	Go *GoBuild `json:"go,omitempty"` // nil if the file does not say

	// Unsafe says why the plugin would not be started as the file is now:
	// who else can write it, or that nobody may run it. In JSON it is a text.
	Unsafe error `json:"-"`
}

// MarshalJSON adds what has no form of its own in JSON.
func (f Facts) MarshalJSON() ([]byte, error) {
	type plain Facts
	x := struct {
		plain
		Mode   string `json:"mode"`
		Unsafe string `json:"unsafe,omitempty"`
	}{plain: plain(f), Mode: f.Mode.String()}
	if f.Unsafe != nil {
		x.Unsafe = f.Unsafe.Error()
	}
	return json.Marshal(x)
}

// A GoBuild is what the Go linker wrote into a binary. Whoever makes a binary
// can write anything there: it helps to notice mistakes, not forgeries.
type GoBuild struct {
	Package  string `json:"package"` // of the main function
	Module   string `json:"module,omitempty"`
	Version  string `json:"version,omitempty"` // of the module
	Go       string `json:"go"`                // version of the compiler
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from a work tree with changes
}

// Inspect reads the file at path, which must be called lazyscribe-plugin-NAME,
// and runs nothing of it. A link is followed to a file of the same name.
//
// The error says why there is nothing to describe: [fs.ErrNotExist], or not a
// regular file. That a file is not fit to be started is in [Facts].Unsafe.
func Inspect(path string) (Facts, error) {
	f, err := inspect(path)
	if err != nil {
		return Facts{}, fmt.Errorf("inspect plugin %s: %w", quote(path), err)
	}
	return f, nil
}

func inspect(path string) (Facts, error) {
	resolved, name, err := resolve(path)
	if err != nil {
		return Facts{}, err
	}
	file, info, err := openRegular(resolved)
	if err != nil {
		return Facts{}, err
	}
	defer func() { _ = file.Close() }() // it was only read
	facts := Facts{
		Name: name, Path: resolved, Size: info.Size(), Mode: info.Mode(), ModTime: info.ModTime(),
		Owner: ownerName(info), Script: interpreter(file), Go: goBuild(file), Unsafe: checkPlace(resolved, info),
	}
	facts.SHA256, err = checksum(file)
	return facts, err
}

// resolve returns the absolute path, free of links, of a binary and the name of
// its plugin. Both ends of a link have the same name: a link to a launcher that
// decides by its own name what to run would escape the checksum.
func resolve(path string) (resolved, name string, err error) {
	if name, err = NameOf(path); err != nil {
		return "", "", err
	}
	if resolved, err = filepath.Abs(path); err != nil {
		return "", "", err
	}
	if resolved, err = filepath.EvalSymlinks(resolved); err != nil {
		return "", "", bare(err)
	}
	if target, err := NameOf(resolved); err != nil || target != name {
		return "", "", fmt.Errorf("it is a link to %s, which has another name", quote(resolved))
	}
	return resolved, name, nil
}

// openRegular opens a regular file. It looks before it opens, as opening a
// named pipe would wait for its other end.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	if info, err := os.Lstat(path); err != nil {
		return nil, nil, bare(err)
	} else if !info.Mode().IsRegular() {
		return nil, nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, bare(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, nil, errors.Join(bare(err), f.Close())
	}
	return f, info, nil
}

var errNotRegular = errors.New("not a regular file")

// bare is the cause of an error whose path the caller says.
func bare(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

func checksum(r io.ReaderAt) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, 1<<62)); err != nil {
		return "", bare(err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// interpreter returns the first line of a script, "" for any other file.
func interpreter(r io.ReaderAt) string {
	head := make([]byte, 256)
	n, _ := r.ReadAt(head, 0) // what cannot be read shows when the file is hashed
	line, ok := bytes.CutPrefix(head[:n], []byte("#!"))
	if !ok {
		return ""
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return strings.TrimSpace(strings.ToValidUTF8(string(line), "\uFFFD"))
}

// goBuild returns what a Go binary says about its making, nil for other files.
func goBuild(r io.ReaderAt) *GoBuild {
	info, err := buildinfo.Read(r)
	if err != nil {
		return nil
	}
	b := &GoBuild{Package: info.Path, Module: info.Main.Path, Version: info.Main.Version, Go: info.GoVersion}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
