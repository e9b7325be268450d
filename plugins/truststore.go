package plugins

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

const (
	// largestTrustFile bounds what is read, in bytes.
	largestTrustFile = 16 << 20

	// lockWait is how long a change waits for that of another process, which
	// takes milliseconds.
	lockWait = 30 * time.Second
)

// A Trust is the user's trust file. Its methods read the file anew, and may be
// called by many goroutines and processes: no change of one is lost by that of
// another.
//
// The file is JSON, an object with the list "plugins". Keys that this version
// does not know are kept. It is read only if nobody else can write it.
type Trust struct {
	file string
}

// OpenTrust returns the trust file at a path, which need not exist. Nothing is
// read yet.
func OpenTrust(file string) *Trust {
	if abs, err := filepath.Abs(file); err == nil {
		file = abs // the working directory may change
	}
	return &Trust{file}
}

// File returns the path of the trust file.
func (t *Trust) File() string { return t.file }

// All returns the plugins that are trusted, by name. A file that is missing
// holds none; one that cannot be understood is [artifacts.ErrCorrupt].
func (t *Trust) All() ([]Trusted, error) {
	text, err := t.read()
	if err != nil {
		return nil, fmt.Errorf("read trust file %s: %w", quote(t.file), err)
	}
	list, err := parseTrust(text)
	if err != nil {
		return nil, fmt.Errorf("read trust file %s: %w", quote(t.file), err)
	}
	return list.trusted(), nil
}

// Lookup returns the plugin of a name, and whether it is trusted.
func (t *Trust) Lookup(name string) (Trusted, bool, error) {
	list, err := t.All()
	if err != nil {
		return Trusted{}, false, err
	}
	i, ok := slices.BinarySearchFunc(list, name, func(e Trusted, name string) int { return cmp.Compare(e.Name, name) })
	if !ok {
		return Trusted{}, false, nil
	}
	return list[i], true, nil
}

// Put adds a plugin, in the place of one of the same name. An alias that another
// plugin has is [artifacts.ErrExists].
func (t *Trust) Put(e Trusted) error {
	return t.change("trust plugin "+quote(e.Name), func(list *trustList) error {
		if err := e.check(); err != nil {
			return err
		}
		return list.put(e)
	})
}

// Remove takes a plugin out of the file. One that is not in it is
// [artifacts.ErrNotFound].
func (t *Trust) Remove(name string) error {
	op := "untrust plugin " + quote(name)
	missing := fmt.Errorf("%w in %s", artifacts.ErrNotFound, quote(t.file))
	// A change makes the file, which is not there to be made for nothing.
	if _, ok, err := t.Lookup(name); err != nil {
		return err
	} else if !ok {
		return fmt.Errorf("%s: %w", op, missing)
	}
	return t.change(op, func(list *trustList) error {
		if !list.remove(name) {
			return missing
		}
		return nil
	})
}

// change replaces the file by what edit makes of it.
func (t *Trust) change(op string, edit func(*trustList) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	if err := t.prepare(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	s, key, err := store.Open(ctx, t.file, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = s.Update(ctx, key, nil, func(_ context.Context, now []byte, _, _ bool) (store.Text, error) {
		list, err := parseTrust(now)
		if err != nil {
			return nil, fmt.Errorf("trust file %s: %w", quote(t.file), err)
		}
		if err := edit(list); err != nil {
			return nil, err
		}
		text, err := list.text()
		return store.Text{text}, err
	})
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// prepare makes the file if it is missing, so that it has its mode before it has
// content: a replace keeps the mode. An empty file trusts nothing.
func (t *Trust) prepare() error {
	if err := os.MkdirAll(filepath.Dir(t.file), 0o700); err != nil {
		return fmt.Errorf("make folder %s: %w", quote(filepath.Dir(t.file)), bare(err))
	}
	f, err := os.OpenFile(t.file, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("make trust file %s: %w", quote(t.file), bare(err))
	}
	info, err := f.Stat()
	if err == nil {
		err = checkTrustFile(t.file, info)
	}
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	return errors.Join(err, f.Close())
}

func (t *Trust) read() ([]byte, error) {
	f, err := os.Open(t.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, bare(err)
	}
	if err := checkTrustFile(t.file, info); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, info.Size()))
	return text, bare(err)
}

// checkTrustFile returns an error for a file that somebody else may have
// written, or that cannot be one.
func checkTrustFile(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errNotRegular
	}
	if info.Size() > largestTrustFile {
		return fmt.Errorf("%w: over %d bytes", artifacts.ErrCorrupt, largestTrustFile)
	}
	if runtime.GOOS == "windows" {
		return nil
	}
	return checkOwn(path, info)
}
