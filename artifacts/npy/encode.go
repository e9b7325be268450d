package npy

import (
	"bufio"
	"context"
	"io"
	"reflect"
)

// step is the number of bytes that are read or written between two looks at the
// context.
const step = 1 << 20

// Encode writes value as one array. The numbers are written from where they are,
// without a copy of the whole.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l, err := layoutOf(value)
	if err != nil {
		return err
	}
	l.dtype.big = h.BigEndian && l.dtype.size > 1
	header := Header{DType: l.dtype.String(), Shape: l.shape, Fortran: l.fortran}
	out := &numberWriter{ctx: ctx, w: bufio.NewWriter(w)}
	if l.dtype.big != bigHost {
		out.word = l.dtype.word()
	}
	if err := out.write(AppendHeader(nil, header)); err != nil {
		return err
	}
	if err := out.numbers(l); err != nil {
		return err
	}
	return out.w.Flush()
}

// A numberWriter writes numbers as they are in memory, or turned around.
type numberWriter struct {
	ctx     context.Context
	w       *bufio.Writer // rows may be short
	word    int           // bytes to be turned around together; 0: none
	scratch []byte        // where they are
}

func (w *numberWriter) numbers(l layout) error {
	switch {
	case l.flat:
		return w.rows(l.value, 1)
	case len(l.shape) > 0:
		return w.rows(l.value, len(l.shape))
	}
	alone := reflect.MakeSlice(reflect.SliceOf(l.value.Type()), 1, 1)
	alone.Index(0).Set(l.value)
	return w.rows(alone, 1)
}

// rows writes slices or arrays that are nested to a depth.
func (w *numberWriter) rows(v reflect.Value, depth int) error {
	if depth > 1 {
		for i := range v.Len() {
			if err := w.rows(v.Index(i), depth-1); err != nil {
				return err
			}
		}
		return nil
	}
	b := bytesOf(v, 0, v.Len())
	for len(b) > 0 {
		n := min(len(b), step)
		if err := w.turned(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func (w *numberWriter) turned(b []byte) error {
	if w.word > 1 {
		w.scratch = append(w.scratch[:0], b...)
		b = w.scratch
		swap(b, w.word)
	}
	return w.write(b)
}

func (w *numberWriter) write(b []byte) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	_, err := w.w.Write(b)
	return err
}
