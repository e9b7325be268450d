package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
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
	files       int       // done with
	totalFiles  int
}

// progress returns the progress of a job that begins now, nil if there is no
// terminal to show it on.
func (a *app) progress(label string) *progress {
	if !isTerminal(a.err) {
		return nil
	}
	a.ownBar = true
	return a.newProgress(label)
}

func (a *app) newProgress(label string) *progress {
	return &progress{w: a.err, label: label, now: a.now, begun: a.now()}
}

// labels say what an operation of the library does.
var labels = map[string]string{
	"save": "saving", "check": "checking", "rehash": "computing digests",
	"gc": "removing", "copy": "copying", "export": "exporting",
}

// watch returns the function that shows on a terminal how far an operation of a
// project or a repository is, nil without one. A command that shows a progress of
// its own, which knows more, is left alone.
func (a *app) watch() func(artifacts.Progress) {
	if !isTerminal(a.err) {
		return nil
	}
	var bar *progress
	return func(r artifacts.Progress) {
		if a.ownBar {
			return
		}
		if bar == nil {
			bar = a.newProgress(labels[r.Operation])
		}
		bar.set(r)
		if r.Done {
			bar.end()
			bar = nil
		}
	}
}

// set says how much is done, of how much.
func (p *progress) set(r artifacts.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.total, p.files, p.totalFiles = r.Bytes, r.TotalBytes, r.Files, r.TotalFiles
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
	text := bytesText(p.done)
	if p.total > 0 {
		text += " of " + bytesText(p.total)
	}
	switch {
	case p.totalFiles > 1:
		text = fmt.Sprintf("%d of %s, %s", p.files, plural(p.totalFiles, "file"), text)
	case p.totalFiles == 0 && p.files > 0:
		text = plural(p.files, "file") + ", " + text
	}
	switch {
	case p.total > 0:
		return hashes(p.done, p.total) + text
	case p.totalFiles > 1: // how much the files will hold is not known
		return hashes(int64(p.files), int64(p.totalFiles)) + text
	}
	return text
}

// hashes is the bar itself.
func hashes(done, total int64) string {
	full := barWidth
	if done < total {
		full = int(float64(barWidth) * float64(done) / float64(total))
	}
	return fmt.Sprintf("[%s%s] ", strings.Repeat("#", full), strings.Repeat(".", barWidth-full))
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
