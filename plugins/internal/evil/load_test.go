package evil

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// TestLoad: whatever the plugin does, nothing that it said reaches the caller,
// the bytes of the file can be had, and the next call with a good plugin is
// right. Nothing is written.
func TestLoad(t *testing.T) {
	good := wellSaved(t, newFixture(t))
	dir := t.TempDir()
	for name, text := range good {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	cases := slices.Concat(anyStart, lies)
	for _, c := range anyCall {
		c.when = atDecode
		cases = append(cases, c)
	}
	for i, c := range cases {
		if i%every != 0 {
			continue
		}
		t.Run(c.when+" "+c.what, func(t *testing.T) {
			f := newFixture(t)
			h := f.host(c.impatient())
			x, err := open(t, dir, h, project.ReadOnly).Lookup("run")
			if err != nil {
				t.Fatal(err)
			}
			f.do(c.when, c.what)
			target := []float64{1, 2}
			err = x.LoadArtifact(bounded(t), "numbers", &target, nil)
			c.check(t, err)
			if !strings.Contains(err.Error(), `artifact "numbers"`) {
				t.Errorf("no artifact is named: %v", err)
			}
			if !slices.Equal(target, []float64{1, 2}) {
				t.Errorf("the target has %d numbers", len(target))
			}
			raw, err := x.OpenArtifact(t.Context(), "numbers")
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(raw)
			if err != nil || !bytes.HasPrefix(text, []byte(magic)) {
				t.Errorf("raw: %d bytes, %v", len(text), err)
			}
			if err := raw.Close(); err != nil {
				t.Error(err)
			}
			f.do("", "")
			if err := x.LoadArtifact(bounded(t), "numbers", &target, nil); err != nil || !slices.Equal(target, numbers) {
				t.Errorf("afterwards: %d numbers, %v", len(target), err)
			}
			f.close(h)
			f.nothingRuns()
		})
	}
	if diff := cmp.Diff(names(good), names(tree(t, dir))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestHarmless: some things that a plugin should not do have no consequences.
func TestHarmless(t *testing.T) {
	good := wellSaved(t, newFixture(t))
	for _, c := range harmless {
		t.Run(c.when+" "+c.what, func(t *testing.T) {
			f := newFixture(t)
			f.do(c.when, c.what)
			h := f.host(plugins.Options{})
			p := open(t, f.dir, h, project.ReadWrite)
			x := logRuns(t, p)
			if err := p.Save(bounded(t)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(good, tree(t, f.dir)); diff != "" {
				t.Errorf("files (-want +got):\n%.1000s", diff)
			}
			if got, err := artifacts.Load[[]float64](bounded(t), x, "numbers", nil); err != nil || !slices.Equal(got, numbers) {
				t.Errorf("loaded %d numbers, %v", len(got), err)
			}
			f.close(h)
		})
	}
}

// TestNotTrusted: a plugin is not trusted that describes itself as none may.
func TestNotTrusted(t *testing.T) {
	cases := []deedCase{{atDescribe, "built-in", []error{artifacts.ErrExists}, `alias "json" is that of a handler that is built in`}}
	for _, c := range anyStart {
		// There is nothing yet to differ from.
		if c.when == atDescribe && c.what != "hang" && !errors.Is(c.is[0], plugins.ErrChanged) {
			cases = append(cases, c)
		}
	}
	for _, c := range cases {
		t.Run(c.what, func(t *testing.T) {
			f := newFixture(t)
			if err := plugins.OpenTrust(f.trust).Remove("evil"); err != nil {
				t.Fatal(err)
			}
			f.do(c.when, c.what)
			h := f.host(c.impatient())
			_, err := h.Trust(bounded(t), f.plugin, plugins.TrustOptions{SHA256: trustEvil(t).SHA256})
			for _, is := range c.is {
				if !errors.Is(err, is) || !strings.Contains(err.Error(), f.plugin) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %v that says %q", err, is, c.says)
				}
			}
			if list, err := plugins.OpenTrust(f.trust).All(); err != nil || len(list) > 0 {
				t.Errorf("trusted: %v, %v", list, err)
			}
			f.close(h)
		})
	}
}
