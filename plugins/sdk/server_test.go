package sdk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

func TestRoundTrips(t *testing.T) {
	c, _ := served(t, lines, copies, blob, table, artifacts.JSON{})
	tests := []struct {
		name     string
		alias    string
		encoding pluginpb.Encoding
		up       []byte
		file     string
		back     pluginpb.Encoding
		down     []byte // nil: as up
	}{
		{"typed", "lines", asCBOR, item(t, []string{"a", "é", ""}), "a\né\n\n", asCBOR, nil},
		{"natural", "json", asCBOR, item(t, map[string]any{"b": []any{1, 2.5, nil}, "a": "x"}), `{"a": "x", "b": [1, 2.5, null]}`, asCBOR, nil},
		{"reader", "copy", asRaw, []byte("any\x00bytes"), "any\x00bytes", asRaw, nil},
		{"bytes", "blob", asRaw, []byte("any\x00bytes"), "any\x00bytes", asRaw, nil},
		{"bytes as an item", "blob", asCBOR, item(t, []byte("any\x00bytes")), "any\x00bytes", asRaw, []byte("any\x00bytes")},
		{"rows", "table", asSequence, items(t, []row{{1, 0.5}, {2, 0.25}}), "1\t0.5\n2\t0.25\n", asSequence, nil},
		{"rows as an item", "table", asCBOR, item(t, []row{{1, 0.5}, {2, 0.25}}), "1\t0.5\n2\t0.25\n", asSequence, items(t, []row{{1, 0.5}, {2, 0.25}})},
		{"no rows", "table", asSequence, nil, "", asSequence, []byte{}},
		{"no bytes", "copy", asRaw, nil, "", asRaw, []byte{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := encodeCall(t, c, &pluginpb.Begin{Alias: test.alias, Encoding: test.encoding}, upload{data: test.up, size: 3})
			if file := a.ok(t); string(file) != test.file {
				t.Errorf("the file is %q, want %q", file, test.file)
			}
			a = decodeCall(t, c, &pluginpb.Begin{Alias: test.alias}, upload{data: []byte(test.file), size: 3})
			want := test.down
			if want == nil {
				want = test.up
			}
			if got := a.ok(t); a.encoding != test.back || !bytes.Equal(got, want) {
				t.Errorf("the value is %x as %v, want %x as %v", got, a.encoding, want, test.back)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	c, _ := served(t, lines, blob, artifacts.JSON{})
	call := func(alias string, settings any) answer {
		begin := &pluginpb.Begin{Alias: alias, Encoding: asCBOR, Settings: item(t, settings)}
		return encodeCall(t, c, begin, upload{data: item(t, []string{"a", "b"})})
	}
	for _, test := range []struct {
		alias    string
		settings any
		file     string
	}{
		{"lines", map[string]any{}, "a\nb\n"},
		{"lines", map[string]any{"end": "|", "repeat": "2", "marks": []string{"!", "?"}}, "a!?|a!?|b!?|b!?|"},
		{"lines", map[string]any{"repeat": 0.0}, ""},
		{"json", map[string]any{"indent": 1}, "[\n \"a\",\n \"b\"\n]"},
	} {
		if file := call(test.alias, test.settings).ok(t); string(file) != test.file {
			t.Errorf("%s with %v writes %q, want %q", test.alias, test.settings, file, test.file)
		}
	}
	for _, test := range []struct {
		alias    string
		settings any
		text     string
	}{
		{"lines", map[string]any{"ende": "|"}, `unknown setting "ende" (known: end, marks, number, repeat, scale)`},
		{"lines", map[string]any{"Hidden": 1}, "unknown setting"},
		{"lines", map[string]any{"repeat": 256}, "fits uint8"},
		{"lines", map[string]any{"repeat": -1}, "fits uint8"},
		{"lines", map[string]any{"marks": "!"}, "a []string"},
		{"lines", map[string]any{"number": "maybe"}, "true or false"},
		{"lines", 5, "does not fit map"},
		{"json", map[string]any{"indents": 1}, "unknown setting"},
		{"blob", map[string]any{"x": 1}, "no settings"},
	} {
		f := call(test.alias, test.settings).fails(t, pluginpb.Failure_CODE_BAD_SETTINGS)
		if !strings.Contains(f.Message, test.text) || strings.HasPrefix(f.Message, artifacts.ErrSettings.Error()) {
			t.Errorf("%s with %v: %q, want %q", test.alias, test.settings, f.Message, test.text)
		}
	}
	f := encodeCall(t, c, &pluginpb.Begin{Alias: "lines", Encoding: asCBOR, Settings: []byte{0xff}}, upload{}).fails(t, pluginpb.Failure_CODE_BAD_SETTINGS)
	if f.Message == "" {
		t.Error("settings that are damaged have no message")
	}
	if lines.Settings.Marks != nil || lines.Settings.End != "\n" {
		t.Errorf("the handler's own settings are now %v", lines.Settings)
	}
}

// However a handler reads, it cannot make a success of a value that did not come
// whole.
func TestDamagedStreams(t *testing.T) {
	careless := does{
		alias:  "careless",
		encode: func(_ context.Context, w io.Writer, _ any) error { _, err := io.WriteString(w, "file"); return err },
		decode: func(_ context.Context, r io.Reader, target any) error {
			io.ReadAll(r)
			return artifacts.Assign(target, "value")
		},
	}
	unread := copies
	unread.Kind.Alias = "unread"
	unread.Write = func(_ context.Context, w io.Writer, _ io.Reader) error {
		_, err := io.WriteString(w, "file")
		return err
	}
	c, _ := served(t, careless, copies, blob, lines, table, unread)
	value := item(t, []string{"value"})
	wrong := uint32(1)
	for _, test := range []struct {
		name string
		end  *pluginpb.End
		code pluginpb.Failure_Code
	}{
		{"aborted", noEnd, pluginpb.Failure_CODE_CANCELED},
		{"count", &pluginpb.End{Bytes: uint64(len(value)) + 1}, pluginpb.Failure_CODE_INTERNAL},
		{"checksum", &pluginpb.End{Bytes: uint64(len(value)), Crc32: &wrong}, pluginpb.Failure_CODE_INTERNAL},
	} {
		t.Run(test.name, func(t *testing.T) {
			up := upload{data: value, end: test.end}
			for alias, encoding := range map[string]pluginpb.Encoding{"careless": asCBOR, "lines": asCBOR, "copy": asRaw, "blob": asRaw, "unread": asRaw} {
				encodeCall(t, c, &pluginpb.Begin{Alias: alias, Encoding: encoding}, up).fails(t, test.code)
			}
			for _, alias := range []string{"careless", "lines", "copy", "blob"} {
				decodeCall(t, c, &pluginpb.Begin{Alias: alias}, up).fails(t, test.code)
			}
			rows := upload{data: items(t, []row{{1, 1}, {2, 2}}), end: test.end}
			if test.end == noEnd || test.end.Crc32 == nil {
				encodeCall(t, c, &pluginpb.Begin{Alias: "table", Encoding: asSequence}, rows).fails(t, test.code)
			}
		})
	}
	// The process is as good as before.
	encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, upload{data: value}).ok(t)
}

func TestProtocolErrors(t *testing.T) {
	c, _ := served(t, copies, blob, lines)
	data := &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Data{Data: []byte("x")}}
	begin := &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: &pluginpb.Begin{Alias: "copy", Encoding: asRaw}}}
	for name, test := range map[string]struct {
		frames []*pluginpb.EncodeRequest
		code   codes.Code
	}{
		"no Begin":  {[]*pluginpb.EncodeRequest{data}, codes.InvalidArgument},
		"nothing":   {nil, codes.InvalidArgument},
		"too large": {[]*pluginpb.EncodeRequest{begin, {Frame: &pluginpb.EncodeRequest_Data{Data: make([]byte, 3<<20)}}}, codes.ResourceExhausted},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := c.Encode(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range test.frames {
				s.Send(f)
			}
			s.CloseSend()
			var failure *pluginpb.Failure
			for err == nil {
				var r *pluginpb.EncodeResponse
				if r, err = s.Recv(); r.GetFailure() != nil {
					failure = r.GetFailure()
				}
			}
			// A message that is too large fails the receiving, which the plugin
			// reports in band if it still can.
			if status.Code(err) != test.code && failure.GetCode() != pluginpb.Failure_CODE_INTERNAL {
				t.Errorf("the stream ends with %v, %v", err, failure)
			}
		})
	}
	twice := upload{data: make([]byte, 1<<20+1), size: 1<<20 + 1}
	f := encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, twice).fails(t, pluginpb.Failure_CODE_INTERNAL)
	if !strings.Contains(f.Message, "too large") {
		t.Errorf("a Data frame that is too large gives %q", f.Message)
	}
	encodeCall(t, c, &pluginpb.Begin{Alias: "nobody", Encoding: asRaw}, upload{}).fails(t, pluginpb.Failure_CODE_UNKNOWN_ALIAS)
	decodeCall(t, c, &pluginpb.Begin{Alias: "nobody"}, upload{}).fails(t, pluginpb.Failure_CODE_UNKNOWN_ALIAS)
	for alias, encoding := range map[string]pluginpb.Encoding{"lines": asRaw, "copy": asCBOR, "blob": pluginpb.Encoding_ENCODING_ARROW_STREAM} {
		encodeCall(t, c, &pluginpb.Begin{Alias: alias, Encoding: encoding}, upload{}).fails(t, pluginpb.Failure_CODE_UNSUPPORTED)
	}
}

func TestSecondBegin(t *testing.T) {
	c, _ := served(t, copies)
	s, err := c.Encode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begin := &pluginpb.EncodeRequest{Frame: &pluginpb.EncodeRequest_Begin{Begin: &pluginpb.Begin{Alias: "copy", Encoding: asRaw}}}
	s.Send(begin)
	s.Send(begin)
	r, err := s.Recv()
	if err != nil || r.GetFailure().GetCode() != pluginpb.Failure_CODE_INTERNAL {
		t.Errorf("the answer is %v, %v", r, err)
	}
}

func TestPanics(t *testing.T) {
	panics := does{
		alias: "panics",
		encode: func(_ context.Context, _ io.Writer, value any) error {
			return fmt.Errorf("the third is %v", value.([]any)[2])
		},
		decode: func(context.Context, io.Reader, any) error { panic(errors.New("boom")) },
	}
	c, _ := served(t, panics)
	for range 2 { // the process lives on
		f := encodeCall(t, c, &pluginpb.Begin{Alias: "panics", Encoding: asCBOR}, upload{data: item(t, []int{1})}).fails(t, pluginpb.Failure_CODE_INTERNAL)
		if !strings.Contains(f.Message, "index out of range [2] with length 1") || strings.Contains(f.Message, "\n") || !strings.Contains(f.Detail, "server_test.go") {
			t.Errorf("the failure is %v", f)
		}
		decodeCall(t, c, &pluginpb.Begin{Alias: "panics"}, upload{}).fails(t, pluginpb.Failure_CODE_INTERNAL)
	}
}

func TestFailureCodes(t *testing.T) {
	var fail error
	d := does{
		alias:  "fails",
		encode: func(context.Context, io.Writer, any) error { return fail },
		decode: func(context.Context, io.Reader, any) error { return fail },
	}
	c, _ := served(t, d)
	const internal = pluginpb.Failure_CODE_INTERNAL
	tests := []struct {
		err                    error
		encode, decode         pluginpb.Failure_Code
		message, path, contain string
	}{
		{BadValue("rows[3].loss", "cannot put a %s in a cell", "list"), pluginpb.Failure_CODE_BAD_VALUE, pluginpb.Failure_CODE_BAD_VALUE, "cannot put a list in a cell", "rows[3].loss", ""},
		{BadFile("no header"), pluginpb.Failure_CODE_BAD_VALUE, pluginpb.Failure_CODE_BAD_FILE, "no header", "", ""},
		{BadSettings("no such level: %d", 3), pluginpb.Failure_CODE_BAD_SETTINGS, pluginpb.Failure_CODE_BAD_SETTINGS, "no such level: 3", "", ""},
		{fmt.Errorf("%w: five legs", artifacts.ErrUnsupportedValue), pluginpb.Failure_CODE_BAD_VALUE, pluginpb.Failure_CODE_BAD_VALUE, "five legs", "", ""},
		{fmt.Errorf("%w: byte 5", artifacts.ErrCorrupt), pluginpb.Failure_CODE_BAD_VALUE, pluginpb.Failure_CODE_BAD_FILE, "byte 5", "", ""},
		{fmt.Errorf("sheet 2: %w", BadValue("a.b", "wrong")), pluginpb.Failure_CODE_BAD_VALUE, pluginpb.Failure_CODE_BAD_VALUE, "sheet 2: unsupported value: wrong", "a.b", ""},
		{artifacts.ErrOutputOnly, pluginpb.Failure_CODE_UNSUPPORTED, pluginpb.Failure_CODE_UNSUPPORTED, "format is output only", "", ""},
		{artifacts.ErrNeedsType, pluginpb.Failure_CODE_UNSUPPORTED, pluginpb.Failure_CODE_UNSUPPORTED, "target needs a type", "", ""},
		{fmt.Errorf("%w: reading", errors.ErrUnsupported), pluginpb.Failure_CODE_UNSUPPORTED, pluginpb.Failure_CODE_UNSUPPORTED, "reading", "", ""},
		{context.Canceled, pluginpb.Failure_CODE_CANCELED, pluginpb.Failure_CODE_CANCELED, "context canceled", "", ""},
		{errors.New("disk on fire"), internal, internal, "disk on fire", "", ""},
		{errors.New("line one\nline two"), internal, internal, "line one", "", "line two"},
		{errors.New("bad \xff text"), internal, internal, "bad \uFFFD text", "", ""},
	}
	for _, test := range tests {
		fail = test.err
		up := upload{data: item(t, 1)}
		e := encodeCall(t, c, &pluginpb.Begin{Alias: "fails", Encoding: asCBOR}, up).fails(t, test.encode)
		d := decodeCall(t, c, &pluginpb.Begin{Alias: "fails"}, up).fails(t, test.decode)
		for _, f := range []*pluginpb.Failure{e, d} {
			if f.Message != test.message || f.Path != test.path || !strings.Contains(f.Detail, test.contain) {
				t.Errorf("%v becomes %q at %q (%q), want %q at %q", test.err, f.Message, f.Path, f.Detail, test.message, test.path)
			}
		}
	}
	fail = errors.New(strings.Repeat("x", 1<<20))
	if f := encodeCall(t, c, &pluginpb.Begin{Alias: "fails", Encoding: asCBOR}, upload{data: item(t, 1)}).fails(t, internal); len(f.Message) > 20<<10 {
		t.Errorf("a message has %d bytes", len(f.Message))
	}
}

// In process the errors are those of package artifacts.
func TestErrorsInProcess(t *testing.T) {
	for _, test := range []struct {
		err, is error
		text    string
	}{
		{BadValue("a[1]", "no %w", io.EOF), artifacts.ErrUnsupportedValue, "unsupported value: a[1]: no EOF"},
		{BadFile("no %w", io.EOF), artifacts.ErrCorrupt, "corrupt: no EOF"},
		{BadSettings("no %w", io.EOF), artifacts.ErrSettings, "wrong settings: no EOF"},
	} {
		if !errors.Is(test.err, test.is) || !errors.Is(test.err, io.EOF) || test.err.Error() != test.text {
			t.Errorf("the error is %q, want %q", test.err, test.text)
		}
	}
}

func TestBadValues(t *testing.T) {
	c, _ := served(t, lines, table, artifacts.JSON{})
	tests := []struct {
		name     string
		alias    string
		encoding pluginpb.Encoding
		up       []byte
		path     string
	}{
		{"handler refuses", "lines", asCBOR, item(t, []string{"a", "b\nc"}), "[1]"},
		{"type", "lines", asCBOR, item(t, []any{"a", 5}), "[1]"},
		{"other type", "lines", asCBOR, item(t, map[string]int{}), ""},
		{"row", "table", asSequence, items(t, []any{row{}, map[string]any{"loss": "low"}}), "[1].loss"},
		{"row of a list", "table", asCBOR, item(t, []any{row{}, map[string]any{"loss": "low"}}), "[1].loss"},
		{"garbage", "lines", asCBOR, []byte{0xff, 0xfe}, ""},
		{"nothing", "json", asCBOR, nil, ""},
		{"garbage in a sequence", "table", asSequence, []byte{0xa0, 0xff}, "[1]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := encodeCall(t, c, &pluginpb.Begin{Alias: test.alias, Encoding: test.encoding}, upload{data: test.up}).fails(t, pluginpb.Failure_CODE_BAD_VALUE)
			if f.Path != test.path || f.Message == "" {
				t.Errorf("the failure is at %q: %q, want %q", f.Path, f.Message, test.path)
			}
		})
	}
	if f := decodeCall(t, c, &pluginpb.Begin{Alias: "lines"}, upload{data: []byte("a\nb")}).fails(t, pluginpb.Failure_CODE_BAD_FILE); f.Message != "line 2 has no end" {
		t.Errorf("a file that is cut gives %q", f.Message)
	}
	// What is wrong with a row shows after some were sent.
	if a := decodeCall(t, c, &pluginpb.Begin{Alias: "table"}, upload{data: []byte("1\t0.5\nx")}); a.fails(t, pluginpb.Failure_CODE_BAD_FILE).Message == "" {
		t.Error("no message")
	}
}

// A value that a handler decodes and that cannot cross is its own mistake.
func TestUnsendableValue(t *testing.T) {
	d := does{alias: "chan", decode: func(_ context.Context, _ io.Reader, target any) error {
		return artifacts.Assign(target, map[string]any{"a": make(chan int)})
	}}
	c, _ := served(t, d)
	f := decodeCall(t, c, &pluginpb.Begin{Alias: "chan"}, upload{}).fails(t, pluginpb.Failure_CODE_INTERNAL)
	if !strings.Contains(f.Message, "a: is of type chan int") {
		t.Errorf("the message is %q", f.Message)
	}
}

// Both directions run at once: neither side waits for the other to have sent all.
func TestLargeBothWays(t *testing.T) {
	c, _ := served(t, copies)
	data := make([]byte, 64<<20)
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(data)
	up := upload{data: data, size: 1<<20 - 1024}
	if got := encodeCall(t, c, &pluginpb.Begin{Alias: "copy", Encoding: asRaw}, up).ok(t); !bytes.Equal(got, data) {
		t.Error("Encode gives other bytes")
	}
	if got := decodeCall(t, c, &pluginpb.Begin{Alias: "copy"}, up).ok(t); !bytes.Equal(got, data) {
		t.Error("Decode gives other bytes")
	}
}

func TestManyAtOnce(t *testing.T) {
	c, _ := served(t, lines, table, copies)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			text := fmt.Sprint("line ", i)
			if file := encodeCall(t, c, &pluginpb.Begin{Alias: "lines", Encoding: asCBOR}, upload{data: item(t, []string{text})}).ok(t); string(file) != text+"\n" {
				t.Errorf("call %d writes %q", i, file)
			}
			a := decodeCall(t, c, &pluginpb.Begin{Alias: "table"}, upload{data: fmt.Appendf(nil, "%d\t1\n", i)})
			want := map[string]any{"step": int64(i), "loss": 1.0}
			if diff := cmp.Diff(any(want), natural(t, a.ok(t))); diff != "" {
				t.Errorf("call %d (-want +got):\n%s", i, diff)
			}
		})
	}
	wg.Wait()
}
