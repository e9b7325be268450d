package plugins

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// arrow is a table of a library this module does not know.
type arrow struct{ stream string }

func (a arrow) WriteArrowStream(w io.Writer) error {
	_, err := io.WriteString(w, a.stream)
	return err
}

func (a *arrow) ReadArrowStream(r io.Reader) error {
	text, err := io.ReadAll(r)
	a.stream = string(text)
	return err
}

func TestChoose(t *testing.T) {
	type row struct{ A int }
	seq := iter.Seq[row](func(yield func(row) bool) { yield(row{7}) })
	type blob []byte
	const none = ""
	for _, test := range []struct {
		name      string
		encodings string // of the handler, in its order
		value     any
		want      string // the value as it is sent, by its encoding; none: refused
	}{
		{"bytes", "raw cbor", []byte("x"), "RAW x"},
		{"named bytes", "raw", blob("x"), "RAW x"},
		{"bytes as an item", "cbor", []byte("x"), "CBOR \x41x"},
		{"reader", "cbor raw", strings.NewReader("x"), "RAW x"},
		{"reader, not taken", "cbor cbor_seq", strings.NewReader("x"), none},
		{"rows", "cbor_seq cbor", []row{{1}, {2}}, "CBOR_SEQ \xa1\x61A\x01\xa1\x61A\x02"},
		{"rows as a whole", "cbor cbor_seq", []row{{1}}, "CBOR \x81\xa1\x61A\x01"},
		{"pointers to rows", "cbor_seq cbor", []*row{{1}}, "CBOR_SEQ \xa1\x61A\x01"},
		{"maps in interfaces", "cbor_seq cbor", []any{map[string]any{"A": 1}}, "CBOR_SEQ \xa1\x61A\x01"},
		{"numbers", "cbor_seq cbor", []int{1, 2}, "CBOR \x82\x01\x02"},
		{"times are no rows", "cbor_seq cbor", []time.Time{}, "CBOR \x80"},
		{"sequence", "cbor cbor_seq", seq, "CBOR_SEQ \xa1\x61A\x07"},
		{"sequence, not taken", "cbor", seq, none},
		{"number, rows wanted", "cbor_seq", 7, none},
		{"number, bytes wanted", "raw", 7, none},
		{"nil", "cbor", nil, "CBOR \xf6"},
		{"raw JSON", "cbor", json.RawMessage(`[1]`), "CBOR \x81\x01"},
		{"Arrow", "arrow_stream cbor", arrow{"ARROW1"}, "ARROW_STREAM ARROW1"},
		{"function", "cbor", func() {}, none},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &handler{d: HandlerDescription{Encodings: strings.Fields(test.encodings)}}
			prepare, err := h.choose(test.value)
			if test.want == none {
				if !errors.Is(err, artifacts.ErrUnsupportedValue) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := prepare()
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := s.write(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			got := strings.TrimPrefix(s.encoding.String(), "ENCODING_") + " " + b.String()
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s.size != 0 && s.size != uint64(b.Len()) {
				t.Errorf("a size of %d is announced, %d bytes are sent", s.size, b.Len())
			}
		})
	}
}

func TestArrowTarget(t *testing.T) {
	const e = pluginpb.Encoding_ENCODING_ARROW_STREAM
	var a arrow
	d, err := newDestination(&a)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.read(t.Context(), e, strings.NewReader("ARROW1")); err != nil || a.stream != "ARROW1" {
		t.Errorf("%q, %v", a.stream, err)
	}
	if d, err = newDestination(new(string)); err != nil {
		t.Fatal(err)
	}
	if err := d.read(t.Context(), e, strings.NewReader("")); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("into a text: %v", err)
	}
	fault, ok := errors.AsType[*process.Fault](d.read(t.Context(), 99, strings.NewReader("")))
	if !ok || !errors.Is(fault, ErrProtocol) {
		t.Errorf("unknown encoding: %v", fault)
	}
}

// TestReplayer: what was written before the beginning again is there once, in
// whatever pieces it comes.
func TestReplayer(t *testing.T) {
	const first, whole = "0123456789", "0123456789abcdef"
	for n := range len(first) + 1 {
		for piece := 1; piece < 20; piece += 3 {
			var out bytes.Buffer
			r := &replayer{w: &out}
			if _, err := r.Write([]byte(first[:n])); err != nil {
				t.Fatal(err)
			}
			for range 2 { // it may happen again
				r.again()
				for rest := whole[:14]; rest != ""; {
					k := min(piece, len(rest))
					if w, err := r.Write([]byte(rest[:k])); w != k || err != nil {
						t.Fatal(w, err)
					}
					rest = rest[k:]
				}
			}
			if _, err := r.Write([]byte(whole[14:])); err != nil || r.finish() != nil || out.String() != whole {
				t.Errorf("%d bytes, pieces of %d: %q, %v, %v", n, piece, out.String(), err, r.finish())
			}
		}
	}
}

func TestReplayerDiffers(t *testing.T) {
	for _, second := range []string{"0123x56789", "x", "012345678x", "01234", ""} {
		var out bytes.Buffer
		r := &replayer{w: &out}
		if _, err := r.Write([]byte("0123456789")); err != nil {
			t.Fatal(err)
		}
		r.again()
		_, err := r.Write([]byte(second))
		if err == nil {
			err = r.finish()
		}
		if !errors.Is(err, ErrCrashed) {
			t.Errorf("%q: %v", second, err)
		}
	}
}
