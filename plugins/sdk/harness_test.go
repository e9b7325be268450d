package sdk

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"log/slog"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

const (
	asCBOR     = pluginpb.Encoding_ENCODING_CBOR
	asRaw      = pluginpb.Encoding_ENCODING_RAW
	asSequence = pluginpb.Encoding_ENCODING_CBOR_SEQ
)

// served serves handlers in this process and returns the host's end.
func served(t testing.TB, handlers ...artifacts.Handler) (pluginpb.ArtifactHandlerServiceClient, *server) {
	t.Helper()
	s, err := newServer("test", "1.2.3", handlers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	g := serveConfig(s).GRPCServer(nil)
	pluginpb.RegisterArtifactHandlerServiceServer(g, s)
	listener := bufconn.Listen(1 << 20)
	go g.Serve(listener)
	conn, err := grpc.NewClient("passthrough:memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		g.Stop()
		s.spool.remove()
	})
	return pluginpb.NewArtifactHandlerServiceClient(conn), s
}

// An answer is all that came from the plugin in one call.
type answer struct {
	encoding pluginpb.Encoding
	data     []byte
	empty    int // Data frames without data
	end      *pluginpb.End
	failure  *pluginpb.Failure
	err      error // of the stream; nil after io.EOF
}

// An upload is what goes to the plugin after Begin.
type upload struct {
	data []byte
	end  *pluginpb.End // nil: the end of data; see noEnd
	size int           // of frames; 0: 1000
}

// noEnd stands for an upload that is aborted.
var noEnd = new(pluginpb.End)

func (u upload) frames(data func([]byte) error, end func(*pluginpb.End) error, close func() error) {
	size := u.size
	if size == 0 {
		size = 1000
	}
	for rest := u.data; len(rest) > 0; {
		n := min(size, len(rest))
		if data(rest[:n]) != nil {
			return // the answer says why
		}
		rest = rest[n:]
	}
	switch u.end {
	case noEnd:
	case nil:
		crc := crc32.ChecksumIEEE(u.data)
		end(&pluginpb.End{Bytes: uint64(len(u.data)), Crc32: &crc})
	default:
		end(u.end)
	}
	close()
}

func encodeCall(t testing.TB, c pluginpb.ArtifactHandlerServiceClient, begin *pluginpb.Begin, up upload) (a answer) {
	t.Helper()
	s, err := c.Encode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: begin}}); err != nil {
		t.Fatal(err)
	}
	go up.frames(
		func(p []byte) error {
			return s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: p}})
		},
		func(e *pluginpb.End) error {
			return s.Send(&pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_End{End: e}})
		},
		s.CloseSend)
	for {
		r, err := s.Recv()
		if err != nil {
			return a.ended(err)
		}
		a.take(t, r.GetData(), r.GetEnd(), r.GetFailure())
	}
}

func decodeCall(t testing.TB, c pluginpb.ArtifactHandlerServiceClient, begin *pluginpb.Begin, up upload) (a answer) {
	t.Helper()
	s, err := c.Decode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Begin{Begin: begin}}); err != nil {
		t.Fatal(err)
	}
	go up.frames(
		func(p []byte) error {
			return s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_Data{Data: p}})
		},
		func(e *pluginpb.End) error {
			return s.Send(&pluginpb.DecodeRequest{Frame: &pluginpb.DecodeRequest_End{End: e}})
		},
		s.CloseSend)
	for {
		r, err := s.Recv()
		if err != nil {
			return a.ended(err)
		}
		if e := r.GetEncoding(); e != 0 {
			if a.encoding != 0 || len(a.data) > 0 {
				t.Errorf("an Encoding where none can be")
			}
			a.encoding = e
			continue
		}
		a.take(t, r.GetData(), r.GetEnd(), r.GetFailure())
	}
}

// take notes a frame and checks what holds for all answers.
func (a *answer) take(t testing.TB, data []byte, end *pluginpb.End, failure *pluginpb.Failure) {
	t.Helper()
	if a.end != nil || a.failure != nil {
		t.Error("a frame follows the last one")
	}
	if len(data) > wire.MaxData {
		t.Errorf("a frame has %d bytes", len(data))
	}
	a.data = append(a.data, data...)
	a.end, a.failure = end, failure
	if end == nil && failure == nil && len(data) == 0 {
		a.empty++
	}
	if end != nil && (end.Bytes != uint64(len(a.data)) || end.GetCrc32() != crc32.ChecksumIEEE(a.data)) {
		t.Errorf("End says %d bytes, %08x; there were %d, %08x", end.Bytes, end.GetCrc32(), len(a.data), crc32.ChecksumIEEE(a.data))
	}
}

func (a answer) ended(err error) answer {
	if !errors.Is(err, io.EOF) {
		a.err = err
	}
	return a
}

// ok returns the data of an answer that has to be a success.
func (a answer) ok(t testing.TB) []byte {
	t.Helper()
	if a.err != nil || a.failure != nil || a.end == nil {
		t.Fatalf("the call failed: %v, %v, %v", a.err, a.failure, a.end)
	}
	return a.data
}

// fails checks the code of an answer that has to be a failure.
func (a answer) fails(t testing.TB, code pluginpb.Failure_Code) *pluginpb.Failure {
	t.Helper()
	if a.err != nil || a.end != nil || a.failure.GetCode() != code {
		t.Fatalf("the answer is %v, %v, %v; want the failure %v", a.err, a.end, a.failure, code)
	}
	return a.failure
}

// item is the encoding of a value.
func item(t testing.TB, v any) []byte {
	t.Helper()
	data, err := wire.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func items(t testing.TB, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := wire.WriteSequence(t.Context(), &b, v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// natural is what an item means.
func natural(t testing.TB, data []byte) (v any) {
	t.Helper()
	if err := wire.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
