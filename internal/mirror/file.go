package mirror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// bring sees to it that a file is at the destination. It returns its size, and
// whether it was made.
func (j *Job) bring(ctx context.Context, f *File) (n int64, made bool, err error) {
	dst, blocked := f.Dst, ""
	for {
		if j.From.Same(f.Src, j.To, dst) {
			info, err := j.From.Stat(ctx, f.Src)
			j.Meter.Bytes(info.Size)
			return info.Size, false, atSource(err)
		}
		info, err := j.To.Stat(ctx, dst)
		switch {
		case err == nil:
			same, err := j.same(ctx, f, info)
			if err != nil {
				return 0, false, err
			}
			if same {
				j.Meter.Bytes(info.Size)
				return info.Size, false, nil
			}
		case errors.Is(err, artifacts.ErrNotFound):
			info, err := j.copy(ctx, f, dst)
			if !errors.Is(err, artifacts.ErrExists) {
				return info.Size, err == nil, err
			}
			if blocked != dst {
				blocked = dst // made since, or by an attempt of ours whose answer was lost
				continue
			}
			// Still there and no file: a link that leads nowhere.
		case errors.Is(err, syscall.EISDIR):
		default:
			return 0, false, err
		}
		if f.Rename == nil {
			return 0, false, fmt.Errorf("%q: %w", j.To.URL(dst), ErrDiffers)
		}
		if dst, err = f.Rename(); err != nil {
			return 0, false, err
		}
	}
}

// same reports whether what the destination has is the file.
func (j *Job) same(ctx context.Context, f *File, there store.Info) (bool, error) {
	size, digest := f.Meta.Size, f.Meta.SHA256
	if digest == "" {
		info, err := j.From.Stat(ctx, f.Src)
		switch {
		case errors.Is(err, artifacts.ErrNotFound) && f.Recorded:
			return true, nil // the destination has kept what the source lost
		case err != nil:
			return false, atSource(err)
		}
		size = info.Size
	}
	if there.Size != size || f.Recorded {
		return there.Size == size, nil
	}
	if digest == "" {
		src, err := j.From.Open(ctx, f.Src)
		if err != nil {
			return false, atSource(err)
		}
		digest, err = payload.Digest(ctx, src)
		if err := errors.Join(err, src.Close()); err != nil {
			return false, atSource(err)
		}
	}
	got, err := j.readBack(ctx, there.Key)
	return strings.EqualFold(got, digest), err
}

// copy makes a file. A damaged one is found before it has a name there.
func (j *Job) copy(ctx context.Context, f *File, dst string) (store.Info, error) {
	src, err := j.From.Open(ctx, f.Src)
	if err != nil {
		return store.Info{}, atSource(err)
	}
	defer src.Close()
	var broken error
	info, err := j.To.Create(ctx, dst, func(w io.Writer) error {
		var n int64
		n, broken = io.Copy(w, j.Meter.Reader(payload.Verify(ctx, src, f.Meta)))
		if broken == nil && n != src.Size() {
			broken = fmt.Errorf("%w: %d bytes, %d when it was opened", artifacts.ErrCorrupt, n, src.Size())
		}
		return broken
	})
	if broken != nil && err == broken { // else it was the destination that failed
		return info, atSource(fmt.Errorf("read %q: %w", j.From.URL(f.Src), err))
	}
	if err != nil || j.Options.SkipReadBack {
		return info, err
	}
	got, err := j.readBack(ctx, dst)
	if err == nil && got != info.SHA256 {
		// It is not what it is called, and nothing names it yet.
		err = errors.Join(fmt.Errorf("%q: %w: the destination returned other bytes than were written", j.To.URL(dst), artifacts.ErrCorrupt),
			j.To.Remove(ctx, dst))
	}
	return info, err
}

// readBack returns the digest of what the destination has.
func (j *Job) readBack(ctx context.Context, key string) (digest string, err error) {
	f, err := j.To.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return payload.Digest(ctx, f)
}
