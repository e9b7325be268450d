package repository

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Options are the choices of one opened repository. Nil means all defaults.
type Options struct {
	Mode Mode

	// Handlers names the formats of artifacts; nil is [artifacts.Default].
	Handlers *artifacts.Registry

	Logger *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now; also decides what has expired

	// Progress is told how far saves, exports and copies are.
	Progress func(artifacts.Progress)

	// AllOrNothing makes a save fail as a whole when one value cannot be
	// encoded. Otherwise everything else is saved and the error says what is
	// missing ([artifacts.ErrIncomplete]). No value is kept in a file then: it is
	// pending, as everything else is.
	AllOrNothing bool

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was saved.
	NoSync bool

	// AllowLinks lets an artifact's folder be a symbolic link to another place,
	// such as a scratch disk.
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
	if c.Mode < ReadWrite || c.Mode > Truncate {
		return c, fmt.Errorf("unknown mode %v", c.Mode)
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

func (o *Options) storeOptions() *store.Options {
	return &store.Options{NoSync: o.NoSync, AllowLinks: o.AllowLinks, AssumeSingleWriter: o.AssumeSingleWriter, Logger: o.Logger, Fault: o.fault}
}
