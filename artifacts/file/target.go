package file

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// A Target is a place on this machine for a stored file, made by [To] or [Into]:
//
//	err := e.LoadArtifact(ctx, "model", file.To("model.onnx"), nil)
//
// The file is first written beside that place, under a name that begins with a
// dot, and moved there when it is known to be right. If that fails, what was
// there before is still there.
type Target struct {
	path   string
	folder bool
	staged string // what was written and is not in its place; "": nothing
}

// To returns a target that writes the file to path, in the place of one that is
// there. Its folder must exist.
func To(path Path) *Target { return &Target{path: string(path)} }

// Into returns a target that makes the folder dir of a stored folder, or of any
// other tar file. The folder above it must exist, and dir itself must not, or be
// empty: else the error is [artifacts.ErrExists].
func Into(dir Path) *Target { return &Target{path: string(dir), folder: true} }

func (t *Target) decode(ctx context.Context, r io.Reader) error {
	if err := t.Rollback(); err != nil { // of a load before, which nobody ended
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := t.free(); err != nil {
		return err
	}
	staged := filepath.Join(filepath.Dir(t.path), "."+filepath.Base(t.path)+"."+rand.Text()[:8])
	if t.folder {
		if err := os.Mkdir(staged, modeFolder); err != nil {
			return err
		}
		t.staged = staged
		return t.orRollback(unpack(ctx, r, staged))
	}
	f, err := os.OpenFile(staged, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	t.staged = staged
	_, err = io.Copy(f, ctxio.Reader(ctx, r))
	if err == nil {
		err = f.Sync() // a file must not be in its place before its bytes are
	}
	return t.orRollback(errors.Join(err, f.Close()))
}

// orRollback leaves nothing behind after an error, also where a handler is used
// by itself and nobody calls Rollback.
func (t *Target) orRollback(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(err, t.Rollback())
}

// free returns an error if there is something in the place that is not to be
// replaced.
func (t *Target) free() error {
	info, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !t.folder && info.IsDir():
		return fmt.Errorf("%q: %w, as a folder", t.path, artifacts.ErrExists)
	case !t.folder:
		return nil
	case !info.IsDir():
		return fmt.Errorf("%q: %w, and is no folder", t.path, artifacts.ErrExists)
	}
	entries, err := os.ReadDir(t.path)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%q: %w, and is not empty", t.path, artifacts.ErrExists)
	}
	return err
}

// Commit moves what was decoded to its place.
func (t *Target) Commit() error {
	if t.staged == "" {
		return fmt.Errorf("put %q into its place: nothing was decoded into it; use it with the handler of files", t.path)
	}
	if t.folder {
		if err := t.free(); err != nil { // things may have changed since
			return err
		}
		// Some systems do not replace an empty folder. One that is not empty is not
		// removed.
		if err := os.Remove(t.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(t.staged, t.path); err != nil {
		return err
	}
	t.staged = ""
	return nil
}

// Rollback removes what was decoded and is not in its place.
func (t *Target) Rollback() error {
	if t.staged == "" {
		return nil
	}
	staged := t.staged
	t.staged = ""
	return os.RemoveAll(staged)
}
