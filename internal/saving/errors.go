package saving

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// incomplete is the error of a save that left artifacts out.
type incomplete struct{ failed []error }

func (e *incomplete) Error() string {
	texts := make([]string, len(e.failed))
	for i, err := range e.failed {
		texts[i] = err.Error()
	}
	return fmt.Sprintf("%v: %s", artifacts.ErrIncomplete, strings.Join(texts, "; "))
}

func (e *incomplete) Unwrap() []error { return append([]error{artifacts.ErrIncomplete}, e.failed...) }

// Incomplete returns the error of a save that left out the artifacts failed is
// about, nil without any. It wraps [artifacts.ErrIncomplete] and all of them.
func Incomplete(failed []error) error {
	if len(failed) == 0 {
		return nil
	}
	return &incomplete{failed}
}

// untouched is an error from before the manifest was touched.
type untouched struct{ error }

func (e untouched) Is(target error) bool {
	return target != artifacts.ErrOutcomeUnknown && errors.Is(e.error, target)
}

func (e untouched) As(target any) bool { return errors.As(e.error, target) }

// Untouched marks an error from before the manifest was touched. Whatever is
// unknown about another file, the outcome of the save is not: the error is never
// [artifacts.ErrOutcomeUnknown].
func Untouched(err error) error {
	if err == nil {
		return nil
	}
	return untouched{err}
}
