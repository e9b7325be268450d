package process

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A liar is a plugin whose streams are what a test wants them to be.
type liar struct {
	pluginpb.UnimplementedArtifactHandlerServiceServer
	encode func(grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) error
	decode func(grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error
}

func (l *liar) Encode(s grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) error {
	return l.encode(s)
}

func (l *liar) Decode(s grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error {
	return l.decode(s)
}

// supervise returns a supervisor, and a process that is served by l.
func supervise(t *testing.T, l *liar, stall time.Duration) (*Supervisor, *running) {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer(grpc.MaxRecvMsgSize(wire.MaxFrame), grpc.MaxSendMsgSize(16<<20))
	pluginpb.RegisterArtifactHandlerServiceServer(server, l)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:test",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(wire.MaxFrame), grpc.MaxCallSendMsgSize(wire.MaxFrame)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	log := slog.New(slog.DiscardHandler)
	s := New(Config{StallTimeout: stall, Grace: 50 * time.Millisecond, MaxCrashes: 3, Logger: log})
	r := &running{child: newChild("liar", nil, log), rpc: pluginpb.NewArtifactHandlerServiceClient(conn)}
	s.all[r] = struct{}{}
	return s, r
}

type encodeServer = grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]

// swallow reads what the host sends, to its end.
func swallow(s encodeServer) error {
	for {
		switch m, err := s.Recv(); {
		case err != nil:
			return err
		case m.GetEnd() != nil:
			return nil
		}
	}
}

func encodeData(p []byte) *pluginpb.EncodeResponse {
	return &pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Data{Data: p}}
}

func encodeEnd(n uint64, crc *uint32) *pluginpb.EncodeResponse {
	return &pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_End{End: &pluginpb.End{Bytes: n, Crc32: crc}}}
}

func TestEncodeStreams(t *testing.T) {
	good, bad := crc32.ChecksumIEEE([]byte("file")), uint32(7)
	send := func(frames ...*pluginpb.EncodeResponse) func(encodeServer) error {
		return func(s encodeServer) error {
			if err := swallow(s); err != nil {
				return err
			}
			for _, f := range frames {
				if err := s.Send(f); err != nil {
					return err
				}
			}
			return nil
		}
	}
	failure := &pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Failure{
		Failure: &pluginpb.Failure{Code: pluginpb.Failure_CODE_BAD_VALUE, Message: "no\x1b[2J\nway", Path: "[3]"},
	}}
	for _, test := range []struct {
		name   string
		plugin func(encodeServer) error
		file   string
		is     error
		says   string
	}{
		{name: "good", plugin: send(encodeData([]byte("fi")), encodeData(nil), encodeData([]byte("le")), encodeEnd(4, &good)), file: "file"},
		{name: "no sum", plugin: send(encodeData([]byte("file")), encodeEnd(4, nil)), file: "file"},
		{name: "empty", plugin: send(encodeEnd(0, nil)), file: ""},
		{name: "a frame of the future", plugin: send(&pluginpb.EncodeResponse{}, encodeData([]byte("file")), encodeEnd(4, nil)), file: "file"},
		{name: "wrong count", plugin: send(encodeData([]byte("file")), encodeEnd(5, &good)), is: ErrProtocol, says: "4 bytes came of 5"},
		{name: "wrong sum", plugin: send(encodeData([]byte("file")), encodeEnd(4, &bad)), is: ErrProtocol, says: "CRC-32"},
		{name: "no end", plugin: send(encodeData([]byte("file"))), is: ErrProtocol, says: "aborted"},
		{name: "nothing", plugin: send(), is: ErrProtocol, says: "aborted"},
		{name: "more after the end", plugin: send(encodeEnd(0, nil), encodeData([]byte("x"))), is: ErrProtocol, says: "after the end"},
		{name: "failure after data", plugin: send(encodeData([]byte("file")), failure), says: "no[2J way"},
		{name: "failure at once", plugin: func(s encodeServer) error { return s.Send(failure) }, says: "no[2J way"},
		{name: "large frame", plugin: send(encodeData(make([]byte, wire.MaxData+1))), is: ErrProtocol, says: "data frame too large"},
		{name: "too large a frame", plugin: send(encodeData(make([]byte, wire.MaxFrame))), is: ErrProtocol, says: "a frame of more than 2 MiB"},
		{name: "not read", plugin: func(s encodeServer) error { return s.Send(encodeEnd(0, nil)) }, is: ErrProtocol, says: "before it had read everything"},
		{name: "error of gRPC", plugin: func(encodeServer) error { return status.Error(codes.InvalidArgument, "what?") }, is: ErrProtocol, says: "what?"},
		{name: "not there", plugin: func(encodeServer) error { return status.Error(codes.Unimplemented, "") }, is: ErrProtocol, says: "Unimplemented"},
		{name: "says it is lost", plugin: func(encodeServer) error { return status.Error(codes.Unavailable, "gone") }, is: ErrProtocol, says: "lost its connection"},
		{name: "silent", plugin: func(s encodeServer) error { <-s.Context().Done(); return nil }, is: ErrStalled, says: "no progress for 200ms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			stall := time.Minute
			if test.is == ErrStalled {
				stall = 200 * time.Millisecond
			}
			s, r := supervise(t, &liar{encode: test.plugin}, stall)
			var file bytes.Buffer
			err := s.run(t.Context(), r, &Call{
				Begin: &pluginpb.Begin{Alias: "x"},
				// More than a window of HTTP/2 takes without being read.
				Up:   func(w io.Writer) error { _, err := w.Write(make([]byte, 8<<20)); return err },
				Down: func(_ pluginpb.Encoding, r io.Reader) error { _, err := io.Copy(&file, r); return err },
			})
			if test.says == "" {
				if err != nil || file.String() != test.file {
					t.Errorf("%q, %v", file.String(), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error %v, want %q and %v", err, test.says, test.is)
			}
			if _, ok := errors.AsType[*Refusal](err); ok != strings.HasPrefix(test.name, "failure") {
				t.Errorf("a refusal: %v", ok)
			}
		})
	}
}

func TestDecodeStreams(t *testing.T) {
	const cbor, raw = pluginpb.Encoding_ENCODING_CBOR, pluginpb.Encoding_ENCODING_RAW
	encoding := func(e pluginpb.Encoding) *pluginpb.DecodeResponse {
		return &pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Encoding{Encoding: e}}
	}
	data := func(s string) *pluginpb.DecodeResponse {
		return &pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Data{Data: []byte(s)}}
	}
	end := &pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_End{End: &pluginpb.End{Bytes: 1}}}
	for _, test := range []struct {
		name   string
		frames []*pluginpb.DecodeResponse
		got    string
		says   string
	}{
		{"good", []*pluginpb.DecodeResponse{data(""), encoding(raw), data("x"), end}, "ENCODING_RAW x", ""},
		{"no encoding", []*pluginpb.DecodeResponse{data("x"), end}, "", "did not name the encoding"},
		{"end alone", []*pluginpb.DecodeResponse{end}, "", "did not name the encoding"},
		{"nothing", nil, "", "without an answer"},
		{"two encodings", []*pluginpb.DecodeResponse{encoding(raw), data("x"), encoding(cbor), end}, "", "second encoding"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, r := supervise(t, &liar{decode: func(s grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error {
				for {
					if m, err := s.Recv(); err != nil {
						return err
					} else if m.GetEnd() != nil {
						break
					}
				}
				for _, f := range test.frames {
					if err := s.Send(f); err != nil {
						return err
					}
				}
				return nil
			}}, time.Minute)
			got := ""
			err := s.run(t.Context(), r, &Call{
				Decode: true,
				Begin:  &pluginpb.Begin{Alias: "x"},
				Up:     func(io.Writer) error { return nil },
				Down: func(e pluginpb.Encoding, r io.Reader) error {
					text, err := io.ReadAll(r)
					got = e.String() + " " + string(text)
					return err
				},
			})
			if test.says == "" {
				if err != nil || got != test.got {
					t.Errorf("%q, %v", got, err)
				}
			} else if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("error %v, want %q", err, test.says)
			}
		})
	}
}

// TestPanicWhileReceiving: a function of the caller that panics in the other
// goroutine makes the call fail and not the program.
func TestPanicWhileReceiving(t *testing.T) {
	s, r := supervise(t, &liar{encode: func(s encodeServer) error { return swallow(s) }}, time.Minute)
	err := s.run(t.Context(), r, &Call{
		Begin: &pluginpb.Begin{},
		Up:    func(io.Writer) error { return nil },
		Down:  func(pluginpb.Encoding, io.Reader) error { panic("mine") },
	})
	if err == nil || !strings.Contains(err.Error(), "mine") {
		t.Errorf("error %v", err)
	}
}
