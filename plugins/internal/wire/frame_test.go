package wire

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// collected sends what write writes through a FrameWriter.
func collected(t *testing.T, write func(w *FrameWriter)) (frames [][]byte, end End) {
	t.Helper()
	w := NewFrameWriter(func(frame []byte) error {
		frames = append(frames, bytes.Clone(frame))
		return nil
	})
	write(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	end = w.End()
	w.Release()
	return frames, end
}

// Whatever the sizes of the writes, the frames are the same bytes in the same
// order, and of sizes that are allowed and cheap.
func TestFrameWriterProperties(t *testing.T) {
	random := make([]byte, 4<<20)
	rand.NewChaCha8([32]byte{1}).Read(random)
	for seed := range uint64(22) {
		rng := rand.New(rand.NewPCG(seed, 1))
		largest := 1 << (seed + 1)
		total := rng.IntN(min(len(random), 2000*largest))
		data := random[:total]
		frames, end := collected(t, func(w *FrameWriter) {
			for rest := data; len(rest) > 0; {
				n := min(1+rng.IntN(largest), len(rest))
				if m, err := w.Write(rest[:n]); m != n || err != nil {
					t.Fatalf("Write of %d bytes returns %d, %v", n, m, err)
				}
				rest = rest[n:]
			}
		})
		if !bytes.Equal(slices.Concat(frames...), data) {
			t.Fatalf("seed %d: the frames do not hold what was written", seed)
		}
		if end.Bytes != uint64(total) || *end.CRC32 != crc32.ChecksumIEEE(data) {
			t.Errorf("seed %d: the end says %d bytes, %08x", seed, end.Bytes, *end.CRC32)
		}
		for i, frame := range frames {
			if len(frame) == 0 || len(frame) > MaxData {
				t.Errorf("seed %d: frame %d has %d bytes", seed, i, len(frame))
			}
		}
	}
}

func TestFrameWriterSizes(t *testing.T) {
	frames, _ := collected(t, func(w *FrameWriter) {
		for range 3 << 20 / 7 {
			w.Write([]byte("7 bytes"))
		}
	})
	// Of small writes: small frames up to 1 MiB, then large ones, and a rest.
	sent := 0
	for i, frame := range frames[:len(frames)-1] {
		want := smallFrame
		if sent >= growAfter {
			want = largeFrame
		}
		if len(frame) != want {
			t.Errorf("frame %d after %d bytes has %d, want %d", i, sent, len(frame), want)
		}
		sent += len(frame)
	}
	// A large write is not copied together.
	frames, _ = collected(t, func(w *FrameWriter) { w.Write(make([]byte, 2<<20)) })
	if len(frames[0]) != largeFrame || len(frames[1]) != largeFrame || len(frames) != 3 {
		t.Errorf("2 MiB at once are %d frames, of %d bytes first", len(frames), len(frames[0]))
	}
}

// A small artifact is not to pay for a large buffer.
func TestFrameWriterSmall(t *testing.T) {
	least := uint64(math.MaxUint64)
	for range 10 { // others allocate too, and what is pooled may be gone
		least = min(least, allocated(func() {
			w := NewFrameWriter(func([]byte) error { return nil })
			w.Write([]byte("a few bytes"))
			w.Flush()
			w.Release()
		}))
	}
	if least > 4<<10 {
		t.Errorf("a few bytes allocate %d", least)
	}
}

func TestFrameWriterFails(t *testing.T) {
	broken := errors.New("broken")
	calls := 0
	w := NewFrameWriter(func([]byte) error {
		calls++
		return broken
	})
	if _, err := w.Write(make([]byte, 300<<10)); !errors.Is(err, broken) {
		t.Errorf("Write returns %v", err)
	}
	if _, err := w.Write([]byte{1}); !errors.Is(err, broken) {
		t.Errorf("the second Write returns %v", err)
	}
	if err := w.Flush(); !errors.Is(err, broken) || calls != 1 {
		t.Errorf("Flush returns %v after %d calls", err, calls)
	}
	w.Release()
	if _, err := w.Write([]byte{1}); err == nil {
		t.Error("Write works after Release")
	}
}

type frame struct {
	data []byte
	end  *End
	err  error
}

func readerOf(frames ...frame) *FrameReader {
	return NewFrameReader(func() ([]byte, *End, error) {
		if len(frames) == 0 {
			return nil, nil, io.EOF
		}
		f := frames[0]
		frames = frames[1:]
		return f.data, f.end, f.err
	})
}

func endOf(data string) *End {
	crc := crc32.ChecksumIEEE([]byte(data))
	return &End{Bytes: uint64(len(data)), CRC32: &crc}
}

func TestFrameReader(t *testing.T) {
	broken := errors.New("broken")
	ab, c := frame{data: []byte("ab")}, frame{data: []byte("c")}
	wrong := uint32(1)
	tests := []struct {
		name   string
		frames []frame
		want   string
		err    error // nil: the end
	}{
		{"whole", []frame{ab, c, {end: endOf("abc")}}, "abc", nil},
		{"signs of life", []frame{{}, ab, {}, {data: []byte{}}, c, {}, {end: endOf("abc")}}, "abc", nil},
		{"no checksum", []frame{ab, c, {end: &End{Bytes: 3}}}, "abc", nil},
		{"nothing", []frame{{end: &End{}}}, "", nil},
		{"no end", []frame{ab, c}, "abc", ErrAborted},
		{"nothing and no end", nil, "", ErrAborted},
		{"too few", []frame{ab, {end: endOf("abc")}}, "ab", ErrMismatch},
		{"too many", []frame{ab, c, {end: endOf("ab")}}, "abc", ErrMismatch},
		{"checksum", []frame{ab, c, {end: &End{Bytes: 3, CRC32: &wrong}}}, "abc", ErrMismatch},
		{"error", []frame{ab, {err: broken}}, "ab", broken},
		{"frame too large", []frame{ab, {data: make([]byte, MaxData+1)}}, "ab", ErrFrameSize},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := readerOf(test.frames...)
			got, err := io.ReadAll(iotest.OneByteReader(r))
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("Read gives %q, %v", got, err)
			}
			// The end stays what it was: nobody can read on past an error.
			if n, again := r.Read(make([]byte, 1)); n != 0 || test.err == nil && again != io.EOF || !errors.Is(again, test.err) && test.err != nil {
				t.Errorf("the next Read gives %d, %v", n, again)
			}
			r = readerOf(test.frames...)
			var b strings.Builder
			if _, err := r.WriteTo(&b); b.String() != test.want || !errors.Is(err, test.err) {
				t.Errorf("WriteTo gives %q, %v", b.String(), err)
			}
			if err := readerOf(test.frames...).Discard(); !errors.Is(err, test.err) {
				t.Errorf("Discard returns %v", err)
			}
			if want := uint64(len(test.want)); r.Received() != want && test.err != ErrFrameSize {
				t.Errorf("%d bytes were received, want %d", r.Received(), want)
			}
		})
	}
	broken = errors.New("sink")
	if _, err := readerOf(ab, frame{end: endOf("ab")}).WriteTo(failingWriter{broken}); !errors.Is(err, broken) {
		t.Errorf("WriteTo a writer that fails returns %v", err)
	}
}
