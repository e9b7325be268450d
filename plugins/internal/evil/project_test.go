package evil

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A fixture is an evil plugin that was trusted while it was good, and a folder
// with a project.
type fixture struct {
	t      *testing.T
	plugin string // path
	trust  string // file
	deed   string // file
	dir    string // of the project
}

// newFixture returns a fixture of its own for a test, which fails if anything is
// left of the plugin at its end.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, trust: filepath.Join(base, "plugins.json"), deed: filepath.Join(base, "deed"), dir: filepath.Join(base, "project")}
	t.Setenv(envDeed, f.deed)
	t.Setenv("LAZYSCRIBE_PLUGINS", "")
	runtime := shortDir(t)
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	f.do("", "")
	f.trusted(trustEvil(t))
	t.Cleanup(func() {
		if left, err := os.ReadDir(runtime); err != nil || len(left) > 0 {
			t.Errorf("left of its sockets: %v, %v", left, err)
		}
		f.nothingRuns()
	})
	return f
}

// trusted makes the fixture's plugin another one.
func (f *fixture) trusted(p plugins.Trusted) {
	f.t.Helper()
	f.plugin = p.Path
	if err := plugins.OpenTrust(f.trust).Put(p); err != nil {
		f.t.Fatal(err)
	}
}

// do sets what the plugin does wrong from now on.
func (f *fixture) do(when, what string) {
	f.t.Helper()
	text := ""
	if what != "" {
		text = when + " " + what
	}
	if err := os.WriteFile(f.deed, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// host opens a host that is not patient.
func (f *fixture) host(o plugins.Options) *plugins.Host {
	f.t.Helper()
	o.TrustFile, o.Grace, o.Logger = f.trust, time.Second, slog.New(slog.DiscardHandler)
	h, err := plugins.Open(&o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = h.Close() })
	return h
}

func (f *fixture) close(h *plugins.Host) {
	f.t.Helper()
	if err := h.Close(); err != nil {
		f.t.Error(err)
	}
}

// nothingRuns fails the test if a process of the plugin is left, or a zombie.
func (f *fixture) nothingRuns() {
	f.t.Helper()
	for range 500 {
		if len(f.processes()) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	f.t.Errorf("processes are left: %v", f.processes())
}

// processes lists the processes of the plugin, wherever they hang, and the
// zombies of this process. It finds none where there is no /proc.
func (f *fixture) processes() []string {
	var list []string
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		if exe, err := os.Readlink(filepath.Join(filepath.Dir(stat), "exe")); err == nil && strings.TrimSuffix(exe, " (deleted)") == f.plugin {
			list = append(list, stat)
			continue
		}
		text, _ := os.ReadFile(stat)
		_, rest, _ := strings.Cut(string(text), ") ")
		if strings.HasPrefix(rest, "Z "+strconv.Itoa(os.Getpid())+" ") {
			list = append(list, "zombie "+string(text))
		}
	}
	return list
}

// shortDir is a folder whose path is short enough for sockets.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(shortTemp, "lz")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// open opens the project in a folder, with the handlers of a host, if any.
func open(t *testing.T, dir string, h *plugins.Host, mode project.Mode) *project.Project {
	t.Helper()
	handlers := artifacts.Default().Clone()
	if h != nil {
		if err := h.AddTo(handlers); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Open(t.Context(), filepath.Join(dir, "project.json"), &project.Options{
		Mode: mode, Author: "gopher", Handlers: handlers, NoSync: true,
		Now: func() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// numbers are more than one frame, in either direction.
var numbers = func() []float64 {
	list := make([]float64, 300_000)
	for i := range list {
		list[i] = float64(i) / 7
	}
	return list
}()

// logRuns logs two experiments. One has an artifact of the plugin among others.
func logRuns(t *testing.T, p *project.Project) *experiment.Experiment {
	t.Helper()
	x, err := p.Log(t.Context(), "run", func(d *experiment.Draft) error {
		d.LogMetric("score", 0.5)
		return errors.Join(
			d.LogArtifact("before", []int{1, 2, 3}, "json", nil),
			d.LogArtifact("numbers", numbers, "bad", nil),
			d.LogArtifact("after", "text", "json", nil),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Log(t.Context(), "other", func(d *experiment.Draft) error {
		return d.LogArtifact("mine", true, "json", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// tree reads all files below a folder, by their paths.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// names are those of a tree's files.
func names(files map[string]string) []string {
	var list []string
	for name := range files {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
