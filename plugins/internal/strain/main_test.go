package strain

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// TestMain makes the test binary a plugin if it is called like one, and a host
// if a test wants a process of that.
func TestMain(m *testing.M) {
	if name, err := plugins.NameOf(os.Args[0]); err == nil {
		sdk.Serve(name, "1.0.0", raw, rows, item, sleep)
	}
	if job := os.Getenv(envJob); job != "" {
		beHost(job, os.Args[1])
	}
	os.Exit(m.Run())
}

// raw keeps bytes as they are, and rows lists in lines of JSON; both pass them on
// as they come.
var raw = artifacts.Typed[io.Reader]{
	Kind: artifacts.Format{Alias: "raw", Binary: true},
	Write: func(_ context.Context, w io.Writer, r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	},
	Read: func(_ context.Context, r io.Reader) (io.Reader, error) { return r, nil },
}

var rows = artifacts.Typed[iter.Seq2[map[string]any, error]]{
	Kind: artifacts.Format{Alias: "rows"},
	Write: func(_ context.Context, w io.Writer, rows iter.Seq2[map[string]any, error]) error {
		e := json.NewEncoder(w)
		for row, err := range rows {
			if err != nil {
				return err
			}
			if err := e.Encode(row); err != nil {
				return err
			}
		}
		return nil
	},
	Read: func(_ context.Context, r io.Reader) (iter.Seq2[map[string]any, error], error) {
		return func(yield func(map[string]any, error) bool) {
			for d := json.NewDecoder(r); ; {
				var row map[string]any
				err := d.Decode(&row)
				if errors.Is(err, io.EOF) || !yield(row, err) || err != nil {
					return
				}
			}
		}, nil
	},
}

// item keeps any value, as CBOR.
var item = artifacts.Typed[any]{
	Kind: artifacts.Format{Alias: "item", Binary: true},
	Write: func(_ context.Context, w io.Writer, value any) error {
		text, err := plugins.MarshalValue(value)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	},
	Read: func(_ context.Context, r io.Reader) (value any, err error) {
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		return value, plugins.UnmarshalValue(text, &value)
	},
}

// sleep is busy until its process ends.
var sleep = artifacts.Typed[any]{
	Kind:  artifacts.Format{Alias: "sleep", OutputOnly: true},
	Write: func(context.Context, io.Writer, any) error { select {} },
}

// inBoth runs a test with the plugin in Go and with the one in Python, which it
// gets the paths of.
func inBoth(t *testing.T, test func(t *testing.T, path string)) {
	t.Run("Go", func(t *testing.T) { test(t, newGo(t)) })
	t.Run("Python", func(t *testing.T) { test(t, newPython(t)) })
}

func newGo(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, folder(t), "lazyscribe-plugin-gopher"+executable, string(text))
}

func newPython(t *testing.T) string {
	t.Helper()
	if executable != "" {
		t.Skip("a plugin that is a script has no first line to be started by here")
	}
	python := pyrun.Need(t, "lazyscribe_plugin")
	text, err := os.ReadFile(filepath.Join("testdata", "snake.py"))
	if err != nil {
		t.Fatal(err)
	}
	return write(t, folder(t), "lazyscribe-plugin-snake", "#!"+python+"\n"+string(text))
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// folder is one whose path leads through no link.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// use starts a plugin and returns its handlers by alias.
func use(ctx context.Context, path string) (*plugins.Host, map[string]artifacts.Handler, error) {
	facts, err := plugins.Inspect(path)
	if err != nil {
		return nil, nil, err
	}
	h, err := plugins.Open(&plugins.Options{TrustFile: path + ".json"})
	if err != nil {
		return nil, nil, err
	}
	list, err := h.Use(ctx, path, facts.SHA256)
	if err != nil {
		return nil, nil, errors.Join(err, h.Close())
	}
	handlers := map[string]artifacts.Handler{}
	for _, handler := range list {
		handlers[handler.Format().Alias] = handler
	}
	return h, handlers, nil
}

// mustUse is use for the process of the test.
func mustUse(t *testing.T, path string) map[string]artifacts.Handler {
	t.Helper()
	h, handlers, err := use(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return handlers
}

// nameIn is the name of the plugin at path.
func nameIn(path string) string {
	name, _ := plugins.NameOf(path)
	return strings.TrimSpace(name)
}
