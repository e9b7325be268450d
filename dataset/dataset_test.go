package dataset_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// A value is there for other sessions when the call returns, and a session that
// read one before does not hold on to it.
func TestWritesAtOnce(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "d", map[string]int{"a": 1, "b": 2})
		reader := open(t, url, nil)
		same(t, reader, "d", map[string]int{"a": 1, "b": 2})

		got, err := dataset.Get[map[string]int](t.Context(), d, "d")
		noError(t, err)
		got["a"] = 6 // is not written
		same(t, reader, "d", map[string]int{"a": 1, "b": 2})
		same(t, d, "d", map[string]int{"a": 1, "b": 2})

		put(t, d, "d", got)
		same(t, reader, "d", map[string]int{"a": 6, "b": 2})
	})
}

func TestInfo(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "a", []float64{1, 2})
		noError(t, d.SetInfo(t.Context(), "a", "A lovely variable"))
		noError(t, d.Put(t.Context(), "b", 1, &dataset.PutOptions{Info: map[string]any{"n": 10, "mu": 1.2, "list": []int{1}}}))
		noError(t, d.SetInfo(t.Context(), "c", []any{1, 2.5}))
		put(t, d, "a", []float64{3}) // keeps its information

		for _, d := range []*dataset.DataSet{d, open(t, url, nil)} {
			got := map[string]any{}
			for it, err := range d.Items(t.Context()) {
				noError(t, err)
				info, err := it.Info()
				noError(t, err)
				got[it.Key] = info
				one, err := d.Info(t.Context(), it.Key)
				if err != nil || !cmp.Equal(one, info) {
					t.Errorf("info of %s: %v, %v, in the list %v", it.Key, one, err, info)
				}
			}
			want := map[string]any{
				"a": "A lovely variable",
				"b": map[string]any{"n": 10, "mu": 1.2, "list": []any{1}},
				"c": []any{1, 2.5},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			pair, err := dataset.InfoAs[[2]float64](t.Context(), d, "c")
			if err != nil || pair != [2]float64{1, 2.5} {
				t.Errorf("info as an array: %v, %v", pair, err)
			}
			_, err = dataset.InfoAs[string](t.Context(), d, "c")
			is(t, err, artifacts.ErrTargetType)
			same(t, d, "a", []float64{3})
			_, err = dataset.Get[any](t.Context(), d, "c")
			is(t, err, dataset.ErrNoValue, artifacts.ErrNotFound)
			_, err = d.Info(t.Context(), "none")
			is(t, err, artifacts.ErrNotFound)
		}
		noError(t, d.SetInfo(t.Context(), "a", nil))
		if info, err := d.Info(t.Context(), "a"); info != nil || err != nil {
			t.Errorf("information that was removed: %v, %v", info, err)
		}
		is(t, d.SetInfo(t.Context(), "a", func() {}), artifacts.ErrUnsupportedValue)
	})
}

func TestReadOnly(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		_, err := dataset.Open(t.Context(), url, nil)
		is(t, err, artifacts.ErrNotFound, fs.ErrNotExist)

		put(t, write(t, url), "a", 1)
		d := open(t, url, nil)
		_, inserted := d.Insert(t.Context(), 3, nil)
		_, locked := d.Lock(t.Context(), "a")
		_, collected := d.GC(t.Context(), nil)
		_, repaired := d.Check(t.Context(), &dataset.CheckOptions{Repair: true})
		for name, err := range map[string]error{
			"put":      d.Put(t.Context(), "a", 2, nil),
			"put as":   d.PutAs(t.Context(), "a", "json", 2, nil),
			"put func": dataset.PutFunc(t.Context(), d, "a", func(context.Context) (int, error) { t.Error("called"); return 0, nil }, nil),
			"insert":   inserted,
			"update":   dataset.Update(t.Context(), d, "a", func(n int) (int, error) { return n + 1, nil }),
			"info":     d.SetInfo(t.Context(), "a", "A lovely variable"),
			"remove":   d.Remove(t.Context(), "a"),
			"undo":     d.Undo(t.Context(), "a"),
			"lock":     locked,
			"gc":       collected,
			"repair":   repaired,
		} {
			if !errors.Is(err, artifacts.ErrReadOnly) {
				t.Errorf("%s: %v, want ErrReadOnly", name, err)
			}
		}
		same(t, d, "a", 1)
	})
}

func TestClosed(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "a", 1)
		noError(t, d.Close())
		noError(t, d.Close())
		_, get := dataset.Get[int](t.Context(), d, "a")
		_, list := d.Keys(t.Context())
		_, check := d.Check(t.Context(), nil)
		for name, err := range map[string]error{"put": d.Put(t.Context(), "a", 2, nil), "get": get, "keys": list, "check": check} {
			if !errors.Is(err, dataset.ErrClosed) || !errors.Is(err, fs.ErrClosed) {
				t.Errorf("%s: %v, want ErrClosed", name, err)
			}
		}
	})
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]dataset.Options{
		"mode":      {Mode: 7},
		"format":    {Mode: dataset.ReadWrite, Format: 9},
		"prefix":    {Mode: dataset.ReadWrite, NamePrefix: "1x"},
		"exclusive": {Exclusive: true},
	} {
		url := filepath.Join(t.TempDir(), "dataset")
		if _, err := dataset.Open(t.Context(), url, &o); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Stat(url); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: something was made", name)
		}
	}
}

// A folder with other things is left as it is; one marked by others is taken.
func TestFolders(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             error // of opening for writing
	}{
		{"empty marker", "_this_dir_is_a_DataSet", "", nil},
		{"our marker", "_this_dir_is_a_DataSet", `{"format": 1, "more": true}`, nil},
		{"marker of the future", "_this_dir_is_a_DataSet", `{"format": 2}`, errAny},
		{"damaged marker", "_this_dir_is_a_DataSet", `{`, artifacts.ErrCorrupt},
		{"something else", "notes.txt", "mine", dataset.ErrNotDataSet},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, mode := range []dataset.Mode{dataset.ReadOnly, dataset.ReadWrite} {
			d, err := dataset.Open(t.Context(), dir, &dataset.Options{Mode: mode})
			switch {
			case err == nil:
				noError(t, d.Close())
				if c.want != nil {
					t.Errorf("%s is opened", c.name)
				}
			case c.want != errAny && !errors.Is(err, c.want):
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if text, err := os.ReadFile(filepath.Join(dir, c.file)); err != nil || string(text) != c.text {
			t.Errorf("%s: the file is %q, %v", c.name, text, err)
		}
	}
}

var errAny = errors.New("any error")

func TestKeys(t *testing.T) {
	d := write(t, "mem://dataset-keys")
	for _, bad := range []string{"", "_x", "1", "a-b", "a.b", "../x", "a/b", "ä", "a b", "info", "Info", "Load", "type", "dataset", "lazyscribe_gen", strings.Repeat("x", 129)} {
		err := d.Put(t.Context(), bad, 1, nil)
		if err == nil || !strings.HasPrefix(err.Error(), "put item") {
			t.Errorf("key %q: %v", bad, err)
		}
	}
	good := []string{"a", "B1", "a_b", "x_test", "x_linux", "Type", "x_data", "con", strings.Repeat("x", 128)}
	for i, key := range good {
		put(t, d, key, i)
		same(t, d, key, i)
	}
	is(t, d.Put(t.Context(), "A", 1, nil), artifacts.ErrExists)
	if err, ok := errors.AsType[*dataset.NameError](d.Put(t.Context(), "b1", 1, nil)); !ok || err.Taken != "B1" || err.Key != "b1" {
		t.Errorf("key that differs in case: %v", err)
	}
	_, err := dataset.Get[int](t.Context(), d, "A")
	is(t, err, artifacts.ErrNotFound)
	noError(t, d.Remove(t.Context(), "a"))
	put(t, d, "A", 5) // now the name is free
	same(t, d, "A", 5)
}

func TestRemove(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "a", 1)
		put(t, d, "a", 2)
		put(t, d, "b", 2)
		noError(t, d.Remove(t.Context(), "a"))
		is(t, d.Remove(t.Context(), "a"), artifacts.ErrNotFound)
		_, err := dataset.Get[int](t.Context(), d, "a")
		is(t, err, artifacts.ErrNotFound)
		if got := keys(t, d); !cmp.Equal(got, []string{"b"}) {
			t.Errorf("keys: %q", got)
		}
		put(t, d, "a", 4)
		it, err := d.Item(t.Context(), "a")
		if err != nil || it.Revision != 4 {
			t.Errorf("revision of what was made again: %d, %v, want 4", it.Revision, err)
		}
	})
}

func TestInsert(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		put(t, d, "x_0", 1.0)
		put(t, d, "X_2", 2.0)
		for _, want := range []string{"x_3", "x_4"} {
			key, err := d.Insert(t.Context(), map[string]int{}, &dataset.PutOptions{Info: want})
			if err != nil || key != want {
				t.Errorf("insert: %q, %v, want %q", key, err, want)
			}
		}
		other := open(t, url, &dataset.Options{Mode: dataset.ReadWrite, NamePrefix: "run"})
		if key, err := other.Insert(t.Context(), 1, nil); err != nil || key != "run0" {
			t.Errorf("insert: %q, %v, want run0", key, err)
		}
		if got := keys(t, d); !cmp.Equal(got, []string{"X_2", "run0", "x_0", "x_3", "x_4"}) {
			t.Errorf("keys: %q", got)
		}
	})
}

func TestConditions(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		noError(t, d.Put(t.Context(), "a", 1, &dataset.PutOptions{IfAbsent: true}))
		is(t, d.Put(t.Context(), "a", 2, &dataset.PutOptions{IfAbsent: true}), artifacts.ErrExists)
		noError(t, d.Put(t.Context(), "a", 2, &dataset.PutOptions{IfRevision: 1}))
		is(t, d.Put(t.Context(), "a", 3, &dataset.PutOptions{IfRevision: 1}), artifacts.ErrConflict)
		is(t, d.Put(t.Context(), "b", 3, &dataset.PutOptions{IfRevision: 1}), artifacts.ErrConflict)
		same(t, d, "a", 2)

		called := 0
		compute := func(context.Context) (int, error) { called++; return 7, nil }
		is(t, dataset.PutFunc(t.Context(), d, "a", compute, &dataset.PutOptions{IfAbsent: true}), artifacts.ErrExists)
		if called != 0 {
			t.Error("a value that is there is computed")
		}
		noError(t, dataset.PutFunc(t.Context(), d, "c", compute, &dataset.PutOptions{IfAbsent: true}))
		same(t, d, "c", 7)
		failed := errors.New("cannot")
		is(t, dataset.PutFunc(t.Context(), d, "e", func(context.Context) (int, error) { return 0, failed }, nil), failed)
		if got := keys(t, d); !cmp.Equal(got, []string{"a", "c"}) {
			t.Errorf("keys: %q", got)
		}
	})
}

func TestUpdate(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		increment := func(n int) (int, error) { return n + 1, nil }
		for range 3 {
			noError(t, dataset.Update(t.Context(), d, "n", increment))
		}
		same(t, d, "n", 3)
		failed := errors.New("cannot")
		is(t, dataset.Update(t.Context(), d, "n", func(int) (int, error) { return 9, failed }), failed)
		is(t, dataset.Update(t.Context(), d, "n", func(s string) (string, error) { return s, nil }), artifacts.ErrTargetType)
		same(t, d, "n", 3)

		noError(t, d.PutAs(t.Context(), "j", "json", []int{1}, &dataset.PutOptions{Info: "kept"}))
		noError(t, dataset.Update(t.Context(), d, "j", func(list []int) ([]int, error) { return append(list, 2), nil }))
		it, err := d.Item(t.Context(), "j")
		if info, _ := it.Info(); err != nil || it.Handler != "json" || info != "kept" || it.Revision != 2 {
			t.Errorf("after an update: %+v, %v", it, err)
		}
		var body bytes.Buffer
		noError(t, d.WriteBody(t.Context(), "j", &body))
		if got := strings.TrimSpace(body.String()); strings.Join(strings.Fields(got), "") != "[1,2]" {
			t.Errorf("body of the item is %q", got)
		}
	})
}

// Another handler's file that does not fit into the record is one of its own.
func TestHandlers(t *testing.T) {
	overEach(t, func(t *testing.T, url string) {
		d := write(t, url)
		long := strings.Repeat("text ", 10_000)
		for key, c := range map[string]struct {
			alias string
			value any
		}{
			"text":  {"text", "short"},
			"long":  {"text", long},
			"gob":   {"gob", []byte{0xff, 0xfe}},
			"large": {"gob", bytes.Repeat([]byte{0xff}, 100_000)},
		} {
			noError(t, d.PutAs(t.Context(), key, c.alias, c.value, nil))
		}
		same(t, d, "text", "short")
		same(t, d, "long", long)
		same(t, d, "gob", []byte{0xff, 0xfe})
		same(t, d, "large", bytes.Repeat([]byte{0xff}, 100_000))
		is(t, d.PutAs(t.Context(), "x", "nosuch", 1, nil), artifacts.ErrUnknownHandler)
		is(t, d.PutAs(t.Context(), "x", "text", 1, nil), artifacts.ErrUnsupportedValue)
		is(t, d.PutAs(t.Context(), "x", "archive", 1, &dataset.PutOptions{Settings: map[string]any{"a": 1}}), artifacts.ErrSettings)
		_, err := dataset.Get[int](t.Context(), d, "text")
		is(t, err, artifacts.ErrTargetType)
	})
}
