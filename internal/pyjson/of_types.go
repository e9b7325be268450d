package pyjson

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"time"
)

// known converts the types that have a meaning of their own here, whatever
// methods they have.
func (c *conversion) known(v reflect.Value) (tree any, done bool, err error) {
	switch v.Type() {
	case numberType:
		tree, err = number(v.String())
	case jsonNumberType:
		tree, err = jsonNumber(v.String())
	case bigIntType:
		x := v.Interface().(big.Int)
		tree, err = integer(&x)
	case timeType:
		if c.time == nil {
			return nil, false, nil
		}
		// Without the hook, or a hook that returns a time would never end.
		tree, err = newConversion(nil).root(c.time(v.Interface().(time.Time)))
	case objectType:
		o := v.Interface().(Object)
		tree, err = c.container(reflect.ValueOf(&o))
	default:
		return nil, false, nil
	}
	return tree, true, err
}

func number(token string) (any, error) {
	if err := Number(token).check(); err != nil {
		return nil, err
	}
	return Number(token), nil
}

// jsonNumber takes the empty json.Number for 0, as encoding/json does.
func jsonNumber(token string) (any, error) {
	if token == "" {
		return Number("0"), nil
	}
	return number(token)
}

func integer(x *big.Int) (any, error) {
	// The conversion takes quadratic time, so what is far too long, at more
	// than four bits to the digit, is not converted to see that.
	if x.BitLen() > 4*MaxIntDigits {
		return nil, errLongInt
	}
	return number(x.String())
}

// marshaled converts a value by its own methods, if it has any. Methods of the
// pointer are used when the value has an address, as in encoding/json.
func (c *conversion) marshaled(v reflect.Value) (tree any, done bool, err error) {
	t := traitsOf(v.Type())
	addr := v.CanAddr()
	switch {
	case t.marshals:
		tree, err = marshal(v.Interface().(json.Marshaler))
	case addr && t.pointerMarshals:
		tree, err = marshal(v.Addr().Interface().(json.Marshaler))
	case t.textMarshals:
		tree, err = marshalText(v.Interface().(encoding.TextMarshaler))
	case addr && t.pointerTextMarshals:
		tree, err = marshalText(v.Addr().Interface().(encoding.TextMarshaler))
	default:
		return nil, false, nil
	}
	return tree, true, err
}

func marshal(m json.Marshaler) (any, error) {
	text, err := m.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("marshal %T: %w", m, err)
	}
	tree, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("marshal %T: %w", m, err)
	}
	return tree, nil
}

func marshalText(m encoding.TextMarshaler) (string, error) {
	text, err := m.MarshalText()
	if err != nil {
		return "", fmt.Errorf("marshal %T: %w", m, err)
	}
	return string(text), nil
}
