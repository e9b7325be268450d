package hdf5

import (
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// corrupt returns an error about a damaged file.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: hdf5: "+format, append([]any{artifacts.ErrCorrupt}, args...)...)
}

// An unsupported error names what the file has and this package does not read.
type unsupported string

func unsupportedf(format string, args ...any) error { return unsupported(fmt.Sprintf(format, args...)) }

func (e unsupported) Error() string { return string(e) + " not supported" }

// Is makes the error both of those for which callers may look: the standard one,
// and the one by which all formats refuse what no target of theirs can hold.
func (e unsupported) Is(target error) bool {
	return target == errors.ErrUnsupported || target == artifacts.ErrTargetType
}
