package cli

import (
	"context"
	"errors"
	"io/fs"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// The exit codes. They are part of the interface.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2   // the command line is wrong
	exitNotFound    = 3   // a project, an experiment, an artifact, a version, a file
	exitConflict    = 4   // somebody else changed it, or it is there already, or something newer is
	exitReadOnly    = 5   // or permission is missing
	exitFindings    = 6   // check found something
	exitIncomplete  = 7   // saved, but not every artifact
	exitInterrupted = 130 // as shells have it
)

// A findingsError says how much check found.
type findingsError int

func (n findingsError) Error() string { return plural(int(n), "finding") }

// exitCode is the one place that says which error is which exit code. An error
// can be several things; the first that fits counts.
func exitCode(err error) int {
	var usage *usageError
	var findings findingsError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &findings):
		return exitFindings
	case errors.Is(err, artifacts.ErrIncomplete):
		return exitIncomplete
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, artifacts.ErrConflict), errors.Is(err, artifacts.ErrExists), errors.Is(err, fs.ErrExist),
		errors.Is(err, repository.ErrNotNewer):
		return exitConflict
	case errors.Is(err, artifacts.ErrReadOnly), errors.Is(err, fs.ErrPermission):
		return exitReadOnly
	case errors.Is(err, artifacts.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	}
	return exitFailed
}
