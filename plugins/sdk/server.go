package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime/debug"

	"google.golang.org/grpc"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A server answers the calls of the protocol.
type server struct {
	pluginpb.UnimplementedArtifactHandlerServiceServer
	description *pluginpb.DescribeResponse
	handlers    map[string]artifacts.Handler
	logger      *slog.Logger
	spool       *folder
}

func newServer(name, version string, handlers []artifacts.Handler, logger *slog.Logger) (*server, error) {
	description, err := describe(name, version, handlers)
	if err != nil {
		return nil, err
	}
	s := &server{
		description: description,
		handlers:    make(map[string]artifacts.Handler),
		logger:      logger,
		spool:       &folder{pattern: "lazyscribe-plugin-" + name + "-*"},
	}
	for _, h := range handlers {
		s.handlers[h.Format().Alias] = h
	}
	return s, nil
}

// Describe says the same at each call.
func (s *server) Describe(context.Context, *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	return s.description, nil
}

// Encode has a handler write a file.
func (s *server) Encode(g grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) error {
	return s.serve(g.Context(), encodeStream(g), encode)
}

// Decode has a handler read one.
func (s *server) Decode(g grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error {
	return s.serve(g.Context(), decodeStream(g), decode)
}

// A work is what the two calls differ in: between their first frame and their
// last one.
type work func(ctx context.Context, h artifacts.Handler, c *call, in io.Reader, out io.Writer) error

func (s *server) serve(ctx context.Context, st *stream, do work) error {
	begin, err := st.begin()
	if err != nil {
		return err
	}
	c := &call{
		begin:  begin,
		stream: st,
		logger: s.logger.With("alias", begin.GetAlias(), "artifact", begin.GetArtifactName()),
		dir:    s.spool.get,
	}
	defer c.end()
	in := wire.NewFrameReader(st.next)
	out := wire.NewFrameWriter(st.data)
	defer out.Release()

	err = guard(func() error {
		h, err := s.handler(begin)
		if err != nil {
			return err
		}
		if err := do(context.WithValue(ctx, callKey{}, c), h, c, in, out); err != nil {
			return err
		}
		// A handler need not read to the end, and may have taken an abort for
		// one. Only here it is known that all that was sent has come.
		if err := in.Discard(); err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		c.logger.Debug("the call failed", "error", err)
	}
	return st.finish(out.End(), err)
}

// handler returns the handler that a call is for, with the call's settings.
func (s *server) handler(begin *pluginpb.Begin) (artifacts.Handler, error) {
	h, ok := s.handlers[begin.GetAlias()]
	if !ok {
		return nil, fmt.Errorf("%w: %q is not served", artifacts.ErrUnknownHandler, begin.GetAlias())
	}
	if len(begin.GetSettings()) == 0 {
		return h, nil
	}
	var settings map[string]any
	if err := wire.Unmarshal(begin.GetSettings(), &settings); err != nil {
		return nil, BadSettings("%v", err)
	}
	if len(settings) == 0 {
		return h, nil
	}
	c, ok := h.(artifacts.Configurable)
	if !ok {
		return nil, BadSettings("the handler has no settings")
	}
	configured, err := c.Configure(settings)
	if err != nil && !errors.Is(err, artifacts.ErrSettings) {
		err = fmt.Errorf("%w: %w", artifacts.ErrSettings, err)
	}
	return configured, err
}

func encode(ctx context.Context, h artifacts.Handler, c *call, in io.Reader, out io.Writer) error {
	value, err := receive(ctx, in, c.begin, valueType(h))
	if err != nil {
		return err
	}
	return h.Encode(ctx, out, value)
}

func decode(ctx context.Context, h artifacts.Handler, c *call, in io.Reader, out io.Writer) error {
	if h.Format().OutputOnly {
		return artifacts.ErrOutputOnly
	}
	target := reflect.New(valueType(h))
	if recorded := artifacts.Environment(c.begin.GetRecordedEnvironment()); len(recorded) > 0 {
		if v, ok := h.(artifacts.EnvironmentValidator); ok {
			if err := v.ValidateEnvironment(recorded, target.Interface()); err != nil {
				return fmt.Errorf("%w: %w", errEnvironment, err)
			}
		}
	}
	if err := h.Decode(ctx, in, target.Interface()); err != nil {
		return err
	}
	return send(ctx, c.stream, out, target.Elem().Interface())
}

// guard turns a panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{value: r, stack: string(debug.Stack())}
		}
	}()
	return f()
}
