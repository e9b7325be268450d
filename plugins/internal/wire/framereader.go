package wire

import (
	"errors"
	"fmt"
	"io"
)

// How streams fail, besides the errors of what carries them.
var (
	// ErrAborted: the stream stopped without End. What was received is the
	// beginning of something, and to be discarded.
	ErrAborted = errors.New("the stream was aborted")

	// ErrMismatch: what was received is not what End says was sent.
	ErrMismatch = errors.New("the stream is damaged")

	// ErrFrameSize: a Data frame is larger than [MaxData].
	ErrFrameSize = errors.New("data frame too large")

	errReleased = errors.New("the stream is closed")
)

// A FrameReader joins Data frames. Its [io.EOF] means that End came and matched;
// any other end is an error that stays.
type FrameReader struct {
	recv func() (data []byte, end *End, err error)
	sum  summer
	data []byte // received and not read yet
	err  error
}

// NewFrameReader returns a FrameReader that calls recv for each frame. recv
// returns either data, which the FrameReader reads until the next call, or an
// end; its [io.EOF] is [ErrAborted].
func NewFrameReader(recv func() (data []byte, end *End, err error)) *FrameReader {
	return &FrameReader{recv: recv}
}

// Read reads what came, and waits for the next frame if there is nothing.
func (f *FrameReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := f.fill(); err != nil {
		return 0, err
	}
	n := copy(p, f.data)
	f.data = f.data[n:]
	return n, nil
}

// WriteTo writes all that comes to w, without copying.
func (f *FrameReader) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for {
		if err := f.fill(); err == io.EOF {
			return written, nil
		} else if err != nil {
			return written, err
		}
		n, err := w.Write(f.data)
		written += int64(n)
		f.data = f.data[n:]
		if err != nil {
			return written, err
		}
	}
}

// Discard reads to the end and returns how the stream ended, nil if well.
func (f *FrameReader) Discard() error {
	_, err := f.WriteTo(io.Discard)
	return err
}

// Received returns how many bytes came in frames.
func (f *FrameReader) Received() uint64 { return f.sum.bytes }

// fill waits until there is data. Empty frames are signs of life.
func (f *FrameReader) fill() error {
	for len(f.data) == 0 && f.err == nil {
		data, end, err := f.recv()
		switch {
		case err == io.EOF:
			f.err = ErrAborted
		case err != nil:
			f.err = err
		case end != nil:
			f.err = f.check(end)
		case len(data) > MaxData:
			f.err = fmt.Errorf("%w: %d bytes, at most %d are allowed", ErrFrameSize, len(data), MaxData)
		default:
			f.sum.add(data)
			f.data = data
		}
	}
	if len(f.data) > 0 {
		return nil
	}
	return f.err
}

// check compares the end that was sent with what came.
func (f *FrameReader) check(end *End) error {
	if end.Bytes != f.sum.bytes {
		return fmt.Errorf("%w: %d bytes came of %d", ErrMismatch, f.sum.bytes, end.Bytes)
	}
	if end.CRC32 != nil && *end.CRC32 != f.sum.crc {
		return fmt.Errorf("%w: its CRC-32 is %08x, its sender says %08x", ErrMismatch, f.sum.crc, *end.CRC32)
	}
	return io.EOF
}
