package file

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/bytes"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// A Path is the name of a file or a folder, as the operating system has it. It
// may lead through links.
type Path string

// Handler is the handler of the format "file". It has no settings.
type Handler struct{}

// Format returns alias "file", binary, and no suffix: see [Handler.Suffix].
func (Handler) Format() artifacts.Format { return artifacts.Format{Alias: "file", Binary: true} }

// tarSuffix is the suffix of a folder.
const tarSuffix = "tar"

// Suffix returns what follows the dot in the name of value's file.
func (h Handler) Suffix(value any) string {
	switch v := value.(type) {
	case Path:
		if info, err := os.Stat(string(v)); err == nil && info.IsDir() {
			return tarSuffix
		}
		return h.suffixOf(filepath.Base(string(v)))
	case fs.File:
		if info, err := v.Stat(); err == nil {
			return h.suffixOf(info.Name())
		}
	}
	return h.Format().Suffix
}

func (h Handler) suffixOf(name string) string {
	stem, suffix, ok := cutLast(strings.TrimLeft(name, "."))
	if _, inner, twice := cutLast(stem); twice && inner == tarSuffix {
		suffix = inner + "." + suffix
	}
	f := h.Format()
	f.Suffix = suffix
	if !ok || artifacts.CheckFormat(f) != nil {
		return ""
	}
	return suffix
}

func cutLast(name string) (stem, suffix string, ok bool) {
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		return name[:dot], name[dot+1:], true
	}
	return name, "", false
}

// Check refuses values that are not files, paths that name nothing, and folders
// with links or special files in them.
func (Handler) Check(value any) error {
	switch v := value.(type) {
	case Path:
		info, err := v.stat()
		if err == nil && info.IsDir() {
			err = eachEntry(string(v), func(*os.Root, string, fs.FileInfo) error { return nil })
		}
		return err
	case fs.File:
		return checkOpen(v)
	}
	return bytes.Handler{}.Check(value)
}

// stat returns what the path leads to, if that can be stored.
func (p Path) stat() (fs.FileInfo, error) {
	info, err := os.Stat(string(p))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	case !info.IsDir() && !info.Mode().IsRegular(): // opening a pipe would wait for its other end
		return nil, fmt.Errorf("%w: %q is neither a file nor a folder", artifacts.ErrUnsupportedValue, string(p))
	}
	return info, nil
}

func checkOpen(f fs.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	case info.IsDir():
		return fmt.Errorf("%w: %q is an open folder; log its Path", artifacts.ErrUnsupportedValue, info.Name())
	}
	return nil
}

// Encode writes the file, or the folder as a tar file.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path, ok := value.(Path)
	if !ok {
		if f, ok := value.(fs.File); ok {
			if err := checkOpen(f); err != nil {
				return err
			}
		}
		return bytes.Handler{}.Encode(ctx, w, value)
	}
	info, err := path.stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return pack(ctx, w, string(path))
	}
	f, err := os.Open(string(path))
	if err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	_, err = io.Copy(w, ctxio.Reader(ctx, f))
	return err
}

// Decode reads the file into target. A [Target] is in its place only after its
// Commit, which loading an artifact calls.
func (Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if t, ok := target.(*Target); ok && t != nil {
		return t.decode(ctx, r)
	}
	if _, ok := target.(*any); ok && target != (*any)(nil) {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fmt.Errorf("%w: a file is read into file.To, file.Into, an io.Writer or a *[]byte", artifacts.ErrNeedsType)
	}
	return bytes.Handler{}.Decode(ctx, r, target)
}
