package process

import (
	"errors"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// See package plugins, which has them under the same names.
var (
	ErrStart    = errors.New("cannot be started")
	ErrCrashed  = errors.New("ended unexpectedly")
	ErrStalled  = errors.New("made no progress")
	ErrProtocol = errors.New("does not keep to the protocol")
	ErrClosed   = errors.New("plugins are closed")
)

// A Fault is a plugin's failure as a program.
type Fault struct {
	Kind    error  // one of the sentinels
	Message string // for people, one line
	Exit    string // how the process ended; "": it did not
	Output  string // the last of its standard error
	Cause   error  // may be nil
}

func (f *Fault) Error() string { return f.Message }

// Unwrap returns the sentinel and the cause.
func (f *Fault) Unwrap() []error {
	if f.Cause == nil {
		return []error{f.Kind}
	}
	return []error{f.Kind, f.Cause}
}

// A Refusal is a plugin's answer that it cannot do what was asked.
type Refusal struct {
	Code    pluginpb.Failure_Code
	Message string // one line
	Path    string // where in the value
	Detail  string // may have several lines
}

func (r *Refusal) Error() string { return r.Message }

func refusal(f *pluginpb.Failure) *Refusal {
	r := &Refusal{
		Code:    f.GetCode(),
		Message: Line(f.GetMessage()),
		Path:    Line(f.GetPath()),
		Detail:  Text(f.GetDetail()),
	}
	if r.Message == "" {
		r.Message = "failed without saying why"
	}
	return r
}
