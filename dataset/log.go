package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// A Draft is what a dataset can be logged into: an experiment that is being written,
// or a test of one.
type Draft interface {
	LogParameter(name string, value any) error
}

// Log records which data an experiment used as a parameter of that name: the
// dataset's URL, the digest of the keys and, of each, revision and digest. Without
// keys it is the whole dataset, as it is now. The data is not copied; whether it
// is still the same is told by [DataSet.Digest].
//
//	{"url": "s3://bucket/data", "digest": "sha256:...",
//	 "items": {"x": {"revision": 7, "digest": "sha256:..."}}}
func Log(ctx context.Context, draft Draft, name string, d *DataSet, keys ...string) error {
	items, err := d.pick(ctx, keys)
	if err != nil {
		return fmt.Errorf("log dataset %q: %w", d.url, err)
	}
	used := make(map[string]any, len(items))
	for _, it := range items {
		u := map[string]any{"revision": it.Revision}
		if it.HasValue {
			u["digest"] = digestPrefix + it.Digest
		}
		used[it.Key] = u
	}
	return draft.LogParameter(name, map[string]any{"url": d.url, "digest": digestOf(items), "items": used})
}

// Digest returns a digest of values and information of the keys, or of all there
// are: "sha256:" and 64 hexadecimal digits. It tells whether data is what it was,
// wherever it is: neither URL nor revisions nor times change it.
func (d *DataSet) Digest(ctx context.Context, keys ...string) (string, error) {
	items, err := d.pick(ctx, keys)
	if err != nil {
		return "", fmt.Errorf("digest of dataset %q: %w", d.url, err)
	}
	return digestOf(items), nil
}

// pick returns the items of keys, each once and sorted, or all.
func (d *DataSet) pick(ctx context.Context, keys []string) ([]Item, error) {
	if len(keys) == 0 {
		return d.list(ctx)
	}
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	items := make([]Item, len(keys))
	for i, key := range keys {
		var err error
		if items[i], err = d.Item(ctx, key); err != nil {
			return nil, err
		}
	}
	return items, nil
}

const digestPrefix = "sha256:"

func digestOf(items []Item) string {
	h := sha256.New()
	for _, it := range items {
		fmt.Fprintf(h, "%s %s %s\n", it.Key, it.Digest, sumOf(string(it.info)))
	}
	return digestPrefix + hex.EncodeToString(h.Sum(nil))
}
