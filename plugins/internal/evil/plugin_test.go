package evil

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// beEvil makes this process the plugin. It does not return.
func beEvil() {
	switch deed(atStart) {
	case "chatter":
		fmt.Println("a library says hello\n" + strings.Repeat("x", 1<<20))
	case "endless line":
		fmt.Print(strings.Repeat("x", 1<<20))
		time.Sleep(time.Hour)
	case "garbage":
		fmt.Println("1|1|\x00\xff||grpc|")
		time.Sleep(time.Hour)
	case "protocol":
		fmt.Println("1|9|unix|/nowhere|grpc|")
		time.Sleep(time.Hour)
	case "core protocol":
		fmt.Println("7|1|unix|/nowhere|grpc|")
		time.Sleep(time.Hour)
	case "net/rpc":
		fmt.Println("1|1|unix|/nowhere|netrpc|")
		time.Sleep(time.Hour)
	case "nobody":
		fmt.Println("1|1|unix|/nowhere|grpc|")
		time.Sleep(time.Hour)
	case "exit":
		fmt.Fprintln(os.Stderr, "no licence")
		os.Exit(4)
	case "library": // as the loader of dynamic libraries has it
		fmt.Fprintln(os.Stderr, "error while loading shared libraries: libevil.so.1: cannot open shared object file")
		os.Exit(127)
	case "hang":
		time.Sleep(time.Hour)
	case "closed output":
		os.Stdout.Close()
		time.Sleep(time.Hour)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // its end is that of the host
		os.RemoveAll(os.Getenv(plugin.EnvUnixSocketDir))
		os.Exit(0)
	}()
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: wire.Handshake,
		VersionedPlugins: map[int]plugin.PluginSet{
			wire.ProtocolMajor: {wire.ServiceName: service{}},
		},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(wire.MaxFrame), grpc.MaxSendMsgSize(64<<20))...)
		},
		Logger: hclog.NewNullLogger(),
	})
	os.Exit(0)
}

// service is the plugin's, without the SDK that would keep it from mischief. Its
// one handler takes any value; the file is [magic] and the value in CBOR.
type service struct {
	plugin.NetRPCUnsupportedPlugin
	pluginpb.UnimplementedArtifactHandlerServiceServer
}

const magic = "BAD1"

func (s service) GRPCServer(_ *plugin.GRPCBroker, g *grpc.Server) error {
	pluginpb.RegisterArtifactHandlerServiceServer(g, s)
	return nil
}

func (service) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("this is a plugin")
}

func (service) Describe(ctx context.Context, _ *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	h := &pluginpb.HandlerInfo{Alias: "bad", Suffix: "bad", Binary: true, Encodings: []pluginpb.Encoding{pluginpb.Encoding_ENCODING_CBOR}}
	d := &pluginpb.DescribeResponse{Name: "evil", Version: "1.0.0", Sdk: "none", Handlers: []*pluginpb.HandlerInfo{h}}
	switch deed(atDescribe) {
	case "twice":
		d.Handlers = append(d.Handlers, h)
	case "built-in":
		d.Handlers = append(d.Handlers, &pluginpb.HandlerInfo{Alias: "json", Suffix: "json", Encodings: h.Encodings})
	case "suffix":
		h.Suffix = "exe"
	case "path":
		h.Suffix = "/../../x"
	case "alias":
		h.Alias = "other"
	case "nothing":
		d.Handlers = nil
	case "hang":
		<-ctx.Done()
	case "much":
		h.Summary = strings.Repeat("x", wire.MaxFrame)
	case "garbage":
		d.ProtoReflect().SetUnknown([]byte("\x0a\xff\xff"))
	}
	return d, nil
}

func (service) Encode(s grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) error {
	return serve(&stream{
		when: atEncode,
		receive: func() ([]byte, bool, error) {
			m, err := s.Recv()
			return m.GetData(), m.GetEnd() != nil, err
		},
		data: func(p []byte) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Data{Data: p}})
		},
		end: func(e *pluginpb.End) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_End{End: e}})
		},
		failure: func(f *pluginpb.Failure) error {
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Failure{Failure: f}})
		},
		any: s.SendMsg,
	})
}

func (service) Decode(s grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error {
	return serve(&stream{
		when: atDecode,
		receive: func() ([]byte, bool, error) {
			m, err := s.Recv()
			return m.GetData(), m.GetEnd() != nil, err
		},
		encoding: func(e pluginpb.Encoding) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Encoding{Encoding: e}})
		},
		data: func(p []byte) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Data{Data: p}})
		},
		end: func(e *pluginpb.End) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_End{End: e}})
		},
		failure: func(f *pluginpb.Failure) error {
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Failure{Failure: f}})
		},
		any: s.SendMsg,
	})
}

// work turns a value into a file, or a file into a value.
func (s *stream) work(in []byte) ([]byte, error) {
	if s.when == atEncode {
		return append([]byte(magic), in...), nil
	}
	value, ok := bytes.CutPrefix(in, []byte(magic))
	if !ok {
		return nil, errors.New("not a bad file")
	}
	return value, nil
}

// garbage is a message that is none of the protocol's.
func garbage() *emptypb.Empty {
	m := new(emptypb.Empty)
	m.ProtoReflect().SetUnknown([]byte("\x0a\xff\xff\xff")) // the first field is longer than all there is
	return m
}
