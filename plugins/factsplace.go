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

// checkPlace says why a binary, or a folder on the way to it, is not the user's
// alone, as sshd's StrictModes does for keys: whoever can write one of them could
// put another program there between the check of the checksum and the start. The
// path leads through no link.
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
	for at := path; at != filepath.Dir(at); {
		below := at
		at = filepath.Dir(at)
		info, err := os.Stat(at)
		if err != nil {
			return fmt.Errorf("folder %s: %w", quote(at), bare(err))
		}
		// In one such as /tmp nobody can rename what belongs to others. The plugin
		// has no business there itself: others could put libraries beside it.
		if below != path && info.Mode()&fs.ModeSticky != 0 && ownedByUs(info) {
			continue
		}
		if err := checkOwn(at, info); err != nil {
			return err
		}
	}
	return nil
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
