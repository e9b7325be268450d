package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// cacheFile has what the records say, put together, so that a dataset in a bucket
// is listed with two requests. It is made anew from the records whenever it seems
// worth while, believed only as far as sizes and times of the records are those
// that it names, and may be removed at any time.
const cacheFile = ".records.json"

// A cache holds what records said when they were read.
type cache struct {
	filled sync.Once
	mu     sync.Mutex
	known  map[string]cached // by the record's file
	behind int               // records that the file does not know
	wrote  bool              // this session changed a record
}

// stamp is what a listing says of a file. Sizes of records tell their revisions,
// if not all of them.
type stamp struct {
	Size int64     `json:"size"`
	Time time.Time `json:"time"`
}

type cached struct {
	stamp
	Key      string          `json:"key"`
	Revision int64           `json:"revision,omitempty"` // 0: the key was removed
	Handler  string          `json:"handler,omitempty"`
	Type     string          `json:"type,omitempty"`
	Digest   string          `json:"digest,omitempty"`
	Bytes    int64           `json:"bytes,omitempty"` // of the value
	Arrays   []Array         `json:"arrays,omitempty"`
	Info     json.RawMessage `json:"info,omitempty"`
	Author   string          `json:"author,omitempty"`
	Written  time.Time       `json:"written"`
}

type cacheText struct {
	Format  int               `json:"format"`
	Records map[string]cached `json:"records"`
}

func toCached(it Item, s stamp) cached {
	return cached{s, it.Key, it.Revision, it.Handler, it.Type, it.Digest, it.Size, it.Arrays, it.info, it.Author, it.Written}
}

func (c cached) item() Item {
	arrays := slices.Clone(c.Arrays)
	for i := range arrays {
		arrays[i].Shape = slices.Clone(arrays[i].Shape)
	}
	return Item{
		Key: c.Key, Revision: c.Revision, HasValue: c.Handler != "", Handler: c.Handler, Type: c.Type, Digest: c.Digest,
		Size: c.Bytes, Arrays: arrays, info: c.Info, Author: c.Author, Written: c.Written,
	}
}

// fill reads the file, once in a session. A cache that cannot be read is none.
func (c *cache) fill(ctx context.Context, d *DataSet) {
	c.filled.Do(func() {
		text, err := d.store.ReadText(ctx, cacheFile)
		if errors.Is(err, artifacts.ErrNotFound) {
			return
		}
		known, parsed := parseCache(text)
		if err != nil || !parsed {
			d.opts.Logger.WarnContext(ctx, "the records are read one by one, as they could not be read together", "dataset", d.url, "error", err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.known = known
	})
}

func parseCache(text []byte) (map[string]cached, bool) {
	t := cacheText{}
	if json.Unmarshal(text, &t) != nil || t.Format != version {
		return nil, false
	}
	for file, e := range t.Records {
		if checkKey(e.Key) != nil || recordFile(e.Key) != file {
			return nil, false
		}
	}
	return t.Records, true
}

// changed notes that the session changed a record.
func (c *cache) changed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = true
}

// now returns what is known. The map is replaced and never changed, so a call goes
// on with the one that it has, whatever calls beside it find out.
func (c *cache) now() map[string]cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known
}

// is reports whether a record is known as a listing shows it.
func (c cached) is(s stamp) bool { return c.Key != "" && c.Size == s.Size && c.Time.Equal(s.Time) }

// take replaces what is known by what was known before a listing of those records
// that it has, and by those that were read after it. It returns them, sorted by
// key.
func (c *cache) take(before map[string]cached, listed map[string]stamp, read map[string]Item) []Item {
	known := make(map[string]cached, len(listed))
	items := make([]Item, 0, len(listed))
	for file, s := range listed {
		e := before[file]
		if it, ok := read[file]; ok {
			e = toCached(it, s)
		}
		if !e.is(s) {
			continue // it cannot be read now
		}
		known[file] = e
		if e.Revision > 0 {
			items = append(items, e.item())
		}
	}
	sortItems(items)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = known
	c.behind += len(read)
	return items
}

// keepTime bounds the writing of the cache at the end of a session: nobody waits
// long for what only spares time.
const keepTime = 30 * time.Second

// keepCache writes the file at the end of a session that changed something, or
// that had to read many records. A failure is no harm.
func (d *DataSet) keepCache() {
	if d.opts.Mode == ReadOnly {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	d.cache.mu.Lock()
	worth := d.cache.wrote || d.cache.behind > 0
	d.cache.mu.Unlock()
	if !worth {
		return
	}
	if err := d.writeCache(ctx); err != nil {
		d.opts.Logger.InfoContext(ctx, "what the records say could not be put together", "dataset", d.url, "error", err)
	}
}

// writeCache puts together what the records say.
func (d *DataSet) writeCache(ctx context.Context) error {
	if _, err := d.refresh(ctx); err != nil && !errors.Is(err, artifacts.ErrCorrupt) {
		return err
	}
	d.cache.mu.Lock()
	t := cacheText{version, d.cache.known}
	text, err := json.Marshal(t)
	d.cache.mu.Unlock()
	if err != nil {
		return err
	}
	return d.store.Update(ctx, cacheFile, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
		return store.Text{append(text, '\n')}, nil
	})
}
