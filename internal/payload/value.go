package payload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Value is a logged value and the handler that will encode it.
type Value struct {
	handler  artifacts.Handler
	env      artifacts.Environment
	plugin   artifacts.Plugin // that the handler is, if it is one
	settings map[string]any   // that the handler was given by name
	suffix   *string          // of the value's file, if it has one of its own

	mu     sync.RWMutex // held for writing by Close only
	value  any          // nil once spooled or closed
	spool  *spool       // the encoded file, if it was encoded when it was logged
	closed bool
}

// An EncodeError says that a value could not be encoded, through its own or its
// handler's fault.
type EncodeError struct {
	Alias string // of the handler
	Err   error
}

func (e *EncodeError) Error() string {
	return fmt.Sprintf("encode with handler %q: %v", e.Alias, e.Err)
}

// Unwrap returns the cause.
func (e *EncodeError) Unwrap() error { return e.Err }

// New prepares a value to be encoded with the handler registered under alias,
// or with o.Handler. A nil registry is the default one, nil options are the
// defaults. Of the options, Handler, Settings and Now are used here; the others
// are the caller's.
//
// What can be known to fail is refused now: an unknown alias, settings the
// handler does not take, a value its Check refuses, and, for values that are
// encoded at once, everything. The caller closes the Value.
func New(ctx context.Context, value any, alias string, reg *artifacts.Registry, o *artifacts.LogOptions) (*Value, error) {
	if o == nil {
		o = &artifacts.LogOptions{}
	}
	h, err := handlerForLog(alias, reg, o)
	if err != nil {
		return nil, err
	}
	v := &Value{handler: h, value: value, settings: maps.Clone(o.Settings)}
	once, err := v.examine()
	if err != nil {
		return nil, err
	}
	if !once && !o.Now {
		return v, nil
	}
	sp := new(spool)
	if err := v.run(ctx, sp, h.Encode); err != nil {
		return nil, errors.Join(err, sp.Close())
	}
	v.value, v.spool = nil, sp
	return v, nil
}

// examine asks the handler what it can tell of the value without encoding it:
// whether it can be encoded at all, its environment, and whether it can be
// encoded once only.
func (v *Value) examine() (once bool, err error) {
	defer wrap(&err, "log", v.handler)
	defer recovered(&err)
	shown := v.value
	if source, ok := shown.(artifacts.Source); ok {
		if source == nil {
			return false, fmt.Errorf("%w: the source is nil", artifacts.ErrUnsupportedValue)
		}
		// What a source will yield is known when it is opened; the handler sees
		// what it will be given then, a reader.
		shown = io.Reader(strings.NewReader(""))
	}
	if c, ok := v.handler.(artifacts.Checker); ok {
		if err := c.Check(shown); err != nil {
			return false, err
		}
	}
	if err := v.surroundings(shown); err != nil {
		return false, err
	}
	if err := v.examineSuffix(); err != nil {
		return false, err
	}
	if s, ok := v.handler.(artifacts.SingleUser); ok && s.SingleUse(v.value) {
		return true, nil
	}
	_, once = v.value.(io.Reader)
	return once, nil
}

// examineSuffix asks the handler how the name of the value's file ends.
func (v *Value) examineSuffix() error {
	s, ok := v.handler.(artifacts.Suffixer)
	if !ok {
		return nil
	}
	suffix := s.Suffix(v.value)
	v.suffix = &suffix
	return artifacts.CheckFormat(v.Format())
}

// surroundings asks the handler what is to be recorded about where it writes:
// over what is known of its environment already, and which plugin it is.
func (v *Value) surroundings(value any) error {
	if r, ok := v.handler.(artifacts.EnvironmentReporter); ok {
		env := maps.Clone(v.env)
		if env == nil {
			env = artifacts.Environment{}
		}
		maps.Copy(env, r.Environment(value))
		for key := range env {
			if err := artifacts.CheckEnvironmentKey(key); err != nil {
				return err
			}
		}
		v.env = env
	}
	if x, ok := v.handler.(artifacts.External); ok {
		v.plugin = x.Plugin()
	}
	return nil
}

// Handler returns the handler with its settings applied.
func (v *Value) Handler() artifacts.Handler { return v.handler }

// Format returns the handler's format, with the suffix that the value's file has.
func (v *Value) Format() artifacts.Format {
	f := v.handler.Format()
	if v.suffix != nil {
		f.Suffix = *v.suffix
	}
	return f
}

// Environment returns what the handler recorded for the value when it was
// logged. The map is the caller's.
func (v *Value) Environment() artifacts.Environment { return maps.Clone(v.env) }

// Describe records in meta what the handler decides: its alias, its environment,
// and the plugin it is.
func (v *Value) Describe(meta *artifacts.Artifact) {
	meta.Handler, meta.Environment = v.handler.Format().Alias, v.Environment()
	if text, err := json.Marshal(v.plugin); err == nil && v.plugin != (artifacts.Plugin{}) {
		meta.Extra = map[string]json.RawMessage{pluginKey: text}
	}
}

// pluginKey is the key of an artifact's entry under which its plugin stands.
const pluginKey = "plugin"

// WriteTo writes the encoded file to w, encoding the value again each time if
// it was not encoded when it was logged.
func (v *Value) WriteTo(ctx context.Context, w io.Writer) error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.closed {
		return errors.New("write artifact: value is closed")
	}
	out := &writer{ctx: ctx, w: w}
	if v.spool != nil {
		return v.spool.writeTo(out)
	}
	return v.run(ctx, w, v.handler.Encode)
}

// Close lets go of the value and of its encoded bytes. It may be called again.
func (v *Value) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.closed = nil, true
	if v.spool == nil {
		return nil
	}
	defer func() { v.spool = nil }()
	return v.spool.Close()
}

// run lets the handler write, and sorts the failures: the context's and the
// writer's are returned as they are, whatever the handler made of them.
func (v *Value) run(ctx context.Context, w io.Writer, write method) error {
	out := &writer{ctx: ctx, w: w}
	err := v.call(ctx, out, write)
	switch {
	case out.err != nil:
		return out.err
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &EncodeError{Alias: v.handler.Format().Alias, Err: err}
}

// method is what a handler does with a value: Encode, or Rescue.
type method func(ctx context.Context, w io.Writer, value any) error

func (v *Value) call(ctx context.Context, w io.Writer, write method) (err error) {
	defer recovered(&err)
	if err := ctx.Err(); err != nil {
		return err
	}
	open, ok := v.value.(artifacts.Source)
	if !ok {
		return write(ctx, w, v.value)
	}
	r, err := open(ctx)
	if err != nil {
		return fmt.Errorf("open source: %w", err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	// Only the reader is passed on: a handler must not find a file behind it
	// and close or seek it.
	return write(ctx, w, struct{ io.Reader }{r})
}

// writer passes on to w until it or the context fails, and remembers why.
type writer struct {
	ctx context.Context
	w   io.Writer
	err error
}

func (w *writer) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	w.err = err
	return n, err
}
