package conform

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"google.golang.org/grpc"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A frame is what Encode and Decode have in common: one of begin, data, end and,
// on the way down, failure and encoding.
type frame struct {
	begin    *pluginpb.Begin
	data     []byte
	end      *pluginpb.End
	failure  *pluginpb.Failure
	encoding pluginpb.Encoding
}

// A direction is Encode or Decode.
type direction func(context.Context, pluginpb.ArtifactHandlerServiceClient) (*stream, error)

// A stream is one call under way, whichever direction it has.
type stream struct {
	send      func(frame) error
	receive   func() (frame, error)
	closeSend func() error
}

func encoding(ctx context.Context, client pluginpb.ArtifactHandlerServiceClient) (*stream, error) {
	call, err := client.Encode(ctx)
	return open(call, err, func(f frame) *pluginpb.EncodeRequest {
		switch {
		case f.begin != nil:
			return &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: f.begin}}
		case f.end != nil:
			return &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_End{End: f.end}}
		}
		return &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: f.data}}
	}, func(r *pluginpb.EncodeResponse) frame {
		return frame{data: r.GetData(), end: r.GetEnd(), failure: r.GetFailure()}
	})
}

func decoding(ctx context.Context, client pluginpb.ArtifactHandlerServiceClient) (*stream, error) {
	call, err := client.Decode(ctx)
	return open(call, err, func(f frame) *pluginpb.DecodeRequest {
		switch {
		case f.begin != nil:
			return &pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Begin{Begin: f.begin}}
		case f.end != nil:
			return &pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_End{End: f.end}}
		}
		return &pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Data{Data: f.data}}
	}, func(r *pluginpb.DecodeResponse) frame {
		return frame{data: r.GetData(), end: r.GetEnd(), failure: r.GetFailure(), encoding: r.GetEncoding()}
	})
}

func open[Req, Res any](call grpc.BidiStreamingClient[Req, Res], err error, up func(frame) *Req, down func(*Res) frame) (*stream, error) {
	if err != nil {
		return nil, err
	}
	return &stream{
		send: func(f frame) error { return call.Send(up(f)) },
		receive: func() (frame, error) {
			r, err := call.Recv()
			if err != nil {
				return frame{}, err
			}
			return down(r), nil
		},
		closeSend: call.CloseSend,
	}, nil
}

// An answer is what a call gave.
type answer struct {
	data     []byte
	size     uint64 // of data, also if it was not kept
	encoding pluginpb.Encoding
	failure  *pluginpb.Failure // nil: the call ended well
}

// A source gives the frames behind Begin, in their order.
type source func(send func(frame) error) error

// payload sends data and the End that goes with it.
func payload(data []byte) source {
	return func(send func(frame) error) error {
		end := ending(data)
		for len(data) > 0 {
			n := min(len(data), wire.MaxData)
			if err := send(frame{data: data[:n]}); err != nil {
				return err
			}
			data = data[n:]
		}
		return send(frame{end: end})
	}
}

// ending is the End behind data.
func ending(data []byte) *pluginpb.End {
	return &pluginpb.End{Bytes: uint64(len(data)), Crc32: new(crc32.ChecksumIEEE(data))}
}

// call makes one call and checks that the plugin's side of it follows the rules.
// The error is that of a rule that was broken; a Failure is none.
func (p *instance) call(ctx context.Context, d direction, begin *pluginpb.Begin, up source) (*answer, error) {
	var kept []byte
	a, err := p.transfer(ctx, d, begin, up, func(data []byte) { kept = append(kept, data...) })
	if err != nil {
		return nil, err
	}
	a.data = kept
	return a, nil
}

// transfer is call for answers of any size, which take gets in parts.
func (p *instance) transfer(ctx context.Context, d direction, begin *pluginpb.Begin, up source, take func([]byte)) (*answer, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := d(ctx, p.client)
	if err != nil {
		return nil, err
	}
	sent := make(chan error, 1)
	go func() {
		err := s.send(frame{begin: begin})
		if err == nil {
			err = up(s.send)
		}
		sent <- errors.Join(err, s.closeSend())
	}()
	a, err := s.answer(take)
	cancel()
	// A sender that failed because the plugin had answered already is none of
	// the plugin's faults.
	<-sent
	return a, err
}

// answer receives a call's frames to the end.
func (s *stream) answer(take func([]byte)) (*answer, error) {
	a := new(answer)
	sum := crc32.NewIEEE()
	var end *pluginpb.End
	for {
		f, err := s.receive()
		switch {
		case err == io.EOF && end == nil && a.failure == nil:
			return nil, errors.New("the answer has neither End nor Failure")
		case err == io.EOF:
			return a, nil
		case err != nil:
			return nil, err
		case end != nil || a.failure != nil:
			return nil, errors.New("a frame follows End or Failure")
		case len(f.data) > wire.MaxData:
			return nil, fmt.Errorf("a Data frame has %d bytes, more than 1 MiB", len(f.data))
		case f.encoding != 0:
			a.encoding = f.encoding
		}
		a.size += uint64(len(f.data))
		sum.Write(f.data)
		take(f.data)
		end, a.failure = f.end, f.failure
		switch {
		case end != nil && end.GetBytes() != a.size:
			return nil, fmt.Errorf("the count in End is %d, and %d bytes came", end.GetBytes(), a.size)
		case end != nil && end.Crc32 != nil && end.GetCrc32() != sum.Sum32():
			return nil, fmt.Errorf("the checksum in End is %08x, that of the bytes %08x", end.GetCrc32(), sum.Sum32())
		}
	}
}

// failed returns an error unless a call ended in a Failure, with one of codes if
// there are any.
func (a *answer) failed(codes ...pluginpb.Failure_Code) error {
	if a.failure == nil {
		return errors.New("the call ended well")
	}
	if len(codes) == 0 || slices.Contains(codes, a.failure.GetCode()) {
		return nil
	}
	return fmt.Errorf("the code is %s, want %s: %s", a.failure.GetCode(), codes[0], a.failure.GetMessage())
}

// succeeded returns an error unless a call ended well.
func (a *answer) succeeded() error {
	if a.failure == nil {
		return nil
	}
	return &refusal{a.failure}
}

// A refusal is a call that ended in a Failure where it should not have.
type refusal struct{ failure *pluginpb.Failure }

func (r *refusal) Error() string {
	at := ""
	if r.failure.GetPath() != "" {
		at = "at " + r.failure.GetPath() + ": "
	}
	return fmt.Sprintf("%s: %s%s", r.failure.GetCode(), at, r.failure.GetMessage())
}

// unlessRefused forgives a handler that does not take a value the kit has made
// up from a sample.
func unlessRefused(err error) error {
	if r, ok := errors.AsType[*refusal](err); ok && r.failure.GetCode() == pluginpb.Failure_CODE_BAD_VALUE {
		return nil
	}
	return err
}
