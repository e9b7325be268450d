// Package rescuetest has a handler that fails when a test wants it to, and can
// keep the values it failed to encode.
package rescuetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Fragile is a handler for texts. Its file is the text behind a mark, and the
// form it keeps is the text behind another.
type Fragile struct {
	Trouble *Trouble // nil: none, ever
	Mark    string   // a setting: begins the file
	Release string   // recorded in the environment
}

// A Trouble decides what goes wrong. Its zero value lets everything work.
type Trouble struct {
	encode, rescue atomic.Pointer[Halfway]
}

// A Halfway runs when half of a file is written. Its error is the handler's.
type Halfway func(context.Context) error

// Encode sets what happens halfway through Encode and EncodeRescued; nil is
// nothing.
func (t *Trouble) Encode(h Halfway) { t.encode.Store(&h) }

// Rescue sets what happens halfway through Rescue; nil is nothing.
func (t *Trouble) Rescue(h Halfway) { t.rescue.Store(&h) }

func meet(ctx context.Context, h *atomic.Pointer[Halfway]) error {
	if half := h.Load(); half != nil && *half != nil {
		return (*half)(ctx)
	}
	return nil
}

// kept begins what Rescue writes.
const kept = "kept text: "

// Format implements [artifacts.Handler].
func (f Fragile) Format() artifacts.Format {
	return artifacts.Format{Alias: "fragile", Suffix: "frag"}
}

// Plugin implements [artifacts.External].
func (f Fragile) Plugin() artifacts.Plugin {
	return artifacts.Plugin{Name: "breakable", Version: "0.3.1", Format: "2", SDK: "none"}
}

// Environment implements [artifacts.EnvironmentReporter]: what depends on the
// value is known only when there is one.
func (f Fragile) Environment(value any) artifacts.Environment {
	env := artifacts.Environment{"fragile_release": f.Release}
	if value != nil {
		env["fragile_value"] = fmt.Sprintf("%T", value)
	}
	return env
}

// Configure implements [artifacts.Configurable].
func (f Fragile) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	f.Mark = s.Text("mark", f.Mark)
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrSettings, err)
	}
	return f, nil
}

// Encode implements [artifacts.Handler].
func (f Fragile) Encode(ctx context.Context, w io.Writer, value any) error {
	text, err := textOf(value)
	if err != nil {
		return err
	}
	return f.halves(ctx, w, f.Mark+text, func(t *Trouble) *atomic.Pointer[Halfway] { return &t.encode })
}

// Decode implements [artifacts.Handler].
func (f Fragile) Decode(_ context.Context, r io.Reader, target any) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return artifacts.Assign(target, strings.TrimPrefix(string(text), f.Mark))
}

// Rescue implements [artifacts.Rescuer].
func (f Fragile) Rescue(ctx context.Context, w io.Writer, value any) error {
	text, err := textOf(value)
	if err != nil {
		return err
	}
	return f.halves(ctx, w, kept+text, func(t *Trouble) *atomic.Pointer[Halfway] { return &t.rescue })
}

// EncodeRescued implements [artifacts.Rescuer].
func (f Fragile) EncodeRescued(ctx context.Context, w io.Writer, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	text, ok := bytes.CutPrefix(data, []byte(kept))
	if !ok {
		return fmt.Errorf("%w: no text was kept here", artifacts.ErrCorrupt)
	}
	return f.Encode(ctx, w, string(text))
}

func (f Fragile) halves(ctx context.Context, w io.Writer, text string, trouble func(*Trouble) *atomic.Pointer[Halfway]) error {
	half := len(text) / 2
	if _, err := io.WriteString(w, text[:half]); err != nil {
		return err
	}
	if f.Trouble != nil {
		if err := meet(ctx, trouble(f.Trouble)); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, text[half:])
	return err
}

func textOf(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case *string:
		return *v, nil
	case io.Reader:
		text, err := io.ReadAll(v)
		return string(text), err
	}
	return "", fmt.Errorf("%w: a %T is no text", artifacts.ErrUnsupportedValue, value)
}

// Handlers returns the default formats and f.
func (f Fragile) Handlers() *artifacts.Registry {
	reg := artifacts.Default().Clone()
	reg.Register(f)
	return reg
}

// ErrBroken is what Break fails with.
var ErrBroken = errors.New("the process ended unexpectedly")

// Break is a [Halfway] that fails.
func Break(context.Context) error { return ErrBroken }
