package dataset

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Mode says what may be done to a dataset.
type Mode int

const (
	// ReadOnly changes nothing and makes nothing ("r"). The zero value.
	ReadOnly Mode = iota
	// ReadWrite may change everything, and makes the dataset if it is not there ("w").
	ReadWrite
)

// A Format says how arrays that are not in the text of an item are kept.
type Format int

const (
	// Npy keeps each array in an npy file of its own. The zero value.
	Npy Format = iota
	// Npz keeps all arrays of an item in one npz file.
	Npz
	// HDF5 keeps all arrays of an item in one HDF5 file.
	HDF5
)

var formatNames = [...]string{Npy: "npy", Npz: "npz", HDF5: "hdf5"}

// String returns "npy", "npz" or "hdf5".
func (f Format) String() string {
	if f < 0 || int(f) >= len(formatNames) {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return formatNames[f]
}

const (
	// DefaultThreshold is the number of elements above which an array is kept
	// outside of the item's text.
	DefaultThreshold = 100

	// DefaultTimeout is how long locks are waited for.
	DefaultTimeout = time.Minute

	// DefaultPrefix begins the names that Insert makes.
	DefaultPrefix = "x_"
)

// Options are the choices of one opened dataset. Nil means all defaults.
type Options struct {
	Mode Mode

	// ArrayThreshold is the number of elements that an array may have in the
	// item's text; larger ones are kept outside. 0 is [DefaultThreshold]; a
	// negative number keeps all arrays in the text.
	ArrayThreshold int

	// Format is how the arrays outside are kept.
	Format Format

	// Flat makes the variables of generated Go packages initialised when they
	// are imported, instead of functions that build what is asked for.
	Flat bool

	// Timeout is how long [DataSet.Lock], and Open where somebody else has the
	// dataset for itself, wait. 0 is [DefaultTimeout]; a negative time only as
	// long as it takes to find out: 300 ms, or 2 s in a cloud.
	Timeout time.Duration

	// Backup keeps what a write replaces, until the next one: [DataSet.Undo]
	// brings it back.
	Backup bool

	// NamePrefix begins the names that [DataSet.Insert] makes; "" is
	// [DefaultPrefix].
	NamePrefix string

	// Exclusive takes the dataset for this session: others that open it for
	// writing wait until it is closed, or until the process that has it died.
	// Readers do not. Sessions that were open before are not stopped; their
	// writes and those of this session do not get lost either way.
	Exclusive bool

	// SingleWriter goes on where the storage cannot tell two writers apart: the
	// caller promises that there is one.
	SingleWriter bool

	// NoPackage leaves out the Go package that a dataset on the local disk is
	// besides.
	NoPackage bool

	// Author is recorded with what this session writes; "": nobody.
	Author string

	// Handlers names the formats of items; nil is [artifacts.Default].
	Handlers *artifacts.Registry

	// Types are those that values of [DataSet.Put] may be made of, besides the type
	// that is asked for; nil is [archive.DefaultTypes].
	Types *archive.Types

	Logger *slog.Logger     // nil: silent
	Now    func() time.Time // nil: time.Now

	// NoSync leaves it to the system when data reaches the disk: faster, and a
	// power cut can undo or tear what was written.
	NoSync bool

	// fault is called before each operation of the storage, which fails with
	// its error. For tests of what a write does then.
	fault func(op, key string) error
}

// withDefaults returns a copy with every default filled in.
func (o *Options) withDefaults() (Options, error) {
	var c Options
	if o != nil {
		c = *o
	}
	if c.Mode != ReadOnly && c.Mode != ReadWrite {
		return c, fmt.Errorf("unknown mode %d", c.Mode)
	}
	if c.Format < Npy || c.Format > HDF5 {
		return c, fmt.Errorf("unknown format %v", c.Format)
	}
	if c.Exclusive && c.Mode == ReadOnly {
		return c, fmt.Errorf("exclusive: %w: it is for writers", artifacts.ErrReadOnly)
	}
	if c.ArrayThreshold == 0 {
		c.ArrayThreshold = DefaultThreshold
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.NamePrefix == "" {
		c.NamePrefix = DefaultPrefix
	}
	if err := checkKey(c.NamePrefix + "0"); err != nil {
		return c, fmt.Errorf("name prefix: %w", err)
	}
	if c.Handlers == nil {
		c.Handlers = artifacts.Default()
	}
	if c.Types == nil {
		c.Types = archive.DefaultTypes()
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
	return &store.Options{NoSync: o.NoSync, AssumeSingleWriter: o.SingleWriter, Logger: o.Logger, Fault: o.fault}
}
