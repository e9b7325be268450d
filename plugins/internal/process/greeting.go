package process

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

const (
	coreVersion = 1 // of go-plugin's own protocol
	appVersion  = wire.ProtocolMajor
)

// handshake is the line with which a plugin says that it is ready: version of
// go-plugin's protocol, version of ours, network, address, kind of server, and
// a certificate. What comes after that is go-plugin's own.
var handshake = regexp.MustCompile(`^(\d{1,9})\|(\d{1,9})\|(?:unix|tcp)\|[^|]+\|(\w+)(?:\|([^|\r\n]*).*)?\r?\n$`)

// A greeting is the one line of a process's output that go-plugin gets to see:
// it would take any other line for it, and stops reading at one it finds too
// long.
type greeting struct {
	out   *io.PipeReader
	in    *io.PipeWriter
	plain bool // without mutual TLS

	mu      sync.Mutex
	seen    bool
	refused error // why the line that was seen cannot be used
}

func (g *greeting) init() { g.out, g.in = io.Pipe() }

// find reads lines until one is the handshake. All others go to noise.
func (g *greeting) find(r *bufio.Reader, noise io.Writer) {
	defer g.in.Close()
	for {
		line, err := r.ReadSlice('\n')
		if fields := handshake.FindSubmatch(line); fields != nil {
			if g.check(string(fields[1]), string(fields[2]), string(fields[3]), len(fields[4]) > 0) {
				_, _ = g.in.Write(line)
			}
			return
		}
		_, _ = noise.Write(line)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// check refuses in words for people what go-plugin would refuse too, or could
// not stand: it panics at a certificate it did not ask for.
func (g *greeting) check(core, app, kind string, certified bool) bool {
	version, _ := strconv.Atoi(app) // nine digits at most
	var err error
	switch {
	case core != strconv.Itoa(coreVersion):
		err = fmt.Errorf("it speaks version %s of go-plugin's protocol, this program %d: rebuild the plugin", core, coreVersion)
	case version > appVersion:
		err = fmt.Errorf("it speaks protocol %d, this program %d: update lazyscribe", version, appVersion)
	case version < appVersion:
		err = fmt.Errorf("it speaks protocol %d, this program %d: update or rebuild the plugin", version, appVersion)
	case kind != "grpc":
		err = fmt.Errorf("it speaks %s, not gRPC: rebuild the plugin", kind)
	case certified && g.plain:
		err = errors.New("it shows a certificate although mutual TLS is switched off")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen, g.refused = true, err
	return err == nil
}

// found reports whether the line was there.
func (g *greeting) found() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen
}

// refusal returns why the handshake was refused, or nil.
func (g *greeting) refusal() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.refused
}
