package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"time"
)

// A Folder holds the sockets of this program's plugins. Nobody else can enter
// it, and its name is short: a socket's path has at most 104 bytes on some
// systems. It is made when it is first asked for.
//
// Programs that were killed cannot remove theirs. A lock in the folder, which
// ends with its program, tells which ones are left over, also where programs do
// not see one another's process numbers.
type Folder struct {
	mu     sync.Mutex
	path   string
	lock   *os.File
	closed bool
}

const (
	// longestFolder leaves room in a socket's path for the two names below the
	// folder.
	longestFolder = 60

	lockName = "lock"

	// unlockedAge is when a folder without a lock is certainly not one that is
	// just being made.
	unlockedAge = time.Hour
)

var folderName = regexp.MustCompile(`^lazyscribe-[0-9]+-[0-9]+$`)

var errNoFolder = errors.New("no folder for sockets: set TMPDIR to one that can be written and whose path is short")

// Path returns the folder's path, and [ErrClosed] after Close.
func (f *Folder) Path() (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return "", ErrClosed
	case f.path != "":
		return f.path, nil
	}
	var errs []error
	for _, base := range bases() {
		err := f.make(base)
		if err == nil {
			return f.path, nil
		}
		errs = append(errs, err)
	}
	return "", fmt.Errorf("%w (%w)", errNoFolder, errors.Join(errs...))
}

// Close removes the folder, which is not made again: a process that is on its way
// then would leave it behind.
func (f *Folder) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.path == "" {
		return nil
	}
	err := errors.Join(f.lock.Close(), os.RemoveAll(f.path))
	f.path, f.lock = "", nil
	return err
}

// bases are the folders to try, best first.
func bases() []string {
	list := []string{os.Getenv("XDG_RUNTIME_DIR"), os.TempDir()}
	if runtime.GOOS != "windows" {
		list = append(list, "/tmp")
	}
	return list
}

func (f *Folder) make(base string) error {
	if !filepath.IsAbs(base) {
		return fmt.Errorf("%q is not an absolute path", base)
	}
	sweep(base)
	path, err := os.MkdirTemp(base, fmt.Sprintf("lazyscribe-%d-", os.Getpid()))
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" && len(path) > longestFolder {
		return errors.Join(fmt.Errorf("%q is too long", base), os.Remove(path))
	}
	lock, err := newLock(filepath.Join(path, lockName))
	if err != nil {
		return errors.Join(err, os.RemoveAll(path))
	}
	f.path, f.lock = path, lock
	return nil
}

// newLock makes a file and locks it.
func newLock(name string) (*os.File, error) {
	lock, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	// Another program that sweeps may have found the file before it was locked.
	if held, locked := lock.Stat, tryLock(lock); locked {
		mine, err := held()
		if now, errNow := os.Stat(name); err == nil && errNow == nil && os.SameFile(mine, now) {
			return lock, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%q was removed", name), lock.Close())
}

// sweep removes the folders of programs that are gone. It is a courtesy: what
// cannot be removed stays.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && folderName.MatchString(e.Name()) {
			sweepFolder(filepath.Join(base, e.Name()))
		}
	}
}

func sweepFolder(path string) {
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		if info, err := os.Lstat(path); err == nil && time.Since(info.ModTime()) > unlockedAge {
			_ = os.RemoveAll(path)
		}
		return
	}
	if err != nil {
		return // another user's
	}
	if tryLock(lock) {
		_ = os.RemoveAll(path)
	}
	_ = lock.Close()
}
