package wire

import (
	"math"
	"reflect"

	"github.com/fxamacker/cbor/v2"
)

// Enc is the profile for writing: one spelling for each value, so that the same
// value gives the same bytes. It neither checks texts nor stops at a cycle:
// [Marshal] does.
//
// Dec is the profile for reading. It takes more than Enc writes, such as
// indefinite lengths and short floats, and is used through [Unmarshal], which
// refuses what has no natural Go value and reads maps with other keys than text.
var (
	Enc = mustEnc()
	Dec = mustDec(reflect.TypeFor[map[string]any]())

	// decAnyKeys is Dec for data that has a map with other keys than text.
	decAnyKeys = mustDec(reflect.TypeFor[map[any]any]())
)

func mustEnc() cbor.EncMode {
	mode, err := cbor.EncOptions{
		Sort:          cbor.SortBytewiseLexical,
		ShortestFloat: cbor.ShortestFloatNone,
		NaNConvert:    cbor.NaNConvertNone,
		InfConvert:    cbor.InfConvertNone,
		BigIntConvert: cbor.BigIntConvertShortest,
		// The instant and its offset from UTC, as text.
		Time:                    cbor.TimeRFC3339Nano,
		TimeTag:                 cbor.EncTagRequired,
		TextMarshaler:           cbor.TextMarshalerTextString,
		BinaryMarshaler:         cbor.BinaryMarshalerNone,
		JSONMarshalerTranscoder: fromJSON{},
	}.EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}

func mustDec(mapType reflect.Type) cbor.DecMode {
	mode, err := cbor.DecOptions{
		DupMapKey:       cbor.DupMapKeyEnforcedAPF,
		MaxNestedLevels: MaxNesting,
		// No bounds of their own: an array is well-formed only if its elements
		// were received, so the size of the input bounds them.
		MaxArrayElements:          math.MaxInt32,
		MaxMapPairs:               math.MaxInt32,
		IntDec:                    cbor.IntDecConvertSignedOrBigInt,
		BigIntDec:                 cbor.BigIntDecodePointer,
		DefaultMapType:            mapType,
		TimeTagToAny:              cbor.TimeTagToTime,
		UTF8:                      cbor.UTF8RejectInvalid,
		TextUnmarshaler:           cbor.TextUnmarshalerTextString,
		BinaryUnmarshaler:         cbor.BinaryUnmarshalerNone,
		JSONUnmarshalerTranscoder: toJSON{},
	}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}
