package sdk

import (
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A stream is what the two calls of the protocol have in common, whose messages
// are alike and of different types.
type stream struct {
	recv func() (request, error)

	mu           sync.Mutex // held while something is sent, which may be from several goroutines
	over         bool       // the call returned
	sendData     func(data []byte) error
	sendEnd      func(*pluginpb.End) error
	sendFailure  func(error) error
	sendEncoding func(pluginpb.Encoding) error // of Decode
}

// request is what EncodeRequest and DecodeRequest share.
type request interface {
	GetBegin() *pluginpb.Begin
	GetData() []byte
	GetEnd() *pluginpb.End
}

func encodeStream(s grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) *stream {
	return &stream{
		recv: func() (request, error) { return s.Recv() },
		sendData: func(data []byte) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Data{Data: data}})
		},
		sendEnd: func(end *pluginpb.End) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_End{End: end}})
		},
		sendFailure: func(err error) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Failure{Failure: encodeFailure(err)}})
		},
	}
}

func decodeStream(s grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) *stream {
	return &stream{
		recv: func() (request, error) { return s.Recv() },
		sendData: func(data []byte) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Data{Data: data}})
		},
		sendEnd: func(end *pluginpb.End) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_End{End: end}})
		},
		sendFailure: func(err error) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Failure{Failure: failure(err)}})
		},
		sendEncoding: func(e pluginpb.Encoding) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Encoding{Encoding: e}})
		},
	}
}

// begin receives the first frame.
func (s *stream) begin() (*pluginpb.Begin, error) {
	first, err := s.recv()
	if err == nil && first.GetBegin() != nil {
		return first.GetBegin(), nil
	}
	if err == nil || err == io.EOF {
		err = status.Error(codes.InvalidArgument, "the first frame must be Begin")
	}
	return nil, err
}

// next receives one of the frames after it, for a [wire.FrameReader].
func (s *stream) next() (data []byte, end *wire.End, err error) {
	if s.isOver() {
		return nil, nil, errOver
	}
	frame, err := s.recv()
	if err != nil {
		return nil, nil, err
	}
	if frame.GetBegin() != nil {
		return nil, nil, errors.New("the host sent a second Begin")
	}
	if end := frame.GetEnd(); end != nil {
		return nil, &wire.End{Bytes: end.Bytes, CRC32: end.Crc32}, nil
	}
	return frame.GetData(), nil, nil
}

// errOver is what a handler gets that goes on after its call returned.
var errOver = errors.New("the call is over")

func (s *stream) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// data sends a Data frame.
func (s *stream) data(data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return errOver
	}
	return s.sendData(data)
}

// encoding says how the value is spelled that follows.
func (s *stream) encoding(e pluginpb.Encoding) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sendEncoding(e)
}

// finish sends the last frame, after which nothing is sent any more.
func (s *stream) finish(end wire.End, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if err == nil {
		return s.sendEnd(&pluginpb.End{Bytes: end.Bytes, Crc32: end.CRC32})
	}
	if sent := s.sendFailure(err); sent != nil {
		return fmt.Errorf("report %w: %w", err, sent)
	}
	return nil
}
