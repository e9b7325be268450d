package artifacts_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

type (
	title string
	page  []byte
)

func TestTextConformance(t *testing.T) {
	const text = "grün, 漢字, 😀\r\nlast line"
	artifacttest.Run(t, artifacts.Text{},
		artifacttest.Case{Name: "empty", Value: "", File: []byte{}, Natural: "", OpenEnded: true},
		artifacttest.Case{Name: "string", Value: text, File: []byte(text), Natural: text, OpenEnded: true},
		artifacttest.Case{Name: "bytes", Value: []byte(text), File: []byte(text), Natural: text, OpenEnded: true},
		artifacttest.Case{Name: "named string", Value: title("t"), File: []byte("t"), Natural: "t", OpenEnded: true},
		artifacttest.Case{Name: "named bytes", Value: page("p"), File: []byte("p"), Natural: "p", OpenEnded: true},
		artifacttest.Case{Name: "marshaler", Value: netip.MustParseAddr("::1"), File: []byte("::1"), Natural: "::1", OpenEnded: true},
		artifacttest.Case{
			Name: "reader", Make: func() any { return strings.NewReader(text) }, Want: text,
			File: []byte(text), Natural: text, OpenEnded: true,
		},
		artifacttest.Case{Name: "long", Value: strings.Repeat(text, 1500), OpenEnded: true},
		artifacttest.Case{Name: "number", Value: 1, Refused: true},
		artifacttest.Case{Name: "nil", Value: nil, Refused: true},
		artifacttest.Case{Name: "nil marshaler", Value: (*netip.Addr)(nil), Refused: true},
		artifacttest.Case{Name: "list of strings", Value: []string{"a"}, Refused: true},
		artifacttest.Case{Name: "not UTF-8", Value: "a\xff", Refused: true},
		artifacttest.Case{Name: "half a character", Value: "a\xc3", Refused: true},
	)
}

func TestTextNamesTheBadByte(t *testing.T) {
	tests := []struct{ text, want string }{
		{"abc\xff", "at byte 3"},
		{"ü\xc3", "at byte 2"},
		{"\xed\xa0\x80", "at byte 0"}, // a lone surrogate
		{"aé\x80b", "at byte 3"},
		{"\xf0\x9f\x98", "at byte 0"},
	}
	for _, test := range tests {
		for how, r := range map[string]io.Reader{
			"at once":      strings.NewReader(test.text),
			"byte by byte": &bytewise{strings.NewReader(test.text)},
		} {
			err := artifacts.Text{}.Encode(t.Context(), io.Discard, r)
			if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Encode of %q %s returns %v, want %q", test.text, how, err, test.want)
			}
		}
		err := artifacts.Text{}.Decode(t.Context(), strings.NewReader(test.text), new(string))
		if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Decode of %q returns %v, want %q", test.text, err, test.want)
		}
	}
}

type bytewise struct{ r io.Reader }

func (b *bytewise) Read(p []byte) (int, error) { return b.r.Read(p[:min(1, len(p))]) }

func TestTextTargets(t *testing.T) {
	var addr netip.Addr
	if err := (artifacts.Text{}).Decode(t.Context(), strings.NewReader("10.0.0.1"), &addr); err != nil || addr.String() != "10.0.0.1" {
		t.Errorf("TextUnmarshaler: got %v, %v", addr, err)
	}
	if err := (artifacts.Text{}).Decode(t.Context(), strings.NewReader("no address"), &addr); err == nil {
		t.Error("TextUnmarshaler: its error is lost")
	}
	var buffer bytes.Buffer
	if err := (artifacts.Text{}).Decode(t.Context(), strings.NewReader("grün"), &buffer); err != nil || buffer.String() != "grün" {
		t.Errorf("io.Writer: got %q, %v", &buffer, err)
	}
	for _, target := range []any{new(int), new([]string), new(error), (*string)(nil), "", nil} {
		if err := (artifacts.Text{}).Decode(t.Context(), strings.NewReader("x"), target); !errors.Is(err, artifacts.ErrTargetType) {
			t.Errorf("Decode into %T returns %v, want ErrTargetType", target, err)
		}
	}
}

func FuzzTextDecode(f *testing.F) {
	f.Add([]byte("plain"))
	f.Add([]byte("\xef\xbb\xbfmark, é, \xf0\x9f\x98\x80"))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var whole string
		err := artifacts.Text{}.Decode(t.Context(), bytes.NewReader(file), &whole)
		var pieces bytes.Buffer
		pieceErr := artifacts.Text{}.Decode(t.Context(), &bytewise{bytes.NewReader(file)}, &pieces)
		if (err == nil) != (pieceErr == nil) || err != nil && err.Error() != pieceErr.Error() {
			t.Fatalf("at once: %v; byte by byte: %v", err, pieceErr)
		}
		if err == nil && (whole != string(file) || pieces.String() != whole) {
			t.Fatalf("decoded %q and %q", whole, &pieces)
		}
	})
}
