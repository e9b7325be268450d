package wire

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

type pair struct {
	A int     `json:"a"`
	B float64 `json:"b"`
}

var pairs = []pair{{1, 0.5}, {2, -1}, {300, 0}}

// The items of the three pairs, by hand: maps of two entries, "a" and "b".
const pairItems = "a2616101" + "6162fb3fe0000000000000" +
	"a2616102" + "6162fbbff0000000000000" +
	"a2616119012c" + "6162fb0000000000000000"

func withErrors[T any](list []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
		if err != nil {
			var zero T
			yield(zero, err)
		}
	}
}

func TestWriteSequence(t *testing.T) {
	type named iter.Seq[pair]
	for name, v := range map[string]any{
		"slice":      pairs,
		"array":      [3]pair(pairs),
		"any":        []any{pairs[0], &pairs[1], map[string]any{"b": 0.0, "a": 300}},
		"sequence":   slices.Values(pairs),
		"named":      named(slices.Values(pairs)),
		"and errors": withErrors(pairs, nil),
	} {
		var b bytes.Buffer
		if err := WriteSequence(t.Context(), &b, v); err != nil || hex.EncodeToString(b.Bytes()) != pairItems {
			t.Errorf("%s: %x, %v", name, b.Bytes(), err)
		}
	}
	for _, v := range []any{[]pair{}, iter.Seq[pair](nil)} {
		var b bytes.Buffer
		if err := WriteSequence(t.Context(), &b, v); err != nil || b.Len() > 0 {
			t.Errorf("%T writes %x, %v", v, b.Bytes(), err)
		}
	}
}

func TestWriteSequenceFails(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	broken := errors.New("broken")
	tests := []struct {
		name string
		ctx  context.Context
		v    any
		is   error
		text string
	}{
		{"error in the middle", t.Context(), withErrors(pairs, broken), broken, "element 3"},
		{"element", t.Context(), []any{1, []any{func() {}}}, artifacts.ErrUnsupportedValue, "[1][0]"},
		{"cancelled", cancelled, pairs, context.Canceled, ""},
		{"nil", t.Context(), nil, artifacts.ErrUnsupportedValue, "nil"},
		{"map", t.Context(), map[string]int{}, artifacts.ErrUnsupportedValue, "no sequence"},
		{"other sequence", t.Context(), maps.All(map[string]int{}), artifacts.ErrUnsupportedValue, "no sequence"},
	}
	for _, test := range tests {
		err := WriteSequence(test.ctx, io.Discard, test.v)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v, want %v and %q", test.name, err, test.is, test.text)
		}
	}
	if err := WriteSequence(t.Context(), failingWriter{broken}, slices.Values(pairs)); !errors.Is(err, broken) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestReadSequence(t *testing.T) {
	data, _ := hex.DecodeString(pairItems)
	// However the bytes arrive.
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(data), "one by one": iotest.OneByteReader(bytes.NewReader(data)), "error with data": iotest.DataErrReader(bytes.NewReader(data)),
	} {
		var got []pair
		if err := ReadSequence(t.Context(), r, &got); err != nil || !slices.Equal(got, pairs) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	var natural any
	if err := ReadSequence(t.Context(), bytes.NewReader(data), &natural); err != nil {
		t.Error(err)
	}
	want := []any{map[string]any{"a": int64(1), "b": 0.5}, map[string]any{"a": int64(2), "b": -1.0}, map[string]any{"a": int64(300), "b": 0.0}}
	if diff := cmp.Diff(any(want), natural); diff != "" {
		t.Errorf("natural (-want +got):\n%s", diff)
	}
	var none []pair
	if err := ReadSequence(t.Context(), strings.NewReader(""), &none); err != nil || none == nil {
		t.Errorf("no items: %v, %v", none, err)
	}
	if err := ReadSequence(t.Context(), bytes.NewReader(data), new(map[string]int)); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("into a map: %v", err)
	}
}

// An iter.Seq2 reads no further than it is asked, and goes on where it stopped.
func TestReadSequenceLazily(t *testing.T) {
	data, _ := hex.DecodeString(pairItems)
	var seq iter.Seq2[pair, error]
	if err := ReadSequence(t.Context(), bytes.NewReader(data), &seq); err != nil {
		t.Fatal(err)
	}
	var got []pair
	for p, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
		break
	}
	for p, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if !slices.Equal(got, pairs) {
		t.Errorf("got %v", got)
	}
}

func TestReadSequenceFails(t *testing.T) {
	broken := errors.New("broken")
	data, _ := hex.DecodeString(pairItems)
	tests := []struct {
		name string
		r    io.Reader
		is   error
		text string
	}{
		{"cut", bytes.NewReader(data[:len(data)-1]), artifacts.ErrCorrupt, "[2]: not CBOR: ends"},
		{"in a head", bytes.NewReader(append(slices.Clone(data), 0x19)), artifacts.ErrCorrupt, "[3]: not CBOR: ends"},
		{"error of the reader", io.MultiReader(bytes.NewReader(data[:20]), iotest.ErrReader(broken)), broken, ""},
		{"type", bytes.NewReader([]byte{0xa1, 0x61, 0x61, 0x61, 0x78}), artifacts.ErrTargetType, "[0].a: a text does not fit int"},
		{"too large", bytes.NewReader([]byte{0x5a, 0x20, 0, 0, 0}), artifacts.ErrCorrupt, "more than 268435456 bytes"},
		{"far too large", bytes.NewReader([]byte{0x5b, 255, 255, 255, 255, 255, 255, 255, 255}), artifacts.ErrCorrupt, "more than 268435456 bytes"},
		{"none", bytes.NewReader([]byte{0xff}), artifacts.ErrCorrupt, "[0]"},
	}
	for _, test := range tests {
		var list []pair
		if err := ReadSequence(t.Context(), test.r, &list); !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) || list != nil {
			t.Errorf("%s: %v, %v; want %v and %q", test.name, list, err, test.is, test.text)
		}
	}
	var seq iter.Seq2[pair, error]
	if err := ReadSequence(t.Context(), bytes.NewReader(data[:25]), &seq); err != nil {
		t.Fatal(err)
	}
	count, last := 0, error(nil)
	for _, last = range seq {
		count++
	}
	if count != 2 || !errors.Is(last, artifacts.ErrCorrupt) {
		t.Errorf("a sequence that is cut has %d elements and ends with %v", count, last)
	}
}

// Memory does not grow with the number of items.
func TestSequenceMemory(t *testing.T) {
	var item bytes.Buffer
	if err := WriteSequence(t.Context(), &item, pairs); err != nil {
		t.Fatal(err)
	}
	items := NewItemReader(io.LimitReader(endless{item.Bytes(), new(int)}, 32<<20))
	n := allocated(func() {
		for {
			if _, err := items.Next(); err != nil {
				break
			}
		}
	})
	if n > 1<<20 {
		t.Errorf("32 MiB of small items allocate %d bytes", n)
	}
}

// endless repeats its bytes.
type endless struct {
	data []byte
	at   *int
}

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.data[*e.at%len(e.data)]
		*e.at++
	}
	return len(p), nil
}

func TestSequenceElem(t *testing.T) {
	for _, test := range []struct {
		v    any
		elem reflect.Type
	}{
		{iter.Seq[pair](nil), reflect.TypeFor[pair]()},
		{iter.Seq2[pair, error](nil), reflect.TypeFor[pair]()},
		{iter.Seq2[pair, int](nil), nil},
		{func() {}, nil}, {func(int) {}, nil}, {func(func(int)) {}, nil}, {func(func(...int) bool) {}, nil}, {1, nil},
	} {
		elem, ok := SequenceElem(reflect.TypeOf(test.v))
		if elem != test.elem || ok != (test.elem != nil) {
			t.Errorf("SequenceElem %T is %v, %v", test.v, elem, ok)
		}
	}
}
