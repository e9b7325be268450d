package artifacttest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/artifacttest"
)

// sized is a sound handler for strings: a length byte and the bytes. Each
// field, if set, stands in for a part of it, to break it.
type sized struct {
	format   func() artifacts.Format
	encode   func(ctx context.Context, w io.Writer, value any) error
	decode   func(ctx context.Context, r io.Reader, target any) error
	check    func(value any) error
	env      artifacts.Environment
	validate func(artifacts.Environment) error
}

func (s *sized) Format() artifacts.Format {
	if s.format != nil {
		return s.format()
	}
	return artifacts.Format{Alias: "sized", Suffix: "sz", Binary: true}
}

func (s *sized) Encode(ctx context.Context, w io.Writer, value any) error {
	if s.encode != nil {
		return s.encode(ctx, w, value)
	}
	return encode(ctx, w, value)
}

func (s *sized) Decode(ctx context.Context, r io.Reader, target any) error {
	if s.decode != nil {
		return s.decode(ctx, r, target)
	}
	return decode(ctx, r, target)
}

func (s *sized) Check(value any) error {
	if s.check != nil {
		return s.check(value)
	}
	if text, ok := value.(string); !ok || len(text) > 255 {
		return artifacts.ErrUnsupportedValue
	}
	return nil
}

func (s *sized) Environment(any) artifacts.Environment { return s.env }

func (s *sized) ValidateEnvironment(recorded artifacts.Environment, _ any) error {
	if s.validate != nil {
		return s.validate(recorded)
	}
	return nil
}

func encode(ctx context.Context, w io.Writer, value any) error {
	text, ok := value.(string)
	if !ok || len(text) > 255 {
		return artifacts.ErrUnsupportedValue
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := w.Write(append([]byte{byte(len(text))}, text...))
	return err
}

func decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var size [1]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return err
	}
	text := make([]byte, size[0])
	if _, err := io.ReadFull(r, text); err != nil {
		return err
	}
	return artifacts.Assign(target, string(text))
}

var cases = []artifacttest.Case{
	{Name: "empty", Value: "", Natural: "", File: []byte{0}},
	{Name: "word", Value: "word", Natural: "word", File: []byte("\x04word")},
	{Name: "100% long", Value: strings.Repeat("long ", 50)},
	{Name: "number", Value: 1, Refused: true},
}

func TestSoundHandlerPasses(t *testing.T) {
	artifacttest.Run(t, &sized{env: artifacts.Environment{"sized_version": "1"}}, cases...)
	if all := artifacttest.Check(t.Context(), &sized{}, cases...); len(all) > 0 {
		t.Errorf("Check reports %v", all)
	}
}

func TestOutputOnlyHandlerPasses(t *testing.T) {
	h := artifacts.Typed[string]{
		Kind: artifacts.Format{Alias: "out", OutputOnly: true},
		Write: func(_ context.Context, w io.Writer, s string) error {
			_, err := io.WriteString(w, s)
			return err
		},
	}
	artifacttest.Run(t, h, artifacttest.Case{Name: "text", Value: "x", File: []byte("x")})
}

// Each broken handler must be found by the check that is meant to find it.
func TestBrokenHandlersFail(t *testing.T) {
	tests := []struct {
		name    string
		handler artifacts.Handler
		cases   []artifacttest.Case // nil: those above
		want    string              // beginning of one of the violations
	}{
		{
			name: "bad alias",
			handler: &sized{format: func() artifacts.Format {
				return artifacts.Format{Alias: "Sized", Binary: true}
			}},
			want: `format: Format: alias "Sized"`,
		},
		{
			name: "format that changes",
			handler: &sized{format: func() func() artifacts.Format {
				var calls atomic.Int32
				return func() artifacts.Format {
					return artifacts.Format{Alias: "a", Suffix: strings.Repeat("s", int(calls.Add(1)))}
				}
			}()},
			want: "format: Format changes",
		},
		{
			name:    "reserved environment key",
			handler: &sized{env: artifacts.Environment{"sha256": "x"}},
			want:    `environment: case "empty": Environment: environment key "sha256"`,
		},
		{
			name:    "environment that refuses itself",
			handler: &sized{validate: func(artifacts.Environment) error { return &artifacts.EnvironmentError{} }},
			want:    `environment: case "empty": ValidateEnvironment refuses`,
		},
		{
			name:    "check that refuses what can be encoded",
			handler: &sized{check: func(any) error { return artifacts.ErrUnsupportedValue }},
			want:    `encode: case "empty": Check refuses`,
		},
		{
			name:    "check with an error of its own",
			handler: &sized{check: func(value any) error { return fmt.Errorf("no %v", value) }},
			want:    `refused values: case "number": Check returns no 1`,
		},
		{
			name: "other bytes than said",
			handler: &sized{encode: func(ctx context.Context, w io.Writer, value any) error {
				return errors.Join(encode(ctx, w, value), encode(ctx, w, value))
			}},
			want: `encode: case "word": Encode writes "\x04word\x04word"`,
		},
		{
			name: "encoding that fails",
			handler: &sized{encode: func(context.Context, io.Writer, any) error {
				return errors.New("cannot")
			}},
			want: `encode: case "empty": Encode: cannot`,
		},
		{
			name: "encoding that panics",
			handler: &sized{encode: func(context.Context, io.Writer, any) error {
				panic("oops")
			}},
			want: `encode: case "empty": panic: oops`,
		},
		{
			name: "refusal without the sentinel",
			handler: &sized{encode: func(ctx context.Context, w io.Writer, value any) error {
				if _, ok := value.(string); !ok {
					return errors.New("not a string")
				}
				return encode(ctx, w, value)
			}},
			want: `refused values: case "number": Encode returns not a string`,
		},
		{
			name: "value that should be refused",
			handler: &sized{encode: func(ctx context.Context, w io.Writer, value any) error {
				return encode(ctx, w, fmt.Sprint(value))
			}},
			want: `refused values: case "number": Encode returns <nil>`,
		},
		{
			name: "writer's error ignored",
			handler: &sized{encode: func(ctx context.Context, w io.Writer, value any) error {
				var b bytes.Buffer
				err := encode(ctx, &b, value)
				_, _ = w.Write(b.Bytes())
				return err
			}},
			want: `failing writer: case "empty": Encode returns <nil> when the writer fails after 0 of 1 bytes`,
		},
		{
			name: "writer's error hidden",
			handler: &sized{encode: func(ctx context.Context, w io.Writer, value any) error {
				if err := encode(ctx, w, value); err != nil {
					return fmt.Errorf("%w: %v", artifacts.ErrUnsupportedValue, err)
				}
				return nil
			}},
			want: `failing writer: case "empty": Encode returns unsupported value`,
		},
		{
			name: "output only, and decodes all the same",
			handler: &sized{
				format: func() artifacts.Format { return artifacts.Format{Alias: "a", OutputOnly: true} },
				decode: func(context.Context, io.Reader, any) error { return nil },
			},
			want: "output only: Decode returns <nil>",
		},
		{
			name: "other value than encoded",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				var text string
				if err := decode(ctx, r, &text); err != nil {
					return err
				}
				return artifacts.Assign(target, strings.ToUpper(text))
			}},
			want: `round trip: case "word": Decode gives "WORD", want "word"`,
		},
		{
			name: "no natural value",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				if _, ok := target.(*any); ok {
					return artifacts.ErrNeedsType
				}
				return decode(ctx, r, target)
			}},
			want: `round trip: case "empty": Decode into a *any: target needs a type`,
		},
		{
			name: "one Read taken for all",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				if err := artifacts.CheckTarget(target); err != nil {
					return err
				}
				buffer := make([]byte, 256)
				n, err := r.Read(buffer)
				if err != nil {
					return err
				}
				return decode(ctx, bytes.NewReader(buffer[:n]), target)
			}},
			want: `readers: case "word": Decode byte by byte`,
		},
		{
			name: "reader's error taken for the end",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				data, _ := io.ReadAll(r)
				return decode(ctx, bytes.NewReader(data), target)
			}},
			want: `failing reader: case "empty": Decode returns EOF when the reader fails after 0 of 1 bytes`,
		},
		{
			name: "target assigned too early",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				if text, ok := target.(*string); ok && text != nil {
					*text = "early"
				}
				return decode(ctx, r, target)
			}},
			want: `truncated file: case "empty": Decode changes its target to "early"`,
		},
		{
			name: "nil targets",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				if text, ok := target.(*any); ok {
					var value string
					err := decode(ctx, r, &value)
					if err == nil {
						*text = value
					}
					return err
				}
				return decode(ctx, r, target)
			}},
			want: `targets: case "empty": Decode panics`,
		},
		{
			name: "wrong targets ignored",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				if err := decode(ctx, r, target); !errors.Is(err, artifacts.ErrTargetType) {
					return err
				}
				return nil
			}},
			want: `targets: case "empty": Decode into a pointer to chan returns <nil>`,
		},
		{
			name: "context ignored when encoding",
			handler: &sized{encode: func(_ context.Context, w io.Writer, value any) error {
				return encode(context.Background(), w, value)
			}},
			want: `context: case "empty": Encode returns <nil>`,
		},
		{
			name: "context ignored when decoding",
			handler: &sized{decode: func(_ context.Context, r io.Reader, target any) error {
				return decode(context.Background(), r, target)
			}},
			want: `context: case "empty": Decode returns <nil>`,
		},
		{
			name: "cut files accepted",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				data, err := io.ReadAll(r)
				if err != nil {
					return err
				}
				if len(data) > 0 {
					data[0] = byte(len(data) - 1)
				}
				return decode(ctx, bytes.NewReader(data), target)
			}},
			want: `truncated file: case "word": Decode of the first 1 of 5 bytes silently gives ""`,
		},
		{
			name: "panic on damage",
			handler: &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
				data, err := io.ReadAll(r)
				if err != nil {
					return err
				}
				if len(data) > 0 && len(data) < 1+int(data[0]) {
					panic("index out of range")
				}
				return decode(ctx, bytes.NewReader(data), target)
			}},
			want: `damaged file: case "word": Decode panics: index out of range`,
		},
		{name: "one goroutine at a time", handler: newJealous(), cases: cases[:1], want: `concurrency: case "empty": Decode (concurrently): used twice`},
		{name: "settings that are not taken", handler: &sized{}, cases: []artifacttest.Case{{Name: "c", Value: "", Settings: map[string]any{"a": 1}}}, want: `encode: case "c": has settings`},
		{name: "settings that leak", handler: &leaky{}, cases: []artifacttest.Case{{Name: "c", Value: "", Settings: map[string]any{"a": 1}}}, want: `configure: case "c": Configure changes the handler`},
		{name: "unknown settings", handler: &leaky{}, want: `configure: Configure accepts an unknown setting`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			chosen := test.cases
			if chosen == nil {
				chosen = cases
			}
			all := artifacttest.Check(t.Context(), test.handler, chosen...)
			for _, violation := range all {
				if strings.HasPrefix(violation.Error(), test.want) {
					return
				}
			}
			t.Errorf("no violation begins with %q; found:\n%v", test.want, errors.Join(all...))
		})
	}
}

// newJealous returns a handler that fails when it is used by two goroutines at
// once. It has no data race for the race detector to find.
func newJealous() *sized {
	var users atomic.Int32
	return &sized{decode: func(ctx context.Context, r io.Reader, target any) error {
		defer users.Add(-1)
		alone := users.Add(1) == 1
		for range 1000 { // let others in
			runtime.Gosched()
			alone = alone && users.Load() == 1
		}
		if !alone {
			return errors.New("used twice at once")
		}
		return decode(ctx, r, target)
	}}
}

// leaky takes any setting and keeps it.
type leaky struct {
	sized
	settings map[string]any
}

func (l *leaky) Configure(settings map[string]any) (artifacts.Handler, error) {
	l.settings = settings
	return l, nil
}
