package npy

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// The functions of this file are for formats that keep arrays of the same values
// in files of another kind: they say what an array is in their own way, and have
// its numbers written and read here.

// Describe returns the header that a value has, see the package's comment. A value
// that is no array is [artifacts.ErrUnsupportedValue].
func Describe(value any) (Header, error) {
	l, err := layoutOf(value)
	if err != nil {
		return Header{}, err
	}
	return Header{DType: l.dtype.String(), Shape: l.shape, Fortran: l.fortran}, nil
}

// WriteRaw writes the numbers of a value without a header: in C order, and of each
// the least significant byte first. They are written from where they are, but for
// an [Array] in Fortran order, of which there is a copy for the time.
func WriteRaw(ctx context.Context, w io.Writer, value any) error {
	l, err := layoutOf(value)
	if err != nil {
		return err
	}
	if l.fortran {
		l.value = transpose(l.value, l.shape)
	}
	out := &numberWriter{ctx: ctx, w: bufio.NewWriter(w)}
	if bigHost {
		out.word = l.dtype.word()
	}
	if err := out.numbers(l); err != nil {
		return err
	}
	return out.w.Flush()
}

// ReadRaw reads the numbers of an array into a target, as [Handler.Decode] does
// where the header is in the file. They must be all that r has. The header is
// believed: memory for the whole array is had at once, and whoever calls this has
// made sure that the array is as large as that.
func ReadRaw(ctx context.Context, r io.Reader, h Header, target any) error {
	w, err := wantOf(target)
	if err != nil {
		return err
	}
	if err := checkShape(h.Shape); err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	in, err := w.reader(ctx, r, h)
	if err != nil {
		return err
	}
	in.trusted = true
	return w.assign(in, h)
}
