package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// openLog returns the logger of one generation, and what is to be called at its
// end. On a disk lines are added to <name>.log as they come, each in one write, so
// that those of several processes do not mix. Where files cannot be added to, the
// lines of one generation become a file of their own below <name>.log/. A log that
// cannot be written does not stop the work.
func (c *core) openLog(ctx context.Context) (logger *slog.Logger, flush func()) {
	if c.store.opts.NoLogFiles {
		return slog.New(c.logger.Handler()).With("step", c.name(), "hash", c.tree.Hash), func() {}
	}
	f := &logFile{c: c, ctx: context.WithoutCancel(ctx)}
	handler := slog.NewMultiHandler(slog.NewTextHandler(f, nil), c.logger.Handler())
	return slog.New(handler).With("step", c.name(), "hash", c.tree.Hash), f.flush
}

// logFile is the log of one generation.
type logFile struct {
	c   *core
	ctx context.Context // of the generation, without its end

	mu     sync.Mutex
	kept   bytes.Buffer // where lines cannot be added
	broken error
}

// Write adds a line.
func (f *logFile) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken == nil && f.kept.Len() == 0 {
		f.broken = f.c.store.top().Append(f.ctx, f.c.name()+logSuffix, line)
		if errors.Is(f.broken, errors.ErrUnsupported) {
			f.broken = nil
			return f.kept.Write(line)
		}
		return len(line), nil
	}
	if f.kept.Len() > 0 {
		return f.kept.Write(line)
	}
	return len(line), nil
}

// flush stores what was kept, and tells what could not be written.
func (f *logFile) flush() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept.Len() > 0 {
		at := f.c.store.opts.Now().UTC().Format("20060102T150405")
		key := fmt.Sprintf("%s%s/%s-%.8s%s%s", f.c.name(), logSuffix, at, f.c.tree.Hash, newMark(), logSuffix)
		_, f.broken = f.c.store.top().Create(f.ctx, key, func(w io.Writer) error {
			_, err := w.Write(f.kept.Bytes())
			return err
		})
	}
	if f.broken != nil {
		f.c.logger.WarnContext(f.ctx, "cannot write a log file", "step", f.c.name(), "error", f.broken)
	}
}
