package process

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Call is one stream of the protocol: bytes go up to the plugin, and others
// come down.
type Call struct {
	Decode bool // the service's Decode instead of its Encode
	Begin  *pluginpb.Begin

	// Accept looks at what the process said about itself, and refuses to call it
	// with the error that the call then has. Nil accepts all.
	Accept func(info *pluginpb.DescribeResponse) error

	// Up writes what goes up.
	Up func(w io.Writer) error

	// Down reads what comes down, in another goroutine than Up; a Decode is
	// answered in the encoding e. It need not read to the end, which is looked
	// at in any case: what was read is of no use if the call fails.
	Down func(e pluginpb.Encoding, r io.Reader) error

	// Again prepares for Up and Down being called once more; it returns whether
	// that is possible. Nil means that it is not.
	Again func() bool
}

// Do makes a call. If the process crashes, and the call can be made again, that
// is done once, with a process of its own: where calls share a crash, those that
// had no part in it succeed, and the one that did is known.
func (s *Supervisor) Do(ctx context.Context, call *Call) error {
	r, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	err = s.run(ctx, r, call)
	s.release(r)
	if !errors.Is(err, ErrCrashed) || call.Again == nil || !call.Again() {
		return err
	}
	return s.again(ctx, call, err)
}

// again makes a call that failed with a crash once more. It returns the first
// error if no process can be started for it.
func (s *Supervisor) again(ctx context.Context, call *Call, first error) error {
	select {
	case s.alone <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.alone }()
	s.mu.Lock()
	if s.mayStart() != nil {
		s.mu.Unlock()
		return first
	}
	s.work.Add(1)
	s.mu.Unlock()
	defer s.work.Done()

	starting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(s.life, func() { cancel(ErrClosed) })
	defer stop()
	r, err := s.spawn(starting)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrClosed):
		return err
	default:
		return first
	}
	err = s.run(ctx, r, call)
	s.mu.Lock()
	s.retire(r)
	s.mu.Unlock()
	r.stop(s.c.Grace)
	return err
}

// run makes a call with a process and finds out what a failure means.
func (s *Supervisor) run(ctx context.Context, r *running, call *Call) error {
	if call.Accept != nil {
		if err := call.Accept(r.info); err != nil {
			s.refuse(r)
			return err
		}
	}
	err := call.stream(ctx, r.rpc, s.c.StallTimeout)
	if err == nil {
		return nil
	}
	if own, ok := errors.AsType[*ownError](err); ok {
		return own.err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == ErrStalled {
		s.discard(r, "was stopped because another call made no progress")
		return &Fault{Kind: ErrStalled, Message: fmt.Sprintf("made no progress for %v and was stopped", s.c.StallTimeout)}
	}
	switch err.(type) {
	case *Refusal, *Fault:
		return err
	}
	return s.broken(r, err)
}

// broken finds out why the connection failed with an error of gRPC.
func (s *Supervisor) broken(r *running, err error) *Fault {
	switch code := status.Code(err); code {
	case codes.Unavailable, codes.Canceled, codes.Internal:
		// The connection is lost a little before the process is over.
		if r.child.endsWithin(s.c.Grace) || s.retired(r) {
			return s.ended(r)
		}
		s.discard(r, "was stopped because it lost its connection")
		return &Fault{Kind: ErrProtocol, Message: "lost its connection and was stopped: " + Line(status.Convert(err).Message()), Cause: err}
	case codes.ResourceExhausted:
		return &Fault{Kind: ErrProtocol, Message: fmt.Sprintf("sent a frame of more than %d MiB", wire.MaxFrame>>20), Cause: err}
	default:
		return &Fault{Kind: ErrProtocol, Message: "answered with an error of gRPC: " + Line(err.Error()), Cause: err}
	}
}

// ended says how a process came to its end.
func (s *Supervisor) ended(r *running) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost(r)
	switch {
	case r.wish:
		return &Fault{Kind: ErrClosed, Message: "was stopped during the call"}
	case r.left != "":
		return &Fault{Kind: ErrCrashed, Message: r.left}
	}
	return &Fault{Kind: ErrCrashed, Message: "ended unexpectedly", Exit: r.child.exit, Output: r.child.tail.String()}
}
