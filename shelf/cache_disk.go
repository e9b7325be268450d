package shelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// path returns where something is kept that has a name of its kind.
func (c *Cache) path(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	return filepath.Join(c.Dir, kind, id[:2], id)
}

// read returns something small that is kept and when it was written. It begins
// with its SHA-256: what is damaged is not there.
func (c *Cache) read(path string) (data []byte, written time.Time, ok bool) {
	file, err := os.ReadFile(path)
	if err != nil || len(file) < sha256.Size {
		return nil, time.Time{}, false
	}
	data = file[sha256.Size:]
	if sum := sha256.Sum256(data); !bytes.Equal(sum[:], file[:sha256.Size]) {
		return nil, time.Time{}, false
	}
	fi, err := os.Stat(path)
	if err != nil {
		return nil, time.Time{}, false
	}
	return data, fi.ModTime(), true
}

// write keeps something small, as of a time. It makes room if it must, and if it
// cannot nothing is kept.
func (c *Cache) write(path string, data []byte, now time.Time) {
	sum := sha256.Sum256(data)
	f, err := c.temp(path)
	if err != nil {
		return
	}
	defer os.Remove(f.Name()) // has another name by then, unless it failed
	_, err = f.Write(append(sum[:], data...))
	if f.Close() == nil && err == nil && os.Chtimes(f.Name(), now, now) == nil {
		c.publish(f.Name(), path)
	}
}

// temp begins a file in the folder of path. The cache is nobody else's.
func (c *Cache) temp(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(filepath.Dir(path), "tmp-*")
}

// publish gives a file its name, and removes what was not used for the longest
// time if there is too much. It reports whether the file is kept.
func (c *Cache) publish(temp, path string) bool {
	if os.Rename(temp, path) != nil {
		return false
	}
	if fi, err := os.Stat(path); err == nil && c.MaxBytes > 0 && c.full(fi.Size()) {
		c.trim(path)
	}
	return true
}

// trimPart is the part of MaxBytes that is made free at a time, so that not each
// file that is kept costs a look at all others.
const trimPart = 32

// full counts what is kept, in bytes, and reports whether it is time to look at
// all that is there, which others too have brought.
func (c *Cache) full(more int64) bool {
	if c.looked.Swap(true) && c.grown.Add(more) < c.MaxBytes/trimPart {
		return false
	}
	c.grown.Store(0)
	return true
}

// trim removes what was not used for the longest time, and not the file at keep,
// until there is less than MaxBytes.
func (c *Cache) trim(keep string) {
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var all []kept
	var total int64
	_ = filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // another process may have removed it
		}
		if fi, err := d.Info(); err == nil {
			total += fi.Size()
			if path != keep {
				all = append(all, kept{path, fi.Size(), fi.ModTime()})
			}
		}
		return nil
	})
	slices.SortFunc(all, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, k := range all {
		if total <= c.MaxBytes-c.MaxBytes/trimPart {
			return
		}
		if os.Remove(k.path) == nil {
			total -= k.size
		}
	}
}
