package payload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
)

// recorded is the metadata of an artifact whose file is content.
func recorded(content string) artifacts.Artifact {
	sum := sha256.Sum256([]byte(content))
	return artifacts.Artifact{Name: "a", SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}
}

// readers are the ways a store may hand out a file.
func readers(content string) map[string]io.Reader {
	return map[string]io.Reader{
		"file":   bytes.NewReader([]byte(content)),
		"stream": struct{ io.Reader }{strings.NewReader(content)},
		"bytes":  iotest.OneByteReader(strings.NewReader(content)),
	}
}

func TestDecode(t *testing.T) {
	const content = `{"a": [1, 2]}`
	unknown := artifacts.Artifact{Name: "a"}
	upper := recorded(content)
	upper.SHA256 = strings.ToUpper(upper.SHA256)
	for name, a := range map[string]artifacts.Artifact{"recorded": recorded(content), "upper case": upper, "no digest": unknown} {
		for how, r := range readers(content) {
			target := map[string][]int{"before": nil}
			if err := Decode(t.Context(), artifacts.JSON{}, r, a, &target, nil); err != nil {
				t.Errorf("%s, %s: %v", name, how, err)
			}
			if diff := cmp.Diff(map[string][]int{"a": {1, 2}}, target); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, how, diff)
			}
		}
	}
}

func TestDecodeNoticesOtherFiles(t *testing.T) {
	const content = "[1, 2, 3]"
	tests := []struct{ name, stored, want string }{
		{"other content", "[1, 2, 4]", "SHA-256"},
		{"shorter", "[1, 2]", "recorded"},
		{"longer", "[1, 2, 3] ", "more than the 9 bytes recorded"},
		{"much longer", "[1, 2, 3]" + strings.Repeat(" ", 1<<20), "more than the 9 bytes recorded"},
		{"empty", "", "0 bytes, recorded were 9"},
		{"no JSON", "[1, 2, 3}", "SHA-256"},
	}
	for _, test := range tests {
		for how, r := range readers(test.stored) {
			t.Run(test.name+" as "+how, func(t *testing.T) {
				target := []int{7}
				err := Decode(t.Context(), artifacts.JSON{}, r, recorded(content), &target, nil)
				if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("Decode returns %v, want %q", err, test.want)
				}
				if len(target) != 1 || target[0] != 7 {
					t.Errorf("the target was changed to %v", target)
				}
			})
		}
	}
}

// A lying size with the right digest is noticed too.
func TestDecodeNoticesALyingSize(t *testing.T) {
	for _, size := range []int64{-1, 0, 5, 1 << 40} {
		a := recorded(`"text"`)
		a.Size = size
		for how, r := range readers(`"text"`) {
			if err := Decode(t.Context(), artifacts.JSON{}, r, a, new(string), nil); !errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("size %d, %s: %v", size, how, err)
			}
		}
	}
}

// The whole file counts even when the handler reads a part, in whatever way.
func TestDecodeHashesWhatTheHandlerLeaves(t *testing.T) {
	const content = "head, and much that nobody reads"
	first := func(r io.Reader, target any) error {
		head := make([]byte, 4)
		if _, err := io.ReadFull(r, head); err != nil {
			return err
		}
		return artifacts.Assign(target, string(head))
	}
	at := func(r io.Reader, target any) error {
		f, ok := r.(artifacts.File)
		if !ok {
			return first(r, target)
		}
		head := make([]byte, 4)
		if _, err := f.ReadAt(head, 0); err != nil {
			return err
		}
		if f.Size() != int64(len(content)) {
			return errors.New("wrong size")
		}
		return artifacts.Assign(target, string(head))
	}
	ignores := func(_ io.Reader, target any) error { return artifacts.Assign(target, "head") }
	for name, decode := range map[string]func(io.Reader, any) error{"first bytes": first, "seeking": at, "nothing": ignores} {
		h := &custom{decode: decode}
		for how, r := range readers(content) {
			var got string
			if err := Decode(t.Context(), h, r, recorded(content), &got, nil); err != nil || got != "head" {
				t.Errorf("%s, %s: %q, %v", name, how, got, err)
			}
		}
		for how, r := range readers(strings.Replace(content, "nobody", "no-one", 1)) {
			var got string
			if err := Decode(t.Context(), h, r, recorded(content), &got, nil); !errors.Is(err, artifacts.ErrCorrupt) || got != "" {
				t.Errorf("%s, %s, changed: %q, %v", name, how, got, err)
			}
		}
	}
}

func TestDecodeSizeLimit(t *testing.T) {
	const content = `"0123456789"`
	for _, a := range []artifacts.Artifact{recorded(content), {}} {
		for how, r := range readers(content) {
			o := &artifacts.LoadOptions{MaxSize: int64(len(content)) - 1}
			if err := Decode(t.Context(), artifacts.JSON{}, r, a, new(any), o); !errors.Is(err, artifacts.ErrTooLarge) {
				t.Errorf("%s, one byte too much: %v", how, err)
			}
		}
		for how, r := range readers(content) {
			o := &artifacts.LoadOptions{MaxSize: int64(len(content))}
			if err := Decode(t.Context(), artifacts.JSON{}, r, a, new(any), o); err != nil {
				t.Errorf("%s, at the limit: %v", how, err)
			}
		}
	}
}

func TestDecodeIntoWriter(t *testing.T) {
	var got bytes.Buffer
	if err := Decode(t.Context(), artifacts.Text{}, strings.NewReader("text"), recorded("text"), &got, nil); err != nil || got.String() != "text" {
		t.Errorf("%q, %v", &got, err)
	}
	got.Reset()
	err := Decode(t.Context(), artifacts.Text{}, strings.NewReader("tent"), recorded("text"), &got, nil)
	if !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("a changed file: %v", err)
	}
	if err := Decode(t.Context(), artifacts.Text{}, strings.NewReader("x"), artifacts.Artifact{}, (*bytes.Buffer)(nil), nil); !errors.Is(err, artifacts.ErrTargetType) {
		t.Errorf("a nil writer: %v", err)
	}
}

func TestDecodeEnvironment(t *testing.T) {
	shared := &artifacts.EnvironmentError{
		Recorded: artifacts.Environment{"v": "1"}, Current: artifacts.Environment{"v": "2"},
	}
	h := &custom{validate: func(recorded artifacts.Environment) error {
		if recorded["v"] == "2" {
			return nil
		}
		return shared
	}}
	a := artifacts.Artifact{Name: "model", Environment: artifacts.Environment{"v": "1"}}
	var got string
	err := Decode(t.Context(), h, strings.NewReader("text"), a, &got, nil)
	mismatch, ok := errors.AsType[*artifacts.EnvironmentError](err)
	if !ok || mismatch.Artifact != "model" || got != "" {
		t.Errorf("Decode returns %v, target %q", err, got)
	}
	if shared.Artifact != "" {
		t.Error("the handler's own error was changed")
	}
	if err := Decode(t.Context(), h, strings.NewReader("text"), a, &got, &artifacts.LoadOptions{SkipValidation: true}); err != nil || got != "text" {
		t.Errorf("SkipValidation: %v, target %q", err, got)
	}
	a.Environment["v"] = "2"
	if err := Decode(t.Context(), h, strings.NewReader("text"), a, &got, nil); err != nil {
		t.Errorf("fitting environment: %v", err)
	}
}

func TestDecodeSaysWhatWasRecorded(t *testing.T) {
	v := mustNew(t, []float64{1}, "gob", nil)
	file := written(t, v)
	a := recorded(file)
	a.Environment = v.Environment()
	for _, target := range []any{new(any), new(string)} {
		err := Decode(t.Context(), artifacts.Gob{}, strings.NewReader(file), a, target, nil)
		if err == nil || !strings.Contains(err.Error(), `gob_type "[]float64"`) {
			t.Errorf("Decode into %T returns %v", target, err)
		}
	}
	if err := Decode(t.Context(), artifacts.Gob{}, strings.NewReader(file), a, new(any), nil); !errors.Is(err, artifacts.ErrNeedsType) {
		t.Errorf("Decode into *any returns %v", err)
	}
}

func TestDecodeFailures(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	bug := func(io.Reader, any) error { panic("bug") }
	swallows := func(r io.Reader, target any) error {
		data, _ := io.ReadAll(r)
		return artifacts.Assign(target, string(data))
	}
	broken := func() io.Reader {
		return io.MultiReader(strings.NewReader("te"), iotest.ErrReader(io.ErrNoProgress))
	}
	tests := []struct {
		name   string
		ctx    context.Context
		h      artifacts.Handler
		r      io.Reader
		a      artifacts.Artifact
		target any
		is     error
		want   string
	}{
		{"output only", t.Context(), &custom{outOnly: true}, nil, artifacts.Artifact{}, new(string), artifacts.ErrOutputOnly, `decode with handler "custom"`},
		{"nil target", t.Context(), artifacts.JSON{}, strings.NewReader("1"), artifacts.Artifact{}, nil, artifacts.ErrTargetType, "nil"},
		{"target by value", t.Context(), artifacts.JSON{}, strings.NewReader("1"), artifacts.Artifact{}, 1, artifacts.ErrTargetType, "int"},
		{"ended context", ended, artifacts.JSON{}, strings.NewReader("1"), artifacts.Artifact{}, new(any), context.Canceled, ""},
		{"panic", t.Context(), &custom{decode: bug}, strings.NewReader("1"), artifacts.Artifact{}, new(string), nil, "the handler panicked: bug"},
		{"failing store", t.Context(), artifacts.Text{}, broken(), artifacts.Artifact{}, new(string), io.ErrNoProgress, ""},
		{"failing store, digest known", t.Context(), artifacts.Text{}, broken(), recorded("text"), new(string), io.ErrNoProgress, ""},
		{"failing store, swallowed", t.Context(), &custom{decode: swallows}, broken(), artifacts.Artifact{}, new(string), io.ErrNoProgress, ""},
		{"bad file, as recorded", t.Context(), artifacts.JSON{}, strings.NewReader("[1,"), recorded("[1,"), new(any), artifacts.ErrCorrupt, "line 1"},
		{"wrong type", t.Context(), artifacts.JSON{}, strings.NewReader(`"x"`), recorded(`"x"`), new(int), artifacts.ErrTargetType, "int"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := Decode(test.ctx, test.h, test.r, test.a, test.target, nil)
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Decode returns %v, want %v, %q", err, test.is, test.want)
			}
		})
	}
}

func TestContextEndsALongRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	endless := readFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	if err := Decode(ctx, artifacts.Text{}, endless, artifacts.Artifact{}, io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Decode returns %v", err)
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestHandlerForLoad(t *testing.T) {
	var reg artifacts.Registry
	reg.Register(artifacts.JSON{})
	own := &custom{}
	tests := []struct {
		name  string
		alias string
		o     *artifacts.LoadOptions
		want  artifacts.Handler
		err   string
	}{
		{name: "registered", alias: "json", want: artifacts.JSON{}},
		{name: "unknown", alias: "gob", err: "known: json"},
		{name: "handler instead", alias: "gob", o: &artifacts.LoadOptions{Handler: own}, want: own},
		{name: "settings", alias: "json", o: &artifacts.LoadOptions{Settings: map[string]any{"sort_keys": true}}, want: artifacts.JSON{SortKeys: true}},
		{name: "unknown settings", alias: "json", o: &artifacts.LoadOptions{Settings: map[string]any{"x": true}}, err: "unknown setting"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h, err := HandlerForLoad(test.alias, &reg, test.o)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %q", err, test.err)
				}
				return
			}
			if err != nil || h != test.want {
				t.Errorf("HandlerForLoad = %v, %v; want %v", h, err, test.want)
			}
		})
	}
}

// panicking is a target that breaks off the copying of a file.
type panicking struct{ writes int }

func (p *panicking) Write([]byte) (int, error) {
	p.writes++
	panic("no writer")
}

// TestDecodeIntoPanicking: the panic of a target is an error of its own. It is not
// taken for damage, and the target gets no more of the file.
func TestDecodeIntoPanicking(t *testing.T) {
	for name, size := range map[string]int{"small": 10, "large": 3*hashing.BlockSize + 10} {
		content := strings.Repeat("x", size)
		for how, r := range map[string]io.Reader{"file": strings.NewReader(content), "stream": struct{ io.Reader }{strings.NewReader(content)}} {
			target := new(panicking)
			err := Decode(t.Context(), artifacts.Text{}, r, recorded(content), target, nil)
			if err == nil || !strings.Contains(err.Error(), "panicked: no writer") || errors.Is(err, artifacts.ErrCorrupt) {
				t.Errorf("%s %s: %v", name, how, err)
			}
			if target.writes != 1 {
				t.Errorf("%s %s: %d writes", name, how, target.writes)
			}
		}
	}
}
