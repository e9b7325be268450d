package payload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// custom is a handler made of functions; what is not set is as in text.
type custom struct {
	artifacts.Text
	alias     string
	encode    func(w io.Writer, value any) error
	decode    func(r io.Reader, target any) error
	check     func(value any) error
	env       artifacts.Environment
	validate  func(recorded artifacts.Environment) error
	configure func(settings map[string]any) (artifacts.Handler, error)
	once      bool
	outOnly   bool
}

func (c *custom) Format() artifacts.Format {
	alias := c.alias
	if alias == "" {
		alias = "custom"
	}
	return artifacts.Format{Alias: alias, Suffix: "c", OutputOnly: c.outOnly}
}

func (c *custom) Encode(ctx context.Context, w io.Writer, value any) error {
	if c.encode != nil {
		return c.encode(w, value)
	}
	return c.Text.Encode(ctx, w, value)
}

func (c *custom) Decode(ctx context.Context, r io.Reader, target any) error {
	if c.decode != nil {
		return c.decode(r, target)
	}
	return c.Text.Decode(ctx, r, target)
}

func (c *custom) Check(value any) error {
	if c.check != nil {
		return c.check(value)
	}
	return nil
}

func (c *custom) Environment(any) artifacts.Environment { return c.env }

func (c *custom) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if c.validate != nil {
		return c.validate(recorded)
	}
	return nil
}

func (c *custom) Configure(settings map[string]any) (artifacts.Handler, error) {
	return c.configure(settings)
}

func (c *custom) SingleUse(any) bool { return c.once }

func mustNew(t *testing.T, value any, alias string, o *artifacts.LogOptions) *Value {
	t.Helper()
	v, err := New(t.Context(), value, alias, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func written(t *testing.T, v *Value) string {
	t.Helper()
	var b bytes.Buffer
	if err := v.WriteTo(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNewRefuses(t *testing.T) {
	var reg artifacts.Registry
	reg.Register(artifacts.JSON{})
	reg.Register(artifacts.Text{})
	failing := func(map[string]any) (artifacts.Handler, error) { return nil, errors.New("not today") }
	none := func(map[string]any) (artifacts.Handler, error) { return nil, nil }
	broken := func(map[string]any) (artifacts.Handler, error) { panic("bug") }
	some := map[string]any{"indent": 2}
	tests := []struct {
		name  string
		value any
		alias string
		o     *artifacts.LogOptions
		is    error
		want  string
	}{
		{"no alias", 1, "", nil, nil, "neither an alias nor a handler"},
		{"unknown alias", 1, "yaml", nil, artifacts.ErrUnknownHandler, `unknown handler "yaml" (known: json, text)`},
		{"alias against handler", 1, "json", &artifacts.LogOptions{Handler: artifacts.Gob{}}, nil, `alias "json" was given with a handler for "gob"`},
		{"nil handler", 1, "", &artifacts.LogOptions{Handler: (*artifacts.Typed[int])(nil)}, nil, "handler is a nil"},
		{"handler with a bad alias", 1, "", &artifacts.LogOptions{Handler: &custom{alias: "A/b"}}, nil, `alias "A/b"`},
		{"no settings", "x", "text", &artifacts.LogOptions{Settings: some}, nil, `configure with handler "text": the handler has no settings`},
		{"unknown setting", 1, "json", &artifacts.LogOptions{Settings: map[string]any{"x": 1}}, nil, `unknown setting "x"`},
		{"failing settings", "x", "", &artifacts.LogOptions{Handler: &custom{configure: failing}, Settings: some}, nil, "not today"},
		{"settings without a result", "x", "", &artifacts.LogOptions{Handler: &custom{configure: none}, Settings: some}, nil, "returned none"},
		{"settings that panic", "x", "", &artifacts.LogOptions{Handler: &custom{configure: broken}, Settings: some}, nil, "panicked: bug"},
		{"checked", map[string]any{"a": make(chan int)}, "json", nil, artifacts.ErrUnsupportedValue, `log with handler "json": unsupported value: ["a"]`},
		{"check that panics", 1, "", &artifacts.LogOptions{Handler: &custom{check: func(any) error { panic("bug") }}}, nil, "panicked: bug"},
		{"reserved key", "x", "", &artifacts.LogOptions{Handler: &custom{env: artifacts.Environment{"size": "1"}}}, nil, `"size" is reserved`},
		{"now", "\xff", "text", &artifacts.LogOptions{Now: true}, artifacts.ErrUnsupportedValue, `encode with handler "text"`},
		{"reader", strings.NewReader("\xff"), "text", nil, artifacts.ErrUnsupportedValue, `encode with handler "text"`},
		{"failing reader", iotest.ErrReader(io.ErrNoProgress), "text", nil, io.ErrNoProgress, ""},
		{"stream for json", strings.NewReader("{}"), "json", nil, artifacts.ErrUnsupportedValue, "stream"},
		{"source for json", artifacts.Source(func(context.Context) (io.ReadCloser, error) { panic("opened") }), "json", nil, artifacts.ErrUnsupportedValue, "stream"},
		{"nil source", artifacts.Source(nil), "text", nil, artifacts.ErrUnsupportedValue, "nil"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := New(t.Context(), test.value, test.alias, &reg, test.o)
			if err == nil || v != nil {
				t.Fatalf("New returns %v, %v", v, err)
			}
			if test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New returns %v, want %v, %q", err, test.is, test.want)
			}
		})
	}
}

func TestNewChoosesTheHandler(t *testing.T) {
	var reg artifacts.Registry
	reg.Register(artifacts.JSON{Indent: "\t"})
	tests := []struct {
		name  string
		alias string
		reg   *artifacts.Registry
		o     *artifacts.LogOptions
		want  string
	}{
		{"default registry", "json", nil, nil, "[1]"},
		{"registry", "json", &reg, nil, "[\n\t1\n]"},
		{"handler", "", &reg, &artifacts.LogOptions{Handler: artifacts.JSON{}}, "[1]"},
		{"handler and its alias", "json", &reg, &artifacts.LogOptions{Handler: artifacts.JSON{}}, "[1]"},
		{"settings", "json", nil, &artifacts.LogOptions{Settings: map[string]any{"indent": 1}}, "[\n 1\n]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v, err := New(t.Context(), []int{1}, test.alias, test.reg, test.o)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			if got := written(t, v); got != test.want {
				t.Errorf("written %q, want %q", got, test.want)
			}
			if v.Handler().Format().Alias != "json" {
				t.Errorf("handler %+v", v.Handler())
			}
		})
	}
}

func TestValueIsEncodedWhenWritten(t *testing.T) {
	list := []int{1}
	lazy := mustNew(t, list, "json", nil)
	now := mustNew(t, list, "json", &artifacts.LogOptions{Now: true})
	list[0] = 2
	if got := written(t, lazy); got != "[2]" {
		t.Errorf("lazily: %s", got)
	}
	list[0] = 3
	if got := written(t, lazy); got != "[3]" {
		t.Errorf("lazily, again: %s", got)
	}
	for range 2 {
		if got := written(t, now); got != "[1]" {
			t.Errorf("at once: %s", got)
		}
	}
}

func TestReadersAreReadWhenLogged(t *testing.T) {
	source := strings.NewReader("once")
	v := mustNew(t, source, "text", nil)
	if source.Len() > 0 {
		t.Error("the reader was not read")
	}
	for range 2 {
		if got := written(t, v); got != "once" {
			t.Errorf("written %q", got)
		}
	}
	encoded := 0
	once := &custom{once: true, encode: func(w io.Writer, value any) error {
		encoded++
		_, err := io.WriteString(w, value.(string))
		return err
	}}
	v = mustNew(t, "x", "", &artifacts.LogOptions{Handler: once})
	if got := written(t, v) + written(t, v); got != "xx" || encoded != 1 {
		t.Errorf("a single-use value gives %q and was encoded %d times", got, encoded)
	}
}

type closer struct {
	io.Reader
	closed *int
	err    error
}

func (c closer) Close() error { *c.closed++; return c.err }

func TestSourcesAreOpenedForEachWrite(t *testing.T) {
	opened, closed := 0, 0
	v := mustNew(t, func(context.Context) (io.ReadCloser, error) {
		opened++
		return closer{strings.NewReader("again"), &closed, nil}, nil
	}, "text", nil)
	if opened != 0 {
		t.Error("opened when logged")
	}
	if got := written(t, v) + written(t, v); got != "againagain" || opened != 2 || closed != 2 {
		t.Errorf("written %q, opened %d, closed %d times", got, opened, closed)
	}
	for name, source := range map[string]artifacts.Source{
		"open": func(context.Context) (io.ReadCloser, error) { return nil, os.ErrPermission },
		"close": func(context.Context) (io.ReadCloser, error) {
			return closer{strings.NewReader(""), new(int), os.ErrPermission}, nil
		},
		"read": func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(iotest.ErrReader(os.ErrPermission)), nil
		},
	} {
		err := mustNew(t, source, "text", nil).WriteTo(t.Context(), io.Discard)
		if _, ok := errors.AsType[*EncodeError](err); !ok || !errors.Is(err, os.ErrPermission) {
			t.Errorf("%s: WriteTo returns %v", name, err)
		}
	}
}

func TestEnvironmentIsTheCallers(t *testing.T) {
	env := artifacts.Environment{"k": "v"}
	v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: &custom{env: env}})
	v.Environment()["k"] = "changed"
	env["k"] = "changed too"
	if diff := cmp.Diff(artifacts.Environment{"k": "v"}, v.Environment()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if env := mustNew(t, 1, "json", nil).Environment(); env != nil {
		t.Errorf("json has environment %v", env)
	}
}

// What went wrong decides what a save does with the other artifacts.
func TestWriteToSortsFailures(t *testing.T) {
	ignores := func(w io.Writer, _ any) error { _, _ = io.WriteString(w, "x"); return nil }
	hides := func(w io.Writer, _ any) error {
		if _, err := io.WriteString(w, "x"); err != nil {
			return errors.New("something failed")
		}
		return nil
	}
	fails := func(io.Writer, any) error { return io.ErrUnexpectedEOF }
	panics := func(io.Writer, any) error { panic(io.ErrUnexpectedEOF) }
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name   string
		encode func(io.Writer, any) error
		ctx    context.Context
		w      io.Writer
		is     error
		value  bool // an EncodeError
	}{
		{"handler fails", fails, t.Context(), io.Discard, io.ErrUnexpectedEOF, true},
		{"handler panics", panics, t.Context(), io.Discard, io.ErrUnexpectedEOF, true},
		{"handler ignores the writer", ignores, t.Context(), failingWriter{}, os.ErrClosed, false},
		{"handler hides the writer", hides, t.Context(), failingWriter{}, os.ErrClosed, false},
		{"short write", ignores, t.Context(), shortWriter{}, io.ErrShortWrite, false},
		{"context before", ignores, ended, io.Discard, context.Canceled, false},
		{"failing after the context ended", fails, ended, io.Discard, context.Canceled, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: &custom{encode: test.encode}})
			err := v.WriteTo(test.ctx, test.w)
			if !errors.Is(err, test.is) {
				t.Errorf("WriteTo returns %v, want %v", err, test.is)
			}
			if _, value := errors.AsType[*EncodeError](err); value != test.value {
				t.Errorf("EncodeError: %v, want %v", value, test.value)
			}
		})
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) - 1, nil }

func TestContextEndsALongWrite(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	endless := &custom{encode: func(w io.Writer, _ any) error {
		for {
			if _, err := io.WriteString(w, "x"); err != nil {
				return err
			}
			cancel()
		}
	}}
	v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: endless})
	if err := v.WriteTo(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("WriteTo returns %v", err)
	}
}

func TestClose(t *testing.T) {
	for name, o := range map[string]*artifacts.LogOptions{"lazy": nil, "spooled": {Now: true}} {
		v, err := New(t.Context(), "x", "text", nil, o)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := v.Close(); err != nil {
				t.Errorf("%s: Close: %v", name, err)
			}
		}
		if err := v.WriteTo(t.Context(), io.Discard); err == nil {
			t.Errorf("%s: WriteTo after Close: no error", name)
		}
	}
}

func TestWriteToConcurrently(t *testing.T) {
	large := strings.Repeat("0123456789", 3*spoolMemory/10)
	for name, o := range map[string]*artifacts.LogOptions{"lazy": nil, "spooled": {Now: true}} {
		v := mustNew(t, large, "text", o)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var b bytes.Buffer
				if err := v.WriteTo(t.Context(), &b); err != nil || b.String() != large {
					t.Errorf("%s: %d bytes, %v", name, b.Len(), err)
				}
			})
		}
		wg.Wait()
	}
}
