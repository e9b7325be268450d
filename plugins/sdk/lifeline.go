package sdk

import (
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/hashicorp/go-plugin"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// watchHost ends the process when its host is gone, after a last cleaning up. A
// host that was killed can neither stop its plugins nor remove their sockets.
func watchHost(clean func()) {
	// The log is a pipe to the host. Without this, the first line after its end
	// would end the process before it has cleaned up.
	signal.Ignore(syscall.SIGPIPE)
	exit := func() {
		clean()
		os.Exit(0)
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() {
		<-terminated
		exit()
	}()
	if os.Getenv(wire.EnvLifeline) != wire.LifelineStdin {
		return
	}
	stdin := os.Stdin
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // nothing comes; the end is the message
		removeSockets(os.Getenv(plugin.EnvUnixSocketDir))
		exit()
	}()
}

// removeSockets removes the sockets in the folder the host made for them, and
// the folder, if nothing else is in it.
func removeSockets(dir string) {
	if dir == "" {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type()&fs.ModeSocket != 0 {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	os.Remove(dir)
}
