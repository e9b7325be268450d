package experiment

import (
	"fmt"
	"iter"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A Value is a metric or a parameter as it is stored: any JSON value. Whether a
// number was an integer or a float is kept, also for integers of any size; NaN
// and infinities are allowed, as they are in Python. The zero Value is null.
type Value struct{ v record.Value }

// Float64 returns a number as a float64; ok is false for anything that is not
// a number (also for true and false).
func (v Value) Float64() (x float64, ok bool) { return v.v.Float64() }

// Int64 returns an integer; ok is false for anything else, also for 1.0 and for
// integers that do not fit.
func (v Value) Int64() (n int64, ok bool) { return v.v.Int64() }

// Decode stores the value in what target points to, by the rules of
// encoding/json. A *any gets nil, bool, string, int64 (*[math/big.Int] where it
// does not fit), float64, []any or map[string]any. A target that cannot hold
// the value is [artifacts.ErrTargetType].
func (v Value) Decode(target any) error {
	if err := pyjson.Assign(v.v.Tree(), target); err != nil {
		return fmt.Errorf("%w: %w", artifacts.ErrTargetType, err)
	}
	return nil
}

// Any returns the value as Decode into a *any would.
func (v Value) Any() any {
	var x any
	if err := v.Decode(&x); err != nil {
		return nil
	}
	return x
}

// String returns the value's JSON text on one line, as Python spells it: NaN
// and infinities are bare words.
func (v Value) String() string { return v.text(nil) }

// MarshalJSON returns the value as RFC 8259 allows it: NaN and infinities are
// the strings "NaN", "Infinity" and "-Infinity".
func (v Value) MarshalJSON() ([]byte, error) {
	return []byte(v.text(&pyjson.Format{QuoteNonFinite: true})), nil
}

func (v Value) text(f *pyjson.Format) string {
	text, err := pyjson.Append(nil, v.v.Tree(), f)
	if err != nil {
		return "null" // not reached: a stored value has been written or read before
	}
	return string(text)
}

func values(fields []record.Field) iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, f := range fields {
			if !yield(f.Name, Value{f.Value}) {
				return
			}
		}
	}
}

func valueOf(v record.Value, ok bool) (Value, bool) { return Value{v}, ok }

func number(v record.Value, ok bool) (float64, bool) {
	if !ok {
		return 0, false
	}
	return v.Float64()
}

// decode decodes the parameter that was found under a name.
func decode(v record.Value, ok bool, name string, target any) error {
	if !ok {
		return fmt.Errorf("parameter %q: %w", name, artifacts.ErrNotFound)
	}
	if err := (Value{v}).Decode(target); err != nil {
		return fmt.Errorf("parameter %q: %w", name, err)
	}
	return nil
}
