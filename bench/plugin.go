package main

import (
	"context"
	_ "embed"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// pluginMain makes this process a plugin if the program is called like one, and
// does not return then.
func pluginMain() {
	if name, err := plugins.NameOf(os.Args[0]); err == nil {
		sdk.Serve(name, "1.0.0", copying)
	}
}

// copying is the plugin's handler: bytes are kept as they are.
var copying = artifacts.Typed[io.Reader]{
	Kind: artifacts.Format{Alias: "copying", Suffix: "bin", Binary: true},
	Write: func(_ context.Context, w io.Writer, r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	},
	Read: func(_ context.Context, r io.Reader) (io.Reader, error) { return r, nil },
}

// pythonPlugin is the same in Python, without its first line.
//
//go:embed plugin.py
var pythonPlugin string

// pluginPath makes the plugin of a side: a copy of this program, or a script.
func (e *env) pluginPath(ctx context.Context, side int) (string, error) {
	if side == python {
		return e.pythonPlugin(ctx)
	}
	path := filepath.Join(e.dir, "lazyscribe-plugin-bench")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	return path, os.WriteFile(path, program, 0o755)
}

// pythonPlugin is errAbsent unless the interpreter has plugins/python.
func (e *env) pythonPlugin(ctx context.Context) (string, error) {
	interpreter, err := exec.LookPath(e.python)
	if err != nil || exec.CommandContext(ctx, interpreter, "-c", "import lazyscribe_plugin").Run() != nil {
		return "", errAbsent
	}
	path := filepath.Join(e.dir, "lazyscribe-plugin-snake")
	return path, os.WriteFile(path, []byte("#!"+interpreter+"\n"+pythonPlugin), 0o755)
}

// startPlugin starts a side's plugin, and returns its handler with what ends it.
func (e *env) startPlugin(ctx context.Context, side int, noTLS bool) (artifacts.Handler, *plugins.Host, error) {
	path, err := e.pluginPath(ctx, side)
	if err != nil {
		return nil, nil, err
	}
	facts, err := plugins.Inspect(path)
	if err != nil {
		return nil, nil, err
	}
	host, err := plugins.Open(&plugins.Options{TrustFile: filepath.Join(e.dir, "plugins.json"), NoTLS: noTLS})
	if err != nil {
		return nil, nil, err
	}
	handlers, err := host.Use(ctx, facts.Path, facts.SHA256)
	if err != nil {
		return nil, nil, err
	}
	return handlers[0], host, nil
}
