package plugins

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
)

// TestNoOrphans: however a host ends, its plugins end too.
func TestNoOrphans(t *testing.T) {
	base := childtest.ShortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", base)
	path := newPlugin(t, "odd")
	ends := map[string]os.Signal{"exit": nil, "panic": nil, "busy": os.Kill}
	maps.Copy(ends, endings)
	for end, sent := range ends {
		t.Run(end, func(t *testing.T) {
			if sent != nil && signal.Ignored(sent) {
				t.Skipf("%v is ignored here, as under nohup", sent)
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			host := exec.CommandContext(t.Context(), self, path)
			host.Env = append(os.Environ(), "LAZYSCRIBE_TEST_HOST="+end)
			out, err := host.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := host.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			if sent != nil {
				if err := host.Process.Signal(sent); err != nil {
					t.Fatal(err)
				}
			}
			_ = host.Wait() // it ends in many ways
			childtest.Eventually(t, "end of the plugin", func() bool { return !childtest.Alive(pid) })
		})
	}
	// What they could not remove, the next host does.
	var f process.Folder
	mine, err := f.Path()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	left, err := filepath.Glob(filepath.Join(base, "*"))
	if err != nil || len(left) != 1 || left[0] != mine {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestReattach: a plugin that its author started is used where it is, time and
// again, and goes on when the host is closed.
func TestReattach(t *testing.T) {
	trusted := trustedPlugin(t, "odd", nil)
	plugin := exec.CommandContext(t.Context(), trusted.Path, "--debug")
	plugin.Env = append(os.Environ(), "TMPDIR="+childtest.ShortDir(t))
	out, err := plugin.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := plugin.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = plugin.Process.Kill(); _ = plugin.Wait() }()
	var variable []string
	for s := bufio.NewScanner(out); variable == nil && s.Scan(); {
		variable = regexp.MustCompile(EnvReattach + `='(.*)'`).FindStringSubmatch(s.Text())
	}
	if variable == nil {
		t.Fatal("the plugin does not say where it is")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	t.Setenv(EnvReattach, variable[1])
	file := trust(t, trusted)
	for range 2 {
		h, err := Open(&Options{TrustFile: file})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := h.Handlers()[0].Encode(t.Context(), &b, []string{"a"}); err != nil || b.String() != "a\n" {
			t.Errorf("%q, %v", b.String(), err)
		}
		if p, _ := h.Plugin("odd"); p.Pid() != plugin.Process.Pid {
			t.Errorf("process %d, want %d", p.Pid(), plugin.Process.Pid)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		if !childtest.Alive(plugin.Process.Pid) {
			t.Fatal("closing the host ended the plugin")
		}
	}
	h, err := Open(&Options{TrustFile: file, Grace: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.plugins[0].Describe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := plugin.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := h.Handlers()[0].Encode(context.Background(), io.Discard, []string{"a"}); !errors.Is(err, ErrProtocol) {
		t.Errorf("after its end: %v", err)
	}
	if err := h.Handlers()[0].Encode(context.Background(), io.Discard, []string{"a"}); !errors.Is(err, ErrStart) {
		t.Errorf("next call: %v", err)
	}
	// What a checksum is named for, or agreed to, is the file.
	t.Setenv(EnvReattach, `{"odd": {"pid": 1, "network": "unix", "address": "/nowhere"}}`)
	path := newPlugin(t, "odd")
	named, err := Open(&Options{TrustFile: trust(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer named.Close()
	if _, err := named.Use(t.Context(), path, sumOf(t, path)); err != nil {
		t.Errorf("use: %v", err)
	}

	t.Setenv(EnvReattach, "nonsense")
	if _, err := Open(&Options{TrustFile: file}); err == nil || !strings.Contains(err.Error(), EnvReattach) {
		t.Errorf("nonsense in the variable: %v", err)
	}
}

// TestNotAProgram: a file that the system cannot run is one clear error.
func TestNotAProgram(t *testing.T) {
	path := filepath.Join(tempDir(t), binaryName("broken"))
	if err := os.WriteFile(path, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	h, err := Open(&Options{TrustFile: trust(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	_, err = h.Use(t.Context(), path, sumOf(t, path))
	if !errors.Is(err, ErrStart) || !strings.Contains(err.Error(), "cannot be started") {
		t.Errorf("error %v", err)
	}
}
