package params

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// standard returns the canonical text of a default given in a tag. What the text
// means depends on the field's type alone, so that no two values of the field
// could both be meant by it.
func standard(text string, t reflect.Type) ([]byte, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	has := traitsOf(t)
	switch {
	case t == typeDuration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("default %q is no duration such as 1m30s", text)
		}
		return appendString(nil, d.String()), nil
	case t == typeTime:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, fmt.Errorf("default %q is no time such as 2024-05-01T00:00:00Z", text)
		}
		return appendString(nil, timeText(at)), nil
	case t == typeBig, t == typeNumber:
		// JSON
	case has == textMarshaler, has == 0 && t.Kind() == reflect.String:
		return appendString(nil, text), nil
	}
	e := &encoder{}
	if err := e.jsonText([]byte(text)); err != nil {
		return nil, fmt.Errorf("default %q is not JSON, as a default of type %s has to be", text, t)
	}
	if has != 0 || string(e.out) == "null" {
		return e.out, nil
	}
	switch dtype := dtypeOf(t); {
	case dtype == "<c8", dtype == "<c16", t.Kind() == reflect.Slice && dtypeOf(t.Elem()) == "|u1":
		return nil, fmt.Errorf("default %q: JSON cannot say what a %s is", text, t)
	case dtype != "", t.Kind() == reflect.Bool: // also, 0.10000000001 and 0.1 are one float32
		v := reflect.New(t)
		if err := json.Unmarshal([]byte(text), v.Interface()); err != nil {
			return nil, fmt.Errorf("default %q is no %s", text, t)
		}
		return Append(nil, v.Interface())
	}
	return e.out, nil
}
