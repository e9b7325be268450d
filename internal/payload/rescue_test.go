package payload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// keeper is a custom handler that can keep what it cannot encode.
type keeper struct {
	custom
	rescue   func(w io.Writer, value any) error
	rescued  func(w io.Writer, r io.Reader) error
	settings map[string]any // it was configured with
}

func (h *keeper) Rescue(_ context.Context, w io.Writer, value any) error { return h.rescue(w, value) }

func (h *keeper) EncodeRescued(_ context.Context, w io.Writer, r io.Reader) error {
	return h.rescued(w, r)
}

func (h *keeper) Configure(settings map[string]any) (artifacts.Handler, error) {
	if settings["bad"] != nil {
		return nil, artifacts.ErrSettings
	}
	c := *h
	c.settings = settings
	return &c, nil
}

func TestRescuable(t *testing.T) {
	other := errors.New("the process ended")
	for _, c := range []struct {
		name    string
		handler artifacts.Handler
		failure error
		want    bool
	}{
		{"plain", &keeper{}, other, true},
		{"wrapped", &keeper{}, errors.Join(other, artifacts.ErrCorrupt), true},
		{"value", &keeper{}, errors.Join(other, artifacts.ErrUnsupportedValue), false},
		{"settings", &keeper{}, errors.Join(artifacts.ErrSettings, other), false},
		{"no rescuer", &custom{}, other, false},
	} {
		v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: c.handler})
		if got := v.Rescuable(c.failure); got != c.want {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
}

func TestValueRescue(t *testing.T) {
	broken := errors.New("broken")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	source := func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("of a source")), nil
	}
	write := func(w io.Writer, value any) error {
		if r, ok := value.(io.Reader); ok {
			if _, isFile := r.(*os.File); isFile {
				t.Error("the handler sees the file itself")
			}
			text, err := io.ReadAll(r)
			value = string(text)
			if err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "kept "+value.(string))
		return err
	}
	for _, c := range []struct {
		name   string
		value  any
		now    bool
		ctx    context.Context
		to     io.Writer
		rescue func(io.Writer, any) error
		want   string
		err    string
	}{
		{name: "value", value: "x", rescue: write, want: "kept x"},
		{name: "source", value: source, rescue: write, want: "kept of a source"},
		{name: "error", value: "x", rescue: func(io.Writer, any) error { return broken }, err: `encode with handler "custom": broken`},
		{name: "panic", value: "x", rescue: func(io.Writer, any) error { panic("at work") }, err: "the handler panicked: at work"},
		{name: "cancelled", value: "x", ctx: ctx, rescue: write, err: context.Canceled.Error()},
		{name: "writer", value: "x", to: failing{}, rescue: func(w io.Writer, _ any) error {
			_, _ = io.WriteString(w, "x")
			return nil
		}, err: "no room"},
		{name: "encoded", value: "x", now: true, rescue: write, err: "nothing to keep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := mustNew(t, c.value, "", &artifacts.LogOptions{Handler: &keeper{rescue: c.rescue}, Now: c.now})
			var b bytes.Buffer
			if c.to == nil {
				c.to = &b
			}
			if c.ctx == nil {
				c.ctx = t.Context()
			}
			err := v.Rescue(c.ctx, c.to)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("got error %v, want %q", err, c.err)
			}
			if c.err == "" && b.String() != c.want {
				t.Errorf("wrote %q, want %q", b.String(), c.want)
			}
		})
	}
	v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: &keeper{rescue: write}})
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if err := v.Rescue(t.Context(), io.Discard); err == nil {
		t.Error("a closed value is kept")
	}
}

// failing is a writer that has no room.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestRestore(t *testing.T) {
	dir := t.TempDir()
	setTempDir(t, dir)
	back := func(w io.Writer, r io.Reader) error {
		if _, ok := r.(io.Seeker); ok {
			t.Error("the handler can seek in the file")
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		_, err = w.Write(bytes.TrimPrefix(text, []byte("kept ")))
		return err
	}
	h := &keeper{custom: custom{env: artifacts.Environment{"a": "today", "c": "today"}}, rescued: back}
	reg := new(artifacts.Registry)
	reg.Register(h)
	reg.Register(artifacts.Text{})
	kept := func(alias string, settings map[string]any) *artifacts.Rescued {
		return &artifacts.Rescued{Settings: settings, Artifact: artifacts.Artifact{Handler: alias,
			Environment: artifacts.Environment{"a": "then", "b": "then"}}}
	}
	large := strings.Repeat("x", 3*spoolMemory)
	v, err := Restore(t.Context(), strings.NewReader("kept "+large), kept("custom", map[string]any{"x": 1}), reg, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := written(t, v); got != large {
			t.Errorf("wrote %d bytes", len(got))
		}
	}
	if diff := cmp.Diff(map[string]any{"x": 1}, v.Handler().(*keeper).settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(artifacts.Environment{"a": "today", "b": "then", "c": "today"}, v.Environment()); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}

	broken := errors.New("broken")
	for _, c := range []struct {
		name  string
		kept  *artifacts.Rescued
		o     *artifacts.RetryOptions
		wants error
		says  string
	}{
		{"unknown", kept("none", nil), nil, artifacts.ErrUnknownHandler, ""},
		{"no rescuer", kept("text", map[string]any{"x": 1}), nil, nil, "does not encode values that were kept"},
		{"settings", kept("custom", map[string]any{"bad": 1}), nil, artifacts.ErrSettings, ""},
		{"fails", kept("custom", nil), &artifacts.RetryOptions{Handler: &keeper{rescued: func(w io.Writer, _ io.Reader) error {
			_, _ = io.WriteString(w, large)
			return broken
		}}}, broken, ""},
		{"panics", kept("none", nil), &artifacts.RetryOptions{Handler: &keeper{rescued: func(io.Writer, io.Reader) error { panic("at work") }}},
			nil, "panicked"},
		{"environment", kept("custom", nil), &artifacts.RetryOptions{Handler: &keeper{custom: custom{env: artifacts.Environment{"name": "x"}}, rescued: back}},
			nil, "reserved"},
		{"nil handler", kept("custom", nil), &artifacts.RetryOptions{Handler: (*keeper)(nil)}, nil, "nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Restore(t.Context(), strings.NewReader("kept x"), c.kept, reg, c.o)
			if err == nil || c.wants != nil && !errors.Is(err, c.wants) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want %v that says %q", err, c.wants, c.says)
			}
		})
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// external is a handler that is a plugin.
type external struct {
	custom
	plugin artifacts.Plugin
}

func (e *external) Plugin() artifacts.Plugin { return e.plugin }

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		handler artifacts.Handler
		extra   string
	}{
		{&custom{}, ""},
		{&external{}, ""},
		{&external{plugin: artifacts.Plugin{Name: "x", Version: "1.0.0"}}, `{"name":"x","version":"1.0.0"}`},
	} {
		v := mustNew(t, "x", "", &artifacts.LogOptions{Handler: c.handler})
		meta := artifacts.Artifact{Name: "kept"}
		v.Describe(&meta)
		if got := string(meta.Extra["plugin"]); got != c.extra || meta.Handler != "custom" || meta.Name != "kept" {
			t.Errorf("described as %+v, plugin %s", meta, got)
		}
	}
}
