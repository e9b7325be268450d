package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store/dirblob"
	"gocloud.dev/gcerrors"
)

// errConflict: the object changed since it was read.
var errConflict = errors.New("changed since it was read")

// check refuses keys that are not paths of files in the store.
func (s *Store) check(op, key string) error {
	if !valid(key) {
		return fmt.Errorf("%s %q: %w", op, key, artifacts.ErrUnsafePath)
	}
	return nil
}

// valid reports whether key can be the key of a file. Localize also knows what
// the system at hand takes for a device or a drive.
func valid(key string) bool {
	_, err := filepath.Localize(key)
	return err == nil && key != "." && !dirblob.Reserved(key)
}

// fail gives an error of the storage its shape: operation, path, cause.
func (s *Store) fail(op, key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %q: %w", op, s.URL(key), cause(op, err))
}

// cause translates what storages say into the sentinels of package artifacts
// and drops what repeats the operation and the path.
func cause(op string, err error) error {
	if errors.Is(err, artifacts.ErrOutcomeUnknown) {
		return err
	}
	local, isLocal := errors.AsType[*fs.PathError](err)
	code := gcerrors.Code(err)
	writes := op == "create" || op == "update" || op == "write" // then what is missing is not the file
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, dirblob.ErrUncertain):
		return fmt.Errorf("%w: %w", artifacts.ErrOutcomeUnknown, local.Err)
	case errors.Is(err, dirblob.ErrInvalidName):
		return artifacts.ErrUnsafePath
	case errors.Is(err, dirblob.ErrEscapes):
		return fmt.Errorf("%w: %w", artifacts.ErrUnsafePath, dirblob.ErrEscapes)
	case errors.Is(err, syscall.ELOOP): // links that lead to one another
		return fmt.Errorf("%w: %w", artifacts.ErrUnsafePath, syscall.ELOOP)
	case errors.Is(err, fs.ErrExist), !isLocal && code == gcerrors.FailedPrecondition:
		return artifacts.ErrExists
	case !writes && (code == gcerrors.NotFound || errors.Is(err, fs.ErrNotExist)):
		return artifacts.ErrNotFound
	case !isLocal:
		return err
	case local.Op == "mkdir", local.Op == "syncdir":
		return local // the folder says more than the file
	case local.Op == op:
		return local.Err
	}
	return fmt.Errorf("%s: %w", local.Op, local.Err)
}
