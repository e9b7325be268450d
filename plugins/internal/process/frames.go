package process

import (
	"context"

	"google.golang.org/grpc"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// frames are the host's side of a stream. Encode and Decode have the same
// frames in messages of different types.
type frames interface {
	begin(*pluginpb.Begin) error
	data([]byte) error
	end(*pluginpb.End) error // closes the direction up, too
	next() (frame, error)
}

// A frame is what came down: one of its fields is set, or none if the frame is
// of a kind that a later version of the protocol has.
type frame struct {
	encoding pluginpb.Encoding
	data     []byte // not nil
	end      *pluginpb.End
	failure  *pluginpb.Failure
}

func (call *Call) open(ctx context.Context, rpc pluginpb.ArtifactHandlerServiceClient) (frames, error) {
	if call.Decode {
		s, err := rpc.Decode(ctx)
		return decodeFrames{s}, err
	}
	s, err := rpc.Encode(ctx)
	return encodeFrames{s}, err
}

type encodeFrames struct {
	s grpc.BidiStreamingClient[pluginpb.EncodeRequest, pluginpb.EncodeResponse]
}

func (f encodeFrames) begin(b *pluginpb.Begin) error {
	return f.s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: b}})
}

func (f encodeFrames) data(p []byte) error {
	return f.s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: p}})
}

func (f encodeFrames) end(e *pluginpb.End) error {
	if err := f.s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_End{End: e}}); err != nil {
		return err
	}
	return f.s.CloseSend()
}

func (f encodeFrames) next() (frame, error) {
	m, err := f.s.Recv()
	if err != nil {
		return frame{}, err
	}
	switch m := m.GetFrame().(type) {
	case *pluginpb.EncodeResponse_Data:
		return frame{data: present(m.Data)}, nil
	case *pluginpb.EncodeResponse_End:
		return frame{end: m.End}, nil
	case *pluginpb.EncodeResponse_Failure:
		return frame{failure: m.Failure}, nil
	}
	return frame{}, nil
}

type decodeFrames struct {
	s grpc.BidiStreamingClient[pluginpb.DecodeRequest, pluginpb.DecodeResponse]
}

func (f decodeFrames) begin(b *pluginpb.Begin) error {
	return f.s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Begin{Begin: b}})
}

func (f decodeFrames) data(p []byte) error {
	return f.s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Data{Data: p}})
}

func (f decodeFrames) end(e *pluginpb.End) error {
	if err := f.s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_End{End: e}}); err != nil {
		return err
	}
	return f.s.CloseSend()
}

func (f decodeFrames) next() (frame, error) {
	m, err := f.s.Recv()
	if err != nil {
		return frame{}, err
	}
	switch m := m.GetFrame().(type) {
	case *pluginpb.DecodeResponse_Encoding:
		return frame{encoding: m.Encoding}, nil
	case *pluginpb.DecodeResponse_Data:
		return frame{data: present(m.Data)}, nil
	case *pluginpb.DecodeResponse_End:
		return frame{end: m.End}, nil
	case *pluginpb.DecodeResponse_Failure:
		return frame{failure: m.Failure}, nil
	}
	return frame{}, nil
}

// present makes the empty bytes differ from none.
func present(p []byte) []byte {
	if p == nil {
		return []byte{}
	}
	return p
}
