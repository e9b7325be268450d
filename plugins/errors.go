package plugins

import (
	"errors"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// The ways in which a plugin fails as a program. What its handlers say about a
// value or a file are the sentinels of package artifacts: ErrUnsupportedValue,
// ErrCorrupt, ErrSettings, ErrOutputOnly.
var (
	// ErrUntrusted: the user has not agreed to run this binary. The message says
	// how to.
	ErrUntrusted = errors.New("not trusted")

	// ErrChanged: the binary, or what it says about itself, is not what was
	// agreed to.
	ErrChanged = errors.New("changed since it was trusted")

	// ErrStart: the process could not be started, or did not say in time that it
	// is ready.
	ErrStart = process.ErrStart

	// ErrCrashed: the process ended in the middle of a call, or ends so often
	// that it is not started any more for a while.
	ErrCrashed = process.ErrCrashed

	// ErrStalled: nothing came from the plugin for Options.StallTimeout, and it
	// was stopped.
	ErrStalled = process.ErrStalled

	// ErrProtocol: the plugin does not keep to the protocol, or to another
	// version of it.
	ErrProtocol = process.ErrProtocol

	// ErrClosed: the Host was closed, before or during the call.
	ErrClosed = process.ErrClosed

	// ErrOff: plugins are switched off in the environment (LAZYSCRIBE_PLUGINS).
	ErrOff = errors.New("plugins are switched off")
)

// An Error is a failure of a plugin. Texts in it that come from the plugin are
// cut to 2 KiB and have no control characters.
//
// Err holds what [errors.Is] finds: a sentinel of this package, or the one of
// package artifacts that stands for the code the plugin gave. Message says
// everything that Err does.
type Error struct {
	Plugin  string // name of the plugin
	Alias   string // of the handler, as it is known here; "" outside of calls
	Op      string // "start", "describe", "encode", "decode", ...
	Path    string // where in the value: "rows[3].loss"; "": no place
	Message string // one line
	Detail  string // such as a stack trace, for logs
	Exit    string // how the process ended: "exit status 2"; "": it did not
	Stderr  string // the last that the process wrote to its standard error
	Err     error
}

// Error names the plugin, and of its output the line that says most.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("plugin " + strconv.Quote(e.Plugin) + ": ")
	if e.Path != "" {
		b.WriteString("at " + e.Path + ": ")
	}
	b.WriteString(e.Message)
	if e.Exit != "" {
		b.WriteString(" (" + e.Exit + ")")
	}
	if line := process.Telling(e.Stderr); line != "" {
		b.WriteString("; last output: " + line)
	}
	return b.String()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// failed makes an [*Error] of a plugin's failure. Other errors, such as those of
// a context, of readers and writers, and of the checks before a start, are
// returned as they are.
func (p *Plugin) failed(op, alias string, err error) error {
	if fault, ok := errors.AsType[*process.Fault](err); ok {
		return &Error{
			Plugin: p.trusted.Name, Alias: alias, Op: op,
			Message: fault.Message, Exit: fault.Exit, Stderr: fault.Output, Err: fault,
		}
	}
	if refusal, ok := errors.AsType[*process.Refusal](err); ok {
		e := &Error{
			Plugin: p.trusted.Name, Alias: alias, Op: op,
			Message: refusal.Message, Path: refusal.Path, Detail: refusal.Detail, Err: meaning(op, refusal.Code),
		}
		if e.Err != nil {
			e.Message = e.Err.Error() + ": " + e.Message
		}
		return e
	}
	return err
}

// meaning returns the sentinel for a plugin's own code, nil for what no caller
// can act on.
func meaning(op string, code pluginpb.Failure_Code) error {
	switch code {
	case pluginpb.Failure_CODE_BAD_VALUE:
		return artifacts.ErrUnsupportedValue
	case pluginpb.Failure_CODE_BAD_SETTINGS:
		return artifacts.ErrSettings
	case pluginpb.Failure_CODE_BAD_FILE:
		return artifacts.ErrCorrupt
	case pluginpb.Failure_CODE_UNSUPPORTED:
		if op == "decode" {
			return artifacts.ErrOutputOnly
		}
		return errors.ErrUnsupported
	case pluginpb.Failure_CODE_UNKNOWN_ALIAS:
		return artifacts.ErrUnknownHandler
	case pluginpb.Failure_CODE_CANCELED:
		return ErrProtocol // the context has not ended
	}
	return nil
}
