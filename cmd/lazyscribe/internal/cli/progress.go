package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A bar is for somebody who waits: work that is done at once shows none, and it
// is drawn no more often than an eye follows.
const (
	barAfter = 500 * time.Millisecond
	barEvery = 100 * time.Millisecond
	barWidth = 30
)

// A progress shows on a terminal how much of a job is done. A nil progress
// shows nothing. It is safe for concurrent use.
type progress struct {
	w     io.Writer
	label string
	now   func() time.Time

	mu          sync.Mutex
	begun       time.Time
	drawn       time.Time // zero: not yet
	done, total int64     // bytes
}

// progress returns the progress of a job that begins now, nil if there is no
// terminal to show it on.
func (a *app) progress(label string) *progress {
	if !isTerminal(a.err) {
		return nil
	}
	return &progress{w: a.err, label: label, now: a.now, begun: a.now()}
}

// set says how much is done, of how much.
func (p *progress) set(done, total int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total = done, total
	p.draw()
}

// add says that so much more is done, of so much more.
func (p *progress) add(done, total int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += done
	p.total += total
	p.draw()
}

// draw is called with the lock held.
func (p *progress) draw() {
	now := p.now()
	if now.Sub(p.begun) < barAfter || now.Sub(p.drawn) < barEvery {
		return
	}
	p.drawn = now
	// Nobody is told of a progress that cannot be shown.
	_, _ = fmt.Fprintf(p.w, "\r%s %s\x1b[K", p.label, p.text())
}

func (p *progress) text() string {
	if p.total <= 0 { // it is not known how much there is
		return bytesText(p.done)
	}
	full := barWidth
	if p.done < p.total {
		full = int(float64(barWidth) * float64(p.done) / float64(p.total))
	}
	return fmt.Sprintf("[%s%s] %s of %s", strings.Repeat("#", full), strings.Repeat(".", barWidth-full),
		bytesText(p.done), bytesText(p.total))
}

// end takes the bar off the screen.
func (p *progress) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.drawn.IsZero() {
		_, _ = io.WriteString(p.w, "\r\x1b[K")
		p.drawn = time.Time{}
	}
}

// file counts what is read of a file.
func (p *progress) file(f *os.File) io.ReadCloser {
	if p == nil {
		return f
	}
	if info, err := f.Stat(); err == nil {
		p.add(0, info.Size())
	}
	return p.counting(f)
}

// counting counts what is read from r.
func (p *progress) counting(r io.ReadCloser) io.ReadCloser {
	if p == nil {
		return r
	}
	return &countingReader{r, p}
}

type countingReader struct {
	io.ReadCloser
	p *progress
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.p.add(int64(n), 0)
	return n, err
}
