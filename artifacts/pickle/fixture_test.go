package pickle_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
)

// fixture is a project that Python wrote, with one experiment for each protocol.
const fixture = "testdata/g_pickle"

// expectations is what Python said of it.
type expectations struct {
	Values  map[string]struct{ OK any }  `json:"values"`
	Opaque  map[string]string            `json:"opaque"`
	Special map[string]string            `json:"special"`
	Hex     map[string]map[string]string `json:"file_hex_small"`
}

func readExpectations(t *testing.T) expectations {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixture, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var e expectations
	if err := dec.Decode(&e); err != nil {
		t.Fatal(err)
	}
	return e
}

// untag makes the value of this package that a tagged one of the fixture means.
func untag(t *testing.T, v any) any {
	t.Helper()
	all := func(list any) []any {
		out := make([]any, 0)
		for _, item := range list.([]any) {
			out = append(out, untag(t, item))
		}
		return out
	}
	switch v := v.(type) {
	case json.Number:
		n, ok := new(big.Int).SetString(string(v), 10)
		if !ok {
			t.Fatalf("the fixture has the number %s", v)
		}
		if n.IsInt64() {
			return n.Int64()
		}
		return n
	case []any:
		return all(v)
	case map[string]any:
		for tag, x := range v {
			if strings.HasPrefix(tag, "$") {
				return untagged(t, tag, x, all)
			}
		}
		out := make(map[string]any)
		for key, x := range v {
			out[key] = untag(t, x)
		}
		return out
	}
	return v
}

func untagged(t *testing.T, tag string, x any, all func(any) []any) any {
	t.Helper()
	must := func(v any, err error) any {
		if err != nil {
			t.Fatalf("the fixture's %s: %v", tag, err)
		}
		return v
	}
	switch tag {
	case "$float":
		return must(strconv.ParseFloat(x.(string), 64))
	case "$bytes":
		return must(base64.StdEncoding.DecodeString(x.(string)))
	case "$bytearray":
		b, err := base64.StdEncoding.DecodeString(x.(string))
		return must(pickle.ByteArray(b), err)
	case "$str_utf16": // of surrogates, which UTF-8 does not have
		var out []byte
		for _, unit := range x.([]any) {
			n, err := unit.(json.Number).Int64()
			must(nil, err)
			if !utf16.IsSurrogate(rune(n)) {
				t.Fatalf("the fixture's %s has %d", tag, n)
			}
			out = append(out, byte(0xe0|n>>12), byte(0x80|n>>6&0x3f), byte(0x80|n&0x3f))
		}
		return string(out)
	case "$tuple":
		return pickle.Tuple(all(x))
	case "$set":
		return pickle.Set(all(x))
	case "$frozenset":
		return pickle.FrozenSet(all(x))
	case "$dict":
		var d pickle.Dict
		for _, pair := range x.([]any) {
			p := all(pair)
			d = append(d, pickle.Item{Key: p[0], Value: p[1]})
		}
		return d
	case "$datetime":
		if v, err := time.Parse("2006-01-02T15:04:05.999999", x.(string)); err == nil {
			return pickle.Naive{Time: v}
		}
		return must(time.Parse("2006-01-02T15:04:05.999999Z07:00", x.(string)))
	case "$date":
		v, err := time.Parse(time.DateOnly, x.(string))
		return must(pickle.Date{Year: v.Year(), Month: v.Month(), Day: v.Day()}, err)
	case "$time":
		v, err := time.Parse("15:04:05.999999", x.(string))
		return must(pickle.TimeOfDay{Hour: v.Hour(), Minute: v.Minute(), Second: v.Second(), Microsecond: v.Nanosecond() / 1000}, err)
	case "$timedelta":
		part := all(x)
		return time.Duration(part[0].(int64))*24*time.Hour + time.Duration(part[1].(int64))*time.Second + time.Duration(part[2].(int64))*time.Microsecond
	}
	t.Fatalf("the fixture has a %s", tag)
	return nil
}

func fixtureFile(t *testing.T, protocol int, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixture, "data", fmt.Sprintf("protocol-%d-20250701000000", protocol), name+".pkl"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, h pickle.Handler, data []byte) (any, error) {
	t.Helper()
	var v any
	err := h.Decode(t.Context(), bytes.NewReader(data), &v)
	return v, err
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (pickle.Handler{}).Encode(t.Context(), &b, v); err != nil {
		t.Fatalf("encode %#v: %v", v, err)
	}
	return b.Bytes()
}

func TestFixtureValues(t *testing.T) {
	e := readExpectations(t)
	if len(e.Values) < 50 {
		t.Fatalf("the fixture has %d values only", len(e.Values))
	}
	for name, tagged := range e.Values {
		want := untag(t, tagged.OK)
		for protocol := range 6 {
			got, err := decode(t, pickle.Handler{}, fixtureFile(t, protocol, name))
			if name == "datetime_fold" { // which the fixture's isoformat hides, and old protocols too
				naive := want.(pickle.Naive)
				naive.Fold = protocol >= 4
				want = naive
			}
			if err != nil {
				t.Errorf("%s, protocol %d: %v", name, protocol, err)
			} else if diff := cmp.Diff(canon(want), canon(got)); diff != "" {
				t.Errorf("%s, protocol %d (-want +got):\n%s", name, protocol, diff)
			}
		}
	}
}

// What Python calls opaque is either of a kind this package has after all, or
// refused by its name.
func TestFixtureOpaque(t *testing.T) {
	plain := map[string]any{
		"complex":     complex(1, 2),
		"Decimal":     pickle.Decimal("1.50"),
		"OrderedDict": map[string]any{"a": int64(1)},
		"Counter":     map[string]any{"a": int64(2), "b": int64(1)},
		"defaultdict": map[string]any{"a": []any{int64(1)}},
	}
	refused := map[string]string{
		"range":      `range" of module`,
		"Path":       `PosixPath" of module "pathlib"`,
		"slice":      `slice" of module`,
		"type":       "builtins.int",
		"builtin_fn": `len" of module`,
		"exception":  `ValueError" of module`,
		"deque":      `"deque" of module "collections"`,
		"np_array":   `of module "numpy.core.`,
		"np_float64": `"scalar" of module "numpy.core.multiarray"`,
	}
	for name := range readExpectations(t).Opaque {
		for protocol := range 6 {
			got, err := decode(t, pickle.Handler{}, fixtureFile(t, protocol, name))
			switch want, ok := plain[name]; {
			case ok && err != nil:
				t.Errorf("%s, protocol %d: %v", name, protocol, err)
			case ok:
				if diff := cmp.Diff(canon(want), canon(got)); diff != "" {
					t.Errorf("%s, protocol %d (-want +got):\n%s", name, protocol, diff)
				}
			case !errors.Is(err, pickle.ErrNotPlain) || refused[name] == "" || !strings.Contains(err.Error(), refused[name]):
				t.Errorf("%s, protocol %d gives %v, %v", name, protocol, got, err)
			}
		}
	}
}

func TestFixtureSpecial(t *testing.T) {
	for protocol := range 6 {
		for name, want := range map[string]string{
			"cyclic_list": "a list that contains itself",
			"cyclic_dict": "a dict that contains itself",
		} {
			_, err := decode(t, pickle.Handler{}, fixtureFile(t, protocol, name))
			if !errors.Is(err, pickle.ErrNotPlain) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, protocol %d: %v", name, protocol, err)
			}
		}
		got, err := decode(t, pickle.Handler{}, fixtureFile(t, protocol, "shared"))
		if err != nil {
			t.Errorf("shared, protocol %d: %v", protocol, err)
			continue
		}
		outer := got.([]any)
		outer[0].([]any)[0] = "changed"
		if outer[1].([]any)[0] != "changed" {
			t.Errorf("shared, protocol %d: one list became two", protocol)
		}
	}
}

// What is written for the values of the fixture is what Python wrote.
func TestFixtureBytes(t *testing.T) {
	e := readExpectations(t)
	for name, files := range e.Hex {
		v, err := decode(t, pickle.Handler{Ordered: true}, fixtureFile(t, 4, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := hex.EncodeToString(encode(t, v)), files["4"]; got != want {
			t.Errorf("%s is written as\n%s, Python writes\n%s", name, got, want)
		}
	}
	for _, name := range []string{"list_1500", "dict_1500", "nested", "bytes_300", "str_300", "str_70000", "int_huge", "complex", "Decimal", "shared"} {
		want := fixtureFile(t, 4, name)
		v, err := decode(t, pickle.Handler{Ordered: true}, want)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := encode(t, v); !bytes.Equal(got, want) {
			t.Errorf("%s is written as\n%.200q, Python writes\n%.200q", name, got, want)
		}
	}
}
