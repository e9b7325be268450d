package artifacts

import (
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The sentinels every package of this module wraps. They are defined once,
// here, because this is the one package all the others import; test for them
// with [errors.Is], the messages carry the operation and its subject.
var (
	// ErrReadOnly: a change was asked of something opened for reading only.
	ErrReadOnly error = &sentinel{text: "read-only"}

	// ErrConflict: somebody else changed what was to be replaced, and the two
	// changes cannot be joined. Nothing was written.
	ErrConflict error = &sentinel{text: "changed by another writer"}

	// ErrNotFound: nothing has the name that was asked for, or the file a
	// record points to is missing. Also [fs.ErrNotExist].
	ErrNotFound error = &sentinel{text: "not found", also: fs.ErrNotExist}

	// ErrExists: the name is taken, and overwriting was not asked for.
	// Also [fs.ErrExist].
	ErrExists error = &sentinel{text: "already exists", also: fs.ErrExist}

	// ErrUnsafePath: a name, given by the caller or found in a file, would lead
	// out of the folder it belongs to or onto a file kept for other purposes.
	ErrUnsafePath error = &sentinel{text: "unsafe path"}

	// ErrCorrupt: a file's content is not what was recorded (another digest or
	// size), or is damaged in a way its format shows.
	ErrCorrupt error = &sentinel{text: "corrupt"}

	// ErrUnknownHandler: no handler is registered under the alias. The message
	// lists the aliases that are.
	ErrUnknownHandler error = &sentinel{text: "unknown handler"}

	// ErrOutputOnly: the format can be written and not read back.
	ErrOutputOnly error = &sentinel{text: "format is output only"}

	// ErrNotSaved: the operation needs a file that only a save will write.
	ErrNotSaved error = &sentinel{text: "not saved yet"}

	// ErrNeedsType: the format does not say by itself what a value is, so it
	// cannot be decoded into a *any; a pointer to the value's type is needed.
	ErrNeedsType error = &sentinel{text: "target needs a type"}

	// ErrOutcomeUnknown: the answer to a write was lost, so it may or may not
	// have happened. Nothing was removed and everything is still pending: the
	// next save finds out.
	ErrOutcomeUnknown error = &sentinel{text: "outcome unknown"}

	// ErrIncomplete: the record was saved, but not every artifact could be
	// encoded, or copied. Those that could not are named by the errors joined to
	// it; a save keeps them pending.
	ErrIncomplete error = &sentinel{text: "saved, but not every artifact"}

	// ErrUnsupportedValue: a value to be logged is of a kind the format cannot
	// hold.
	ErrUnsupportedValue error = &sentinel{text: "unsupported value"}

	// ErrSettings: the settings given to a handler are not ones it takes.
	ErrSettings error = &sentinel{text: "wrong settings"}

	// ErrTargetType: the target of a load is nil, not a pointer, or points to
	// a type that cannot hold the value that was stored.
	ErrTargetType error = &sentinel{text: "wrong target type"}

	// ErrTooLarge: a file has more bytes than [LoadOptions].MaxSize allows.
	ErrTooLarge error = &sentinel{text: "too large"}
)

// sentinel is a fixed error that can stand for one of another package too:
// callers who know only the standard library's names need no second test.
type sentinel struct {
	text string
	also error
}

func (e *sentinel) Error() string { return e.text }
func (e *sentinel) Unwrap() error { return e.also }

// EnvironmentError says that an artifact was written in an environment its
// format does not accept for reading in the present one.
// [LoadOptions].SkipValidation reads it all the same.
type EnvironmentError struct {
	Artifact string      // name of the artifact, for the caller; not part of the message
	Recorded Environment // what was recorded with the artifact
	Current  Environment // what the handler reports here, for the keys it compares
}

// Error names each key whose two sides differ, in sorted order.
func (e *EnvironmentError) Error() string {
	keys := maps.Clone(e.Recorded)
	if keys == nil {
		keys = Environment{}
	}
	maps.Copy(keys, e.Current)
	var b strings.Builder
	b.WriteString("environment differs")
	sep := ": "
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		was, now := e.Recorded[key], e.Current[key]
		if was == now {
			continue
		}
		b.WriteString(sep + key + " was " + strconv.Quote(was) + ", is " + strconv.Quote(now))
		sep = "; "
	}
	return b.String()
}
