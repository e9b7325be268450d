package saving

import (
	"errors"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// incomplete is the error of a save that left artifacts out, or that artifacts
// held back.
type incomplete struct {
	failed []error
	whole  bool // nothing was saved
}

func (e *incomplete) Error() string {
	texts := make([]string, len(e.failed))
	for i, err := range e.failed {
		texts[i] = err.Error()
	}
	what := artifacts.ErrIncomplete.Error()
	if e.whole {
		what = "nothing was saved, since not every artifact can be"
	}
	return what + ": " + strings.Join(texts, "; ")
}

func (e *incomplete) Unwrap() []error { return append([]error{artifacts.ErrIncomplete}, e.failed...) }

// Incomplete returns the error of a save that left out the artifacts failed is
// about, nil without any. It wraps [artifacts.ErrIncomplete] and all of them.
// allOrNothing says that the save left out everything else too.
func Incomplete(failed []error, allOrNothing bool) error {
	if len(failed) == 0 {
		return nil
	}
	return &incomplete{failed, allOrNothing}
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
