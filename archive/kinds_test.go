package archive_test

import (
	"encoding/json"
	"errors"
	"go/format"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/dotted.v2"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// known are the types and functions that the tests register.
func known(t testing.TB) *archive.Types {
	t.Helper()
	ts := new(archive.Types)
	for _, typ := range []reflect.Type{
		reflect.TypeFor[model.Layer](), reflect.TypeFor[model.Tree](), reflect.TypeFor[model.List](),
		reflect.TypeFor[model.Celsius](), reflect.TypeFor[model.Code](), reflect.TypeFor[model.Flag](),
		reflect.TypeFor[model.Count](), reflect.TypeFor[model.Phase](), reflect.TypeFor[model.Secret](),
		reflect.TypeFor[model.Event](), reflect.TypeFor[model.Vec](), reflect.TypeFor[model.Ref](),
		reflect.TypeFor[model.Pair[int, string]](), reflect.TypeFor[model.Pair[model.Code, []*model.Opt]](),
		reflect.TypeFor[model.Pair[map[string]any, model.Pair[int, string]]](),
		reflect.TypeFor[model.Pair[dotted.Code, []*dotted.Code]](),
		reflect.TypeFor[model.Plain](), reflect.TypeFor[model.Shape](), reflect.TypeFor[model.Packed](), reflect.TypeFor[model.Cell](), reflect.TypeFor[model.Signal](), reflect.TypeFor[model.Fragile](),
	} {
		if err := ts.AddType(typ); err != nil {
			t.Fatal(err)
		}
	}
	for _, fn := range []any{model.Relu, model.NewCounter, model.NewRatio, model.Fold, model.NewFresh} {
		if err := ts.AddFunc(fn); err != nil {
			t.Fatal(err)
		}
	}
	return ts
}

// text returns the text of one value.
func text(t testing.TB, v any, o archive.Options) string {
	t.Helper()
	o.Types = known(t)
	a := archive.New(&o)
	if err := a.Insert("v", v); err != nil {
		t.Fatal(err)
	}
	b, err := a.Text()
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 1<<20 { // gofmt takes minutes for what is nested deeply and long
		formatted(t, b)
	}
	return string(b)
}

// formatted checks that gofmt has nothing to do.
func formatted(t testing.TB, text []byte) {
	t.Helper()
	want, err := format.Source(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Fatalf("gofmt changes the text (-gofmt +text):\n%s", diff)
	}
}

// through writes and restores one value.
func through(t testing.TB, v any, o archive.Options) any {
	t.Helper()
	src := text(t, v, o)
	objects, err := archive.Restore(t.Context(), []byte(src), &archive.RestoreOptions{Types: known(t)})
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	got, err := objects.Value("v")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// kinds has a value of every kind that can be written, at its limits.
var kinds = map[string]any{
	"nil": nil, "dotted": model.Pair[dotted.Code, []*dotted.Code]{First: "x"}, "unwritten": []struct {
		C model.Signal
		U [2]uintptr
		N int
	}{{N: 1}}, "true": true, "false": false, "flag": model.Flag(true),
	"int": 5, "min int": math.MinInt, "int8": int8(-128), "int16": int16(-1), "int32": int32(7), "int64": int64(math.MinInt64), "rune": 'x',
	"uint": uint(math.MaxUint), "uint8": uint8(255), "uint16": uint16(1), "uint32": uint32(math.MaxUint32), "uint64": uint64(math.MaxUint64), "count": model.Count(9),
	"float64": 2.0, "small": math.SmallestNonzeroFloat64, "large": math.MaxFloat64, "third": 1.0 / 3, "exponent": 1e21,
	"-0": math.Copysign(0, -1), "inf": math.Inf(1), "-inf": math.Inf(-1),
	"float32": float32(0.1), "max float32": float32(math.MaxFloat32), "inf32": float32(math.Inf(-1)), "celsius": model.Celsius(36.6), "-0 celsius": model.Celsius(math.Copysign(0, -1)),
	"complex128": complex(1, -2), "complex64": complex64(complex(0.1, 0)), "phase": model.Phase(complex(float32(0.1), float32(math.Inf(1)))), "-0i": complex(1, math.Copysign(0, -1)),
	"string": "plain", "empty string": "", "quotes": "a\"b`c\n\x00\u2028\ufeffé日本", "not UTF-8": "\xff\xfe", "code": model.Code("x"),
	"bytes": []byte("a\xff"), "no bytes": []byte{}, "nil bytes": []byte(nil), "named bytes": json.RawMessage(`{"a": 1}`),
	"slice": []int{1, 2, 3}, "nil slice": []int(nil), "empty slice": []int{}, "vec": model.Vec{1, 2}, "nil vec": model.Vec(nil),
	"slices": [][]string{{"a"}, nil, {}}, "any": []any{1, nil, "a", []any{}, int8(1)},
	"array": [3]int8{1, 2, 3}, "no array": [0]int{}, "arrays": [2][2]bool{{true}, {false, true}},
	"map": map[string]int{"b": 1, "a": 2}, "nil map": map[string]int(nil), "empty map": map[int]bool{},
	"keys":       map[any]any{1: "a", "1": 1, 1.5: nil, true: map[[2]int]string{{1, 2}: "x"}, model.Code("c"): model.Cell{Row: 1}},
	"float keys": map[float64]int{math.Inf(1): 1, -1: 2, 0: 3}, "struct keys": map[model.Cell]string{{Row: 1, Col: 2}: "b", {Row: 1, Col: 1}: "a"},
	"pointer": new(3), "pointer to nil": new((*int)(nil)), "pointers": new(new("x")), "nil pointer": (*model.Opt)(nil),
	"pointer to slice": &[]int{1}, "pointer to nil slice": new([]int), "pointer to map": &map[string]bool{"x": true}, "pointer to array": &[2]int{1, 2}, "pointer to any": new(any(1)), "pointer to bytes": &[]byte{1},
	"ref": model.Ref(&model.Opt{LR: 1}), "refs": []model.Ref{{LR: 1}, nil}, "elided": []*model.Opt{{LR: 1}, nil}, "elided arrays": []*[2]int{{1, 2}},
	"struct": model.Opt{LR: 0.5, Meta: map[string]any{"x": []int{1}}}, "empty struct": struct{}{}, "plain": model.Plain{Cell: model.Cell{Row: 1}, Note: "n"},
	"without a name": struct {
		A int `json:"a,omitempty"`
		B []struct{ C string }
	}{1, []struct{ C string }{{"c"}}},
	"pair": model.Pair[int, string]{First: 1, Second: "x"}, "pairs": model.Pair[map[string]any, model.Pair[int, string]]{First: map[string]any{"a": 1}},
	"generic pointers": &model.Pair[model.Code, []*model.Opt]{First: "c", Second: []*model.Opt{{LR: 2}}},
	"time":             time.Date(2026, 2, 3, 4, 5, 6, 7, time.UTC), "zero time": time.Time{}, "duration": 90 * time.Second, "month": time.May,
	"old time": time.Date(-44, 3, 15, 12, 0, 0, 0, time.UTC), "big": big.NewInt(1).Lsh(big.NewInt(1), 100), "big value": *big.NewInt(7), "rat": big.NewRat(1, 3),
	"addr": netip.MustParseAddr("fe80::1%eth0"), "prefixes": []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	"url":     url.URL{Scheme: "https", User: url.UserPassword("u", "p"), Host: "example.org", Path: "/a b"},
	"counter": model.NewCounter(3, []string{"a"}), "ratio": must(model.NewRatio(1, 2)), "ratio pointer": new(must(model.NewRatio(1, 2))), "ratios": []model.Ratio{must(model.NewRatio(3, 4))},
	"fold": model.Fold(1, 2, 3), "no fold": model.Fold(), "secret": model.NewSecret("x"), "secret pointer": new(model.NewSecret("y")), "secrets": []*model.Secret{new(model.NewSecret("z")), nil},
	"shape": model.NewShape("round"), "packed": model.NewPacked(7), "number": json.Number("1.50"),
	"nil func": (func(int) (string, error))(nil), "nil funcs": []func(...int){nil}, "error": errorsOf(nil),
}

func errorsOf(err error) []error { return []error{err} }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// equal looks into all fields, tells -0 from 0 and takes NaN for NaN.
func equal(a, b any) bool {
	return cmp.Equal(a, b, cmp.Exporter(func(reflect.Type) bool { return true }), cmp.Comparer(func(a, b float64) bool {
		return math.Float64bits(a) == math.Float64bits(b) || math.IsNaN(a) && math.IsNaN(b)
	}), cmp.Comparer(func(a, b float32) bool {
		return math.Float32bits(a) == math.Float32bits(b)
	}), cmp.Comparer(func(a, b complex128) bool {
		return math.Float64bits(real(a)) == math.Float64bits(real(b)) && math.Float64bits(imag(a)) == math.Float64bits(imag(b))
	}), cmp.Comparer(func(a, b complex64) bool {
		return math.Float32bits(real(a)) == math.Float32bits(real(b)) && math.Float32bits(imag(a)) == math.Float32bits(imag(b))
	}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b big.Int) bool { return a.Cmp(&b) == 0 }))
}

// TestKinds restores each kind by itself, inside of a slice of any, and behind a
// pointer, in both forms.
func TestKinds(t *testing.T) {
	for name, v := range kinds {
		t.Run(name, func(t *testing.T) {
			for _, flat := range []bool{false, true} {
				o := archive.Options{Flat: flat}
				if got := through(t, v, o); !equal(v, got) {
					t.Errorf("got %#v\n%s", got, text(t, v, o))
				}
				list := []any{v, &v, map[string]any{"in": v}, model.Opt{Meta: map[string]any{"k": v}}}
				if got := through(t, list, o); !equal(list, got) {
					t.Errorf("got %#v\n%s", got, text(t, list, o))
				}
			}
		})
	}
}

func TestNaN(t *testing.T) {
	v := []any{math.NaN(), float32(math.NaN()), map[float64]int{math.NaN(): 1}, []float64{math.NaN()}, complex(math.NaN(), 1)}
	got, ok := through(t, v, archive.Options{}).([]any)
	if !ok || len(got) != 5 {
		t.Fatalf("got %v", got)
	}
	f, _ := got[0].(float64)
	g, _ := got[1].(float32)
	m, _ := got[2].(map[float64]int)
	l, _ := got[3].([]float64)
	c, _ := got[4].(complex128)
	if !math.IsNaN(f) || g == g || len(m) != 1 || !math.IsNaN(l[0]) || !math.IsNaN(real(c)) || imag(c) != 1 {
		t.Errorf("got %v", got)
	}
	for k, v := range m {
		if !math.IsNaN(k) || v != 1 {
			t.Errorf("got %v", m)
		}
	}
}

// TestZones: a zone comes back with the offset and name it had at that time.
func TestZones(t *testing.T) {
	v := time.Date(2026, 7, 1, 12, 0, 0, 0, time.FixedZone("CEST", 7200))
	got, _ := through(t, v, archive.Options{}).(time.Time)
	name, offset := got.Zone()
	if !got.Equal(v) || name != "CEST" || offset != 7200 || got.Hour() != 12 {
		t.Errorf("got %v", got)
	}
}

// TestFuncs: functions come back by their names.
func TestFuncs(t *testing.T) {
	got, _ := through(t, &model.Layer{Act: model.Relu}, archive.Options{}).(*model.Layer)
	if got.Act(-1) != 0 || got.Act(2) != 2 {
		t.Error("another function came back")
	}
}

// TestArguments: objects that constructors are given are shared with others.
func TestArguments(t *testing.T) {
	tags := []string{"a", "b"}
	v := []any{model.NewCounter(1, tags), model.NewCounter(2, tags), tags}
	got := through(t, v, archive.Options{}).([]any)
	first := unsafe.SliceData(got[2].([]string))
	for i := range 2 {
		if c := got[i].(*model.Counter); c.N() != i+1 || unsafe.SliceData(c.Tags()) != first {
			t.Errorf("counter %d has tags of its own", i)
		}
	}
}

// TestFreshArguments: what a constructor is given anew at each call keeps its
// sharing, because it is asked once.
func TestFreshArguments(t *testing.T) {
	got := through(t, &model.Fresh{}, archive.Options{}).(*model.Fresh)
	if a, b := got.Both(); a == nil || a != b {
		t.Errorf("%v and %v are not one", a, b)
	}
}

// TestPromoted: the methods of an embedded field do not speak for the whole.
func TestPromoted(t *testing.T) {
	v := model.Event{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Name: "new year"}
	if got := through(t, v, archive.Options{}); !equal(v, got) {
		t.Errorf("got %v", got)
	}
}

// TestRefused has what cannot be written, and the path that the error names.
func TestRefused(t *testing.T) {
	type hidden struct {
		Shown int
		state int
	}
	type deep struct{ Next any }
	bare := any(nil)
	for range 200 {
		bare = deep{bare}
	}
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"channel":           {map[string]any{"c": make(chan int)}, `v["c"]: unsupported value: a chan int means something in this process only`},
		"uintptr":           {[]any{1, uintptr(2)}, `v[1]: unsupported value`},
		"nil channel":       {[]model.Signal{nil}, `v[0]: unsupported value: a model.Signal means something in this process only`},
		"nil channel, any":  {struct{ C any }{(chan int)(nil)}, `v.C: unsupported value: a chan int means`},
		"zero uintptr":      {map[string]uintptr{"a": 0}, `v["a"]: unsupported value: a uintptr means`},
		"new uintptr":       {new(uintptr), `v: unsupported value: a uintptr means`},
		"nil pointer":       {[]unsafe.Pointer{nil}, `v[0]: unsupported value: a unsafe.Pointer means`},
		"closure":           {&model.Layer{Act: func(x float64) float64 { return x }}, `v.Act: unsupported value`},
		"unregistered func": {&model.Layer{Act: math.Sqrt}, `v.Act: unsupported value: function math.Sqrt is not registered`},
		"field":             {[]hidden{{1, 2}}, `v[0]: unsupported value: a archive_test.hidden has the unexported field state`},
		"bare":              {bare, `unsupported value: values are nested more than 100 levels deep`},
		"failing":           {[]any{model.Broken{}}, `v[0]: ask model.Broken for its constructor: it is broken`},
		"wrong constructor": {map[int]any{7: model.Wrong{}}, `v[7]: unsupported value: constructor github.com/lazyscribe-go/lazyscribe/archive/internal/model.NewCounter: it returns a *model.Counter, not a model.Wrong`},
		"long path":         {chain(30, make(chan int)), `v.Left.Left.Left.Left.Left.Left…`},
		"interface type":    {[]interface{ Foo() }{nil, nil}, `type interface { Foo() } cannot be written: give it a name`},
	} {
		t.Run(name, func(t *testing.T) {
			a := archive.New(&archive.Options{Types: known(t)})
			if err := a.Insert("v", c.v); err != nil {
				t.Fatal(err)
			}
			_, err := a.Text()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			if name != "failing" && !errors.Is(err, artifacts.ErrUnsupportedValue) {
				t.Errorf("%v is not ErrUnsupportedValue", err)
			}
			if s := a.String(); !strings.HasPrefix(s, `// "write archive: `) {
				t.Errorf("String returns %s", s)
			}
			checked := archive.New(&archive.Options{Types: known(t), CheckOnInsert: true})
			if err := checked.Insert("v", c.v); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("checked on insert: %v", err)
			}
			if len(checked.Names()) != 0 {
				t.Error("it was inserted all the same")
			}
		})
	}
}

func chain(n int, end any) *model.Bin {
	b := &model.Bin{Value: end}
	for range n {
		b = &model.Bin{Left: b}
	}
	return b
}
