package project

import (
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Mode says what may be done to a project.
type Mode int

const (
	// Append reads what is there and adds to it ("a"). What is there can not be
	// changed; what this session logged can. The zero value.
	Append Mode = iota
	// ReadOnly changes nothing ("r").
	ReadOnly
	// Truncate begins anew ("w"): the first save replaces what the manifest held
	// when it was opened. Files of the experiments it held stay; see GC.
	Truncate
	// ReadWrite may change everything ("w+").
	ReadWrite
)

var modeNames = [...]string{Append: "a", ReadOnly: "r", Truncate: "w", ReadWrite: "w+"}

// ParseMode reads the spelling of Python: "r", "a", "w" or "w+".
func ParseMode(s string) (Mode, error) {
	for m, name := range modeNames {
		if name == s {
			return Mode(m), nil
		}
	}
	return 0, fmt.Errorf("mode %q: want r, a, w or w+", s)
}

// String returns the spelling ParseMode reads.
func (m Mode) String() string {
	if m < 0 || int(m) >= len(modeNames) {
		return fmt.Sprintf("Mode(%d)", int(m))
	}
	return modeNames[m]
}

// ConflictPolicy says what a save does about an experiment that both this
// session and another writer changed.
type ConflictPolicy int

const (
	// FailOnConflict writes nothing and returns a [*ConflictError].
	FailOnConflict ConflictPolicy = iota
	// KeepNewest keeps the change with the larger last_updated, theirs on a tie.
	KeepNewest
)

// CommitMode says where a save puts new experiments: into the manifest, which
// is replaced as a whole, or beside it into a segment, a small file of their own
// that is folded into the manifest later. Readers in Go see both; Python sees the
// manifest alone, so it knows of an experiment once its segment is folded. What
// changes or removes experiments always goes into the manifest.
type CommitMode int

const (
	// CommitAuto replaces the manifest, and takes a segment where the storage
	// has no locks and other writers came first a few times.
	CommitAuto CommitMode = iota
	// CommitSegments always writes a segment. A save costs as much as what it
	// adds, however large the project is and however many others write; in
	// [Append] mode the project is not even read before something is asked of
	// it. Segments are folded by [Project.Compact], by Close, by saves that
	// replace the manifest, and whenever there are many.
	CommitSegments
	// CommitManifest never writes a segment. Those of others are folded.
	CommitManifest
)

// Options are the choices of one opened project. Nil means all defaults.
type Options struct {
	Mode Mode

	// Author is recorded with what this session writes; "" is the user: the
	// first of LOGNAME, USER, LNAME and USERNAME that is set, else the name of
	// the account.
	Author string

	// Handlers names the formats of artifacts; nil is [artifacts.Default].
	Handlers *artifacts.Registry

	// Resolver finds projects that dependencies name; asked before the paths are
	// tried. A Resolver that is also a [Namer] names them in what is written.
	Resolver Resolver

	Logger *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now

	// Progress is told how far saves, checks, garbage collections and copies are.
	Progress func(artifacts.Progress)

	Commit CommitMode

	OnConflict ConflictPolicy

	// AllOrNothing makes a save fail as a whole when one artifact cannot be
	// encoded. Otherwise everything else is saved and the error says what is
	// missing ([artifacts.ErrIncomplete]). No value is kept in a file then: it is
	// pending, as everything else is.
	AllOrNothing bool

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was saved.
	NoSync bool

	// AllowLinks lets an experiment's folder be a symbolic link to another
	// place, such as a scratch disk.
	AllowLinks bool

	// AssumeSingleWriter goes on where storage can not tell two writers apart.
	// The caller promises there is one.
	AssumeSingleWriter bool

	// fault is called before each operation of the storage, which fails with
	// its error. For tests of what a save does then.
	fault func(op, key string) error
}

// withDefaults returns a copy with every default filled in.
func (o *Options) withDefaults() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Mode < Append || c.Mode > ReadWrite {
		return c, fmt.Errorf("unknown mode %v", c.Mode)
	}
	if c.Commit < CommitAuto || c.Commit > CommitManifest {
		return c, fmt.Errorf("unknown commit mode %d", c.Commit)
	}
	if c.Author == "" {
		c.Author = currentUser()
	}
	if c.Handlers == nil {
		c.Handlers = artifacts.Default()
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// currentUser answers as Python's getpass.getuser does.
func currentUser() string {
	for _, name := range []string{"LOGNAME", "USER", "LNAME", "USERNAME"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
