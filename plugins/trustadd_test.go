package plugins

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// trusting is a Host with a trust file that does not exist yet.
func trusting(t *testing.T) (*Host, *Trust) {
	t.Helper()
	store := OpenTrust(filepath.Join(tempDir(t), "plugins.json"))
	h, err := Open(&Options{TrustFile: store.File()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, store
}

// wrap makes a plugin of a script that runs lines of shell and then the real
// plugin "odd".
func wrap(t *testing.T, name, lines string) string {
	t.Helper()
	real := newPlugin(t, "odd")
	path := filepath.Join(tempDir(t), binaryName(name))
	rewrite(t, path, "#!/bin/sh\n"+lines+"\nexec '"+real+"' \"$@\"\n")
	return path
}

func TestTrust(t *testing.T) {
	h, store := trusting(t)
	path := newPlugin(t, "odd")
	o := TrustOptions{SHA256: sumOf(t, path), NoTLS: true, Rename: map[string]string{"raw": "bytes"}, Env: []string{"TOKEN"}}
	got, err := h.Trust(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"lines", "bytes", "rows", "item", "odd"}, got.Aliases()); d != "" {
		t.Errorf("aliases (-want +got):\n%s", d)
	}
	if got.Name != "odd" || got.SHA256 != o.SHA256 || got.Description.Version != "1.2.3" || !got.NoTLS || got.TrustedAt.IsZero() {
		t.Errorf("got %+v", got)
	}
	if err := got.Verify(); err != nil {
		t.Error(err)
	}
	stored, ok, err := store.Lookup("odd")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if !stored.Description.Equal(got.Description) || !stored.TrustedAt.Equal(got.TrustedAt) {
		t.Errorf("stored was %+v, want %+v", stored, got)
	}

	// Who trusts it again may take back what was asked for before.
	again, err := h.Trust(t.Context(), path, TrustOptions{SHA256: o.SHA256})
	if err != nil || again.NoTLS || again.Rename != nil {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := h.Trust(t.Context(), wrap(t, "odd2", ""), TrustOptions{SHA256: o.SHA256}); !errors.Is(err, ErrChanged) {
		t.Errorf("a file of another checksum: %v", err)
	}
}

func TestTrustRefuses(t *testing.T) {
	odd := func(lines string) func(*testing.T) string {
		return func(t *testing.T) string { return wrap(t, "odd", lines) }
	}
	for name, c := range map[string]struct {
		path func(*testing.T) string
		with func(*TrustOptions)
		is   error
		says string
	}{
		"alias that is built in":   {path: odd(""), with: func(o *TrustOptions) { o.Rename = map[string]string{"raw": "json"} }, is: artifacts.ErrExists, says: "--as raw=NAME"},
		"alias twice":              {path: odd(""), with: func(o *TrustOptions) { o.Rename = map[string]string{"raw": "rows"} }, says: `two handlers have the alias "rows"`},
		"no such alias to rename":  {path: odd(""), with: func(o *TrustOptions) { o.Rename = map[string]string{"nosuch": "rows"} }, says: `no alias "nosuch"`},
		"no checksum":              {path: odd(""), with: func(o *TrustOptions) { o.SHA256 = "" }, is: ErrChanged},
		"another name":             {path: func(t *testing.T) string { return wrap(t, "even", "") }, is: ErrProtocol, says: `it calls itself "odd"`},
		"no plugin at all":         {path: odd("exit 3"), is: ErrStart, says: "exit status 3"},
		"fails with TLS":           {path: odd(`[ -n "$PLUGIN_CLIENT_CERT" ] && exit 5`), is: ErrStart, says: "--no-mtls"},
		"outlives its host":        {path: odd("unset LAZYSCRIBE_PLUGIN_LIFELINE"), is: ErrProtocol, says: "L3"},
		"fails with its variables": {path: odd(`[ -n "$LAZYSCRIBE_TEST_TOKEN" ] && exit 6`), with: func(o *TrustOptions) { o.Env = []string{"LAZYSCRIBE_TEST_TOKEN"} }, is: ErrStart, says: "exit status 6"},
		"others may write it": {path: func(t *testing.T) string {
			path := wrap(t, "odd", "")
			chmod(t, path, 0o757)
			return path
		}, is: errUnsafe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("LAZYSCRIBE_TEST_TOKEN", "secret")
			h, store := trusting(t)
			path := c.path(t)
			o := TrustOptions{SHA256: sumOf(t, path)}
			if c.with != nil {
				c.with(&o)
			}
			_, err := h.Trust(t.Context(), path, o)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("Trust = %v, want %v with %q", err, c.is, c.says)
			}
			if _, err := os.Stat(store.File()); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("something was recorded: %v", err)
			}
		})
	}
}

// TestTrustWithoutTLS trusts the plugin that fails with it.
func TestTrustWithoutTLS(t *testing.T) {
	h, _ := trusting(t)
	path := wrap(t, "odd", `[ -n "$PLUGIN_CLIENT_CERT" ] && exit 5`)
	if _, err := h.Trust(t.Context(), path, TrustOptions{SHA256: sumOf(t, path), NoTLS: true}); err != nil {
		t.Error(err)
	}
}

func TestTrustSwitchedOff(t *testing.T) {
	h, _ := trusting(t)
	path := newPlugin(t, "odd")
	t.Setenv(EnvPlugins, "off")
	if _, err := h.Trust(t.Context(), path, TrustOptions{SHA256: sumOf(t, path)}); !errors.Is(err, ErrOff) {
		t.Errorf("Trust = %v, want %v", err, ErrOff)
	}
}

// TestTrustBesidePlugins checks that handlers of plugins in a registry are not
// taken for ones that are built in: one's own may be among them.
func TestTrustBesidePlugins(t *testing.T) {
	h, store := trusting(t)
	path := newPlugin(t, "odd")
	sum := sumOf(t, path)
	if _, err := h.Trust(t.Context(), path, TrustOptions{SHA256: sum}); err != nil {
		t.Fatal(err)
	}
	r := artifacts.Default().Clone()
	other, err := Register(r, &Options{TrustFile: store.File()})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := h.Trust(t.Context(), path, TrustOptions{SHA256: sum, Handlers: r}); err != nil {
		t.Errorf("again: %v", err)
	}
	r.Register(artifacts.Typed[int]{Kind: artifacts.Format{Alias: "mine"}})
	o := TrustOptions{SHA256: sum, Handlers: r, Rename: map[string]string{"raw": "mine"}}
	if _, err := h.Trust(t.Context(), path, o); !errors.Is(err, artifacts.ErrExists) {
		t.Errorf("the alias of the program's own handler: %v", err)
	}
}
