package sdk

import (
	"encoding/json"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
)

// Facts are what a plugin tells about a handler besides its format. All are
// optional.
type Facts struct {
	Summary   string // one line for people
	MediaType string // "text/csv"
	Version   string // of the format as the handler writes it; recorded with each artifact

	// MustMatch names the keys of the handler's environment whose values have to
	// be the same when a file is read as they were when it was written.
	MustMatch []string

	// SettingsSchema is a JSON Schema of the settings, for people and for checks
	// before a value is sent.
	SettingsSchema json.RawMessage

	// Accepts are the kinds of values the handler takes. Nil is what follows from
	// the handler's type of values.
	Accepts []Kind
}

// A Describer is a handler that has [Facts].
type Describer interface {
	Describe() Facts
}

// A Kind is a coarse kind of value, which is checked when the value is logged.
type Kind = wire.Kind

// The kinds of values.
const (
	Any    = wire.KindAny
	Scalar = wire.KindScalar // nil, truth values, numbers, times
	Text   = wire.KindText
	Bytes  = wire.KindBytes
	List   = wire.KindList
	Map    = wire.KindMap
	Table  = wire.KindTable  // a list of maps, or a map of equally long lists
	Matrix = wire.KindMatrix // a list of equally long lists of numbers
)
