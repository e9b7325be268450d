package store

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
)

func (l *local) update(ctx context.Context, key string, base Text, edit Edit) error {
	at, key := l.route(key)
	var text Text
	first := !at.dir.Exists()
	if first {
		// The lock needs the folder. Nothing is made for an edit that comes to
		// nothing, so it is tried before.
		var err error
		if text, err = edit(ctx, nil, false, false); err != nil || text == nil {
			return err
		}
	}
	unlock, err := at.dir.Lock(ctx, key)
	if err != nil {
		return err
	}
	defer unlock()
	now, same, exists, err := compare(at.dir, key, base)
	if err != nil {
		return err
	}
	if !first || exists {
		if text, err = edit(ctx, now, same, exists); err != nil || text == nil {
			return err
		}
	}
	p, err := at.dir.BeginReplace(key)
	if err != nil {
		return err
	}
	if _, err := text.WriteTo(p); err != nil {
		p.Abort()
		return err
	}
	return p.Replace(ctx)
}

// compare tells whether a file has the text of base, and reads it if not.
func compare(dir *dirblob.Dir, name string, base Text) (now []byte, same, exists bool, err error) {
	f, err := dir.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, false, nil
	}
	if err != nil {
		return nil, false, false, err
	}
	defer f.Close()
	if base != nil && base.Len() == f.Size() {
		same, err := base.Equal(f)
		if err != nil || same {
			return nil, same, true, err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, false, false, err
		}
	}
	now, err = readAll(f, f.Size())
	return now, false, true, err
}
