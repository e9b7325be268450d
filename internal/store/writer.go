package store

import (
	"context"

	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
)

// A Writer is a file that is being written, for callers that look at its digest
// before it gets its name, or write several at once. It must be either committed
// or aborted, and is not safe for concurrent use.
type Writer struct {
	s   *Store
	op  string // what errors say is done
	key string
	p   pending // nil once it is committed or aborted
	to  *sink
	buf *hashing.Writer
}

// WriterOptions are the choices of one Writer. Nil means all defaults.
type WriterOptions struct {
	// Replace puts the file in the place of one that has the key, as one step.
	// Of several that do so at once the last one wins; see [Store.Update] for
	// manifests. Else a taken key is [artifacts.ErrExists], as with Create.
	Replace bool

	// MediaType is what buckets say the file is to who gets it from them; "" is
	// bytes of any kind. Disks do not keep it.
	MediaType string
}

// NewWriter begins a file. What is promised of files made by [Store.Create] holds
// for those it commits.
func (s *Store) NewWriter(ctx context.Context, key string, o *WriterOptions) (*Writer, error) {
	mediaType := anyMedia
	if o != nil && o.MediaType != "" {
		mediaType = o.MediaType
	}
	if o != nil && o.Replace {
		return s.begin(ctx, "write", key, mediaType, s.backend.replace)
	}
	return s.begin(ctx, "create", key, mediaType, s.backend.create)
}

func (s *Store) begin(ctx context.Context, op, key, mediaType string, start func(ctx context.Context, key, mediaType string) (pending, error)) (*Writer, error) {
	if err := s.check(op, key); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, s.fail(op, key, err)
	}
	p, err := start(ctx, key, mediaType)
	if err != nil {
		return nil, s.fail(op, key, err)
	}
	to := &sink{ctx: ctx, to: p}
	return &Writer{s: s, op: op, key: key, p: p, to: to, buf: hashing.NewWriter(to)}, nil
}

func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.buf.Write(p)
	if err != nil {
		return n, w.failed()
	}
	return n, nil
}

// Flush hands what was written to the storage. It comes before [Writer.Info].
func (w *Writer) Flush() error {
	if w.buf.Flush() != nil {
		return w.failed()
	}
	return nil
}

// Info describes what was flushed.
func (w *Writer) Info() Info {
	return Info{Key: w.key, Size: w.buf.Size(), SHA256: w.buf.Sum()}
}

// Commit gives the file its name. After an error of which the outcome is known
// the Writer is aborted.
func (w *Writer) Commit(ctx context.Context) error {
	if err := w.Flush(); err != nil {
		w.Abort()
		return err
	}
	p := w.p
	w.p = nil
	return w.s.fail(w.op, w.key, p.commit(ctx))
}

// Abort drops the file. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.p != nil {
		w.p.abort()
		w.p = nil
	}
}

func (w *Writer) failed() error { return w.s.fail(w.op, w.key, w.to.err) }
