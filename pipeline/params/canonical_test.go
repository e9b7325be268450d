package params_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/pipeline/params"
)

// Types of parameters as programs have them.
type (
	points struct {
		N           int
		RandomState uint64 `lazyscribe:"random_state,default=100"`
		LogEvery    int    `lazyscribe:"-"`
	}
	tagged struct {
		A int    `json:"a_json"`
		B int    `lazyscribe:"b_own" json:"b_json"`
		C int    `json:"-"`
		D string `lazyscribe:",nohash" json:"d,omitempty"`
		E int    `lazyscribe:",nohash,default=7"`
		_ int
	}
	defaults struct {
		S string        `lazyscribe:",default=adam,eve"`
		D time.Duration `lazyscribe:",default=90s"`
		T time.Time     `lazyscribe:",default=2024-05-01T02:00:00+02:00"`
		L []int         `lazyscribe:",default=[1, 2]"`
		F float32       `lazyscribe:",default=0.1"`
		P *float64      `lazyscribe:",default=1e3"`
		W float64       `lazyscribe:",default=1000000000000000000"`
		O color         `lazyscribe:",default=red"`
		A any           `lazyscribe:",default=\"5\""`
	}
	outer struct {
		inner
		*Pointed
		N int
	}
	inner struct {
		N int
		I string
	}
	Pointed struct{ P bool }
	twice   struct {
		inner
		Other
	}
	Other   struct{ I string }
	node    struct{ Next *node }
	private struct{ _ int }
	stamped struct {
		time.Time
		N int
	}
	color   int
	raw     string
	wrapped struct{ v any }
	panics  struct{}
)

func (c color) MarshalText() ([]byte, error) { return []byte([]string{"red", "green"}[c]), nil }

func (r *raw) MarshalJSON() ([]byte, error) { return []byte(*r), nil }

func (w wrapped) CanonicalParams() (any, error) {
	if w.v == nil {
		return nil, errors.New("nothing is wrapped")
	}
	return w.v, nil
}

func (panics) MarshalText() ([]byte, error) { panic("oh") }

// Texts are from the rules of PARAMS.md and the examples of RFC 8785.
func TestText(t *testing.T) {
	at := time.Date(2024, 5, 1, 14, 0, 0, 120, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		name string
		v    any
		want string
	}{
		{"nil", nil, `null`},
		{"bools", []bool{true, false}, `[true,false]`},
		{"struct", points{N: 5, RandomState: 3, LogEvery: 9}, `{"N":5,"random_state":3}`},
		{"at its default", points{N: 5, RandomState: 100}, `{"N":5}`},
		{"pointer", &points{N: 5}, `{"N":5,"random_state":0}`},
		{"tags", tagged{A: 1, B: 2, C: 3, D: "x", E: 7}, `{"a_json":1,"b_own":2}`},
		{"all at default", defaults{
			"adam,eve", 90 * time.Second, time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), []int{1, 2}, 0.1, new(1000.0), 1e18, 0, "5",
		}, `{}`},
		{"not at default", defaults{}, `{"A":null,"D":"0s","F":0,"L":null,"P":null,"S":"","T":"0001-01-01T00:00:00Z","W":0}`},
		{"a number is no default text", defaults{O: 1, A: 5}, `{"A":5,"D":"0s","F":0,"L":null,"O":"green","P":null,"S":"","T":"0001-01-01T00:00:00Z","W":0}`},
		{"embedded", outer{inner{N: 1, I: "i"}, &Pointed{true}, 2}, `{"I":"i","N":2,"P":true}`},
		{"embedded nil", outer{}, `{"I":"","N":0}`},
		{"anonymous struct", struct {
			time.Time
			N int
		}{at, 1}, `{"N":1,"Time":"2024-05-01T12:00:00.00000012Z"}`},
		{"nil and empty", []any{[]int(nil), []int{}, map[string]int(nil), map[string]int{}}, `[null,[],null,{}]`},
		{"order of keys", map[string]int{"\u20ac": 0, "\r": 0, "\ufb33": 0, "1": 0, "\U0001f600": 0, "\u0080": 0, "\u00f6": 0},
			"{\"\\r\":0,\"1\":0,\"\u0080\":0,\"\u00f6\":0,\"\u20ac\":0,\"\U0001f600\":0,\"\ufb33\":0}"},
		{"escapes of strings", "\u20ac$\u000f\nA'B\"\\\\\"/\b\f\t\u007f", "\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\t\u007f\""},
		{"keys", map[any]int{int8(-3): 1, "x": 2, uint(4): 3, color(0): 4}, `{"-3":1,"4":3,"red":4,"x":2}`},
		{"dollars", map[string]any{"$float": "NaN", "$$": 1, "a$": 2}, `{"$$$":1,"$$float":"NaN","a$":2}`},
		{"integers", []any{int64(1) << 53, int64(1)<<53 + 1, int64(math.MinInt64), uint64(math.MaxUint64), big.NewInt(5), *big.NewInt(-6)},
			`[9007199254740992,{"$int":"9007199254740993"},{"$int":"-9223372036854775808"},{"$int":"18446744073709551615"},5,-6]`},
		{"floats", []any{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), float32(0.1), 1e21, 1e-7, 100.0},
			`[{"$float":"NaN"},{"$float":"Infinity"},{"$float":"-Infinity"},0,0.1,1e+21,1e-7,100]`},
		{"complex", []any{complex(1, -2.5), complex64(complex(0.1, math.NaN()))}, `[{"$complex":[1,-2.5]},{"$complex":[0.1,{"$float":"NaN"}]}]`},
		{"bytes", []any{[]byte("hi"), [2]byte{1, 2}, "\xff", []byte{}}, `[{"$bytes":"aGk="},[1,2],{"$string":"/w=="},{"$bytes":""}]`},
		{"texts of bytes", []color{0, 1}, `["red","green"]`},
		{"times", []any{at, 90 * time.Second}, `["2024-05-01T12:00:00.00000012Z","1m30s"]`},
		{"netip", netip.MustParseAddr("10.0.0.1"), `"10.0.0.1"`},
		{"url", url.URL{Scheme: "s3", Host: "b"}, `{"ForceQuery":false,"Fragment":"","Host":"b","OmitHost":false,"Opaque":"","Path":"","RawFragment":"","RawPath":"","RawQuery":"","Scheme":"s3","User":null}`},
		{"method of the pointer", raw(`{"b": 1.50, "a": [1e400, 2E0, -0, 0.1000000000000000055]}`), `{"a":[{"$number":"1e400"},2,0,{"$number":"1000000000000000055e-19"}],"b":1.5}`},
		{"raw", json.RawMessage(`{"$int": 123456789012345678901, "x": "\ud83d\ude00\ufffd"}`), `{"$$int":{"$int":"123456789012345678901"},"x":"😀` + "\ufffd" + `"}`},
		{"json.Number", json.Number("1e2"), `100`},
		{"says itself", []any{wrapped{1}, &wrapped{color(1)}}, `[1,"green"]`},
		{"long array", make([]int16, 1025), `{"$array":"sha256:` + sha256OfZeros2050 + `","dtype":"<i2","shape":[1025]}`},
		{"not yet long", struct{ A []byte }{make([]byte, 3)}, `{"A":{"$bytes":"AAAA"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := params.Append(nil, c.v)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if !json.Valid(got) {
				t.Error("it is not JSON")
			}
		})
	}
}

// head -c 2050 /dev/zero | sha256sum
const sha256OfZeros2050 = "382e008e5bc647359ed6f41cb932f732b000a96c6048edd3cae85e65df04c175"

// TestUnhashed: what is not hashed is kept beside it.
func TestUnhashed(t *testing.T) {
	set, err := params.Of(map[string]any{"opt": tagged{D: "x", E: 7}, "p": &points{N: 1, RandomState: 100}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"opt":{"a_json":0,"b_own":0},"p":{"N":1}}`; string(set.Text) != want {
		t.Errorf("text %s, want %s", set.Text, want)
	}
	got, err := json.Marshal(set.Unhashed)
	if want := `{"opt.E":7,"opt.d":"x","p.random_state":100}`; err != nil || string(got) != want {
		t.Errorf("unhashed %s (%v), want %s", got, err, want)
	}
}

func TestErrors(t *testing.T) {
	ring := &node{}
	ring.Next = &node{ring}
	list := []any{1}
	list[0] = list
	deep := &node{}
	for range 1000 {
		deep = &node{deep}
	}
	loop := map[string]any{}
	loop["self"] = loop
	for _, c := range []struct {
		name string
		v    any
		path string
		want error
		says string
	}{
		{"func", map[string]any{"f": []any{1, func() {}}}, ".f[1]", params.ErrUnsupported, "func()"},
		{"chan", struct{ C chan int }{}, ".C", params.ErrUnsupported, "chan int"},
		{"uintptr", uintptr(1), "", params.ErrUnsupported, "uintptr"},
		{"ring", map[string]any{"root": []any{ring}}, ".root[0].Next.Next", params.ErrCycle, ""},
		{"list in itself", list, "[0]", params.ErrCycle, ""},
		{"map in itself", loop, ".self", params.ErrCycle, ""},
		{"deep", deep, strings.Repeat(".Next", 450), params.ErrTooDeep, ""},
		{"private", struct{ P private }{}, ".P", params.ErrUnsupported, "no exported field"},
		{"mutex", &sync.Mutex{}, "", params.ErrUnsupported, "no exported field"},
		{"file", os.Stdin, "", params.ErrUnsupported, "no exported field"},
		{"user in a url", url.URL{User: url.User("me")}, ".User", params.ErrUnsupported, "no exported field"},
		{"twice", twice{}, "", params.ErrAmbiguous, `two fields called "I"`},
		{"hidden by embedding", stamped{}, "", params.ErrAmbiguous, "embeds time.Time"},
		{"two keys", map[any]int{1: 1, "1": 2}, "", params.ErrAmbiguous, `"1"`},
		{"key", map[float64]int{1: 1}, "", params.ErrUnsupported, "float64 as the key"},
		{"nil key", map[any]int{nil: 1}, "", params.ErrUnsupported, "nil as the key"},
		{"key not UTF-8", map[string]int{"\xff": 1}, "", params.ErrUnsupported, "UTF-8"},
		{"JSON", raw(`{"a":`), "", nil, "not valid"},
		{"JSON with a key twice", raw(`{"x":{"a":1,"a":1}}`), ".x", params.ErrAmbiguous, `two keys "a"`},
		{"JSON with half a pair", raw(`["\\ufffd\ud800"]`), "[0]", params.ErrUnsupported, "surrogate"},
		{"JSON not UTF-8", raw("\"\xff\""), "", nil, "not UTF-8"},
		{"its own error", []any{wrapped{}}, "[0]", nil, "nothing is wrapped"},
		{"panic", panics{}, "", nil, "panicked: oh"},
		{"option", struct {
			A int `lazyscribe:"a,omitempty"`
		}{}, "", nil, `unknown option "omitempty"`},
		{"default", struct {
			A int `lazyscribe:"a,default=x"`
		}{}, "", nil, `default "x" is not JSON`},
		{"default of another type", struct {
			A int `lazyscribe:"a,default=\"5\""`
		}{}, "", nil, `is no int`},
		{"default past the type", struct {
			A int8 `lazyscribe:"a,default=128"`
		}{}, "", nil, `default "128" is no int8`},
		{"default of bytes", struct {
			A []byte `lazyscribe:"a,default=\"AAA=\""`
		}{}, "", nil, `JSON cannot say what a []uint8 is`},
		{"tag of a private field", struct {
			A int
			_ int `lazyscribe:"b"`
		}{}, "", params.ErrUnsupported, "not exported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := params.Append(nil, c.v)
			var e *params.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v (%T), want *params.Error", err, err)
			}
			if e.Path != c.path {
				t.Errorf("path %.80q, want %.80q", e.Path, c.path)
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want %v and %q", err, c.want, c.says)
			}
		})
	}
}

// TestNumbers has the samples of RFC 8785, appendix B.
func TestNumbers(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0",
		0x8000000000000000: "0",
		0x0000000000000001: "5e-324",
		0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308",
		0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992",
		0xc340000000000000: "-9007199254740992",
		0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22",
		0x44b52d02c7e14af6: "1e+23",
		0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000",
		0x444b1ae4d6e2ef4f: "999999999999999900000",
		0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7",
		0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332",
		0x41b3de4355555554: "333333333.33333325",
		0x41b3de4355555555: "333333333.3333333",
		0x41b3de4355555556: "333333333.3333334",
		0x41b3de4355555557: "333333333.33333343",
		0xbecbf647612f3696: "-0.0000033333333333333333",
		0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		got, err := params.Append(nil, math.Float64frombits(bits))
		if err != nil || string(got) != want {
			t.Errorf("%x: %s (%v), want %s", bits, got, err, want)
		}
		// In a record a whole number is no integer past 2^53: those are escaped.
		if again, err := params.Canonical(got); err != nil || string(again) != want {
			t.Errorf("%x: read again %s (%v), want %s", bits, again, err, want)
		}
	}
}
