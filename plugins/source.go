package plugins

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// An ArrowWriter is a value that can write itself as an Arrow IPC stream. It
// crosses in that form to plugins that take it; this module does not look into
// the stream.
type ArrowWriter interface {
	WriteArrowStream(w io.Writer) error
}

// A source is a value on its way to a plugin, in the encoding that was chosen
// for it.
type source struct {
	encoding pluginpb.Encoding
	size     uint64 // in bytes; 0: not known
	write    func(ctx context.Context, w io.Writer) error

	// again makes write write the same once more; nil: it does so anyway, or
	// reports that it cannot.
	again func() bool
}

// prepare does what has to be done before a source is sent: the value of one
// CBOR item is encoded as a whole, since its errors should come before the
// plugin is bothered, and its size is worth knowing.
type prepare func() (source, error)

// choose finds the encoding for a value:
//
//   - bytes and readers are sent as they are, if the handler takes that;
//   - an [ArrowWriter] is sent as an Arrow stream, if the handler takes that;
//   - sequences (iter.Seq[T], iter.Seq2[T, error]), and lists of maps or structs,
//     are sent item by item if the handler prefers that to a whole;
//   - anything else is one CBOR item.
//
// It does not encode, so that it can be used for a check.
func (h *handler) choose(value any) (prepare, error) {
	if r, ok := value.(io.Reader); ok {
		return h.chooseReader(r)
	}
	if p, ok := rawBytes(value); ok && h.takes("raw") {
		return func() (source, error) { return bytesSource(pluginpb.Encoding_ENCODING_RAW, p), nil }, nil
	}
	if a, ok := value.(ArrowWriter); ok && h.takes("arrow_stream") {
		return func() (source, error) {
			return source{encoding: pluginpb.Encoding_ENCODING_ARROW_STREAM, write: func(_ context.Context, w io.Writer) error {
				return a.WriteArrowStream(w)
			}}, nil
		}, nil
	}
	if err := wire.CheckType(reflect.TypeOf(value)); err != nil {
		return nil, err
	}
	switch {
	case isSequence(value) && !h.takes("cbor_seq"):
		return nil, fmt.Errorf("%w: the handler takes no sequences, collect the %T in a slice", artifacts.ErrUnsupportedValue, value)
	case isSequence(value), h.prefersRows() && isRows(value):
		once := isSequence(value)
		return func() (source, error) { return rowsSource(value, once), nil }, nil
	case h.takes("cbor"):
		return func() (source, error) {
			p, err := wire.Marshal(value)
			return bytesSource(pluginpb.Encoding_ENCODING_CBOR, p), err
		}, nil
	}
	return nil, fmt.Errorf("%w: the handler takes %s, got %T", artifacts.ErrUnsupportedValue, h.wants(), value)
}

func (h *handler) chooseReader(r io.Reader) (prepare, error) {
	if !h.takes("raw") {
		return nil, fmt.Errorf("%w: the handler takes no bytes as they are, got %T", artifacts.ErrUnsupportedValue, r)
	}
	return func() (source, error) {
		return source{
			encoding: pluginpb.Encoding_ENCODING_RAW,
			write: func(_ context.Context, w io.Writer) error {
				_, err := io.Copy(w, r)
				return err
			},
			again: rewinder(r),
		}, nil
	}, nil
}

func bytesSource(e pluginpb.Encoding, p []byte) source {
	return source{encoding: e, size: uint64(len(p)), write: func(_ context.Context, w io.Writer) error {
		_, err := w.Write(p)
		return err
	}}
}

func rowsSource(value any, once bool) source {
	s := source{encoding: pluginpb.Encoding_ENCODING_CBOR_SEQ, write: func(ctx context.Context, w io.Writer) error {
		return wire.WriteSequence(ctx, w, value)
	}}
	if once {
		s.again = never
	}
	return s
}

// takes reports whether the handler takes values in an encoding.
func (h *handler) takes(encoding string) bool { return slices.Contains(h.d.Encodings, encoding) }

// prefersRows reports whether the handler would rather have a list's items one
// by one.
func (h *handler) prefersRows() bool {
	rows, whole := slices.Index(h.d.Encodings, "cbor_seq"), slices.Index(h.d.Encodings, "cbor")
	return rows >= 0 && (whole < 0 || rows < whole)
}

// wants names what a handler takes that has no use for single values.
func (h *handler) wants() string {
	if h.takes("cbor_seq") {
		return "lists of maps or structs"
	}
	return "bytes"
}

func isSequence(value any) bool {
	_, ok := wire.SequenceElem(reflect.TypeOf(value))
	return ok
}

// isRows reports whether a value is a list of maps or structs.
func isRows(value any) bool {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return false
	}
	if v.Len() == 0 {
		return wire.CheckKind(reflect.Zero(v.Type().Elem()).Interface(), []wire.Kind{wire.KindMap}) == nil
	}
	return wire.CheckKind(value, []wire.Kind{wire.KindTable}) == nil
}

// rawBytes returns a value's bytes if its type is a list of bytes.
func rawBytes(value any) ([]byte, bool) {
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return v.Bytes(), true
	}
	return nil, false
}

func never() bool { return false }

// rewinder returns what makes r be read again from where it is now.
func rewinder(r io.Reader) func() bool {
	s, ok := r.(io.Seeker)
	if !ok {
		return never
	}
	start, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return never
	}
	return func() bool {
		_, err := s.Seek(start, io.SeekStart)
		return err == nil
	}
}
