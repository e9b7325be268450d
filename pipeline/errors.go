package pipeline

import "errors"

var (
	// ErrStale: a payload is stored, but not to be used: it is too old, or was
	// made from something that changed.
	ErrStale = errors.New("stale")

	// ErrUntracked: a step uses the payload of one that it does not depend on, so
	// its hash does not say what it was made from.
	ErrUntracked = errors.New("payload is used but not tracked")

	// ErrInvalidPayload: Spec.Validate refused a payload.
	ErrInvalidPayload = errors.New("invalid payload")

	// ErrNoPayload: the step holds no payload that could be stored or validated.
	ErrNoPayload = errors.New("no payload is held: load or generate it first")

	// ErrUnstable: a payload that was generated again is not the one that is
	// stored.
	ErrUnstable = errors.New("the payload generated now differs from the stored one")

	// ErrParamsChanged: the parameters are not what they were when the step was
	// made, so the hash is not theirs.
	ErrParamsChanged = errors.New("the parameters were changed after the step was made")
)
