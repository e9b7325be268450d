package dataset

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// ErrClosed says that the dataset was closed. Also [fs.ErrClosed].
var ErrClosed = fmt.Errorf("the dataset is closed: %w", fs.ErrClosed)

// ErrNotDataSet says that a folder is not a dataset.
var ErrNotDataSet = errors.New("not a dataset")

// ErrNoValue says that a key has information and no value. Also
// [artifacts.ErrNotFound].
var ErrNoValue = fmt.Errorf("%w: the key has information and no value", artifacts.ErrNotFound)

// A NameError says that a key cannot be used because one that differs in case
// alone is there. It wraps [artifacts.ErrExists].
type NameError struct {
	Key   string // that was asked for
	Taken string // that is there
}

// Error names both keys.
func (e *NameError) Error() string {
	return fmt.Sprintf("%v: key %q differs from %q in case alone, and Go would call both %s",
		artifacts.ErrExists, e.Key, e.Taken, exported(e.Taken))
}

// Unwrap returns [artifacts.ErrExists].
func (e *NameError) Unwrap() error { return artifacts.ErrExists }
