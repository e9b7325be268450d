package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
)

// A usageError is a mistake in the command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// A hinted error knows what to do next.
type hinted struct {
	error
	hint string
}

func (e *hinted) Unwrap() error { return e.error }

// withHint adds a hint to an error; nil stays nil.
func withHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &hinted{err, fmt.Sprintf(format, args...)}
}

const (
	helpHint  = "%s --help shows how it is used"
	checkHint = "lazyscribe check lists every file that is not what was recorded"
)

// report tells the user about an error and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitDone
	}
	if !a.begun {
		// What ends before that is a mistake in the command line; cobra's errors
		// have no type.
		err = &usageError{err}
	}
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = render.Printable(lines[i])
	}
	interrupted := ""
	if exitCode(err) == exitInterrupted {
		interrupted = "interrupted: "
	}
	a.say("lazyscribe: %s%s", interrupted, strings.Join(lines, "\n"))
	if hint := a.hintFor(err); hint != "" {
		a.say("hint: %s", hint)
	}
	return exitCode(err)
}

// hintFor returns the hint an error carries, or one that goes with its kind.
func (a *app) hintFor(err error) string {
	var h *hinted
	var usage *usageError
	switch {
	case errors.As(err, &h):
		return h.hint
	case errors.Is(err, artifacts.ErrUnknownHandler) && a.handlerHint.Load() != nil:
		return *a.handlerHint.Load()
	case errors.As(err, &usage):
		return fmt.Sprintf(helpHint, cmp.Or(a.path, "lazyscribe"))
	case errors.Is(err, artifacts.ErrConflict):
		return "lazyscribe show shows what the other writer saved; run the command again to change that"
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		return "lazyscribe list shows whether it was saved"
	case errors.Is(err, artifacts.ErrIncomplete):
		if wasKept(err) {
			return "lazyscribe plugin rescue list shows the values that were kept, and retry adds them"
		}
		return "lazyscribe edit SLUG --artifact or --value adds what is missing"
	case errors.Is(err, artifacts.ErrCorrupt):
		return checkHint
	}
	return ""
}

// say writes a line to standard error. If nobody can be told, nobody is.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.err, format+"\n", args...)
}
