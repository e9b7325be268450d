package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// fromJSON spells what a type's MarshalJSON returns in CBOR, so that types which
// know no other form than JSON cross as the value that they mean.
type fromJSON struct{}

// Transcode reads one JSON text.
func (fromJSON) Transcode(dst io.Writer, src io.Reader) error {
	d := json.NewDecoder(src)
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	data, err := Marshal(v)
	if err != nil {
		return err
	}
	_, err = dst.Write(data)
	return err
}

// toJSON is the way back, for types with an UnmarshalJSON.
type toJSON struct{}

// Transcode reads one item. NaN, the infinities and maps with other keys than
// text have no JSON.
func (toJSON) Transcode(dst io.Writer, src io.Reader) error {
	data, err := io.ReadAll(src)
	if err != nil {
		return err
	}
	var v any
	if err := Unmarshal(data, &v); err != nil {
		return err
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err = dst.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return err
}

// maxDigits bounds the integers that are taken from JSON text: making a number
// of digits costs more than their count.
const maxDigits = 10_000

// plainNumber returns the int64, *big.Int or float64 that a JSON number means.
// Integers stay integers, whatever their size.
func plainNumber(n json.Number) (any, error) {
	text := string(n)
	if text == "" {
		return int64(0), nil // as encoding/json has it
	}
	if !strings.ContainsAny(text, ".eE") {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return i, nil
		}
		if len(text) > maxDigits {
			return nil, fmt.Errorf("is an integer of more than %d digits", maxDigits)
		}
		if i, ok := new(big.Int).SetString(text, 10); ok {
			return i, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrRange) && math.IsInf(f, 0) {
		return nil, fmt.Errorf("is %s, which is too large for a float", text)
	}
	if err != nil || !json.Valid([]byte(text)) {
		return nil, fmt.Errorf("is %s, which is no number", strconv.Quote(text))
	}
	return f, nil
}
