package project

import (
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A SyntaxError says where a manifest is not JSON.
type SyntaxError = pyjson.SyntaxError

// A ConflictError says that an experiment was changed by this session and by
// another writer. Nothing was written; what this session changed is still
// pending. It wraps [artifacts.ErrConflict].
//
// To go on, look at theirs in a second project, then either [Project.Discard]
// the change, [Project.Refresh] and edit again, or save with
// [Options].OnConflict set.
type ConflictError struct {
	Slug    string
	Removed bool // the other writer removed the experiment

	Mine     time.Time // last_updated of this session's version
	MineBy   string
	Theirs   time.Time // last_updated of the other's version
	TheirsBy string
}

// Error names the slug, the times and the authors.
func (e *ConflictError) Error() string {
	if e.Removed {
		return fmt.Sprintf("experiment %q: %v: removed, while %s changed it at %s",
			e.Slug, artifacts.ErrConflict, e.MineBy, stamp(e.Mine))
	}
	return fmt.Sprintf("experiment %q: %v: %s changed it at %s, %s at %s",
		e.Slug, artifacts.ErrConflict, e.TheirsBy, stamp(e.Theirs), e.MineBy, stamp(e.Mine))
}

// Unwrap returns [artifacts.ErrConflict].
func (e *ConflictError) Unwrap() error { return artifacts.ErrConflict }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// An ArtifactError names an artifact whose value could not be encoded, or whose
// file could not be copied. After a save it is still pending: the next one tries
// again.
type ArtifactError struct {
	Experiment string // slug
	Test       string // name; "" for the experiment's own
	Artifact   string
	Handler    string // alias
	Err        error
	Kept       artifacts.Kept // where the value is, should the program end now
}

// Error names experiment, test, artifact, handler and cause, and says where the
// value is kept.
func (e *ArtifactError) Error() string {
	test := ""
	if e.Test != "" {
		test = fmt.Sprintf(" of test %q", e.Test)
	}
	kept := e.Kept.String()
	if kept != "" {
		kept = "; " + kept
	}
	return fmt.Sprintf("artifact %q%s of experiment %q (handler %q): %v%s", e.Artifact, test, e.Experiment, e.Handler, e.Err, kept)
}

// Unwrap returns the cause, such as the handler's error.
func (e *ArtifactError) Unwrap() error { return e.Err }

var errClosed = errors.New("the project is closed")
