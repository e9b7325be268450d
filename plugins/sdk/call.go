package sdk

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A call is what belongs to one Encode or Decode, reached through its context.
type call struct {
	begin  *pluginpb.Begin
	stream *stream
	logger *slog.Logger
	dir    func() (string, error) // where to spool

	mu     sync.Mutex
	signed time.Time   // when the last sign of life was sent
	closed bool        // the call returned
	clean  []io.Closer // what is to close then
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// signsApart is how often a sign of life is sent at most.
const signsApart = time.Second

// Progress tells the host that a handler is at work although it neither reads
// nor writes: a host stops a plugin it hears nothing from. Calls cost little and
// may be made often, from any goroutine. Outside of a plugin it does nothing.
func Progress(ctx context.Context) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	c.mu.Lock()
	due := time.Since(c.signed) >= signsApart
	if due {
		c.signed = time.Now()
	}
	c.mu.Unlock()
	if due {
		_ = c.stream.data(nil) // a stream that broke shows at the next real frame
	}
}

// Logger returns where a handler logs to: the host's log, with the names of the
// handler and the artifact. Outside of a plugin it discards.
func Logger(ctx context.Context) *slog.Logger {
	if c := callOf(ctx); c != nil {
		return c.logger
	}
	return slog.New(slog.DiscardHandler)
}

// Recorded is what was recorded with a file when it was written.
type Recorded struct {
	Version     string                // see Facts.Version; "" if not known
	Environment artifacts.Environment // nil if the host does not want it compared
}

// RecordedOf returns what was recorded with the file that a handler decodes, for
// formats that changed over time. Outside of a plugin, and while encoding, it is
// the zero Recorded.
func RecordedOf(ctx context.Context) Recorded {
	c := callOf(ctx)
	if c == nil {
		return Recorded{}
	}
	return Recorded{
		Version:     c.begin.GetFileVersion(),
		Environment: maps.Clone(artifacts.Environment(c.begin.GetRecordedEnvironment())),
	}
}

// atEnd has cl closed when the call is over, or at once if it is.
func (c *call) atEnd(cl io.Closer) {
	c.mu.Lock()
	closed := c.closed
	if !closed {
		c.clean = append(c.clean, cl)
	}
	c.mu.Unlock()
	if closed {
		cl.Close()
	}
}

// end closes what the handler left open, the last first.
func (c *call) end() {
	c.mu.Lock()
	clean := c.clean
	c.clean, c.closed = nil, true
	c.mu.Unlock()
	for i := range clean {
		clean[len(clean)-1-i].Close()
	}
}
