package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
)

// bucket is a storage that has nothing but what every bucket has.
type bucket struct {
	objects
	name     func(key string) string
	gates    *gates
	inMemory bool // the bucket belongs to this process, so the gates are locks
	log      *slog.Logger
}

func (b *bucket) url(key string) string { return b.name(key) }

// where names the storage by its connections, which all stores of the process in
// one bucket share.
func (b *bucket) where(key string) (any, string) { return b.bucket, b.prefix + key }

func (b *bucket) locks() bool     { return b.inMemory }
func (b *bucket) unguarded() bool { return !b.inMemory }
func (b *bucket) close() error    { return nil }

func (b *bucket) open(ctx context.Context, key string) (File, error) {
	f, err := b.objects.open(ctx, key)
	if err != nil || !b.inMemory {
		return f, err
	}
	return readIn(f)
}

// swapper is the compare-and-swap of a storage.
type swapper interface {
	// load returns an object and the revision it has; an object that is not
	// there is fs.ErrNotExist and has revision "".
	load(ctx context.Context, key string) (data []byte, revision string, err error)

	// swap replaces the object if it still has that revision, else it fails
	// with errConflict. When the answer is lost the error is
	// artifacts.ErrOutcomeUnknown.
	swap(ctx context.Context, key, revision string, text Text) error
}

func (b *bucket) update(ctx context.Context, key string, base Text, edit Edit) error {
	leave, err := b.gates.enter(ctx, b.prefix+key)
	if err != nil {
		return err
	}
	defer leave()
	for pause := (backoff{}); ; {
		err := swapOnce(ctx, lookAgain{b.objects}, key, base, edit)
		if !errors.Is(err, errConflict) {
			return err
		}
		b.log.DebugContext(ctx, "manifest changed meanwhile, trying again", "path", b.url(key))
		if err := pause.wait(ctx); err != nil {
			return err
		}
	}
}

func swapOnce(ctx context.Context, s swapper, key string, base Text, edit Edit) error {
	now, revision, err := s.load(ctx, key)
	exists := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	same := exists && base != nil && base.equals(now)
	if same {
		now = nil
	}
	text, err := edit(ctx, now, same, exists)
	if err != nil || text == nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.swap(ctx, key, revision, text)
}

// lookAgain is the compare-and-swap of a bucket that has none: it compares just
// before it writes. Only making the object is exact. Its revisions are digests.
type lookAgain struct{ o objects }

func (l lookAgain) load(ctx context.Context, key string) ([]byte, string, error) {
	f, err := l.o.open(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, "", fs.ErrNotExist
	}
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err := readAll(f, min(f.Size(), trustedSize))
	if err != nil {
		return nil, "", err
	}
	return data, fmt.Sprintf("%x", sha256.Sum256(data)), nil
}

func (l lookAgain) swap(ctx context.Context, key, revision string, text Text) error {
	_, now, err := l.load(ctx, key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if now != revision {
		return errConflict
	}
	wo := &blob.WriterOptions{ContentType: "application/json", IfNotExist: revision == ""}
	w, err := l.o.write(ctx, key, wo)
	if err != nil {
		return err
	}
	if _, err := text.WriteTo(w); err != nil {
		w.abort()
		return err
	}
	return outcome(w.commit(ctx))
}

// outcome tells what the end of a conditional write means. Only an answer of
// the server says that nothing was written.
func outcome(err error) error {
	switch gcerrors.Code(err) {
	case gcerrors.OK:
		return nil
	case gcerrors.FailedPrecondition:
		return errConflict
	case gcerrors.NotFound, gcerrors.InvalidArgument, gcerrors.PermissionDenied, gcerrors.Unimplemented, gcerrors.ResourceExhausted:
		return err
	}
	return fmt.Errorf("%w: %w", artifacts.ErrOutcomeUnknown, err)
}
