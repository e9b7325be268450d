package sdk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// BadValue returns an error for a value that the format cannot hold, which wraps
// [artifacts.ErrUnsupportedValue]. The path says where in the value, such as
// "rows[3].loss"; it may be empty. The rest is as for [fmt.Errorf].
func BadValue(path, format string, a ...any) error {
	return failing(artifacts.ErrUnsupportedValue, path, format, a)
}

// BadFile returns an error for a file that is damaged or of another format,
// which wraps [artifacts.ErrCorrupt].
func BadFile(format string, a ...any) error {
	return failing(artifacts.ErrCorrupt, "", format, a)
}

// BadSettings returns an error for settings that the handler does not take,
// which wraps [artifacts.ErrSettings].
func BadSettings(format string, a ...any) error {
	return failing(artifacts.ErrSettings, "", format, a)
}

func failing(kind error, path, format string, a []any) error {
	cause := fmt.Errorf(format, a...)
	return &wire.Error{Kind: kind, Path: path, Reason: cause.Error(), Cause: cause}
}

// codesOf are the codes of errors, of which the first that fits counts.
var codesOf = []struct {
	is   error
	code pluginpb.Failure_Code
}{
	{context.Canceled, pluginpb.Failure_CODE_CANCELED},
	{context.DeadlineExceeded, pluginpb.Failure_CODE_CANCELED},
	{wire.ErrAborted, pluginpb.Failure_CODE_CANCELED},
	{wire.ErrMismatch, pluginpb.Failure_CODE_INTERNAL}, // whatever the handler made of it
	{artifacts.ErrSettings, pluginpb.Failure_CODE_BAD_SETTINGS},
	{artifacts.ErrUnsupportedValue, pluginpb.Failure_CODE_BAD_VALUE},
	{artifacts.ErrCorrupt, pluginpb.Failure_CODE_BAD_FILE},
	{artifacts.ErrOutputOnly, pluginpb.Failure_CODE_UNSUPPORTED},
	{artifacts.ErrNeedsType, pluginpb.Failure_CODE_UNSUPPORTED},
	{errors.ErrUnsupported, pluginpb.Failure_CODE_UNSUPPORTED},
	{artifacts.ErrUnknownHandler, pluginpb.Failure_CODE_UNKNOWN_ALIAS},
}

// maxMessage bounds the texts of a failure, in bytes; a frame has to hold them.
const maxMessage = 16 << 10

// encodeFailure tells an error to the host. What goes into Encode is the value:
// if something is damaged, or does not fit the handler's type, it is that.
func encodeFailure(err error) *pluginpb.Failure {
	f := failure(err)
	if f.Code == pluginpb.Failure_CODE_BAD_FILE || f.Code == pluginpb.Failure_CODE_INTERNAL && errors.Is(err, artifacts.ErrTargetType) {
		f.Code = pluginpb.Failure_CODE_BAD_VALUE
		f.Message = strings.TrimPrefix(f.Message, artifacts.ErrTargetType.Error()+": ")
	}
	return f
}

// failure tells an error to the host, which adds the text of the code itself.
func failure(err error) *pluginpb.Failure {
	f := &pluginpb.Failure{Code: pluginpb.Failure_CODE_INTERNAL, Message: err.Error()}
	for _, c := range codesOf {
		if errors.Is(err, c.is) {
			f.Code = c.code
			f.Message = strings.TrimPrefix(f.Message, c.is.Error()+": ")
			break
		}
	}
	if status.Code(err) == codes.Canceled {
		f.Code = pluginpb.Failure_CODE_CANCELED
	}
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Path != "" {
		f.Path = e.Path
		f.Message = strings.Replace(f.Message, e.Path+": ", "", 1)
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		f.Code, f.Detail = pluginpb.Failure_CODE_INTERNAL, shortened(p.stack)
	}
	message, detail, more := strings.Cut(f.Message, "\n")
	if more && f.Detail == "" {
		f.Detail = shortened(detail)
	}
	f.Message = shortened(message)
	return f
}

func shortened(s string) string {
	if len(s) > maxMessage {
		s = s[:maxMessage] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD") // as the protocol's strings have to be
}

// A panicError is what a handler panicked with.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("the handler panicked: %v", e.value) }

// errEnvironment: the file was written in an environment that does not fit this
// one.
var errEnvironment = fmt.Errorf("%w: files written elsewhere", errors.ErrUnsupported)
