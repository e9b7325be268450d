package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// PutOptions are the choices of one write. Nil means all defaults.
type PutOptions struct {
	// Info replaces the information about the key; nil leaves it as it is. It is
	// kept as encoding/json writes it and read without the value.
	Info any

	// IfAbsent fails with [artifacts.ErrExists] if the key has a value already.
	IfAbsent bool

	// IfRevision fails with [artifacts.ErrConflict] unless the key has this
	// revision; 0: whatever it has.
	IfRevision int64

	// Handler is used instead of the registered one; the alias is then "" or its
	// alias.
	Handler artifacts.Handler

	// Settings are for the handler, see [artifacts.Configurable].
	Settings map[string]any
}

// Put writes a value under a key, and replaces one that is there, whoever wrote
// it: the last write counts. It is encoded by [archive], which keeps what is
// shared within it; large arrays go to files of their own. A value that depends
// on the one that is there is for [Update].
//
// Readers see the old value or the new one. After an error nothing has changed,
// except that [artifacts.ErrOutcomeUnknown] says that nobody knows.
func (d *DataSet) Put(ctx context.Context, key string, value any, opts *PutOptions) error {
	return d.PutAs(ctx, key, archiveAlias, value, opts)
}

// PutAs is Put with the handler registered under an alias.
func (d *DataSet) PutAs(ctx context.Context, key, alias string, value any, opts *PutOptions) error {
	return d.onItem("put", key, d.writing, func() error {
		return d.put(ctx, key, alias, value, opts)
	})
}

// PutFunc writes what compute returns. It is called when everything else is known
// to be right: with [PutOptions].IfAbsent not at all if the key has a value, and
// not twice by two processes that want the same. The other one waits for
// [Options].Timeout, and fails with [ErrBusy] if that was too short.
func PutFunc[T any](ctx context.Context, d *DataSet, key string, compute func(context.Context) (T, error), opts *PutOptions) error {
	return d.onItem("put", key, d.writing, func() error {
		held, err := d.hold(ctx, recordFile(key))
		if err != nil {
			return err
		}
		ctx := held.Context()
		err = d.admit(ctx, key, opts)
		if err == nil {
			var value T
			if value, err = compute(ctx); err == nil {
				err = d.put(ctx, key, archiveAlias, value, opts)
			}
		}
		if releaseErr := held.Release(); releaseErr != nil {
			// What was written is not lost with the lock.
			d.opts.Logger.WarnContext(ctx, "cannot give back the lock of an item; others wait until it has run out", "key", key, "error", releaseErr)
		}
		return err
	})
}

// admit returns an error if the conditions of a write do not hold.
func (d *DataSet) admit(ctx context.Context, key string, opts *PutOptions) error {
	r, err := d.read(ctx, key)
	if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
		return err
	}
	return opts.check(r)
}

// check compares the conditions of a write with the record that it would replace,
// nil if there is none.
func (o *PutOptions) check(now *record) error {
	if o == nil {
		return nil
	}
	revision := int64(0)
	if now != nil {
		revision = now.Revision
	}
	switch {
	case o.IfAbsent && now != nil && now.Item != nil:
		return artifacts.ErrExists
	case o.IfRevision != 0 && o.IfRevision != revision:
		return fmt.Errorf("%w: its revision is %d, not %d", artifacts.ErrConflict, revision, o.IfRevision)
	}
	return nil
}

// errMoved says that a record no longer names files that were to be used again.
var errMoved = errors.New("the record moved on")

// put encodes the value, writes its files and then the record. Files of the value
// that is there and have the same content are used again, so they must still be
// the record's when it is replaced: no others are safe from [DataSet.GC].
func (d *DataSet) put(ctx context.Context, key, alias string, value any, opts *PutOptions) error {
	if opts == nil {
		opts = &PutOptions{}
	}
	info, err := encodeInfo(opts.Info)
	if err != nil {
		return err
	}
	content, err := d.encode(ctx, key, alias, value, opts)
	if err != nil {
		return err
	}
	defer content.close()
	for {
		was, err := d.read(ctx, key)
		if err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			return err
		}
		if err := opts.check(was); err != nil {
			return err
		}
		kept, err := d.keep(ctx, key, content, was)
		if err != nil {
			return err
		}
		r, err := d.commit(ctx, key, func(_ context.Context, now *record) (*record, error) {
			if err := opts.check(now); err != nil {
				return nil, err
			}
			if !now.has(kept.reused) {
				return nil, errMoved
			}
			next := &record{Item: kept.item, Info: info}
			if now != nil && info == nil {
				next.Info = now.Info
			}
			return next, nil
		})
		if err == nil {
			d.refreshView(ctx, r)
			return nil
		}
		if errors.Is(err, artifacts.ErrOutcomeUnknown) {
			return err
		}
		d.drop(ctx, kept.created)
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// has reports whether a record names all of the files.
func (r *record) has(files []string) bool {
	if len(files) == 0 {
		return true
	}
	if r == nil {
		return false
	}
	named := r.files()
	return !slices.ContainsFunc(files, func(f string) bool { return !slices.Contains(named, f) })
}

// Insert writes a value under a key that nobody has, and returns it: NamePrefix
// and a number.
func (d *DataSet) Insert(ctx context.Context, value any, opts *PutOptions) (key string, err error) {
	done, err := d.writing()
	if err == nil {
		defer done()
		key, err = d.insert(ctx, value, opts)
	}
	if err != nil {
		return "", fmt.Errorf("insert item: %w", err)
	}
	return key, nil
}

func (d *DataSet) insert(ctx context.Context, value any, opts *PutOptions) (string, error) {
	o := PutOptions{}
	if opts != nil {
		o = *opts
	}
	o.IfAbsent = true
	for n, err := d.nextNumber(ctx); ; n++ {
		if err != nil {
			return "", err
		}
		key := d.opts.NamePrefix + strconv.Itoa(n)
		if err := checkKey(key); err != nil {
			return "", err
		}
		if err = d.put(ctx, key, archiveAlias, value, &o); !errors.Is(err, artifacts.ErrExists) {
			return key, err
		}
		err = nil // somebody was faster
	}
}

// nextNumber returns the number after the largest that Insert gave.
func (d *DataSet) nextNumber(ctx context.Context) (int, error) {
	prefix := recordFolder + fold(d.opts.NamePrefix)
	next := 0
	for info, err := range d.store.List(ctx, prefix) {
		if err != nil {
			return 0, err
		}
		digits, _ := strings.CutSuffix(info.Key[len(prefix):], recordSuffix)
		if n, err := strconv.Atoi(digits); err == nil && n >= next && n < math.MaxInt {
			next = n + 1
		}
	}
	return next, nil
}

// encodeInfo returns information as it is kept.
func encodeInfo(info any) (json.RawMessage, error) {
	if info == nil {
		return nil, nil
	}
	text, err := json.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("%w: info: %w", artifacts.ErrUnsupportedValue, err)
	}
	return text, nil
}
