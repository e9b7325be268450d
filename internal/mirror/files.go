package mirror

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// atOnce is how many files are under way side by side: enough to hide the
// waiting for a network, few enough to bound memory, as each may hold the parts
// of a large upload.
const atOnce = 4

// A File is one to be at the destination.
type File struct {
	Src, Dst string             // keys
	Meta     artifacts.Artifact // whose digest and size are compared, if they are known

	// Recorded says that the destination's manifest names the file already, so
	// that it was compared when it was copied: its size is enough now.
	Recorded bool

	// Rename returns another key for a file whose own is taken by another one.
	// Without it the file fails with ErrDiffers.
	Rename func() (key string, err error)

	// Fail is told why the file cannot be copied. It is not called twice at
	// once, for all files of a copy.
	Fail func(err error)
}

// SameDigest reports whether two entries of a verdict name the same file, going
// by the digests they record for its name. Entries that are equal do so, if none
// says otherwise.
func SameDigest(v Verdict, a, b string) bool {
	if a == "" || b == "" {
		return v == Equal
	}
	return strings.EqualFold(a, b)
}

// ErrDiffers says that the destination has another file of the name, or what is
// no file, such as a folder.
var ErrDiffers = errors.New("the destination has something else of this name, which is not replaced")

// transfer sees to it that files are at the destination. One that is damaged,
// missing or not to be read at the source, or taken at the destination, fails
// alone. An error of a storage, or of ctx, ends it.
func (j *Job) transfer(ctx context.Context, files []File) error {
	var bytes int64
	for _, f := range files {
		bytes += f.Meta.Size
	}
	j.Meter.Expect(len(files), bytes)
	var mu sync.Mutex // held while Fail runs or the report is written
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, f := range files {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, made, err := j.bring(ctx, &f)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && made:
				j.Report.Files++
				j.Report.Bytes += n
			case err == nil:
				j.Report.There++
			case ctx.Err() == nil && ofOneFile(err):
				f.Fail(err)
			default:
				return err
			}
			j.Meter.File()
			return nil
		})
	}
	return g.Wait()
}

// damaged marks an error of the source that is about one file.
type damaged struct{ error }

func (d damaged) Unwrap() error { return d.error }

// ofOneFile reports whether an error says nothing about the other files.
func ofOneFile(err error) bool {
	_, ok := errors.AsType[damaged](err)
	return ok || errors.Is(err, ErrDiffers)
}

// atSource sorts the errors of reading: a file may be missing, damaged or
// forbidden by itself, while a storage that does not answer will not do so for
// the next file either.
func atSource(err error) error {
	for _, one := range []error{
		artifacts.ErrNotFound, artifacts.ErrCorrupt, artifacts.ErrUnsafePath,
		fs.ErrPermission, syscall.EIO, syscall.EISDIR,
	} {
		if errors.Is(err, one) {
			return damaged{err}
		}
	}
	return err
}
