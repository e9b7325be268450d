package conform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// scalars are values that formats are tempted to change. Times have no more
// than microseconds, which is what some languages hold.
var scalars = []any{
	nil, true, false,
	0, -1, 1<<53 + 1, uint64(math.MaxUint64), math.MinInt64, new(big.Int).Lsh(big.NewInt(-1), 80),
	1.5, math.Copysign(0, -1), math.SmallestNonzeroFloat64, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1),
	"", " a ", "é\t😀", "two\nlines", "cr\r\nlf", "sep\u2028arated", "nul\x00", "NaN", "1", "true", "null", `"quoted", \x`,
	[]byte{}, []byte{0, 0xff, '\n'},
	time.Date(2026, 2, 28, 23, 59, 59, 123456000, time.FixedZone("", 2*3600)),
	time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC),
}

// containers put a scalar where formats have one.
var containers = []func(x any) any{
	func(x any) any { return x },
	func(x any) any { return []any{x} },
	func(x any) any { return []any{x, x, x} },
	func(x any) any { return map[string]any{"key": x} },
	func(x any) any { return map[string]any{"key": []any{x, x}} },
	func(x any) any { return []any{map[string]any{"key": x}, map[string]any{"key": x}} },
	func(x any) any { return []any{[]any{x, x}, []any{x, x}} },
}

// others are values whose shape is what formats are tempted to change.
var others = []any{
	[]any{}, map[string]any{}, []any{[]any{}}, []any{map[string]any{}}, []any{[]any{1}, []any{}},
	map[string]any{"": 1}, map[string]any{"a.b": 1, "a b": 2, "É": 3}, map[string]any{"a": []any{1, 2}, "b": []any{1}},
	map[int]any{1: "one", -2: "two"},
	[]any{1, "two"}, []any{1, 2.5}, []any{1<<53 + 1, 0.5}, []any{1, nil},
	[]any{map[string]any{"a": 1}, map[string]any{"b": 2}}, []any{map[string]any{"a": 1}, map[string]any{"a": "text"}},
	[]any{map[string]any{"a": 1, "b": 2}, map[string]any{"a": 3}},
	[]any{map[string]any{"b": 1, "a": []any{1, map[string]any{"c": nil}}}},
	nested(100),
}

// nested is a list in a list, so many times.
func nested(depth int) any {
	var v any = "deep"
	for range depth {
		v = []any{v}
	}
	return v
}

// reported is how many of a handler's differences are told.
const reported = 5

func checkZoo(ctx context.Context, s *suite) error {
	passed := 0
	err := s.each(func(h *pluginpb.HandlerInfo) error {
		if h.GetOutputOnly() {
			return nil
		}
		var errs []error
		try := func(v any) {
			same, err := s.comesBack(ctx, h, v)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", shown(v), err))
			}
			if same {
				passed++
			}
		}
		for _, container := range containers {
			for _, scalar := range scalars {
				try(container(scalar))
			}
		}
		for _, v := range others {
			try(v)
		}
		if more := len(errs) - reported; more > 0 {
			errs = append(errs[:reported], fmt.Errorf("and %d more", more))
		}
		return errors.Join(errs...)
	})
	if err == nil && passed == 0 {
		return skip("every value that was tried was refused")
	}
	return err
}

// comesBack encodes and decodes a value in. It reports whether the same came back;
// a value that was refused in the right way is no error.
func (s *suite) comesBack(ctx context.Context, h *pluginpb.HandlerInfo, in any) (same bool, err error) {
	v, err := Sample{Alias: h.GetAlias(), Value: in}.spell(h)
	if err != nil {
		return false, nil // the host refuses it by itself
	}
	a, err := s.live.call(ctx, encoding, v.begin(), payload(v.data))
	if err != nil {
		return false, err
	}
	if a.failure != nil {
		return false, a.failed(pluginpb.Failure_CODE_BAD_VALUE)
	}
	back, err := s.live.decode(ctx, v, a.data)
	if err == nil {
		err = back.succeeded()
	}
	if err != nil {
		return false, fmt.Errorf("decode: %w", err)
	}
	want, err := v.natural()
	if err != nil {
		return false, err
	}
	v.encoding, v.data = back.encoding, back.data
	got, err := v.natural()
	if err != nil {
		return false, fmt.Errorf("decode returns: %w", err)
	}
	if !equal(got, want) {
		return false, fmt.Errorf("comes back as %s", shown(got))
	}
	return true, nil
}

// shown is a value for messages.
func shown(v any) string {
	const longest = 100
	text := fmt.Sprintf("%#v", v)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "..."
	}
	return text
}

// natural is the Go value of a sample's bytes.
func (s sample) natural() (any, error) {
	var v any
	switch s.encoding {
	case pluginpb.Encoding_ENCODING_RAW:
		return s.data, nil
	case pluginpb.Encoding_ENCODING_CBOR_SEQ:
		items, err := sequence(s.data)
		if err != nil {
			return nil, err
		}
		return v, wire.Unmarshal(array(items), &v)
	case pluginpb.Encoding_ENCODING_CBOR:
		return v, wire.Unmarshal(s.data, &v)
	}
	return nil, fmt.Errorf("a value in %s", s.encoding)
}

// equal compares what came back with what was sent. Numbers are equal if they are
// the same number, times if they are the same instant. A handler with types of its
// own may read nil as the type's empty value, and a time as its text: the protocol
// has it so, and no handler can tell.
func equal(got, want any) bool {
	switch want := want.(type) {
	case nil:
		return empty(got)
	case bool, string:
		return got == want
	case []byte:
		got, ok := got.([]byte)
		return ok && string(got) == string(want)
	case time.Time:
		if text, ok := got.(string); ok {
			got, _ = time.Parse(time.RFC3339Nano, text)
		}
		got, ok := got.(time.Time)
		return ok && got.Equal(want)
	case []any:
		got, ok := got.([]any)
		return ok && slices.EqualFunc(got, want, equal)
	case map[string]any:
		got, ok := got.(map[string]any)
		return ok && maps.EqualFunc(got, want, equal)
	case map[any]any:
		got, ok := got.(map[any]any)
		return ok && maps.EqualFunc(got, want, equal)
	}
	return equalNumbers(got, want)
}

// empty reports whether a value says no more than nil.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	case []byte:
		return len(v) == 0
	case bool, string, int64, float64:
		return reflect.ValueOf(v).IsZero()
	}
	return false
}

func equalNumbers(a, b any) bool {
	x, xNaN, xOK := number(a)
	y, yNaN, yOK := number(b)
	if !xOK || !yOK || xNaN || yNaN {
		return xOK && yOK && xNaN && yNaN
	}
	return x.Cmp(y) == 0 && x.Signbit() == y.Signbit()
}

// number is a number exactly.
func number(v any) (n *big.Float, isNaN, ok bool) {
	switch v := v.(type) {
	case int64:
		return new(big.Float).SetInt64(v), false, true
	case uint64:
		return new(big.Float).SetUint64(v), false, true
	case *big.Int:
		return new(big.Float).SetInt(v), false, true
	case float64:
		if math.IsNaN(v) {
			return nil, true, true
		}
		return new(big.Float).SetFloat64(v), false, true
	}
	return nil, false, false
}
