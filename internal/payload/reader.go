package payload

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
)

// reader is a stored file on its way to a handler: it ends with the context,
// keeps to the size limit, and takes the digest of what passes.
type reader struct {
	ctx  context.Context
	r    io.Reader
	want artifacts.Artifact // digest and size as recorded
	max  int64              // size limit; 0: none
	hash *hashing.Writer    // nil if no digest is known
	n    int64              // bytes read
	err  error              // first error other than io.EOF
	eof  bool
}

func newReader(ctx context.Context, r io.Reader, a artifacts.Artifact, max int64) *reader {
	f := &reader{ctx: ctx, r: r, want: a, max: max}
	if a.SHA256 != "" {
		f.hash = hashing.New()
	}
	return f
}

// known reports whether digest and size of the file were recorded.
func (f *reader) known() bool { return f.hash != nil }

func (f *reader) Read(p []byte) (int, error) {
	// Of a large file a part is hashed while the next one is read.
	n, err := f.next(p[:min(len(p), hashing.BlockSize)])
	if f.known() {
		_, _ = f.hash.Write(p[:n]) // never fails
	}
	return n, err
}

// next is Read without the digest.
func (f *reader) next(p []byte) (int, error) {
	if f.err == nil {
		f.err = f.ctx.Err()
	}
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.r.Read(p)
	f.n += int64(n)
	switch {
	case f.sizeError(f.n) != nil:
		f.err = f.sizeError(f.n)
		return 0, f.err
	case err == io.EOF:
		f.eof = true
	case err != nil:
		f.err = err
	}
	return n, err
}

// sizeError says what is wrong with a file of at least n bytes.
func (f *reader) sizeError(n int64) error {
	switch {
	case f.max > 0 && n > f.max:
		return fmt.Errorf("%w: more than %d bytes", artifacts.ErrTooLarge, f.max)
	case f.known() && n > f.want.Size:
		return fmt.Errorf("%w: more than the %d bytes recorded", artifacts.ErrCorrupt, f.want.Size)
	}
	return nil
}

// verify reads what the handler left and compares size and digest. The size
// limit and the recorded size bound the reading.
func (f *reader) verify() error {
	if f.err != nil {
		return f.err
	}
	if !f.known() {
		return nil
	}
	if !f.eof {
		if _, err := f.hash.ReadFrom(rest{f}); err != nil {
			return err
		}
	}
	if f.n != f.want.Size {
		return fmt.Errorf("%w: %d bytes, recorded were %d", artifacts.ErrCorrupt, f.n, f.want.Size)
	}
	if got := f.hash.Sum(); !strings.EqualFold(got, f.want.SHA256) {
		return fmt.Errorf("%w: SHA-256 is %s, recorded was %s", artifacts.ErrCorrupt, got, f.want.SHA256)
	}
	return nil
}

// rest reads what is left of a file into its digest.
type rest struct{ *reader }

func (r rest) Read(p []byte) (int, error) { return r.next(p) }

// file is a reader over a whole file, for formats that seek. Reading at a place
// takes no part in the digest: verify reads the file once more in order.
type file struct {
	*reader
	whole artifacts.File
}

func (f file) Size() int64 { return f.whole.Size() }

func (f file) ReadAt(p []byte, offset int64) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.whole.ReadAt(p, offset)
}
