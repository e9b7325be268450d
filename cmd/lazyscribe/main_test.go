package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/testplugin"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lazyscribe":      func() { code := run(); linger(); os.Exit(code) },
		testplugin.Binary: testplugin.Main,
	})
}

// linger keeps a program that wrote to a terminal there for a moment. Testscript
// closes the terminal when the program has ended, also before it has read all, and
// knows nothing that one could wait for.
func linger() {
	if fi, err := os.Stdout.Stat(); err == nil && fi.Mode()&os.ModeCharDevice != 0 {
		time.Sleep(100 * time.Millisecond)
	}
}

// fixtures are projects and repositories Python wrote; each script has them in
// its folder.
var fixtures = []string{"a_basic", "b_tests", "e_repository"}

// TestScripts runs the scripts of testdata/script against the real program.
// Their own command "exits CODE program args..." runs a program and wants that
// exit code of it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LOGNAME", "tester")
			// Under the race detector a process would wait a second at its end for
			// reports of other goroutines; there are hundreds of processes here.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			// A plugin to be found, and a trust file without it.
			folder := filepath.Join(env.WorkDir, "plugins")
			env.Setenv(plugins.EnvSearchPath, folder)
			env.Setenv(plugins.EnvTrustFile, filepath.Join(env.WorkDir, "trust", "plugins.json"))
			if err := testplugin.Install(folder); err != nil {
				return err
			}
			for _, name := range fixtures {
				data := os.DirFS(filepath.Join("..", "..", "testdata", "fixtures", name, "data"))
				if err := os.CopyFS(filepath.Join(env.WorkDir, name), data); err != nil {
					return err
				}
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, fmt.Errorf("unknown condition %q", name)
			}
			return os.Getuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program args...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
