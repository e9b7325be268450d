package conform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// The plugin of the tests is this binary. It is written without the SDK, so that
// it can break one rule at a time: envMistake names it.
const envMistake = "CONFORM_TEST_MISTAKE"

func TestMain(m *testing.M) {
	mistake, set := os.LookupEnv(envMistake)
	if !set {
		os.Exit(m.Run())
	}
	p := &broken{mistake: mistake}
	switch {
	case len(os.Args) > 1 && os.Args[1] == wire.ArgDescribe:
		d := p.description()
		if mistake == "D2 other" {
			d.Version = "2.0.0"
		}
		fmt.Println(protojson.Format(d))
	case os.Getenv(wire.Handshake.MagicCookieKey) == "":
		fmt.Fprintln(os.Stderr, "a plugin of "+cmp.Or(map[string]string{"D3 silent": "something"}[mistake], "lazyscribe"))
		if mistake != "D3 succeeds" {
			os.Exit(1)
		}
	default:
		p.serve()
	}
	os.Exit(0)
}

// broken is a plugin with a handler "item", whose file is the CBOR of its value,
// and a handler "raw", whose file is the value.
type broken struct {
	pluginpb.UnimplementedArtifactHandlerServiceServer
	mistake string
	count   atomic.Int32 // of calls
	active  atomic.Int32 // calls
}

func (p *broken) description() *pluginpb.DescribeResponse {
	item := &pluginpb.HandlerInfo{Alias: "item", Suffix: "cbor", Encodings: []pluginpb.Encoding{pluginpb.Encoding_ENCODING_CBOR}}
	raw := &pluginpb.HandlerInfo{Alias: "raw", Encodings: []pluginpb.Encoding{pluginpb.Encoding_ENCODING_RAW}}
	d := &pluginpb.DescribeResponse{Name: "broken", Version: "1.0.0", Handlers: []*pluginpb.HandlerInfo{item, raw}}
	switch p.mistake {
	case "D1 name":
		d.Name = "no name"
	case "D1 alias":
		item.Alias = "Item"
	case "D1 twice":
		raw.Alias = "item"
	case "D1 none":
		d.Handlers = nil
	case "D1 encodings":
		item.Encodings = nil
	case "D1 unspecified":
		item.Encodings = append(item.Encodings, pluginpb.Encoding_ENCODING_UNSPECIFIED)
	case "D1 schema":
		item.SettingsSchema = []byte(`{"type": "array"}`)
	case "D1 environment":
		item.Environment = []*pluginpb.EnvironmentEntry{{Key: "not an identifier"}}
	case "E1 differs":
		d.Version = fmt.Sprintf("1.0.%d", os.Getpid())
	case "L5 home":
		d.Version += os.Getenv("HOME")
	}
	return d
}

func (p *broken) serve() {
	folder := os.Getenv("PLUGIN_UNIX_SOCKET_DIR")
	if p.mistake != "L1 interrupt" {
		signal.Ignore(os.Interrupt)
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		if p.mistake == "L3 stays" {
			return
		}
		if p.mistake != "L3 folder" {
			os.RemoveAll(folder)
		}
		os.Exit(0)
	}()
	listener, err := net.Listen("unix", filepath.Join(folder, "s"))
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(wire.MaxFrame), grpc.MaxSendMsgSize(8<<20), grpc.UnknownServiceHandler(p.shutdown))
	pluginpb.RegisterArtifactHandlerServiceServer(server, p)
	fmt.Printf("hello\n1|1|unix|%s|grpc|\n", listener.Addr())
	panic(server.Serve(listener))
}

// shutdown is go-plugin's, whose generated code this package does without.
func (p *broken) shutdown(_ any, s grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(s)
	if method != "/plugin.GRPCController/Shutdown" || p.mistake == "L2 stays" {
		return status.Error(codes.Unimplemented, method)
	}
	if err := s.RecvMsg(new(emptypb.Empty)); err != nil {
		return err
	}
	if p.mistake == "L2 code" {
		os.Exit(3)
	}
	time.AfterFunc(10*time.Millisecond, func() { os.Exit(0) }) // the answer goes out first
	return s.SendMsg(new(emptypb.Empty))
}

func (p *broken) Describe(context.Context, *pluginpb.DescribeRequest) (*pluginpb.DescribeResponse, error) {
	return p.description(), nil
}

func (p *broken) Encode(s grpc.BidiStreamingServer[pluginpb.EncodeRequest, pluginpb.EncodeResponse]) error {
	return p.call(false, func() (frame, error) {
		r, err := s.Recv()
		return frame{begin: r.GetBegin(), data: r.GetData(), end: r.GetEnd()}, err
	}, func(f frame) error {
		switch {
		case f.end != nil:
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_End{End: f.end}})
		case f.failure != nil:
			return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Failure{Failure: f.failure}})
		}
		return s.Send(&pluginpb.EncodeResponse{Frame: &pluginpb.EncodeResponse_Data{Data: f.data}})
	})
}

func (p *broken) Decode(s grpc.BidiStreamingServer[pluginpb.DecodeRequest, pluginpb.DecodeResponse]) error {
	return p.call(true, func() (frame, error) {
		r, err := s.Recv()
		return frame{begin: r.GetBegin(), data: r.GetData(), end: r.GetEnd()}, err
	}, func(f frame) error {
		switch {
		case f.encoding != 0:
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Encoding{Encoding: f.encoding}})
		case f.end != nil:
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_End{End: f.end}})
		case f.failure != nil:
			return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Failure{Failure: f.failure}})
		}
		return s.Send(&pluginpb.DecodeResponse{Frame: &pluginpb.DecodeResponse_Data{Data: f.data}})
	})
}

// refused is a call that ends in a Failure.
type refused pluginpb.Failure_Code

func (r refused) Error() string { return pluginpb.Failure_Code(r).String() }

func (p *broken) call(decode bool, receive func() (frame, error), send func(frame) error) error {
	p.count.Add(1)
	if p.active.Add(1) > 1 && p.mistake == "C1 shared" {
		p.mistake = "W1 differs"
	}
	defer p.active.Add(-1)
	err := p.handle(decode, receive, send)
	if code, ok := errors.AsType[refused](err); ok {
		return send(frame{failure: &pluginpb.Failure{Code: pluginpb.Failure_Code(code), Message: "refused"}})
	}
	return err
}

func (p *broken) handle(decode bool, receive func() (frame, error), send func(frame) error) error {
	first, err := receive()
	if err != nil {
		return err
	}
	if first.begin == nil {
		if p.mistake == "W7 failure" {
			return refused(pluginpb.Failure_CODE_INTERNAL)
		}
		return status.Error(codes.InvalidArgument, "no Begin")
	}
	alias := first.begin.GetAlias()
	if !slices.Contains([]string{"item", "raw"}, alias) {
		if p.mistake == "W5 internal" {
			return refused(pluginpb.Failure_CODE_INTERNAL)
		}
		return refused(pluginpb.Failure_CODE_UNKNOWN_ALIAS)
	}
	var settings map[string]any
	if given := first.begin.GetSettings(); len(given) > 0 && p.mistake != "W6 ignored" {
		if err := wire.Unmarshal(given, &settings); err != nil || len(settings) > 0 && p.mistake != "W6 unknown" {
			return refused(pluginpb.Failure_CODE_BAD_SETTINGS)
		}
	}
	out := &output{p: p, send: send}
	if alias == "raw" && p.mistake != "M1 gathers" {
		if err := out.begin(decode, pluginpb.Encoding_ENCODING_RAW); err != nil {
			return err
		}
		if err := p.input(receive, out.write); err != nil {
			return err
		}
		return out.end()
	}
	var data []byte
	err = p.input(receive, func(part []byte) error {
		data = append(data, part...)
		return nil
	})
	if err != nil {
		return err
	}
	if alias == "raw" {
		if err := out.begin(decode, pluginpb.Encoding_ENCODING_RAW); err != nil {
			return err
		}
		return errors.Join(out.write(data), out.end())
	}
	return p.item(decode, data, out)
}
