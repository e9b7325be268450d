package file

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// eachEntry visits what is in a folder, parents first and in the order of names.
// It refuses what a tar file of ours does not hold. Nothing is looked at through
// links: root stays within the folder, whatever is exchanged meanwhile.
func eachEntry(dir string, visit func(root *os.Root, name string, info fs.FileInfo) error) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
		}
		info, err := entry.Info()
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
		case name == ".":
			return nil
		case info.Mode()&fs.ModeSymlink != 0:
			return fmt.Errorf("%w: %q is a link; put the file in its place", artifacts.ErrUnsupportedValue, name)
		case !info.IsDir() && !info.Mode().IsRegular():
			return fmt.Errorf("%w: %q is neither a file nor a folder", artifacts.ErrUnsupportedValue, name)
		case !fs.ValidPath(name) || len(name) > longestName:
			return fmt.Errorf("%w: %.80q cannot be unpacked on every machine", artifacts.ErrUnsupportedValue, name)
		}
		return visit(root, name, info)
	})
}

// pack writes a folder as a tar file.
func pack(ctx context.Context, w io.Writer, dir string) error {
	out := tar.NewWriter(w)
	err := eachEntry(dir, func(root *os.Root, name string, info fs.FileInfo) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return add(ctx, out, root, name, info)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// The modes of all files and folders: what else is set depends on the machine and
// its user.
const (
	modeFile    = 0o644
	modeProgram = 0o755
	modeFolder  = 0o755
	anyExecute  = 0o111
)

func add(ctx context.Context, out *tar.Writer, root *os.Root, name string, info fs.FileInfo) error {
	if info.IsDir() {
		return out.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: modeFolder})
	}
	f, err := root.Open(name)
	if err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	// What was opened counts, should another be in its place by now.
	if info, err = f.Stat(); err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%q changed while it was read", name)
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: modeFile}
	if info.Mode()&anyExecute != 0 {
		header.Mode = modeProgram
	}
	if err := out.WriteHeader(header); err != nil {
		return err
	}
	n, err := io.Copy(out, ctxio.Reader(ctx, f))
	if errors.Is(err, tar.ErrWriteTooLong) || err == nil && n < info.Size() {
		return fmt.Errorf("%q changed while it was read", name)
	}
	return err
}
