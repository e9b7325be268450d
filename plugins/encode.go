package plugins

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/process"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// Encode lets the plugin write the file for a value.
func (h *handler) Encode(ctx context.Context, w io.Writer, value any) error {
	s, err := h.source(value)
	if err != nil {
		return err
	}
	return h.encode(ctx, w, s)
}

// source prepares a value to be sent.
func (h *handler) source(value any) (source, error) {
	prepare, err := h.choose(value)
	if err != nil {
		return source{}, err
	}
	return prepare()
}

func (h *handler) encode(ctx context.Context, w io.Writer, s source) error {
	out := &replayer{w: w}
	call := &process.Call{
		Accept: h.accept,
		Begin:  &pluginpb.Begin{Alias: h.d.Alias, Encoding: s.encoding, Settings: h.settings, SizeHint: s.size},
		Up:     func(w io.Writer) error { return s.write(ctx, w) },
		Down: func(_ pluginpb.Encoding, r io.Reader) error {
			_, err := io.Copy(out, r)
			return cmp.Or(err, out.finish())
		},
		Again: func() bool {
			out.again()
			return s.again == nil || s.again()
		},
	}
	return h.failed("encode", h.p.runs.Do(ctx, call))
}

// encodings are the names with which a rescued value says how it is spelled.
var encodings = map[string]pluginpb.Encoding{
	"cbor":         pluginpb.Encoding_ENCODING_CBOR,
	"raw":          pluginpb.Encoding_ENCODING_RAW,
	"cbor_seq":     pluginpb.Encoding_ENCODING_CBOR_SEQ,
	"arrow_stream": pluginpb.Encoding_ENCODING_ARROW_STREAM,
}

// Rescue writes a line that names the encoding, and the value in it. No plugin
// is needed for that.
func (h *handler) Rescue(ctx context.Context, w io.Writer, value any) error {
	s, err := h.source(value)
	if err != nil {
		return err
	}
	for name, e := range encodings {
		if e == s.encoding {
			if _, err := io.WriteString(w, name+"\n"); err != nil {
				return err
			}
		}
	}
	return s.write(ctx, w)
}

// EncodeRescued lets the plugin write the file for what Rescue wrote.
func (h *handler) EncodeRescued(ctx context.Context, w io.Writer, r io.Reader) error {
	in := bufio.NewReader(r)
	line, err := in.ReadSlice('\n')
	name := strings.TrimSuffix(string(line), "\n")
	e, known := encodings[name]
	if err != nil || !known {
		return fmt.Errorf("%w: a rescued value does not begin with the name of its encoding", artifacts.ErrCorrupt)
	}
	if !h.takes(name) {
		return fmt.Errorf("%w: the handler does not take values as %s any more", artifacts.ErrUnsupportedValue, name)
	}
	return h.encode(ctx, w, source{encoding: e, again: never, write: func(_ context.Context, w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	}})
}
