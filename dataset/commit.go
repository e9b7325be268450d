package dataset

import (
	"context"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// read returns the record of a key. One that is not there, or was removed, is
// artifacts.ErrNotFound.
func (d *DataSet) read(ctx context.Context, key string) (*record, error) {
	r, err := d.readFile(ctx, recordFile(key))
	switch {
	case err != nil:
		return nil, err
	case r.Removed:
		return nil, artifacts.ErrNotFound
	case r.Key != key:
		return nil, fmt.Errorf("%w (did you mean %q?)", artifacts.ErrNotFound, r.Key)
	}
	return r, nil
}

// readFile returns the record in a file, also of a key that was removed.
func (d *DataSet) readFile(ctx context.Context, file string) (*record, error) {
	text, err := d.store.ReadText(ctx, file)
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil, artifacts.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return parseRecord(file, text)
}

// commit replaces the record of a key by what change makes of it: this is where a
// write happens. change gets the present record, nil if there is none or the key
// was removed, and may be called again if another writer came first; nil leaves
// all as it is. What it returns need not have key, format, revision and time set.
//
// The record that is returned is what was committed.
func (d *DataSet) commit(ctx context.Context, key string, change func(ctx context.Context, now *record) (*record, error)) (*record, error) {
	file := recordFile(key)
	var committed *record
	err := d.store.Update(ctx, file, nil, func(ctx context.Context, text []byte, _, exists bool) (store.Text, error) {
		committed = nil
		var was *record
		if exists {
			var err error
			if was, err = parseRecord(file, text); err != nil {
				return nil, err
			}
		}
		now := was
		if was != nil && was.Removed {
			now = nil
		}
		if now != nil && now.Key != key {
			return nil, &NameError{Key: key, Taken: now.Key}
		}
		next, err := change(ctx, now)
		if err != nil || next == nil {
			return nil, err
		}
		d.succeed(next, key, was)
		encoded, err := next.encode()
		if err != nil {
			return nil, err
		}
		committed = next
		return store.Text{encoded}, nil
	})
	if err != nil {
		return nil, err
	}
	if committed != nil {
		d.cache.changed()
	}
	return committed, nil
}

// succeed makes next the record after was.
func (d *DataSet) succeed(next *record, key string, was *record) {
	next.Format, next.Key, next.Revision = version, key, 1
	next.Author, next.Written = d.opts.Author, d.opts.Now().UTC()
	next.Previous = nil
	if was == nil {
		return
	}
	next.Revision = was.Revision + 1
	if !d.opts.Backup || next.Removed {
		return
	}
	next.Previous = was.Item
	if was.Item == next.Item || was.Item == nil {
		next.Previous = was.Previous
	}
}
