package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// An Item is what is known of a key without reading its value.
type Item struct {
	Key      string
	Revision int64 // counts the writes to the key
	HasValue bool  // else there is information alone

	Handler string // alias of what reads the value; "" without one
	Type    string // what Go called the value's type, for people
	Digest  string // SHA-256, in hex, that changes with the value; "" without one
	Size    int64  // bytes that the value takes, arrays included
	Arrays  []Array

	Author  string
	Written time.Time

	info json.RawMessage
}

// An Array is an array of a value that is kept outside of the value's text.
type Array struct {
	Name  string `json:"name"` // in the text
	DType string `json:"dtype"`
	Shape []int  `json:"shape"`
}

// Info returns the information about the key, see [DataSet.Info].
func (it Item) Info() (any, error) {
	if it.info == nil {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(it.info))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("get info of item %q: %w", it.Key, err)
	}
	return plain(v), nil
}

// plain gives numbers the types that they have in Go where nothing else is said.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil && int64(int(n)) == n {
			return int(n)
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return v
}

// item returns what a record says without the value.
func (r *record) item() Item {
	it := Item{Key: r.Key, Revision: r.Revision, Author: r.Author, Written: r.Written, info: r.Info}
	if r.Item == nil {
		return it
	}
	it.HasValue, it.Handler, it.Type = true, r.Item.Handler, r.Item.Type
	it.Digest, it.Size = r.Item.digest(), r.Item.size()
	for _, f := range r.Item.Files {
		for _, a := range f.Arrays {
			it.Arrays = append(it.Arrays, Array{a.Name, a.DType, a.Shape})
		}
	}
	return it
}

// Item returns what is known of a key, from one small file. A key that is not
// there is [artifacts.ErrNotFound].
func (d *DataSet) Item(ctx context.Context, key string) (Item, error) {
	var it Item
	err := d.onItem("get info of", key, d.reading, func() error {
		r, err := d.read(ctx, key)
		if err == nil {
			it = r.item()
		}
		return err
	})
	return it, err
}

// Keys returns the keys there are, sorted. With an error it returns those whose
// records could be read.
func (d *DataSet) Keys(ctx context.Context) ([]string, error) {
	items, err := d.list(ctx)
	keys := make([]string, len(items))
	for i, it := range items {
		keys[i] = it.Key
	}
	return keys, err
}

// Items yields what is known of each key, in the order of the keys. It takes one
// listing and the records that changed since they were last put together, see
// FORMAT.md; no value is read. An error is the last thing it yields; records that
// are damaged do not keep it from yielding the others.
func (d *DataSet) Items(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		items, err := d.list(ctx)
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
		if err != nil {
			yield(Item{}, err)
		}
	}
}

// list returns what is known of each key, sorted, as far as it can be read.
func (d *DataSet) list(ctx context.Context) (items []Item, err error) {
	done, err := d.reading()
	if err == nil {
		defer done()
		items, err = d.refresh(ctx)
	}
	if err != nil {
		err = fmt.Errorf("list dataset %q: %w", d.url, err)
	}
	return items, err
}

// readers is how many records are read at a time: a request to a bucket is mostly
// waiting.
const readers = 16

// refresh brings the cache up to date with the records there are, and returns what
// they say. With an artifacts.ErrCorrupt it returns what the sound ones say.
func (d *DataSet) refresh(ctx context.Context) ([]Item, error) {
	d.cache.fill(ctx, d)
	known := d.cache.now()
	var stale []string
	now := map[string]stamp{}
	for info, err := range d.store.List(ctx, recordFolder) {
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(info.Key, recordSuffix) {
			continue
		}
		now[info.Key] = stamp{info.Size, info.ModTime.UTC()}
		if !known[info.Key].is(now[info.Key]) {
			stale = append(stale, info.Key)
		}
	}
	fresh, err := d.readAll(ctx, stale)
	if err != nil && !errors.Is(err, artifacts.ErrCorrupt) {
		return nil, err
	}
	return d.cache.take(known, now, fresh), err
}

// readAll reads records, several at a time. Damaged ones are left out and named by
// the error.
func (d *DataSet) readAll(ctx context.Context, files []string) (map[string]Item, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	found := make(map[string]Item, len(files))
	var damaged []error
	todo := make(chan string)
	var wg sync.WaitGroup
	for range min(readers, len(files)) {
		wg.Go(func() {
			for file := range todo {
				r, err := d.readFile(ctx, file)
				mu.Lock()
				switch {
				case err == nil:
					found[file] = r.entry()
				case errors.Is(err, artifacts.ErrCorrupt):
					damaged = append(damaged, err)
				case !errors.Is(err, artifacts.ErrNotFound): // removed by hand meanwhile
					cancel(err)
				}
				mu.Unlock()
			}
		})
	}
	for _, file := range files {
		select {
		case todo <- file:
		case <-ctx.Done():
		}
	}
	close(todo)
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return found, errors.Join(damaged...)
}

// entry is what the cache keeps of a record. One of a key that was removed has no
// revision.
func (r *record) entry() Item {
	if r.Removed {
		return Item{Key: r.Key}
	}
	return r.item()
}

func sortItems(items []Item) {
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Key, b.Key) })
}
