package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Sizes of what is read ahead of a large file. One connection to a cloud carries
// less than a machine takes, so several parts are on their way at once.
const (
	partSize   = 8 << 20 // bytes; what passes in about the time a request takes to be answered, several times over
	partsAhead = 3       // so that a file holds 32 MiB at most, with the part that is read
)

var errReplaced = errors.New("the object was replaced or removed while it was read")

// objectFile is a file in a bucket that is read from front to end. A file of one
// part or two comes from one request. Of a larger one the first part does, and
// the others follow by requests of their own. A connection that breaks is taken
// up where it broke.
type objectFile struct {
	cloud *cloud
	ctx   context.Context // of the one that opened it; ends with Close
	end   context.CancelFunc
	key   string
	about *Object

	off    int64         // what was read
	first  io.ReadCloser // the answer to the first request; nil when it is used up
	asked  int64         // up to where parts were asked for
	queue  []chan part   // parts that were asked for, in order
	now    []byte        // what is left of the part being read
	buffer []byte        // the whole of it, to be used again
	err    error
}

// part is what became of a request for a part.
type part struct {
	data []byte
	err  error
}

func (c *cloud) open(ctx context.Context, key string) (File, error) {
	if err := c.hook("open", key); err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	o, err := c.account.cloud.Get(ctx, c.prefix+key, "", 0, -1)
	if err != nil {
		end()
		return nil, c.shaped(err)
	}
	return &objectFile{cloud: c, ctx: ctx, end: end, key: key, about: o, first: o.ReadCloser}, nil
}

func (f *objectFile) Size() int64        { return f.about.Size }
func (f *objectFile) ModTime() time.Time { return f.about.ModTime }

// Close ends what is still on its way.
func (f *objectFile) Close() error {
	f.end()
	for _, c := range f.queue {
		<-c
	}
	f.queue, f.now, f.buffer = nil, nil, nil
	if f.err == nil {
		f.err = errors.New("file is closed")
	}
	if f.first == nil {
		return nil
	}
	err := f.first.Close()
	f.first = nil
	return err
}

func (f *objectFile) Read(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if f.first != nil {
		if n, ok := f.readFirst(p); ok {
			return n, f.err
		}
	}
	if f.off >= f.about.Size {
		f.err = io.EOF
		return 0, f.err
	}
	if len(f.now) == 0 {
		if f.err = f.nextPart(); f.err != nil {
			return 0, f.err
		}
	}
	n := copy(p, f.now)
	f.now = f.now[n:]
	f.off += int64(n)
	return n, nil
}

// readFirst reads from the answer to the first request. It is not ok when that
// is used up or broke; the rest, if any, then comes in parts.
func (f *objectFile) readFirst(p []byte) (n int, ok bool) {
	limit := f.about.Size
	if limit > 2*partSize {
		limit = partSize
		f.ask(limit) // while the first part is read
		p = p[:min(int64(len(p)), limit-f.off)]
	}
	n, err := f.first.Read(p)
	f.off += int64(n)
	switch {
	case err == nil && (limit == f.about.Size || f.off < limit):
		return n, true
	case err != nil && err != io.EOF && f.off >= f.about.Size:
		f.err = f.failed(err) // all came, but the driver's checksum does not match
		return n, true
	}
	_ = f.first.Close() // given up or at its end
	f.first = nil
	if f.off < limit && len(f.queue) > 0 {
		f.queue = slices.Insert(f.queue, 0, f.start(f.off, limit-f.off))
	} else {
		f.ask(f.off)
	}
	return n, n > 0
}

// ask asks for parts from an offset on, or from where it stopped, until enough
// are on their way.
func (f *objectFile) ask(from int64) {
	if f.asked == 0 {
		f.asked = from
	}
	for len(f.queue) < partsAhead && f.asked < f.about.Size {
		size := min(partSize, f.about.Size-f.asked)
		f.queue = append(f.queue, f.start(f.asked, size))
		f.asked += size
	}
}

// start asks for one part.
func (f *objectFile) start(offset, size int64) chan part {
	buffer := f.buffer
	f.buffer = nil
	done := make(chan part, 1)
	go func() { done <- f.fetch(buffer, offset, size) }()
	return done
}

// nextPart waits for the next part.
func (f *objectFile) nextPart() error {
	f.ask(f.off)
	got := <-f.queue[0]
	f.queue = f.queue[1:]
	if got.err != nil {
		return f.failed(got.err)
	}
	f.now, f.buffer = got.data, got.data
	return nil
}

// failed gives an error its shape.
func (f *objectFile) failed(err error) error {
	return fmt.Errorf("read %q: %w", f.cloud.url(f.key), err)
}

// fetch reads a part, taking up the request again where it broke.
func (f *objectFile) fetch(buffer []byte, offset, size int64) part {
	if int64(cap(buffer)) < size {
		buffer = make([]byte, size)
	}
	data, n := buffer[:size], int64(0)
	pause := backoff{}
	for try := 1; ; try++ {
		m, err := f.fetchInto(data[n:], offset+n)
		n += int64(m)
		if n == size {
			return part{data: data}
		}
		if m > 0 {
			try = 1 // it gets on
		}
		answer, err := f.cloud.answer(err)
		switch {
		case answer == Missing, answer == Changed:
			return part{err: errReplaced}
		case answer == Refused, try >= readTries, pause.wait(f.ctx) != nil:
			return part{err: err}
		}
	}
}

func (f *objectFile) fetchInto(p []byte, offset int64) (int, error) {
	o, err := f.cloud.account.cloud.Get(f.ctx, f.cloud.prefix+f.key, f.about.Revision, offset, int64(len(p)))
	if err != nil {
		return 0, err
	}
	defer o.Close()
	return io.ReadFull(o, p)
}
