package params

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// jsonText writes the canonical form of JSON text that a value gave for itself.
// As in I-JSON (RFC 7493), which RFC 8785 asks for, no object may have a key
// twice and no string half of a surrogate pair.
func (e *encoder) jsonText(text []byte) error {
	if !json.Valid(text) {
		return e.fail(errors.New("its JSON is not valid"))
	}
	if !utf8.Valid(text) {
		return e.fail(errors.New("its JSON is not UTF-8"))
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	r := &jsonReader{encoder: e, text: text, decoder: d}
	t, err := r.next()
	if err != nil {
		return err
	}
	return r.value(t)
}

// jsonReader reads JSON text that is known to be valid.
type jsonReader struct {
	*encoder
	text    []byte
	decoder *json.Decoder
}

// next returns the next token.
func (r *jsonReader) next() (json.Token, error) {
	from := r.decoder.InputOffset()
	t, err := r.decoder.Token()
	if err != nil {
		return nil, r.fail(err)
	}
	if s, ok := t.(string); ok && strings.Count(s, "\uFFFD") > replacements(r.text[from:r.decoder.InputOffset()]) {
		return nil, r.fail(fmt.Errorf("%w: its JSON has a string with half of a surrogate pair", ErrUnsupported))
	}
	return t, nil
}

// replacements counts the characters U+FFFD that a string has by itself. Package
// json puts more of them in the place of what is no character.
func replacements(raw []byte) int {
	text := strings.ReplaceAll(string(raw), `\\`, "") // so that what follows is no part of another escape
	return strings.Count(text, "\uFFFD") + strings.Count(strings.ToLower(text), `\ufffd`)
}

func (r *jsonReader) value(t json.Token) error {
	if r.depth++; r.depth > maxDepth {
		return r.fail(ErrTooDeep)
	}
	defer func() { r.depth-- }()
	switch t := t.(type) {
	case nil:
		r.out = append(r.out, "null"...)
	case bool:
		if t {
			r.out = append(r.out, "true"...)
		} else {
			r.out = append(r.out, "false"...)
		}
	case string:
		r.out = appendString(r.out, t)
	case json.Number:
		number := appendNumber
		if r.verbatim {
			number = appendDouble
		}
		out, err := number(r.out, t.String())
		if err != nil {
			return r.fail(err)
		}
		r.out = out
	case json.Delim:
		if t == '[' {
			return r.list()
		}
		return r.mapping()
	}
	return nil
}

// nextValue reads a value and writes it.
func (r *jsonReader) nextValue() error {
	t, err := r.next()
	if err != nil {
		return err
	}
	return r.value(t)
}

func (r *jsonReader) list() error {
	r.out = append(r.out, '[')
	for i := 0; r.decoder.More(); i++ {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		here := len(r.path)
		r.path = appendIndexStep(r.path, i)
		if err := r.nextValue(); err != nil {
			return err
		}
		r.path = r.path[:here]
	}
	r.out = append(r.out, ']')
	_, err := r.next()
	return err
}

// mapping reads an object. Its members are written apart, as they come in an
// order of their own.
func (r *jsonReader) mapping() error {
	var members []member[[]byte]
	outer := r.out
	for r.decoder.More() {
		t, err := r.next()
		if err != nil {
			return err
		}
		key := t.(string) // the text is valid
		here := len(r.path)
		r.path, r.out = appendKeyStep(r.path, key), nil
		if err := r.nextValue(); err != nil {
			return err
		}
		members = append(members, member[[]byte]{key, r.out})
		r.path = r.path[:here]
	}
	r.out = outer
	if _, err := r.next(); err != nil {
		return err
	}
	return object(r.encoder, members, func(text []byte) error {
		r.out = append(r.out, text...)
		return nil
	})
}
