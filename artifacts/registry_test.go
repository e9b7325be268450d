package artifacts_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// stub is a handler of any format that encodes nothing.
type stub struct {
	format artifacts.Format
	keys   []string
}

func (s stub) Format() artifacts.Format                   { return s.format }
func (s stub) EnvironmentKeys() []string                  { return s.keys }
func (stub) Encode(context.Context, io.Writer, any) error { return nil }
func (stub) Decode(_ context.Context, _ io.Reader, target any) error {
	return artifacts.CheckTarget(target)
}

func named(alias, suffix string) stub {
	return stub{format: artifacts.Format{Alias: alias, Suffix: suffix}}
}

func aliases(r *artifacts.Registry) []string {
	var all []string
	for h := range r.All() {
		all = append(all, h.Format().Alias)
	}
	return all
}

func TestRegistry(t *testing.T) {
	var r artifacts.Registry
	if _, err := r.Lookup("json"); !errors.Is(err, artifacts.ErrUnknownHandler) || !strings.Contains(err.Error(), "none is registered") {
		t.Errorf("Lookup in an empty registry returns %v", err)
	}
	for _, h := range []stub{named("zeta", "dat"), named("alpha", "dat"), named("mid", "")} {
		r.Register(h)
	}
	if got, want := aliases(&r), []string{"alpha", "mid", "zeta"}; !slices.Equal(got, want) {
		t.Errorf("All yields %v, want %v", got, want)
	}
	if h, err := r.Lookup("mid"); err != nil || h.Format().Alias != "mid" {
		t.Errorf("Lookup returns %v, %v", h, err)
	}
	_, err := r.Lookup("Mid")
	if !errors.Is(err, artifacts.ErrUnknownHandler) || !strings.Contains(err.Error(), `"Mid" (known: alpha, mid, zeta)`) {
		t.Errorf("Lookup of an unknown alias returns %v", err)
	}
	if h, ok := r.BySuffix("dat"); !ok || h.Format().Alias != "zeta" {
		t.Errorf("BySuffix returns %v, %v; want the one registered first", h, ok)
	}
	for _, suffix := range []string{"", "DAT", ".dat", "none"} {
		if h, ok := r.BySuffix(suffix); ok {
			t.Errorf("BySuffix(%q) returns %v", suffix, h)
		}
	}
	for h := range r.All() {
		if h.Format().Alias != "alpha" {
			t.Errorf("All goes on after a break, with %v", h)
		}
		break
	}
}

func TestRegistryClone(t *testing.T) {
	var r artifacts.Registry
	r.Register(named("one", "1"))
	clone := r.Clone()
	clone.Register(named("two", "2"))
	r.Register(named("three", "2"))
	if got, want := aliases(&r), []string{"one", "three"}; !slices.Equal(got, want) {
		t.Errorf("original has %v, want %v", got, want)
	}
	if got, want := aliases(clone), []string{"one", "two"}; !slices.Equal(got, want) {
		t.Errorf("clone has %v, want %v", got, want)
	}
	if h, _ := clone.BySuffix("2"); h.Format().Alias != "two" {
		t.Errorf("clone finds %v by suffix", h)
	}
	if empty := new(artifacts.Registry).Clone(); empty.Add(named("a", "")) != nil {
		t.Error("the clone of an empty registry takes no handler")
	}
}

// What is known to do about an unknown alias ends the error. It is asked for
// without a lock, and copies of the registry know it too.
func TestHint(t *testing.T) {
	var r artifacts.Registry
	plain := func(r *artifacts.Registry) string {
		t.Helper()
		_, err := r.Lookup("parquet")
		if !errors.Is(err, artifacts.ErrUnknownHandler) {
			t.Fatalf("got error %v", err)
		}
		return err.Error()
	}
	const unknown = `unknown handler "parquet" (known: csv)`
	r.Register(named("csv", "csv"))
	if got := plain(&r); got != unknown {
		t.Errorf("error %q", got)
	}
	r.Hint(func(alias string) string {
		_, _ = r.BySuffix("csv")
		_ = r.Add(named("json", "json"))
		return "trust " + alias
	})
	if got := plain(&r); got != unknown+"; trust parquet" {
		t.Errorf("error %q", got)
	}
	clone := r.Clone()
	r.Hint(func(string) string { return "" })
	if got := plain(&r); strings.Contains(got, ";") {
		t.Errorf("error %q", got)
	}
	r.Hint(nil)
	if got := plain(&r); strings.Contains(got, ";") {
		t.Errorf("error %q", got)
	}
	if got := plain(clone); !strings.HasSuffix(got, "; trust parquet") {
		t.Errorf("error %q", got)
	}
	if _, err := r.Lookup("csv"); err != nil {
		t.Error(err)
	}
}

func TestAddRefuses(t *testing.T) {
	tests := []struct {
		name    string
		handler artifacts.Handler
		want    string
	}{
		{"nil", nil, "handler is nil"},
		{"nil pointer", (*stub)(nil), "handler is nil"},
		{"no alias", named("", "x"), "alias is empty"},
		{"upper case", named("Json", "x"), `alias "Json"`},
		{"leading digit", named("7z", "x"), `alias "7z"`},
		{"blank", named("a b", "x"), `alias "a b"`},
		{"beyond ASCII", named("é", "x"), `alias "é"`},
		{"folder in the suffix", named("a", "x/../y"), `suffix "x/../y"`},
		{"dot before the suffix", named("a", ".x"), `suffix ".x"`},
		{"dot after the suffix", named("a", "x."), `suffix "x."`},
		{"backslash", named("a", `x\y`), `suffix`},
		{"NUL", named("a", "x\x00"), `suffix`},
		{"reserved key", stub{artifacts.Format{Alias: "a"}, []string{"ok", "sha256"}}, `"sha256" is reserved`},
		{"key that Python could not pass on", stub{artifacts.Format{Alias: "a"}, []string{"x-y"}}, `"x-y" is not an identifier`},
		{"empty key", stub{artifacts.Format{Alias: "a"}, []string{""}}, "empty"},
		{"taken", named("taken", "y"), `"taken": already exists`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r artifacts.Registry
			r.Register(named("taken", "x"))
			err := r.Add(test.handler)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Add returns %v, want %q", err, test.want)
			}
			if got := aliases(&r); len(got) != 1 {
				t.Errorf("the registry now has %v", got)
			}
			defer func() {
				if recover() == nil {
					t.Error("Register does not panic")
				}
			}()
			r.Register(test.handler)
		})
	}
	var r artifacts.Registry
	r.Register(named("a", ""))
	if err := r.Add(named("a", "")); !errors.Is(err, artifacts.ErrExists) || !errors.Is(err, fs.ErrExist) {
		t.Errorf("Add of a taken alias returns %v", err)
	}
	for _, good := range []stub{named("b", "tar.gz"), named("c-3_x", "x-1_y"), named("d", "H5")} {
		if err := r.Add(good); err != nil {
			t.Errorf("Add of %+v: %v", good.format, err)
		}
	}
}

func TestEnvironmentKeys(t *testing.T) {
	for _, reserved := range []string{
		"name", "fname", "created_at", "expiry", "version", "handler", "value", "writer_kwargs",
		"dirty", "cls", "sha256", "size", "purged_at", "plugin",
	} {
		if artifacts.CheckEnvironmentKey(reserved) == nil {
			t.Errorf("key %q is accepted", reserved)
		}
	}
	for _, good := range []string{"python_version", "go_version", "_x", "A1"} {
		if err := artifacts.CheckEnvironmentKey(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"1a", "a b", "ä", "a.b"} {
		if artifacts.CheckEnvironmentKey(bad) == nil {
			t.Errorf("key %q is accepted", bad)
		}
	}
}

func TestDefaultRegistry(t *testing.T) {
	for alias, want := range map[string]artifacts.Handler{"json": artifacts.JSON{}, "text": artifacts.Text{}, "gob": artifacts.Gob{}} {
		if h, err := artifacts.Default().Lookup(alias); err != nil || h != want {
			t.Errorf("Lookup(%q) = %#v, %v", alias, h, err)
		}
	}
	artifacts.Register(named("registry-test", ""))
	if _, err := artifacts.Default().Lookup("registry-test"); err != nil {
		t.Error(err)
	}
}

func TestRegistryConcurrently(t *testing.T) {
	var r artifacts.Registry
	var wg sync.WaitGroup
	for i := range 26 {
		wg.Go(func() {
			alias := string(rune('a' + i))
			r.Register(named(alias, "x"))
			if _, err := r.Lookup(alias); err != nil {
				t.Error(err)
			}
			r.BySuffix("x")
			for range r.All() {
			}
			r.Clone()
		})
	}
	wg.Wait()
	if got := aliases(&r); len(got) != 26 || !slices.IsSorted(got) {
		t.Errorf("All yields %v", got)
	}
}
