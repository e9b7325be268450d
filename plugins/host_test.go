package plugins

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
)

// trust puts plugins made of the test binary into a trust file, and returns its
// name.
func trust(t *testing.T, plugins ...Trusted) string {
	t.Helper()
	file := filepath.Join(tempDir(t), "plugins.json")
	for _, p := range plugins {
		if err := OpenTrust(file).Put(p); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

// trustedPlugin is a plugin as the trust file would have it, with the aliases
// renamed as given.
func trustedPlugin(t *testing.T, name string, rename map[string]string) Trusted {
	t.Helper()
	h, err := Open(&Options{TrustFile: trust(t), Env: []string{"GORACE"}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	path := newPlugin(t, name)
	if _, err := h.Use(t.Context(), path, sumOf(t, path)); err != nil {
		t.Fatal(err)
	}
	p, _ := h.Plugin(name)
	trusted := p.Trusted()
	trusted.Rename = rename
	return trusted
}

func aliases(handlers []artifacts.Handler) []string {
	var list []string
	for _, h := range handlers {
		list = append(list, h.Format().Alias)
	}
	return list
}

func TestRegister(t *testing.T) {
	file := trust(t, trustedPlugin(t, "odd", map[string]string{"item": "any", "raw": "json"}))
	r := artifacts.Default().Clone()
	h, err := Register(r, &Options{TrustFile: file, Paths: []string{tempDir(t)}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if diff := cmp.Diff([]string{"lines", "json", "rows", "any", "odd"}, aliases(h.Handlers())); diff != "" {
		t.Errorf("handlers (-want +got):\n%s", diff)
	}
	p, _ := h.Plugin("odd")
	if p.Pid() != 0 {
		t.Error("registering started the plugin")
	}
	// The program's own handler comes first.
	if own, err := r.Lookup("json"); err != nil || own != artifacts.Handler(artifacts.JSON{}) {
		t.Errorf("json is %T, %v", own, err)
	}
	renamed, err := r.Lookup("any")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := renamed.Encode(t.Context(), &b, true); err != nil || b.String() != "\xf5" {
		t.Errorf("renamed handler: %q, %v", b.String(), err)
	}
	if _, err := r.Lookup("unheard"); !errors.Is(err, artifacts.ErrUnknownHandler) || !strings.Contains(err.Error(), "lazyscribe plugin trust") {
		t.Errorf("unknown alias: %v", err)
	}
}

func TestRegisterOff(t *testing.T) {
	file := trust(t, trustedPlugin(t, "odd", nil))
	t.Setenv(EnvPlugins, "off")
	r := new(artifacts.Registry)
	h, err := Register(r, &Options{TrustFile: file})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if len(slices.Collect(r.All())) > 0 || len(h.Handlers()) > 0 {
		t.Error("plugins are there although they are switched off")
	}
	path := newPlugin(t, "odd")
	if _, err := h.Use(t.Context(), path, sumOf(t, path)); !errors.Is(err, ErrOff) {
		t.Errorf("use: %v", err)
	}
}

// TestHandlersOfTwo: a trust file cannot give an alias to two plugins; if one
// does all the same, each alias has one handler.
func TestHandlersOfTwo(t *testing.T) {
	h, err := Open(&Options{TrustFile: trust(t), Env: []string{"GORACE"}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	a := Trusted{Name: "a", Description: Description{Handlers: []HandlerDescription{{Alias: "x"}, {Alias: "y"}}}}
	b := Trusted{Name: "b", Description: Description{Handlers: []HandlerDescription{{Alias: "y"}, {Alias: "z"}}}}
	for _, p := range []Trusted{a, b} {
		h.plugins = append(h.plugins, h.newPlugin(p, p.Verify, nil))
	}
	handlers := h.Handlers()
	if diff := cmp.Diff([]string{"x", "y", "z"}, aliases(handlers)); diff != "" {
		t.Error(diff)
	}
	if owner := handlers[1].(artifacts.External).Plugin().Name; owner != "a" {
		t.Errorf("y is of %s", owner)
	}
}

func TestOpenBadTrustFile(t *testing.T) {
	file := trust(t)
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(&Options{TrustFile: file}); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("error %v", err)
	}
}

func TestPreflight(t *testing.T) {
	same := trustedPlugin(t, "odd", nil)
	other := trustedPlugin(t, "other", map[string]string{"lines": "l2", "raw": "r2", "rows": "w2", "item": "i2", "odd": "o2"})
	other.Description.Handlers[1].Suffix = "something"
	h, err := Open(&Options{TrustFile: trust(t, same, other), Env: []string{"GORACE"}})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	odd, _ := h.Plugin("odd")
	rest, _ := h.Plugin("other")
	if err := h.Preflight(t.Context(), "lines", "json"); err != nil {
		t.Error(err)
	}
	if odd.Pid() == 0 || rest.Pid() != 0 {
		t.Error("not just the plugin that was asked for was started")
	}
	err = h.Preflight(t.Context())
	if !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), `handler "raw" is not what it was`) {
		t.Errorf("changed handler: %v", err)
	}
	if e, ok := errors.AsType[*Error](err); !ok || e.Plugin != "other" || e.Alias != "raw" {
		t.Errorf("got %+v", e)
	}
}

// TestStartedOnce: calls that need a process at the same time wait for the same
// start, and one that gives up does not stop it.
func TestStartedOnce(t *testing.T) {
	h, handlers := newHost(t, Options{})
	oddPlugin(t, h).Stop()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := handlers["odd"].Encode(ctx, io.Discard, order{}); err != context.Canceled {
		t.Errorf("given up: %v", err)
	}
	childtest.Eventually(t, "start", func() bool { return oddPlugin(t, h).Pid() != 0 })
	pid := oddPlugin(t, h).Pid()
	if _, err := do(t, handlers, order{}); err != nil || oddPlugin(t, h).Pid() != pid {
		t.Errorf("next call: %v", err)
	}
}

// TestClosedHost: nothing is started after Close, and no folder is made that
// nobody would remove.
func TestClosedHost(t *testing.T) {
	h, handlers := newHost(t, Options{})
	path := newPlugin(t, "odd")
	sum := sumOf(t, path)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	dir := childtest.ShortDir(t)
	t.Setenv("TMPDIR", dir)
	if err := handlers["raw"].Encode(t.Context(), io.Discard, []byte("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("encode: %v, want ErrClosed", err)
	}
	if _, err := h.Use(t.Context(), path, sum); !errors.Is(err, ErrClosed) {
		t.Errorf("use: %v, want ErrClosed", err)
	}
	if _, err := h.Trust(t.Context(), path, TrustOptions{SHA256: sum}); !errors.Is(err, ErrClosed) {
		t.Errorf("trust: %v, want ErrClosed", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestCloseAgain: closing a closed Host does nothing.
func TestCloseAgain(t *testing.T) {
	h, _ := newHost(t, Options{Grace: time.Second})
	for range 3 {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}
