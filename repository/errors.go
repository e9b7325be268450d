package repository

import (
	"errors"
	"fmt"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
)

var (
	// ErrVersionNotFound: there is no such version. Each [*VersionError] is one.
	// Also [artifacts.ErrNotFound].
	ErrVersionNotFound = fmt.Errorf("version %w", artifacts.ErrNotFound)

	// ErrExpired: there are versions, but all of them have expired.
	ErrExpired = errors.New("expired")

	// ErrInvalidVersion: a text is not a version.
	ErrInvalidVersion = errors.New("invalid version")

	// ErrNotNewer: what was to be promoted is not newer than what the repository
	// has.
	ErrNotNewer = errors.New("not newer than the latest version")

	// ErrBinary: the format is not text, so it cannot be compared line by line.
	ErrBinary = errors.New("binary format")
)

var errClosed = errors.New("the repository is closed")

// A SyntaxError says where a manifest is not JSON.
type SyntaxError = pyjson.SyntaxError

// A Nothing says why a version was not found.
type Nothing int

// The kinds of nothing.
const (
	UnknownName   Nothing = iota + 1 // no version has the name
	UnknownNumber                    // none has the number, or was created at the time
	NoneYet                          // the first one was created after the time asked for
	AllExpired                       // those there are, or were at the time, have expired
)

// A VersionError says which version was not found, and why. It wraps
// [ErrVersionNotFound], and [ErrExpired] if that is the reason.
type VersionError struct {
	Name    string
	Version Version
	Why     Nothing

	First   time.Time // when the first version was created; for NoneYet
	Expired time.Time // when the last of them expired; for AllExpired
}

// Error says what was looked for and why there is none.
func (e *VersionError) Error() string {
	switch e.Why {
	case UnknownName:
		return fmt.Sprintf("artifact %q: no version has this name", e.Name)
	case NoneYet:
		return fmt.Sprintf("artifact %q as of %s: none yet, the first version was created %s", e.Name, pytime.Format(e.Version.at), pytime.Format(e.First))
	case AllExpired:
		when := ""
		if e.Version.kind == asOf {
			when = " as of " + pytime.Format(e.Version.at)
		}
		return fmt.Sprintf("artifact %q%s: all versions have %v, the last one %s", e.Name, when, ErrExpired, pytime.Format(e.Expired))
	}
	if e.Version.kind == at {
		return fmt.Sprintf("artifact %q: no version was created at %s", e.Name, e.Version)
	}
	return fmt.Sprintf("artifact %q: no version %s", e.Name, e.Version)
}

// Unwrap returns [ErrVersionNotFound], and [ErrExpired] for AllExpired.
func (e *VersionError) Unwrap() []error {
	if e.Why == AllExpired {
		return []error{ErrVersionNotFound, ErrExpired}
	}
	return []error{ErrVersionNotFound}
}

// A ConflictError says that a version's entry was changed by this session and by
// another writer. Nothing was written; what this session changed is still
// pending. It wraps [artifacts.ErrConflict].
//
// To go on, [Repository.Discard] the change, [Repository.Refresh], and make it
// again if it is still wanted.
type ConflictError struct {
	Mine    artifacts.Artifact // as this session would have it
	Theirs  artifacts.Artifact // as it is in the manifest now
	Removed bool               // it is not in the manifest any more
}

// Error names the version and what both sides made of it.
func (e *ConflictError) Error() string {
	if e.Removed {
		return fmt.Sprintf("version %d of artifact %q: %v: removed", e.Mine.Version, e.Mine.Name, artifacts.ErrConflict)
	}
	return fmt.Sprintf("version %d of artifact %q: %v: expiry %s here, %s there", e.Mine.Version, e.Mine.Name,
		artifacts.ErrConflict, expiryText(e.Mine.Expiry), expiryText(e.Theirs.Expiry))
}

// Unwrap returns [artifacts.ErrConflict].
func (e *ConflictError) Unwrap() error { return artifacts.ErrConflict }

func expiryText(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return pytime.Format(t)
}

// An ArtifactError names a version whose value could not be encoded, or whose
// file could not be copied. After a save it is still pending: the next one tries
// again.
type ArtifactError struct {
	Name    string
	Version int
	Handler string         // alias
	Err     error          // of the handler
	Kept    artifacts.Kept // where the value is, should the program end now
}

// Error names the version and its handler, and says where the value is kept.
func (e *ArtifactError) Error() string {
	kept := e.Kept.String()
	if kept != "" {
		kept = "; " + kept
	}
	return fmt.Sprintf("version %d of artifact %q (handler %q): %v%s", e.Version, e.Name, e.Handler, e.Err, kept)
}

// Unwrap returns the cause, such as the handler's error.
func (e *ArtifactError) Unwrap() error { return e.Err }
