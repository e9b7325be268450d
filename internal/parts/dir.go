package parts

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ReadDir lists a folder of the value's files. Their sizes are known without
// opening them; their times are not told.
func (r *Reader) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	prefix := name + "/"
	if name == "." {
		prefix = ""
	}
	var entries []fs.DirEntry
	last := ""
	for _, f := range r.files {
		rest, ok := strings.CutPrefix(f.Name, prefix)
		if !ok {
			continue
		}
		first, _, inFolder := strings.Cut(rest, "/")
		switch {
		case !inFolder:
			entries = append(entries, info{name: first, size: f.Size, mode: 0o444})
		case first != last:
			entries = append(entries, info{name: first, mode: fs.ModeDir | 0o555})
		}
		last = first
	}
	if entries == nil && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// Stat tells what is known of a file without opening it.
func (r *Reader) Stat(name string) (fs.FileInfo, error) {
	if f, ok := r.find(name); ok {
		return info{name: path.Base(name), size: f.Size, mode: 0o444}, nil
	}
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	return f.Stat()
}

// dirFile is an open folder.
type dirFile struct {
	info
	entries []fs.DirEntry
}

func (d *dirFile) Stat() (fs.FileInfo, error) { return d.info, nil }
func (d *dirFile) Close() error               { return nil }

func (d *dirFile) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n entries, or all that are left.
func (d *dirFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(d.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.entries) {
		n = len(d.entries)
	}
	list := d.entries[:n]
	d.entries = d.entries[n:]
	return list, nil
}
