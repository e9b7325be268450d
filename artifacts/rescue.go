package artifacts

import (
	"context"
	"fmt"
	"io"
	"time"
)

// A Rescuer is a handler that can keep a value in a form from which the file can
// be made later, by another program that knows nothing of the value's type. It
// is meant for handlers whose work can fail through no fault of the value,
// because another process does it: a save then keeps the value in a file beside
// the manifest, so that it is not lost when the program ends.
//
// Nothing is kept of a value whose failure was [ErrUnsupportedValue] or
// [ErrSettings], or came when the context had ended; nor of one that was encoded
// when it was logged (see [LogOptions].Now), whose error is told there and then.
type Rescuer interface {
	// Rescue writes the kept form of value to w, in the handler's own spelling.
	// It must not need what Encode may have failed for. The value is one Encode
	// was called with; an [io.Reader] is at its beginning again.
	Rescue(ctx context.Context, w io.Writer, value any) error

	// EncodeRescued reads what Rescue wrote and writes to w the file that Encode
	// would have written. The handler has the settings that were given by name
	// ([LogOptions].Settings); what else the file depends on is for Rescue to
	// keep. The bytes in r are not to be trusted: damage is [ErrCorrupt].
	//
	// An [EnvironmentReporter] is asked with a nil value then. What it says goes
	// over what was recorded when the value was logged.
	EncodeRescued(ctx context.Context, w io.Writer, r io.Reader) error
}

// Rescued describes a value that a [Rescuer] kept when it could not be encoded.
type Rescued struct {
	ID  string // names it: a UUID
	URL string // of the file it is kept in

	Project    string // or repository, by the name it was opened under
	Experiment string // slug; "" in a repository
	Test       string // name; "" for the experiment's own
	TestIndex  int    // among the experiment's tests of that name, from 0

	// Artifact is what the file would have been recorded as: name, file name,
	// handler, times, environment. It has no digest and no version yet.
	Artifact Artifact

	Settings  map[string]any // that were given by name
	Plugin    Plugin         // that failed; zero if the handler was none
	Error     string         // what went wrong
	RescuedAt time.Time
	Size      int64 // of the kept form, in bytes

	// Err says why the file cannot be read as what it should be. Then only ID
	// and URL are known for certain.
	Err error
}

// Kept says what became of a value that could not be encoded: the zero Kept that
// nothing was tried, because its handler is no [Rescuer] or the fault was the
// value's own.
type Kept struct {
	ID  string // for a retry; "": it is not kept
	URL string // of the file it is kept in
	Err error  // why it could not be kept
}

// String says where the value is and what to do about it; "" for the zero Kept.
func (k Kept) String() string {
	switch {
	case k.Err != nil:
		return fmt.Sprintf("the value could not be kept in a file: %v", k.Err)
	case k.ID != "":
		return fmt.Sprintf("the value is kept in %q: when the cause is gone, lazyscribe plugin rescue retry %s adds the artifact", k.URL, k.ID)
	}
	return ""
}

// RetryOptions are the choices of one attempt to encode a value that was kept.
// Nil means all defaults.
type RetryOptions struct {
	Replace bool    // an artifact that has the name by now is replaced instead of ErrExists
	Handler Handler // a [Rescuer] used instead of the registered one, whatever alias was recorded
}
