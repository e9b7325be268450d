//go:build unix

package strain

import (
	"bufio"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/childtest"
)

const executable = ""

// TestNoOrphans: however a host ends, its plugins do too, and leave no sockets
// that the next host does not sweep away.
func TestNoOrphans(t *testing.T) {
	inBoth(t, func(t *testing.T, path string) {
		for _, end := range []struct {
			name, job string
			signal    syscall.Signal
			group     bool // sent to host and plugin, as a terminal does
		}{
			{name: "return without Close", job: "return"},
			{name: "panic", job: "panic"},
			{name: "kill", job: "wait", signal: syscall.SIGKILL},
			{name: "kill in a call", job: "busy", signal: syscall.SIGKILL},
			{name: "terminate", job: "wait", signal: syscall.SIGTERM},
			{name: "interrupt", job: "wait", signal: syscall.SIGINT},
			{name: "hang up", job: "wait", signal: syscall.SIGHUP},
			{name: "Ctrl-C", job: "busy", signal: syscall.SIGINT, group: true},
			{name: "quit", job: "wait", signal: syscall.SIGQUIT, group: true},
		} {
			t.Run(end.name, func(t *testing.T) {
				if end.signal != 0 && signal.Ignored(end.signal) {
					t.Skipf("%v is ignored here, as under nohup", end.signal)
				}
				base := childtest.ShortDir(t)
				t.Setenv("XDG_RUNTIME_DIR", base)
				self, err := os.Executable()
				if err != nil {
					t.Fatal(err)
				}
				host := exec.CommandContext(t.Context(), self, path)
				host.Env = append(os.Environ(), envJob+"="+end.job)
				host.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its own group, as a shell makes
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
				if err != nil || pid == 0 {
					t.Fatalf("the plugin is process %q: %v", line, err)
				}
				to := host.Process.Pid
				if end.group {
					to = -to
				}
				if end.signal != 0 {
					if err := syscall.Kill(to, end.signal); err != nil {
						t.Fatal(err)
					}
				}
				_ = host.Wait() // it ends in many ways
				childtest.Eventually(t, "end of the plugin", func() bool { return !childtest.Alive(pid) })

				// What the two could not remove, the next host does.
				next, _, err := use(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				if err := next.Close(); err != nil {
					t.Error(err)
				}
				if left, err := filepath.Glob(filepath.Join(base, "*")); err != nil || len(left) > 0 {
					t.Errorf("left behind: %v, %v", left, err)
				}
			})
		}
	})
}
