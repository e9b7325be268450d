package sdk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

var (
	anyType    = reflect.TypeFor[any]()
	bytesType  = reflect.TypeFor[[]byte]()
	readerType = reflect.TypeFor[io.Reader]()
)

// valueType returns the type of a handler's values.
func valueType(h artifacts.Handler) reflect.Type {
	if typer, ok := h.(artifacts.ValueTyper); ok {
		return typer.ValueType()
	}
	return anyType
}

// checkValueType refuses types that values cannot be received as.
func checkValueType(t reflect.Type) error {
	if t == nil {
		return errors.New("its type of values is nil")
	}
	if t == readerType {
		return nil
	}
	if _, ok := wire.SequenceElem(t); ok && t.In(0).NumIn() == 1 {
		return fmt.Errorf("its values are %s, which cannot say that the rest did not come: use iter.Seq2[T, error]", t)
	}
	return wire.CheckType(t)
}

// encodings returns how values of a type may be sent, the best first.
func encodings(t reflect.Type) []pluginpb.Encoding {
	const (
		cbor     = pluginpb.Encoding_ENCODING_CBOR
		raw      = pluginpb.Encoding_ENCODING_RAW
		sequence = pluginpb.Encoding_ENCODING_CBOR_SEQ
	)
	switch _, isSequence := wire.SequenceElem(t); {
	case t == bytesType:
		return []pluginpb.Encoding{raw, cbor}
	case t == readerType:
		return []pluginpb.Encoding{raw}
	case isSequence:
		return []pluginpb.Encoding{sequence, cbor}
	}
	return []pluginpb.Encoding{cbor}
}

// receive makes a value of type t of what the host sends. Readers and sequences
// read on from r later.
func receive(ctx context.Context, r io.Reader, begin *pluginpb.Begin, t reflect.Type) (any, error) {
	if !slices.Contains(encodings(t), begin.GetEncoding()) {
		return nil, fmt.Errorf("%w: values as %s", errors.ErrUnsupported, begin.GetEncoding())
	}
	switch begin.GetEncoding() {
	case pluginpb.Encoding_ENCODING_RAW:
		if t == bytesType {
			return readAll(r, begin.GetSizeHint())
		}
		return r, nil
	case pluginpb.Encoding_ENCODING_CBOR_SEQ:
		target := reflect.New(t)
		if err := wire.ReadSequence(ctx, r, target.Interface()); err != nil {
			return nil, err
		}
		return target.Elem().Interface(), nil
	}
	return receiveItem(r, begin.GetSizeHint(), t)
}

func receiveItem(r io.Reader, hint uint64, t reflect.Type) (any, error) {
	data, err := readAll(r, hint)
	if err != nil {
		return nil, err
	}
	target := reflect.New(t)
	if elem, ok := wire.SequenceElem(t); ok {
		// One list, for a handler that takes its elements one by one.
		list := reflect.New(reflect.SliceOf(elem))
		if err := wire.Unmarshal(data, list.Interface()); err != nil {
			return nil, err
		}
		target.Elem().Set(oneByOne(list.Elem(), t))
	} else if err := wire.Unmarshal(data, target.Interface()); err != nil {
		return nil, err
	}
	return target.Elem().Interface(), nil
}

// oneByOne makes an iter.Seq2[E, error] of a []E.
func oneByOne(list reflect.Value, t reflect.Type) reflect.Value {
	none := reflect.Zero(reflect.TypeFor[error]())
	return reflect.MakeFunc(t, func(args []reflect.Value) []reflect.Value {
		for i := range list.Len() {
			if !args[0].Call([]reflect.Value{list.Index(i), none})[0].Bool() {
				break
			}
		}
		return nil
	})
}

// maxHint bounds what is allocated because the host says so many bytes will
// come. More is allocated when more has come.
const maxHint = 64 << 20

func readAll(r io.Reader, hint uint64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(hint, maxHint)) + bytes.MinRead)
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

// send sends a decoded value, of any type a handler can return.
func send(ctx context.Context, s *stream, w io.Writer, value any) error {
	switch v := value.(type) {
	case []byte:
		if err := s.encoding(pluginpb.Encoding_ENCODING_RAW); err != nil {
			return err
		}
		_, err := w.Write(v)
		return err
	case io.Reader:
		if err := s.encoding(pluginpb.Encoding_ENCODING_RAW); err != nil {
			return err
		}
		return sendReader(ctx, w, v)
	}
	if _, ok := wire.SequenceElem(reflect.TypeOf(value)); ok {
		if err := s.encoding(pluginpb.Encoding_ENCODING_CBOR_SEQ); err != nil {
			return err
		}
		return ownMistake(wire.WriteSequence(ctx, w, value))
	}
	data, err := wire.Marshal(value)
	if err != nil {
		return ownMistake(err)
	}
	if err := s.encoding(pluginpb.Encoding_ENCODING_CBOR); err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func sendReader(ctx context.Context, w io.Writer, r io.Reader) error {
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	_, err := io.Copy(w, untilDone{ctx, r})
	return err
}

// ownMistake keeps an error about a value from looking like one about the file:
// it is the handler that made a value which cannot cross. Errors of a sequence
// come wrapped and stay what they are.
func ownMistake(err error) error {
	if e, ok := err.(*wire.Error); ok {
		return fmt.Errorf("the decoded value cannot be sent: %v", e)
	}
	return err
}
