package dataset

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Files of the package that are of no key.
const (
	sharedFile = "dataset.go"
	helperFile = "lazyscribe_gen.go"
)

// writeShared makes the files that all views need.
func (d *DataSet) writeShared(ctx context.Context) error {
	for file, text := range sharedFiles(d.pkg, true) {
		if err := d.replace(ctx, file, func() ([]byte, error) { return text, nil }); err != nil {
			return err
		}
	}
	return nil
}

var (
	//go:embed shared.go.txt
	sharedText string
	//go:embed load.go.txt
	loadText string
)

func sharedFiles(pkg string, embed bool) map[string][]byte {
	text := viewHead + `
// Package ` + pkg + ` is a dataset: each item is loaded when it is first asked
// for. Changing what is returned changes it for all of the program, and nothing
// that is stored.
package ` + pkg + `

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
)
` + sharedText
	if !embed {
		text += loadText
	}
	_, helpers, _ := bytes.Cut(archive.Helpers(pkg), []byte("\n")) // whose first line says who generated it
	return map[string][]byte{sharedFile: []byte(text), helperFile: append([]byte(viewHead), helpers...)}
}

// choosePackage settles what the Go package is called: as the files say that are
// there, else after the folder. "" is for datasets without one, which are all that
// are not in a folder of the local disk.
func (d *DataSet) choosePackage(ctx context.Context, url string) error {
	if d.opts.NoPackage || d.opts.Mode == ReadOnly {
		return nil
	}
	scheme, path, ok := strings.Cut(url, "://")
	switch {
	case !ok:
		path = url
	case !strings.EqualFold(scheme, "file"):
		return nil
	}
	text, err := d.store.ReadText(ctx, sharedFile)
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return err
	}
	if name, ok := packageOf(string(text)); ok {
		d.pkg = name
		return nil
	}
	abs, err := filepath.Abs(path)
	d.pkg = packageName(filepath.Base(abs))
	return err
}

// packageOf returns the name in the package clause of a file that was generated.
func packageOf(text string) (string, bool) {
	if !strings.HasPrefix(text, viewHead) {
		return "", false
	}
	_, rest, ok := strings.Cut(text, "\npackage ")
	name, _, _ := strings.Cut(rest, "\n")
	return name, ok && token.IsIdentifier(name)
}

// packageName makes the name of a package from that of a folder or an object.
func packageName(base string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && (letter(byte(r)) || digit(byte(r))):
			return r
		case r == '_', r == '-', r == '.', r == ' ':
			return '_'
		}
		return -1
	}, strings.ToLower(base))
	name = strings.Trim(name, "_0123456789")
	if !token.IsIdentifier(name) || name == "main" {
		return "dataset"
	}
	return name
}

// checkPackage refuses what is no name of a package that can be imported.
func checkPackage(name string) error {
	if !token.IsIdentifier(name) || name == "main" || name == "_" {
		return fmt.Errorf("%q is not the name of a package that can be imported", name)
	}
	return nil
}
