package yaml

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

type pyAnswer struct {
	Value any    `json:"value"`
	Error string `json:"error"`
}

// askPython returns what a loader makes of texts.
func askPython(t *testing.T, loader string, texts []string) []pyAnswer {
	t.Helper()
	var answers []pyAnswer
	in := map[string]any{"loader": loader, "texts": texts}
	pyrun.Script(t, "testdata/describe.py", []string{"yaml", "lazyscribe_yaml"}, in, &answers)
	return answers
}

// describe says what a natural value is in the words of describe.py.
func describe(value any) any {
	switch v := value.(type) {
	case nil, bool:
		return v
	case int64, *big.Int:
		return fmt.Sprint("int ", v)
	case float64:
		if math.IsNaN(v) {
			return "float nan"
		}
		return fmt.Sprintf("float %016x", math.Float64bits(v))
	case string:
		return "str " + v
	case []byte:
		return "bytes " + hex.EncodeToString(v)
	case time.Time:
		return fmt.Sprint("time ", v.UnixMicro())
	case []any:
		list := []any{"list"}
		for _, element := range v {
			list = append(list, describe(element))
		}
		return list
	case map[any]struct{}:
		set := []any{"set"}
		for key := range v {
			set = append(set, describe(key))
		}
		return ordered(set)
	case map[any]any:
		pairs := []any{"map"}
		for key, element := range v {
			pairs = append(pairs, []any{describe(key), describe(element)})
		}
		return ordered(pairs)
	case map[string]any:
		pairs := []any{"map"}
		for key, element := range v {
			pairs = append(pairs, []any{describe(key), describe(element)})
		}
		return ordered(pairs)
	}
	panic(fmt.Sprintf("%T is no natural value", value))
}

// ordered puts what has no order of its own in one.
func ordered(value any) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	for i := range list {
		list[i] = ordered(list[i])
	}
	if len(list) > 0 && (list[0] == "map" || list[0] == "set") {
		text := func(v any) string { b, _ := json.Marshal(v); return string(b) }
		slices.SortFunc(list[1:], func(a, b any) int { return strings.Compare(text(a), text(b)) })
	}
	return list
}

// hard are strings that readers could take for something else.
var hard = strings.Fields(`yes No ON off y n Y true False null Null ~ 1 -1 +1 1.0 1. .5 -.5 1e3 1.0e3 1.0e+3 1.5E-7 0x1F 0b11 0o7 007 08 0_7 1_000 _1 1: 1:30
	1:30:45 01:30 190:20:30.15 .inf -.inf +.INF .nan .NaN = << - -- --- ... ? : # & * ! | > ' " % @ [] {} a: :a a:b a#b - <<< 2025-01-01 2025-1-1
	2025-01-01T01:02:03Z 2025-13-01 0 -0 00 0x 0b 0. . .. +.5 1__0 12e03 !!str , [a {b &a *a ?a -a 0:0 9:59 9:60 1:5 1.2.3 0777 0888 0xg 1e 0.0e+0 1_0.5_0`)

func someString(random *rand.Rand) string {
	switch random.IntN(3) {
	case 0:
		return hard[random.IntN(len(hard))]
	case 1:
		var b strings.Builder
		alphabet := []rune("ab 01.:-+_#'\"\\,[]{}?!&*|>%@`=<~eExo\n\t\r\x00\x7f\u0085\u00a0\u2028\u2029\ufeff\ufffd\u65e5\U0001f600")
		for range random.IntN(12) {
			b.WriteRune(alphabet[random.IntN(len(alphabet))])
		}
		return b.String()
	}
	return strings.Repeat(hard[random.IntN(len(hard))]+" ", random.IntN(40)) + hard[random.IntN(len(hard))]
}

func someValue(random *rand.Rand, depth int) any {
	n := random.IntN(14)
	if depth > 4 {
		n = random.IntN(9)
	}
	switch n {
	case 0:
		return []any{nil, true, false}[random.IntN(3)]
	case 1:
		return random.Int64() >> random.IntN(64)
	case 2:
		return math.Float64frombits(random.Uint64())
	case 3:
		return []float64{0, math.Copysign(0, -1), 1, 1e15, 1e16, 1e17, 1e-4, 1e-5, math.Inf(-1), math.MaxFloat64, 5e-324}[random.IntN(11)]
	case 4:
		return new(big.Int).Lsh(big.NewInt(-3), uint(64+random.IntN(100)))
	case 5:
		return time.UnixMicro(random.Int64N(1 << 55)).In(time.FixedZone("", 60*(random.IntN(1440)-720)))
	case 6:
		return bytes.Repeat([]byte{byte(random.IntN(256)), 0}, random.IntN(90))
	case 7, 8:
		return someString(random)
	case 9, 10:
		list := make([]any, random.IntN(4))
		for i := range list {
			list[i] = someValue(random, depth+1)
		}
		return list
	case 11:
		set := map[any]struct{}{}
		for range random.IntN(3) {
			set[someString(random)] = struct{}{}
		}
		return set
	case 12:
		m := map[any]any{int64(2): someValue(random, depth+1), "2": nil}
		m[someString(random)] = someValue(random, depth+1)
		return m
	}
	m := map[string]any{}
	for range random.IntN(4) {
		m[someString(random)] = someValue(random, depth+1)
	}
	return m
}

// What Go writes, all of Python's loaders read as the same values.
func TestPythonReadsWhatGoWrites(t *testing.T) {
	for _, loader := range []string{"safe", "csafe", "handler"} {
		for _, raw := range []bool{false, true} {
			random, count := rand.New(rand.NewPCG(1, 2)), 5000
			if loader == "safe" || raw {
				count = 500 // this loader is slow, and the text nearly the same
			}
			var texts []string
			var values []any
			for range count {
				value := someValue(random, 0)
				var text bytes.Buffer
				if err := (Handler{RawUnicode: raw}).Encode(t.Context(), &text, value); err != nil {
					t.Fatalf("%#v: %v", value, err)
				}
				texts, values = append(texts, text.String()), append(values, value)
			}
			wrong := 0
			for i, answer := range askPython(t, loader, texts) {
				want := describe(values[i])
				if answer.Error != "" || !cmp.Equal(ordered(answer.Value), want) {
					if wrong++; wrong < 5 {
						t.Errorf("%s reads %q as %v %s, want %v", loader, texts[i], answer.Value, answer.Error, want)
					}
				}
				var natural any
				if err := (Handler{}).Decode(t.Context(), strings.NewReader(texts[i]), &natural); err != nil || !cmp.Equal(describe(natural), want) {
					t.Errorf("Go reads %q as %#v, %v", texts[i], natural, err)
				}
			}
			if wrong > 0 {
				t.Errorf("%s: %d of %d", loader, wrong, count)
			}
		}
	}
}

// What a plain scalar is, and whether it is anything at all, Go and Python
// agree on.
func TestScalarsAsPython(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	texts := slices.Clone(hard)
	alphabet := "0011223456789..::__--++eExbTZ ao"
	for range 20_000 {
		var b strings.Builder
		switch random.IntN(3) {
		case 0: // a change of something with a meaning
			b.WriteString(hard[random.IntN(len(hard))])
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		case 1:
			fmt.Fprintf(&b, "20%02d-%02d-%d%c%d:%02d:%02d.%d%s", random.IntN(99), random.IntN(14), random.IntN(33), "Tt x"[random.IntN(4)],
				random.IntN(26), random.IntN(61), random.IntN(61), random.IntN(1e6), []string{"", "Z", " Z", "+1", "-01:30", "+24:00", "+0130"}[random.IntN(7)])
		default:
			for range 1 + random.IntN(7) {
				b.WriteByte(alphabet[random.IntN(len(alphabet))])
			}
		}
		text := b.String()
		if random.IntN(8) == 0 { // with a tag Python reads more than makes sense, such as --7
			text = hard[random.IntN(len(hard))]
			text = []string{"!!int ", "!!float ", "!!bool ", "!!str ", "!!null "}[random.IntN(5)] + text
		}
		texts = append(texts, text)
	}
	texts = append(texts, "{<<: {a: 1}, a: 2}", "{a: 2, <<: [{a: 1, b: 1}, {b: 2, c: 3}]}", "{=: 1}", "!!set {a, b}", "!!omap [a: 1, b: 2]", "!!pairs [a: 1, a: 2]",
		"{a: 1, a: 2}", "", "# nothing", "---\n", "%YAML 1.1\n---\nyes\n", "|\n yes\n", ">-\n a\n b\n", "&a yes", "[&a 1, *a]", "!!python/tuple [1]", "a: 1\n---\nb: 2", "[yes, 'yes', \"yes\"]",
		"{[1]: 2}", "!!binary aGk=", "!!timestamp 2025-1-1", "!thing 1", "? a\n: b\n? c\n", "{2: a, true: b, ~: c, 1.5: d, 2025-01-01: e}")
	agreed, refused := 0, 0
	for i, answer := range askPython(t, "safe", texts) {
		var got any
		err := Handler{}.Decode(t.Context(), strings.NewReader(texts[i]), &got)
		switch {
		case (err == nil) != (answer.Error == ""):
			t.Errorf("%q: Go says %#v, %v, Python %v %s", texts[i], got, err, answer.Value, answer.Error)
		case err != nil && !errors.Is(err, artifacts.ErrCorrupt) && !errors.Is(err, artifacts.ErrUnsupportedValue):
			t.Errorf("%q: %v", texts[i], err)
		case err != nil:
			refused++
		case !cmp.Equal(describe(got), ordered(answer.Value)):
			t.Errorf("%q: Go says %v, Python %v", texts[i], describe(got), answer.Value)
		default:
			agreed++
		}
	}
	t.Logf("%d texts read alike, %d refused by both", agreed, refused)
}
