package artifacts

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// An Artifact is what a manifest says about one stored file. It is plain data;
// maps are shared with whoever returned it unless [Artifact.Clone] was used.
type Artifact struct {
	Name     string // as given by the user
	FileName string // path below the record's folder, with slashes
	Handler  string // alias of the format

	CreatedAt time.Time
	Expiry    time.Time // zero: never expires
	Version   int       // counts from 0; always 0 outside repositories

	SHA256 string // lower-case hex digest of the file; "": not known
	Size   int64  // of the file in bytes; has a meaning only if SHA256 is set

	Environment Environment // recorded by the handler
	PurgedAt    time.Time   // when the expired file was deleted on request; zero: it was not

	// Extra holds the keys of the entry this version does not know. They are
	// written back as they were.
	Extra map[string]json.RawMessage
}

// Clone returns a copy that shares nothing with a.
func (a Artifact) Clone() Artifact {
	a.Environment = maps.Clone(a.Environment)
	if a.Extra != nil {
		extra := make(map[string]json.RawMessage, len(a.Extra))
		for key, text := range a.Extra {
			extra[key] = slices.Clone(text)
		}
		a.Extra = extra
	}
	return a
}

// Expired reports whether the artifact's expiry has come at the time given.
func (a Artifact) Expired(at time.Time) bool {
	return !a.Expiry.IsZero() && !a.Expiry.After(at)
}

// LogOptions are the choices of one logged artifact. Nil means all defaults.
type LogOptions struct {
	FileName string        // path below the record's folder; "": made from name, time and suffix
	Replace  bool          // an artifact of that name is replaced instead of ErrExists
	Expiry   time.Time     // when the artifact expires; zero: see TTL
	TTL      time.Duration // expiry as a time from now; 0: never

	// Now encodes the value when it is logged. Without it the value is kept by
	// reference and encoded when the record is saved, as it is then. A failure is
	// the error of the logging call then, and nothing is kept of the value; see
	// [Rescuer]. So it is with an [io.Reader], of which a part may be read.
	Now bool

	Handler  Handler        // used instead of the registered one; the alias is then "" or its alias
	Settings map[string]any // for the handler, see [Configurable]
}

// LoadOptions are the choices of one load. Nil means all defaults.
type LoadOptions struct {
	Handler        Handler        // used instead of the registered one, whatever alias was recorded
	Settings       map[string]any // for the handler, see [Configurable]
	SkipValidation bool           // read even if the recorded environment does not fit
	MaxSize        int64          // in bytes; a larger file is ErrTooLarge; 0: no limit
}

// A Loader has artifacts that can be loaded by name.
type Loader interface {
	LoadArtifact(ctx context.Context, name string, target any, opts *LoadOptions) error
}

// Load loads the artifact called name as a T. On error it returns the zero T.
func Load[T any](ctx context.Context, from Loader, name string, opts *LoadOptions) (T, error) {
	var value T
	if err := from.LoadArtifact(ctx, name, &value, opts); err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// A Plugin says which program wrote a file, where that was not this one. It is
// recorded as the key "plugin" of an artifact's entry.
type Plugin struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"` // of the plugin
	Format  string `json:"format,omitempty"`  // version of the file format as its handler writes it
	SDK     string `json:"sdk,omitempty"`     // what it was built with
}

// An Environment describes the surroundings in which an artifact was written,
// by keys the handler chose.
type Environment map[string]string

// reserved are the keys of an artifact's entry that mean something already, to
// this module or to Python's lazyscribe, and the attributes that Python's
// handlers have: Python could not keep those.
var reserved = []string{
	"name", "fname", "created_at", "expiry", "version", "handler", "value", "writer_kwargs",
	"dirty", "cls", "sha256", "size", "purged_at", "plugin",
	"alias", "suffix", "binary", "output_only", "self",
}

// CheckEnvironmentKey returns an error if a key cannot be an environment's. An
// environment is stored among the other keys of an artifact's entry, and as
// keyword arguments in Python, so a key must be an identifier (letters, digits
// and "_", ASCII only) that is not in use already.
func CheckEnvironmentKey(key string) error {
	if slices.Contains(reserved, key) {
		return fmt.Errorf("environment key %s is reserved", strconv.Quote(key))
	}
	for i, c := range []byte(key) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return fmt.Errorf("environment key %s is not an identifier", strconv.Quote(key))
		}
	}
	if key == "" {
		return fmt.Errorf("environment key is empty")
	}
	return nil
}
