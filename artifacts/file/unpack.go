package file

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// longestName is the length in bytes of the longest name in a tar file: a longer
// one could ask for hundreds of thousands of folders in one another.
const longestName = 4096

// unpack writes what is in a tar file into a folder, which is there and empty.
func unpack(ctx context.Context, r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	in := tar.NewReader(ctxio.Reader(ctx, r))
	for {
		h, err := in.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return damaged(err)
		}
		if err := extract(root, h, in); err != nil {
			return err
		}
	}
}

// damaged marks the errors of a tar file that is not as it should be. Others are
// those of the reader below or of the disk.
func damaged(err error) error {
	if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, tar.ErrFieldTooLong) {
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	return err
}

// extract writes one entry.
func extract(root *os.Root, h *tar.Header, content io.Reader) error {
	name, err := local(h.Name)
	if err != nil {
		return err
	}
	switch {
	case sparse(h):
		return fmt.Errorf("%w: %q is a sparse file", artifacts.ErrUnsafePath, h.Name)
	case h.Typeflag == tar.TypeDir:
		return root.MkdirAll(name, modeFolder)
	case h.Typeflag != tar.TypeReg:
		return fmt.Errorf("%w: %q is a link or a special file", artifacts.ErrUnsafePath, h.Name)
	}
	if err := root.MkdirAll(filepath.Dir(name), modeFolder); err != nil {
		return err
	}
	mode := fs.FileMode(modeFile)
	if h.Mode&anyExecute != 0 {
		mode = modeProgram
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %q is there twice", artifacts.ErrCorrupt, h.Name)
	case err != nil:
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(damaged(err), f.Close())
}

// local returns the name of an entry as this system has it, if it is a name below
// the folder. Names as "tar c ." makes them begin with a dot.
func local(name string) (string, error) {
	clean := strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	if clean == "" {
		clean = "."
	}
	native, err := filepath.Localize(clean)
	if err != nil || len(name) > longestName || path.Clean(clean) != clean {
		return "", fmt.Errorf("%w: %.80q leads out of the folder", artifacts.ErrUnsafePath, name)
	}
	return native, nil
}

// sparse reports whether a file has holes, which take up no place in the tar file.
func sparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
