package wire

import (
	"hash/crc32"
	"sync"
)

// Sizes of frames. A gRPC message of exactly 32 KiB, or a little more, takes a
// buffer from a pool of 1 MiB ones and costs more than twice the time, so frames
// stay below each size of that pool by more than a head needs. Large frames are
// cheaper by the byte, but a small artifact should not pay for a large buffer.
const (
	smallFrame = 32<<10 - 64
	largeFrame = 1<<20 - 1024
	growAfter  = 1 << 20   // bytes sent in small frames before large ones are used
	direct     = 256 << 10 // writes from this size are sent as they are
)

// An End is the last frame of a stream that succeeded: how many bytes its Data
// frames held, and their CRC-32 (IEEE) if its sender made one.
type End struct {
	Bytes uint64
	CRC32 *uint32
}

// A FrameWriter cuts what is written to it into Data frames, counts and sums
// the bytes.
type FrameWriter struct {
	send  func(frame []byte) error
	sum   summer
	buf   []byte // what is not sent yet
	large *[]byte
	err   error
}

// NewFrameWriter returns a FrameWriter that passes frames to send, which may keep
// a frame until it returns. After its first error nothing more is sent.
func NewFrameWriter(send func(frame []byte) error) *FrameWriter { return &FrameWriter{send: send} }

// largeFrames has buffers of largeFrame bytes.
var largeFrames = sync.Pool{New: func() any { b := make([]byte, 0, largeFrame); return &b }}

// Write takes p. It sends a frame when one is full.
func (f *FrameWriter) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 && f.err == nil {
		var n int
		if len(f.buf) == 0 && len(p) >= direct {
			n = min(len(p), largeFrame)
			f.out(p[:n])
		} else {
			if len(f.buf) == cap(f.buf) {
				f.grow(len(p))
			}
			n = min(len(p), cap(f.buf)-len(f.buf))
			f.buf = append(f.buf, p[:n]...)
			if len(f.buf) >= smallFrame && len(f.buf) == cap(f.buf) {
				f.Flush()
			}
		}
		if f.err == nil {
			written += n
		}
		p = p[n:]
	}
	return written, f.err
}

// grow makes room for the next bytes, of which n are known.
func (f *FrameWriter) grow(n int) {
	switch {
	case f.large == nil && f.sum.bytes >= growAfter:
		f.large = largeFrames.Get().(*[]byte)
		f.buf = append((*f.large)[:0], f.buf...)
	case cap(f.buf) < smallFrame:
		size := max(512, 4*cap(f.buf), len(f.buf)+n)
		f.buf = append(make([]byte, 0, min(size, smallFrame)), f.buf...)
	}
}

// Flush sends what was written and not sent yet.
func (f *FrameWriter) Flush() error {
	if len(f.buf) > 0 && f.err == nil {
		f.out(f.buf)
		f.buf = f.buf[:0]
		if f.large == nil && f.sum.bytes >= growAfter {
			f.buf = nil // for grow to replace
		}
	}
	return f.err
}

func (f *FrameWriter) out(frame []byte) {
	if f.err = f.send(frame); f.err == nil {
		f.sum.add(frame)
	}
}

// End returns the End of what was sent, which is what was written after a
// [FrameWriter.Flush].
func (f *FrameWriter) End() End { return f.sum.end() }

// Release gives the buffer back. The FrameWriter must not be used any more.
func (f *FrameWriter) Release() {
	if f.large != nil {
		largeFrames.Put(f.large)
	}
	f.large, f.buf = nil, nil
	f.err = errReleased
}

// A summer counts and sums the bytes of a stream.
type summer struct {
	bytes uint64
	crc   uint32
}

func (s *summer) add(p []byte) {
	s.bytes += uint64(len(p))
	s.crc = crc32.Update(s.crc, crc32.IEEETable, p)
}

func (s *summer) end() End {
	crc := s.crc
	return End{Bytes: s.bytes, CRC32: &crc}
}
