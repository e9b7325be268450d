package png

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A head is what a file says about its picture before anything else: the
// signature and the chunk IHDR of the PNG specification (sections 5.2 and 11.2.1).
type head struct {
	width, height uint64
	bits          uint64 // of a pixel
}

const (
	signature = "\x89PNG\r\n\x1a\n"
	headSize  = 29 // as far as it is looked at
)

var errNotPNG = errors.New("not a PNG file")

func parseHead(b []byte) (head, error) {
	if len(b) < headSize || string(b[:8]) != signature || string(b[12:16]) != "IHDR" {
		return head{}, errNotPNG
	}
	channels := map[byte]uint64{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[b[25]] // by colour type
	h := head{
		width: uint64(binary.BigEndian.Uint32(b[16:])), height: uint64(binary.BigEndian.Uint32(b[20:])),
		bits: uint64(b[24]) * channels,
	}
	const largest = 1<<31 - 1
	if h.width == 0 || h.height == 0 || h.bits == 0 || h.width > largest || h.height > largest {
		return head{}, errNotPNG
	}
	return h, nil
}

// pixels is the number of pixels.
func (h head) pixels() uint64 { return h.width * h.height }

// least is the number of bytes that a file of the picture has at least: deflate
// makes at most 1032 of one.
func (h head) least() float64 {
	const bestRatio = 1032
	return float64(h.pixels()) * float64(h.bits) / 8 / bestRatio
}

// A headWriter passes on to w what begins like a PNG file, and nothing else.
type headWriter struct {
	w     io.Writer
	start []byte // as long as it is shorter than a head
	begun bool
}

func (h *headWriter) Write(p []byte) (int, error) {
	if h.begun {
		return h.w.Write(p)
	}
	h.start = append(h.start, p...)
	if len(h.start) < headSize {
		return len(p), nil
	}
	if err := h.Close(); err != nil {
		return 0, err
	}
	h.begun = true
	if _, err := h.w.Write(h.start); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close returns an error if what was written does not begin like a PNG file.
func (h *headWriter) Close() error {
	if h.begun {
		return nil
	}
	if _, err := parseHead(h.start); err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrUnsupportedValue, err)
	}
	return nil
}
