package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Update replaces the value of a key by what edit makes of it, and loses the
// change of nobody: the value that is replaced is the one that edit saw. edit gets
// the zero T if there is none. Where the storage has locks, on the local disk and
// in memory, other writers of the key wait while edit runs; in a cloud edit runs
// again whenever somebody else was faster. In both cases it may be called more
// than once, and must not write to the same key itself. An error of edit leaves
// everything as it is and is returned, wrapped.
//
// The value keeps the handler and the information that it had.
func Update[T any](ctx context.Context, d *DataSet, key string, edit func(T) (T, error)) error {
	return d.onItem("update", key, d.writing, func() error {
		return d.update(ctx, key, func(ctx context.Context, now *record) (any, error) {
			var value T
			if now != nil && now.Item != nil {
				if err := d.decode(ctx, now, &value); err != nil {
					return nil, err
				}
			}
			return edit(value)
		})
	})
}

// update commits a change that writes files.
func (d *DataSet) update(ctx context.Context, key string, edit func(context.Context, *record) (any, error)) error {
	var attempt *kept // the last one, whose files are of no use if it fails
	undo := func() {
		if attempt != nil {
			d.drop(ctx, attempt.created)
		}
		attempt = nil
	}
	seen, last := int64(0), int64(0)
	for {
		r, err := d.commit(ctx, key, func(ctx context.Context, now *record) (next *record, err error) {
			undo()
			if now != nil {
				seen = now.Revision
			}
			value, err := edit(ctx, now)
			if err == nil {
				attempt, err = d.encodeOver(ctx, key, now, value)
			}
			if err != nil {
				return nil, err
			}
			next = &record{Item: attempt.item}
			if now != nil {
				next.Info = now.Info
			}
			return next, nil
		})
		switch {
		case err == nil:
			d.refreshView(ctx, r)
			return nil
		case errors.Is(err, artifacts.ErrOutcomeUnknown):
			return err
		}
		undo()
		if !errors.Is(err, errGone) {
			return err
		}
		if seen == last {
			return errMissing
		}
		last = seen // the record was replaced after it was read, and its files are collected
	}
}

// encodeOver encodes a value with the handler of the one that it replaces, and
// writes its files.
func (d *DataSet) encodeOver(ctx context.Context, key string, now *record, value any) (*kept, error) {
	alias := archiveAlias
	if now != nil && now.Item != nil {
		alias = now.Item.Handler
	}
	content, err := d.encode(ctx, key, alias, value, &PutOptions{})
	if err != nil {
		return nil, err
	}
	defer content.close()
	return d.keep(ctx, key, content, now)
}

// SetInfo replaces the information about a key, and leaves its value as it is.
// The key need not have a value; nil removes the information.
func (d *DataSet) SetInfo(ctx context.Context, key string, info any) error {
	return d.onItem("set info of", key, d.writing, func() error {
		text, err := encodeInfo(info)
		if err != nil {
			return err
		}
		return d.amend(ctx, key, func(now *record) (*record, error) {
			next := &record{Info: text}
			if now != nil {
				next.Item = now.Item
			}
			return next, nil
		})
	})
}

// Remove removes a key with its value and information. Its files go with GC, so
// that who is reading them can go on; Undo does not bring them back. The revisions
// of a key that is made again go on from the last one.
func (d *DataSet) Remove(ctx context.Context, key string) error {
	return d.onItem("remove", key, d.writing, func() error {
		return d.amend(ctx, key, func(now *record) (*record, error) {
			if now == nil {
				return nil, artifacts.ErrNotFound
			}
			return &record{Removed: true}, nil
		})
	})
}

// Undo brings back the value that the last write replaced. It needs
// [Options].Backup when that write happened, else it is [artifacts.ErrNotFound];
// with it now, Undo can be undone. Information is as it was left.
func (d *DataSet) Undo(ctx context.Context, key string) error {
	return d.onItem("undo", key, d.writing, func() error {
		return d.amend(ctx, key, func(now *record) (*record, error) {
			if now == nil || now.Previous == nil {
				return nil, fmt.Errorf("%w: no replaced value was kept", artifacts.ErrNotFound)
			}
			return &record{Item: now.Previous, Info: now.Info}, nil
		})
	})
}

// amend commits a change that writes no files.
func (d *DataSet) amend(ctx context.Context, key string, change func(now *record) (*record, error)) error {
	r, err := d.commit(ctx, key, func(_ context.Context, now *record) (*record, error) { return change(now) })
	if err != nil {
		return err
	}
	d.refreshView(ctx, r)
	return nil
}

// Info returns the information about a key: what encoding/json reads into an any,
// with whole numbers as int. A key without is nil; one that is not there is
// [artifacts.ErrNotFound]. The value is not read.
func (d *DataSet) Info(ctx context.Context, key string) (any, error) {
	it, err := d.Item(ctx, key)
	if err != nil {
		return nil, err
	}
	return it.Info()
}

// InfoAs returns the information about a key as a T.
func InfoAs[T any](ctx context.Context, d *DataSet, key string) (T, error) {
	var info T
	it, err := d.Item(ctx, key)
	if err == nil && it.info != nil {
		if err = json.Unmarshal(it.info, &info); err != nil {
			err = fmt.Errorf("get info of item %q: %w: %w", key, artifacts.ErrTargetType, err)
		}
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return info, nil
}
