package dirblob

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"
)

// longestWait bounds the pause between two attempts at a lock: a waiter is
// never idle much longer than a small save takes.
const longestWait = 20 * time.Millisecond

// Lock takes the lock that guards name, and waits for it until ctx ends. The
// lock is on the hidden file [LockName], which is made if it is missing and
// never removed. The kernel frees the lock of a process that dies. It keeps out
// other Locks of the same name, in this process too, and nothing else.
//
// Where the file system has no locks it fails with [ErrNoLocks], or goes on
// without if [Options].AssumeSingleWriter says so.
func (d *Dir) Lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := check("lock", name); err != nil {
		return nil, err
	}
	at, err := d.find("lock", name, true)
	if err != nil {
		return nil, err
	}
	return d.lockPlace(ctx, place{at.root, LockName(at.name)}, name)
}

// Guard takes a lock on name like [Dir.Lock], but one that is not in the way of
// Lock: it is for work that ends in a write of name and may take hours. There can
// be many such names, so its hidden file [GuardName] is removed when the lock is
// given back. That of a process that died stays until somebody takes its lock.
func (d *Dir) Guard(ctx context.Context, name string) (unlock func(), err error) {
	if err := check("lock", name); err != nil {
		return nil, err
	}
	at, err := d.find("lock", name, true)
	if err != nil {
		return nil, err
	}
	at.name = GuardName(at.name)
	free, err := d.lockPlace(ctx, at, name)
	if err != nil {
		return nil, err
	}
	return func() {
		// While the lock is held, so that whoever waits for this file sees that it
		// is gone and makes another.
		_ = d.do("remove", name, func() error { return at.root.Remove(at.name) })
		free()
		d.prune(at)
	}, nil
}

func (d *Dir) lockPlace(ctx context.Context, at place, name string) (unlock func(), err error) {
	told := false
	for wait := 200 * time.Microsecond; ; wait = min(2*wait, longestWait) {
		var f *os.File
		err := d.inFolder(at, func() error {
			return d.do("lock", name, func() (err error) {
				f, err = tryLock(at.root, at.name)
				return err
			})
		})
		switch {
		case err == nil && f != nil:
			return func() { _ = f.Close() }, nil // closing frees the lock
		case errors.Is(err, ErrNoLocks) && d.opts.AssumeSingleWriter:
			d.opts.Logger.WarnContext(ctx, "no locks here, going on without", "folder", d.path, "name", name)
			return func() {}, nil
		case err != nil:
			return nil, err
		}
		if wait == longestWait && !told {
			told = true
			d.opts.Logger.InfoContext(ctx, "waiting for a lock that somebody else has", "folder", d.path, "name", name)
		}
		// Half of the pause is chance, so that waiters do not march in step.
		select {
		case <-ctx.Done():
			return nil, &fs.PathError{Op: "lock", Path: name, Err: context.Cause(ctx)}
		case <-time.After(wait/2 + rand.N(wait/2+1)):
		}
	}
}

// tryLock returns the locked file, or nil when somebody else has the lock.
func tryLock(root *os.Root, name string) (*os.File, error) {
	f, err := openLock(root, name)
	if err != nil {
		return nil, err
	}
	got, err := flock(f)
	if err != nil || !got {
		return nil, errors.Join(err, f.Close())
	}
	// Somebody may have tidied the lock file away before it was locked; then
	// the next one in would lock another file.
	mine, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	theirs, err := root.Stat(name)
	if err != nil || !os.SameFile(mine, theirs) {
		return nil, errors.Join(ignoreMissing(err), f.Close())
	}
	return f, nil
}

// openLock opens the lock file for writing, as some network file systems want,
// and for reading only when it belongs to somebody else.
func openLock(root *os.Root, name string) (*os.File, error) {
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if errors.Is(err, fs.ErrPermission) {
		if f, err := root.Open(name); err == nil {
			return f, nil
		}
	}
	return f, err
}
