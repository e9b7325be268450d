package payload

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// HandlerForLoad returns the handler a stored artifact is decoded with: the one
// of the options, or else the one registered under the alias that was recorded,
// with the settings of the options applied. A nil registry is the default one.
func HandlerForLoad(alias string, reg *artifacts.Registry, o *artifacts.LoadOptions) (artifacts.Handler, error) {
	if o == nil {
		o = &artifacts.LoadOptions{}
	}
	h, err := choose(o.Handler, alias, reg)
	if err != nil {
		return nil, err
	}
	return configure(h, o.Settings)
}

// handlerForLog is the same for a value to be logged, where alias and handler
// must not contradict one another.
func handlerForLog(alias string, reg *artifacts.Registry, o *artifacts.LogOptions) (artifacts.Handler, error) {
	h, err := choose(o.Handler, alias, reg)
	if err != nil {
		return nil, err
	}
	if own := h.Format().Alias; alias != "" && alias != own {
		return nil, fmt.Errorf("alias %s was given with a handler for %s", strconv.Quote(alias), strconv.Quote(own))
	}
	return configure(h, o.Settings)
}

// choose returns own, or the registered handler if own is not given.
func choose(own artifacts.Handler, alias string, reg *artifacts.Registry) (artifacts.Handler, error) {
	switch {
	case own != nil && isNil(own):
		return nil, fmt.Errorf("handler is a nil %T", own)
	case own != nil:
		if err := artifacts.CheckFormat(own.Format()); err != nil {
			return nil, fmt.Errorf("handler: %w", err)
		}
		return own, nil
	case alias == "":
		return nil, errors.New("neither an alias nor a handler was given")
	case reg == nil:
		reg = artifacts.Default()
	}
	return reg.Lookup(alias)
}

func configure(h artifacts.Handler, settings map[string]any) (configured artifacts.Handler, err error) {
	if len(settings) == 0 {
		return h, nil
	}
	defer wrap(&err, "configure", h)
	c, ok := h.(artifacts.Configurable)
	if !ok {
		return nil, errors.New("the handler has no settings")
	}
	defer recovered(&err)
	configured, err = c.Configure(settings)
	if err == nil && configured == nil {
		err = errors.New("the handler returned none")
	}
	return configured, err
}

// wrap adds to a deferred error what was done, and with which handler.
func wrap(err *error, operation string, h artifacts.Handler) {
	if *err != nil {
		*err = fmt.Errorf("%s with handler %s: %w", operation, strconv.Quote(h.Format().Alias), *err)
	}
}

// recovered turns a panic of a handler into an error: a bad handler must not
// take a run of hours with it.
func recovered(err *error) {
	if r := recover(); r != nil {
		cause, ok := r.(error)
		if !ok {
			cause = fmt.Errorf("%v", r)
		}
		*err = fmt.Errorf("the handler panicked: %w", cause)
	}
}
