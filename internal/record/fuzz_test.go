package record_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// Whatever a manifest holds, taking its records apart ends, and a record without
// problems says the same when it is put together again: nothing is lost.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		`[{"name": "n", ` + times + `}]`,
		`[{"name": "n", "metrics": {"a": 1E5, "b": NaN}, "parameters": {"p": {"q": [1]}}, "tags": ["x", 1], "zeta": {}, ` + times + `}]`,
		`[{"name": "\ud83d", "slug": "", "author": null, "dependencies": ["a|b"], "metrics": null, ` + times + `}]`,
		`[{"name": "n", "tests": [{"name": "t", "description": "", "artifacts": [{"name": "a", "handler": "h", "created_at": "2025-01-01"}], "odd": 1}], ` + times + `}]`,
		`[{"name": "n", "artifacts": [5], "tests": null, ` + times + `}, 1, {}]`,
		`[{"name": "n", "created_at": "2025-01-01T00:00:00.5Z", "last_updated": "20250101"}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = pyjson.Split(data, record.Keys, func(r *pyjson.Record) error {
			rec := new(record.Record)
			if record.FromText(rec, new(record.Spans), data, r) != nil {
				return nil
			}
			_, _, _, _, _ = rec.Slug(), rec.ShortSlug(), rec.Tags(), rec.Metrics(), rec.Parameters()
			body := rec.Body()
			text, err := body.Append(nil, nil)
			if err != nil || body.Err() != nil {
				return nil // nested more deeply than can be written, or not understood
			}
			again := new(record.Record)
			err = pyjson.Split([]byte("["+string(text)+"]"), record.Keys, func(r *pyjson.Record) error {
				return record.FromText(again, new(record.Spans), []byte("["+string(text)+"]"), r)
			})
			if err != nil {
				t.Fatalf("%s was written as %s: %v", rec.Text(), text, err)
			}
			if !sameBut(t, rec.Text(), text) {
				t.Errorf("%s was written as %s", rec.Text(), text)
			}
			second, err := again.Body().Append(nil, nil)
			if err != nil || string(second) != string(text) {
				t.Errorf("%s is written as %s the second time, %v", text, second, err)
			}
			return nil
		})
	})
}

// sameBut reports whether all that before says is in after, but for the form of
// last_updated. Keys that were missing may have come.
func sameBut(t *testing.T, before, after []byte) bool {
	t.Helper()
	var trees [2]*pyjson.Object
	for i, text := range [][]byte{before, after} {
		tree, err := pyjson.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		trees[i] = tree.(*pyjson.Object)
	}
	for key, was := range trees[0].All() {
		now, ok := trees[1].Get(key)
		if key == "last_updated" {
			continue
		}
		if !ok || canonical(t, was) != canonical(t, now) {
			return false
		}
	}
	return true
}

func canonical(t *testing.T, tree any) string {
	t.Helper()
	text, err := pyjson.Append(nil, tree, &pyjson.Format{SortKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
