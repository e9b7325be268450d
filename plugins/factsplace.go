package plugins

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

var (
	errNotExecutable = errors.New("not executable")
	errUnsafe        = errors.New("not yours alone")
)

// checkPlace says why a binary, or the folder that names it, is not the user's
// alone, as sshd's StrictModes does for keys: whoever can write either could put
// another program there between the check of the checksum and the start.
func checkPlace(path string, info fs.FileInfo) error {
	if runtime.GOOS == "windows" {
		return nil // access there is not a matter of mode bits
	}
	if info.Mode()&0o111 == 0 {
		return fmt.Errorf("%w: run chmod +x %s", errNotExecutable, quote(path))
	}
	if err := checkOwn(path, info); err != nil {
		return err
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("folder %s: %w", quote(folder), bare(err))
	}
	return checkOwn(folder, info)
}

// checkOwn says why a file or folder is not the user's alone.
func checkOwn(path string, info fs.FileInfo) error {
	if !ownedByUs(info) {
		return fmt.Errorf("%w: %s belongs to %s, neither to you nor to root", errUnsafe, quote(path), ownerName(info))
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: others may write %s (mode %04o): run chmod go-w %s", errUnsafe, quote(path), info.Mode().Perm(), quote(path))
	}
	return nil
}
