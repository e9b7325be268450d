package wire

import (
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Marshal spells a value as one item of the profile: the same bytes each time.
// It holds to the rules of encoding/json for struct tags ("json", and "cbor"
// before it), for MarshalJSON and for MarshalText; NaN and the infinities cross.
// A [json.Number] in an interface is the number it means; as the type of a field
// or an element it is text, so that it can be read back.
//
// What cannot cross is [artifacts.ErrUnsupportedValue], and the [Error] says
// where it is: channels, functions, complex numbers, pointers as such; text that
// is not UTF-8; times whose offset from UTC is not whole minutes; structs that
// hold something and have no exported fields; values that contain themselves or
// are nested more than [MaxNesting] levels deep.
func Marshal(v any) ([]byte, error) {
	var w walk
	plain, _, e := w.value(v, 0)
	if e != nil {
		return nil, e
	}
	data, err := Enc.Marshal(plain)
	if err != nil {
		return nil, blame(v, err)
	}
	if w.foreign {
		// A type with its own MarshalCBOR or MarshalJSON can write anything.
		if _, err := scan(data); err != nil {
			return nil, &Error{Kind: artifacts.ErrUnsupportedValue, Reason: "a type's own encoding: " + err.Error(), Cause: err}
		}
	}
	return data, nil
}

// blame finds the part of a value that encodes itself and failed to.
func blame(v any, cause error) error {
	w := walk{probe: true}
	if _, _, e := w.value(v, 0); e != nil {
		return e
	}
	return &Error{Kind: artifacts.ErrUnsupportedValue, Reason: cause.Error(), Cause: cause}
}
