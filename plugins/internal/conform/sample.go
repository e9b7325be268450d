package conform

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Sample is a value a handler can encode.
type Sample struct {
	Alias    string
	Name     string // for messages
	Value    any
	Settings map[string]any
}

// A sample is one that is spelled as it crosses.
type sample struct {
	alias    string
	name     string
	encoding pluginpb.Encoding
	data     []byte
	settings []byte // a CBOR map; nil: none
}

// spell returns a sample in the encoding that its handler prefers for it.
func (in Sample) spell(h *pluginpb.HandlerInfo) (sample, error) {
	s := sample{alias: in.Alias, name: in.Name}
	if len(in.Settings) > 0 {
		var err error
		if s.settings, err = wire.Marshal(in.Settings); err != nil {
			return s, err
		}
	}
	if raw, ok := in.Value.([]byte); ok && slices.Contains(h.GetEncodings(), pluginpb.Encoding_ENCODING_RAW) {
		s.encoding, s.data = pluginpb.Encoding_ENCODING_RAW, raw
		return s, nil
	}
	item, err := wire.Marshal(in.Value)
	if err != nil {
		return s, err
	}
	s.encoding, s.data = pluginpb.Encoding_ENCODING_CBOR, item
	return s.as(h.GetEncodings())
}

// as spells a sample in the first of the encodings that can hold it.
func (s sample) as(encodings []pluginpb.Encoding) (sample, error) {
	for _, e := range encodings {
		switch {
		case e == s.encoding:
			return s, nil
		case e == pluginpb.Encoding_ENCODING_CBOR_SEQ && s.encoding == pluginpb.Encoding_ENCODING_CBOR:
			if items, ok := elements(s.data); ok {
				s.encoding, s.data = e, bytes.Join(items, nil)
				return s, nil
			}
		case e == pluginpb.Encoding_ENCODING_CBOR && s.encoding == pluginpb.Encoding_ENCODING_CBOR_SEQ:
			items, err := sequence(s.data)
			s.encoding, s.data = e, array(items)
			return s, err
		}
	}
	return s, fmt.Errorf("the handler takes %v, which cannot hold the value", encodings)
}

// begin is the first frame for the sample.
func (s sample) begin() *pluginpb.Begin {
	return &pluginpb.Begin{Alias: s.alias, Encoding: s.encoding, Settings: s.settings, ArtifactName: s.name, SizeHint: uint64(len(s.data))}
}

// encode makes the file for a sample.
func (p *instance) encode(ctx context.Context, s sample) ([]byte, error) {
	return p.encodeFrom(ctx, s, payload(s.data))
}

func (p *instance) encodeFrom(ctx context.Context, s sample, up source) ([]byte, error) {
	a, err := p.call(ctx, encoding, s.begin(), up)
	if err == nil {
		err = a.succeeded()
	}
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return a.data, nil
}

// decode reads a file; the answer may be a Failure.
func (p *instance) decode(ctx context.Context, s sample, file []byte) (*answer, error) {
	begin := &pluginpb.Begin{Alias: s.alias, Settings: s.settings, ArtifactName: s.name, SizeHint: uint64(len(file))}
	return p.call(ctx, decoding, begin, payload(file))
}

// elements are the items of a CBOR array, not of any other item.
func elements(item []byte) (list [][]byte, ok bool) {
	const majorArray = 4
	if len(item) == 0 || item[0]>>5 != majorArray {
		return nil, false
	}
	var parts []cbor.RawMessage
	if err := wire.Dec.Unmarshal(item, &parts); err != nil {
		return nil, false
	}
	for _, part := range parts {
		list = append(list, part)
	}
	return list, true
}

// sequence are the items of a CBOR sequence.
func sequence(data []byte) (list [][]byte, err error) {
	for len(data) > 0 {
		var item cbor.RawMessage
		rest, err := wire.Dec.UnmarshalFirst(data, &item)
		if err != nil {
			return nil, fmt.Errorf("not a CBOR sequence: %w", err)
		}
		list, data = append(list, item), rest
	}
	return list, nil
}

// array joins items to a CBOR array (RFC 8949, 3.2.2: major type 4, a count of
// four bytes).
func array(items [][]byte) []byte {
	head := binary.BigEndian.AppendUint32([]byte{4<<5 | 26}, uint32(len(items)))
	return append(head, bytes.Join(items, nil)...)
}

var errNotLarge = errors.New("cannot be made larger")

// enlarged returns a sample of at least so many bytes: the same rows, or bytes,
// again and again.
func (s sample) enlarged(size int) (sample, error) {
	s.name += ", many times"
	switch s.encoding {
	case pluginpb.Encoding_ENCODING_RAW, pluginpb.Encoding_ENCODING_CBOR_SEQ:
		if len(s.data) == 0 {
			return s, errNotLarge
		}
		s.data = bytes.Repeat(s.data, size/len(s.data)+1)
		return s, nil
	}
	items, ok := elements(s.data)
	if !ok || len(items) == 0 {
		return s, errNotLarge
	}
	s.data = array(slices.Repeat(items, size/len(s.data)+1))
	return s, nil
}
