package dirblob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"gocloud.dev/blob"
	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"
)

// Bucket returns the folder as a bucket. Closing the bucket leaves the Dir open.
func (d *Dir) Bucket() *blob.Bucket { return blob.NewBucket(newBucket(d)) }

// bucket implements [driver.Bucket] with the operations of a Dir.
type bucket struct {
	d     *Dir
	walks walks
}

func newBucket(d *Dir) *bucket { return &bucket{d: d} }

func (b *bucket) Close() error { return nil }

func (b *bucket) ErrorCode(err error) gcerrors.ErrorCode {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return gcerrors.NotFound
	case errors.Is(err, fs.ErrExist):
		return gcerrors.FailedPrecondition // only a conditional write says so
	case errors.Is(err, ErrInvalidName), errors.Is(err, ErrEscapes):
		return gcerrors.InvalidArgument
	case errors.Is(err, fs.ErrPermission):
		return gcerrors.PermissionDenied
	case errors.Is(err, errors.ErrUnsupported):
		return gcerrors.Unimplemented
	}
	return gcerrors.Unknown
}

func (b *bucket) As(any) bool             { return false }
func (b *bucket) ErrorAs(error, any) bool { return false }

// none is the As function of values that have nothing of their own to show.
func none(any) bool { return false }

// before calls a hook that the caller of the bucket may have set.
func before(hook func(func(any) bool) error) error {
	if hook == nil {
		return nil
	}
	return hook(none)
}

func (b *bucket) Attributes(_ context.Context, key string) (*driver.Attributes, error) {
	fi, err := b.d.Stat(key)
	if err != nil {
		return nil, err
	}
	return &driver.Attributes{
		ModTime: fi.ModTime(),
		Size:    fi.Size(),
		ETag:    fmt.Sprintf(`"%x-%x"`, fi.ModTime().UnixNano(), fi.Size()),
	}, nil
}

func (b *bucket) NewRangeReader(_ context.Context, key string, offset, length int64, o *driver.ReaderOptions) (driver.Reader, error) {
	f, err := b.d.Open(key)
	if err != nil {
		return nil, err
	}
	if err := before(o.BeforeRead); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if length < 0 {
		length = max(f.Size()-offset, 0)
	}
	return &reader{Reader: io.NewSectionReader(f, offset, length), f: f}, nil
}

type reader struct {
	io.Reader
	f *File
}

func (r *reader) Close() error { return r.f.Close() }
func (r *reader) As(any) bool  { return false }
func (r *reader) Attributes() *driver.ReaderAttributes {
	return &driver.ReaderAttributes{ModTime: r.f.ModTime(), Size: r.f.Size()}
}

func (b *bucket) NewTypedWriter(ctx context.Context, key, _ string, o *driver.WriterOptions) (driver.Writer, error) {
	begin, end := b.d.BeginReplace, (*Pending).Replace
	if o.IfNotExist {
		begin, end = b.d.Begin, (*Pending).Create
	}
	p, err := begin(key)
	if errors.Is(err, fs.ErrExist) {
		return taken{err}, nil // callers of any bucket expect it from the writer
	}
	if err != nil {
		return nil, err
	}
	if err := before(o.BeforeWrite); err != nil {
		p.Abort()
		return nil, err
	}
	return &writer{Pending: p, ctx: ctx, end: end}, nil
}

type writer struct {
	*Pending
	ctx context.Context // the driver's contract: its end aborts the write
	end func(*Pending, context.Context) error
}

func (w *writer) Close() error { return w.end(w.Pending, w.ctx) }

// taken is the writer of a new file whose name is taken.
type taken struct{ err error }

func (w taken) Write([]byte) (int, error) { return 0, w.err }
func (w taken) Close() error              { return w.err }

func (b *bucket) Copy(ctx context.Context, dst, src string, o *driver.CopyOptions) error {
	f, err := b.d.Open(src)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := before(o.BeforeCopy); err != nil {
		return err
	}
	p, err := b.d.BeginReplace(dst)
	if err != nil {
		return err
	}
	if _, err := io.Copy(p, f); err != nil {
		p.Abort()
		return err
	}
	return p.Replace(ctx)
}

func (b *bucket) Delete(_ context.Context, key string, o *driver.DeleteOptions) error {
	if err := before(o.BeforeDelete); err != nil {
		return err
	}
	return b.d.Remove(key)
}

func (b *bucket) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", fmt.Errorf("sign a URL: %w", errors.ErrUnsupported)
}
