package plugins

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	quiet(t)
	for name, c := range map[string]struct {
		harm   func(t *testing.T, e *Trusted)
		is     error  // nil: the plugin may run
		says   string // in the error
		asRoot bool   // the harm needs root
	}{
		"as trusted": {harm: func(*testing.T, *Trusted) {}},
		"touched":    {harm: func(t *testing.T, e *Trusted) { rewrite(t, e.Path, canaryScript) }},
		"another size": {
			harm: func(t *testing.T, e *Trusted) { rewrite(t, e.Path, canaryScript+"\n") },
			is:   ErrChanged, says: "has 36 bytes, had 35",
		},
		"one byte": {
			harm: func(t *testing.T, e *Trusted) { rewrite(t, e.Path, strings.Replace(canaryScript, "ran", "RAN", 1)) },
			is:   ErrChanged, says: "SHA-256",
		},
		"gone":         {harm: func(t *testing.T, e *Trusted) { remove(t, e.Path) }, is: fs.ErrNotExist, says: "lazyscribe plugin untrust x"},
		"a folder now": {harm: func(t *testing.T, e *Trusted) { remove(t, e.Path); mkdir(t, e.Path) }, is: errNotRegular},
		"a link to the same file now": {
			harm: func(t *testing.T, e *Trusted) {
				moved := writeCanary(t, filepath.Join(filepath.Dir(e.Path), "moved"), filepath.Base(e.Path))
				remove(t, e.Path)
				symlink(t, moved, e.Path)
			},
			is: ErrChanged, says: "leads to",
		},
		"its folder a link now": {
			harm: func(t *testing.T, e *Trusted) {
				dir := filepath.Dir(e.Path)
				if err := os.Rename(dir, dir+"2"); err != nil {
					t.Fatal(err)
				}
				symlink(t, dir+"2", dir)
			},
			is: ErrChanged, says: "leads to",
		},
		"not executable":         {harm: func(t *testing.T, e *Trusted) { chmod(t, e.Path, 0o644) }, is: errNotExecutable, says: "chmod +x"},
		"group may write":        {harm: func(t *testing.T, e *Trusted) { chmod(t, e.Path, 0o775) }, is: errUnsafe, says: "chmod go-w"},
		"others may write":       {harm: func(t *testing.T, e *Trusted) { chmod(t, e.Path, 0o757) }, is: errUnsafe, says: "mode 0757"},
		"folder of the group":    {harm: func(t *testing.T, e *Trusted) { chmod(t, filepath.Dir(e.Path), 0o775) }, is: errUnsafe, says: "chmod go-w"},
		"folder of all":          {harm: func(t *testing.T, e *Trusted) { chmod(t, filepath.Dir(e.Path), 0o1777) }, is: ErrUntrusted, says: "chmod go-w"},
		"a folder above of all":  {harm: func(t *testing.T, e *Trusted) { chmod(t, filepath.Dir(filepath.Dir(e.Path)), 0o777) }, is: errUnsafe, says: "chmod go-w"},
		"a folder above as /tmp": {harm: func(t *testing.T, e *Trusted) { chmod(t, filepath.Dir(filepath.Dir(e.Path)), 0o1777) }},
		"a folder above of another": {
			harm: func(t *testing.T, e *Trusted) { chown(t, filepath.Dir(filepath.Dir(e.Path))) },
			is:   errUnsafe, says: "belongs to", asRoot: true,
		},
		"only we may do anything": {harm: func(t *testing.T, e *Trusted) {
			chmod(t, e.Path, 0o700)
			chmod(t, filepath.Dir(e.Path), 0o700)
		}},
		"another owner":        {harm: func(t *testing.T, e *Trusted) { chown(t, e.Path) }, is: errUnsafe, says: "belongs to", asRoot: true},
		"folder of another":    {harm: func(t *testing.T, e *Trusted) { chown(t, filepath.Dir(e.Path)) }, is: errUnsafe, says: "belongs to", asRoot: true},
		"relative path":        {harm: func(_ *testing.T, e *Trusted) { e.Path = filepath.Base(e.Path) }, is: ErrUntrusted},
		"path of another name": {harm: func(_ *testing.T, e *Trusted) { e.Path = "/bin/sh" }, is: ErrUntrusted},
		"path with dots":       {harm: func(_ *testing.T, e *Trusted) { e.Path = filepath.Dir(e.Path) + "/../d/" + filepath.Base(e.Path) }, is: ErrUntrusted},
		"no checksum":          {harm: func(_ *testing.T, e *Trusted) { e.SHA256 = "" }, is: ErrUntrusted},
		"checksum of no hex":   {harm: func(_ *testing.T, e *Trusted) { e.SHA256 = strings.Repeat("g", 64) }, is: ErrUntrusted},
	} {
		t.Run(name, func(t *testing.T) {
			if c.asRoot && os.Geteuid() != 0 {
				t.Skip("only root can give files away")
			}
			e := trustedCanary(writeCanary(t, filepath.Join(tempDir(t), "d"), "lazyscribe-plugin-x"), "x")
			c.harm(t, &e)
			err := e.Verify()
			if c.is == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("Verify = %v, want %v with %q", err, c.is, c.says)
			}
			if !strings.HasPrefix(err.Error(), `plugin "x": `) {
				t.Errorf("%q does not name the plugin", err)
			}
			if c.is == ErrChanged && !strings.HasSuffix(err.Error(), "run lazyscribe plugin trust x") {
				t.Errorf("%q does not name the command", err)
			}
		})
	}
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func chmod(t *testing.T, path string, mode uint32) {
	t.Helper()
	// As chmod(1) has it: os.Chmod knows the sticky bit by another number.
	m := fs.FileMode(mode & 0o777)
	if mode&0o1000 != 0 {
		m |= fs.ModeSticky
	}
	if err := os.Chmod(path, m); err != nil {
		t.Fatal(err)
	}
}

func chown(t *testing.T, path string) {
	t.Helper()
	if err := os.Chown(path, 4711, 4711); err != nil {
		t.Fatal(err)
	}
}

func TestDefaultTrustFile(t *testing.T) {
	quiet(t)
	if os.Getenv("HOME") == "" {
		t.Fatal("no home")
	}
	t.Setenv("XDG_CONFIG_HOME", "/config")
	t.Setenv(EnvTrustFile, "/elsewhere/trust.json")
	if file, err := DefaultTrustFile(); err != nil || file != "/elsewhere/trust.json" {
		t.Errorf("got %q, %v", file, err)
	}
	t.Setenv(EnvTrustFile, "trust.json")
	if file, err := DefaultTrustFile(); err == nil {
		t.Errorf("took the relative %q", file)
	}
	t.Setenv(EnvTrustFile, "")
	config, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	if file, err := DefaultTrustFile(); err != nil || file != filepath.Join(config, "lazyscribe", "plugins.json") {
		t.Errorf("got %q, %v", file, err)
	}
}
