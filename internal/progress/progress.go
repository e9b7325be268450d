// Package progress counts files and bytes on their way and tells somebody, who
// is not to be told too often.
//
// A nil [Meter] counts nothing, so that work nobody watches needs no tests for
// it. A Meter is safe for concurrent use.
package progress

import (
	"io"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// every is the time between two reports: more often than a few times a second
// nobody looks.
const every = 100 * time.Millisecond

// A Meter counts the work of one operation.
type Meter struct {
	tell func(artifacts.Progress)

	mu   sync.Mutex // held while tell runs, so that reports come in their order
	now  artifacts.Progress
	last time.Time
}

// Start begins an operation. The meter is nil if tell is.
func Start(operation string, tell func(artifacts.Progress)) *Meter {
	if tell == nil {
		return nil
	}
	m := &Meter{tell: tell}
	m.now.Operation = operation
	m.update(func(*artifacts.Progress) {})
	return m
}

// update changes the counts and reports them if it is time.
func (m *Meter) update(change func(*artifacts.Progress)) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.now)
	if now := time.Now(); m.now.Done || now.Sub(m.last) >= every {
		m.last = now
		m.tell(m.now)
	}
}

// Expect adds to the work that is known to come.
func (m *Meter) Expect(files int, bytes int64) {
	m.update(func(p *artifacts.Progress) {
		p.TotalFiles += files
		p.TotalBytes += bytes
	})
}

// Bytes adds to what is done.
func (m *Meter) Bytes(n int64) {
	m.update(func(p *artifacts.Progress) { p.Bytes += n })
}

// File says that one more file is done with.
func (m *Meter) File() {
	m.update(func(p *artifacts.Progress) { p.Files++ })
}

// End reports the end of the operation.
func (m *Meter) End() {
	m.update(func(p *artifacts.Progress) { p.Done = true })
}

// Reader counts what is read from r.
func (m *Meter) Reader(r io.Reader) io.Reader {
	if m == nil {
		return r
	}
	return &reader{r, m}
}

type reader struct {
	r io.Reader
	m *Meter
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.m.Bytes(int64(n))
	return n, err
}

// Writer counts what is written to w.
func (m *Meter) Writer(w io.Writer) io.Writer {
	if m == nil {
		return w
	}
	return &writer{w, m}
}

type writer struct {
	w io.Writer
	m *Meter
}

func (w *writer) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.m.Bytes(int64(n))
	return n, err
}
