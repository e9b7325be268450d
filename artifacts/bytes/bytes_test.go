package bytes_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
	_ "github.com/lazyscribe-go/lazyscribe/artifacts/bytes"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/hostile"
)

func handler(t testing.TB) artifacts.Handler {
	h, err := artifacts.Default().Lookup("bytes")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestConformance(t *testing.T) {
	long := make([]byte, 3000)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range long {
		long[i] = byte(random.Uint32())
	}
	reader := func() any { return struct{ io.Reader }{strings.NewReader("read")} }
	artifacttest.Run(t, handler(t),
		artifacttest.Case{Name: "empty", Value: []byte{}, Natural: []byte{}, File: []byte{}, OpenEnded: true},
		artifacttest.Case{Name: "nil slice", Value: []byte(nil), Want: []byte{}, OpenEnded: true},
		artifacttest.Case{Name: "long", Value: long, Natural: long, File: long, OpenEnded: true},
		artifacttest.Case{Name: "named", Value: json.RawMessage("{}"), Natural: []byte("{}"), File: []byte("{}"), OpenEnded: true},
		artifacttest.Case{Name: "reader", Make: reader, Want: []byte("read"), File: []byte("read"), OpenEnded: true},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "string", Value: "text", Refused: true},
		artifacttest.Case{Name: "array", Value: [2]byte{}, Refused: true},
		artifacttest.Case{Name: "ints", Value: []int{1}, Refused: true},
	)
}

func TestRegistered(t *testing.T) {
	want := artifacts.Format{Alias: "bytes", Suffix: "bin", Binary: true}
	if h, ok := artifacts.Default().BySuffix("bin"); !ok || h.Format() != want {
		t.Errorf("the suffix bin is that of %v", h)
	}
}

func TestDecodesIntoAWriter(t *testing.T) {
	var b bytes.Buffer
	if err := handler(t).Decode(t.Context(), strings.NewReader("\x00\xff"), &b); err != nil || b.String() != "\x00\xff" {
		t.Errorf("Decode writes %q, %v", &b, err)
	}
	if err := handler(t).Decode(t.Context(), strings.NewReader("x"), (*bytes.Buffer)(nil)); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("Decode into a nil writer: %v, want ErrTargetType", err)
	}
}

// A copy stops where its context does, whatever the reader could do by itself.
func TestContextEndsACopy(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancelled := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	long := bytes.NewReader(make([]byte, 1<<20)) // which is an io.WriterTo
	if err := handler(t).Encode(ctx, cancelled, long); !errors.Is(err, context.Canceled) || long.Len() == 0 {
		t.Errorf("Encode returns %v with %d bytes left", err, long.Len())
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// decoderUnderTest compares what is read with the file: here every file is sound.
func decoderUnderTest(t testing.TB) hostile.Decoder {
	h := handler(t)
	return hostile.Decoder{
		Seeds:  [][]byte{nil, []byte("\x00\xff"), bytes.Repeat([]byte("\x80 text\r\n"), 300)},
		Pieces: []string{"\x00", "\xff\xfe", "\n", "\x1a", strings.Repeat("x", 600)},
		Decode: func(t testing.TB, file []byte) {
			var plain []byte
			var named json.RawMessage
			var natural any
			var copied bytes.Buffer
			for _, target := range []any{&plain, &named, &natural, &copied} {
				if err := h.Decode(t.Context(), bytes.NewReader(file), target); err != nil {
					t.Fatalf("%T: %v", target, err)
				}
			}
			boxed, _ := natural.([]byte)
			for _, got := range [][]byte{plain, named, boxed, copied.Bytes()} {
				if !bytes.Equal(got, file) {
					t.Fatalf("%q instead of %q", got, file)
				}
			}
		},
		// For each of four targets: buffers that grow, one of them io.Copy's.
		Limit: func(length int) uint64 { return 4 * uint64(1<<16+8*length) },
	}
}

func FuzzDecode(f *testing.F)       { decoderUnderTest(f).Fuzz(f) }
func TestMutatedFiles(t *testing.T) { decoderUnderTest(t).Mutate(t) }
