package plugins

import (
	"log/slog"
	"time"
)

// Options are the choices of a [Host]. Nil, and zero fields, mean the defaults.
type Options struct {
	// TrustFile is where the user's agreements are kept; "": see
	// [DefaultTrustFile].
	TrustFile string

	// Paths are folders to search for plugins before the usual ones. Searching
	// only serves messages; what runs is named by the trust file.
	Paths []string

	StartTimeout time.Duration // from starting a process to its readiness; 0: 30 seconds
	StallTimeout time.Duration // without any sign of the plugin during a call; 0: 5 minutes, negative: no limit
	IdleTimeout  time.Duration // a process nobody used for so long is stopped; 0: 5 minutes, negative: never
	Grace        time.Duration // between asking a process to end and killing it; 0: 3 seconds

	// NoTLS talks to plugins without mutual TLS. On Unix the socket lies in a
	// folder only the user can enter, so what this lets in are other programs of
	// the same user.
	NoTLS bool

	// Env names variables of the environment that plugins may see, besides the
	// few every program needs (such as PATH and HOME) and LAZYSCRIBE_PLUGIN_*.
	Env []string

	// Logger gets what plugins write to their standard output and error, and
	// when they start and stop. Nil is silence.
	Logger *slog.Logger

	// MaxCrashes is how many crashes of a plugin within a minute are borne
	// before it is left down until the minute is over; 0: 3.
	MaxCrashes int
}

// withDefaults returns a copy of o with all fields set.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.StartTimeout, 30 * time.Second},
		{&c.StallTimeout, 5 * time.Minute},
		{&c.IdleTimeout, 5 * time.Minute},
		{&c.Grace, 3 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if c.MaxCrashes == 0 {
		c.MaxCrashes = 3
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
