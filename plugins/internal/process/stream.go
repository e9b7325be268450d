package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// An ownError is one of the caller's functions, not of the plugin.
type ownError struct{ err error }

func (e *ownError) Error() string { return e.err.Error() }
func (e *ownError) Unwrap() error { return e.err }

// stream carries the bytes of a call in both directions at once. Bytes go up in
// the goroutine of the caller, so that a panic in its functions finds its way;
// when it returns, no function of the call runs any more.
//
// The error is an *ownError, a *Refusal, a *Fault of the protocol, ErrStalled,
// or one of gRPC.
func (call *Call) stream(ctx context.Context, rpc pluginpb.ArtifactHandlerServiceClient, stall time.Duration) error {
	var receiver sync.WaitGroup
	defer receiver.Wait()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil) // before the waiting
	f, err := call.open(ctx, rpc)
	if err != nil {
		return err
	}
	watch := newClock(stall, func() { cancel(ErrStalled) })
	defer watch.stop()

	down := make(chan error, 1)
	receiver.Go(func() {
		in := incoming{frames: f, watch: watch}
		err := in.receive(call)
		down <- err
		if err != nil {
			cancel(err) // what goes up is of no use any more
		}
	})
	whole, err := call.send(f, watch)
	if err != nil {
		return err
	}
	switch err := <-down; {
	case err == nil && whole:
		return nil
	case err == nil:
		return faulty("answered before it had read everything")
	case context.Cause(ctx) == ErrStalled:
		return ErrStalled
	default:
		return err
	}
}

// send writes the frames that go up. It returns whether the plugin took them
// all; if it did not, what came down says why.
func (call *Call) send(f frames, watch *clock) (whole bool, err error) {
	watch.work()
	defer watch.rest()
	gone := false
	send := func(f func() error) error {
		watch.rest()
		defer watch.work()
		err := f()
		gone = gone || err != nil
		return err
	}
	if send(func() error { return f.begin(call.Begin) }) != nil {
		return false, nil
	}
	out := wire.NewFrameWriter(func(p []byte) error {
		return send(func() error { return f.data(p) })
	})
	defer out.Release()
	if err = call.Up(out); err == nil {
		err = out.Flush()
	}
	switch {
	case gone:
		return false, nil
	case err != nil:
		return false, &ownError{err}
	}
	sum := out.End()
	end := &pluginpb.End{Bytes: sum.Bytes, Crc32: sum.CRC32}
	return send(func() error { return f.end(end) }) == nil, nil
}

// incoming is what comes down.
type incoming struct {
	frames   frames
	watch    *clock
	encoding pluginpb.Encoding
	err      error // the first error that is the plugin's or gRPC's
}

// receive lets the call take what comes down, up to the end of the stream.
func (in *incoming) receive(call *Call) (err error) {
	in.watch.work()
	defer in.watch.rest()
	defer func() {
		if r := recover(); r != nil {
			err = &ownError{fmt.Errorf("panic while a plugin's answer was taken: %v", r)}
		}
	}()
	if call.Decode {
		if err := in.named(); err != nil {
			return err
		}
	}
	data := wire.NewFrameReader(in.next)
	err = call.Down(in.encoding, data)
	if err == nil {
		err = data.Discard()
	}
	switch {
	case in.err != nil:
		return in.err
	case errors.Is(err, wire.ErrAborted), errors.Is(err, wire.ErrMismatch), errors.Is(err, wire.ErrFrameSize):
		return &Fault{Kind: ErrProtocol, Message: "sent a bad stream: " + err.Error(), Cause: err}
	case err != nil:
		return &ownError{err}
	}
	return in.over()
}

// named waits for the frame that names the encoding of an answer.
func (in *incoming) named() error {
	for in.encoding == pluginpb.Encoding_ENCODING_UNSPECIFIED {
		data, end, err := in.next()
		switch {
		case errors.Is(err, io.EOF):
			return faulty("ended the stream without an answer")
		case err != nil:
			return err
		case len(data) > 0 || end != nil:
			return faulty("did not name the encoding of its answer")
		}
	}
	return nil
}

// next returns the next frame as a wire.FrameReader wants it.
func (in *incoming) next() ([]byte, *wire.End, error) {
	f, err := in.wait()
	switch {
	case errors.Is(err, io.EOF): // for the FrameReader to judge
		return nil, nil, io.EOF
	case err != nil:
		in.err = err
	case f.failure != nil:
		in.err = refusal(f.failure)
	case f.encoding != pluginpb.Encoding_ENCODING_UNSPECIFIED:
		if in.encoding != pluginpb.Encoding_ENCODING_UNSPECIFIED {
			in.err = faulty("named a second encoding of its answer")
		}
		in.encoding = f.encoding
	case f.end != nil:
		return nil, &wire.End{Bytes: f.end.GetBytes(), CRC32: f.end.Crc32}, nil
	}
	return f.data, nil, in.err
}

// wait waits for the plugin.
func (in *incoming) wait() (frame, error) {
	in.watch.rest()
	defer in.watch.work()
	return in.frames.next()
}

// over makes sure that nothing comes after the end.
func (in *incoming) over() error {
	_, err := in.wait()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return faulty("sent more after the end")
}

func faulty(format string, args ...any) *Fault {
	return &Fault{Kind: ErrProtocol, Message: fmt.Sprintf(format, args...)}
}
