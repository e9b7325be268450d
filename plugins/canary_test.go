package plugins

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// canaryScript leaves a file behind if somebody runs it.
const canaryScript = "#!/bin/sh\necho ran >\"$HOME/canary\"\n"

// canarySum is its checksum as sha256sum(1) has it.
const canarySum = "0e00e15b82e06f12cc4cbb2a31c7b238f74e72b2de0b61bcf8fdc7a011795524"

// quiet gives a test its own environment, with nothing to be found, and fails it
// if a canary ran.
func quiet(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the canaries are shell scripts")
	}
	home := t.TempDir()
	canary := filepath.Join(home, "canary")
	for key, value := range map[string]string{
		"HOME": home, "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "PATH": "", EnvSearchPath: "", EnvTrustFile: "",
		EnvPlugins: "",
	} {
		t.Setenv(key, value)
	}
	t.Cleanup(func() {
		if _, err := os.Stat(canary); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a plugin was run: %v", err)
		}
	})
}

// writeCanary puts a canary into a folder under a file name, and returns its
// path.
func writeCanary(t *testing.T, folder, file string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, file)
	if err := os.WriteFile(path, []byte(canaryScript), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// trustedCanary is a canary as the trust file would have it.
func trustedCanary(path, name string) Trusted {
	return Trusted{
		Name: name, Path: path, SHA256: canarySum, Size: int64(len(canaryScript)),
		Description: Description{Name: name, Version: "1.0.0", Handlers: []HandlerDescription{{Alias: name, Encodings: []string{"cbor"}}}},
	}
}

// tempDir is a folder whose path leads through no link, as the trust file wants
// it.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestCanary proves that the canaries can sing.
func TestCanary(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the canaries are shell scripts")
	}
	dir := tempDir(t)
	canary := filepath.Join(dir, "canary")
	path := writeCanary(t, dir, "lazyscribe-plugin-x")
	p, err := os.StartProcess(path, []string{path}, &os.ProcAttr{Env: []string{"HOME=" + dir}})
	if err != nil {
		t.Fatal(err)
	}
	if state, err := p.Wait(); err != nil || !state.Success() {
		t.Fatal(state, err)
	}
	if _, err := os.Stat(canary); err != nil {
		t.Error(err)
	}
}
