package plugins

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestValuesCross(t *testing.T) {
	_, handlers := newHost(t, Options{})
	rows := []map[string]any{{"a": int64(1)}, {"a": int64(2)}}
	seq := iter.Seq2[map[string]any, error](func(yield func(map[string]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	})
	type point struct {
		X float64 `json:"x"`
		N int64   `json:"n"`
	}
	tests := []struct {
		name, alias string
		value       any
		file        string
		target, got any // pointer, and what it points to then
	}{
		{"lines", "lines", []string{"a", "é", ""}, "a\né\n\n", new([]string), []string{"a", "é", ""}},
		{"bytes", "raw", []byte("\x00\xff"), "\x00\xff", new([]byte), []byte("\x00\xff")},
		{"reader", "raw", strings.NewReader("from a reader"), "from a reader", new(any), []byte("from a reader")},
		{"no bytes", "raw", []byte{}, "", new([]byte), []byte{}},
		{"rows", "rows", rows, "{\"a\":1}\n{\"a\":2}\n", new([]map[string]float64), []map[string]float64{{"a": 1}, {"a": 2}}},
		{"sequence", "rows", seq, "{\"a\":1}\n{\"a\":2}\n", new(any), []any{map[string]any{"a": 1.0}, map[string]any{"a": 2.0}}},
		// RFC 8949: a map of two, in the order of its keys' bytes.
		{"struct", "item", point{math.Inf(1), 1<<53 + 1}, "\xa2\x61n\x1b\x00\x20\x00\x00\x00\x00\x00\x01\x61x\xfb\x7f\xf0\x00\x00\x00\x00\x00\x00", new(point), point{math.Inf(1), 1<<53 + 1}},
		{"natural", "item", []any{nil, true, int64(-7), "x", []byte{1}}, "\x85\xf6\xf5\x26\x61x\x41\x01", new(any), []any{nil, true, int64(-7), "x", []byte{1}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := handlers[test.alias]
			if err := h.(artifacts.Checker).Check(test.value); err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			if err := h.Encode(t.Context(), &file, test.value); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.file, file.String()); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
			if err := h.Decode(t.Context(), &file, test.target); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.got, pointed(test.target)); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
}

func pointed(target any) any { return reflect.ValueOf(target).Elem().Interface() }

func TestValuesRefusedWhenLogged(t *testing.T) {
	h, handlers := newHost(t, Options{})
	oddPlugin(t, h).Stop()
	for _, test := range []struct {
		alias string
		value any
		want  string
	}{
		{"item", make(chan int), "chan int"},
		{"item", map[string]func(){}, "func()"},
		{"item", strings.NewReader("x"), "no bytes as they are"},
		{"raw", 7, "takes bytes"},
		{"raw", iter.Seq[int](func(func(int) bool) {}), "takes no sequences"},
		{"lines", map[string]int{}, "a list is needed"},
	} {
		err := handlers[test.alias].(artifacts.Checker).Check(test.value)
		if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s, %T: %v, want %q", test.alias, test.value, err, test.want)
		}
	}
	// What an interface holds is looked at when it is encoded, still before the
	// plugin is started.
	err := handlers["item"].Encode(t.Context(), io.Discard, map[string]any{"rows": []any{1, map[string]any{"f": 1i}}})
	if !errors.Is(err, artifacts.ErrUnsupportedValue) || !strings.Contains(err.Error(), "rows[1].f") {
		t.Errorf("encode: %v", err)
	}
	if pid := oddPlugin(t, h).Pid(); pid != 0 {
		t.Errorf("the plugin was started")
	}
}

func TestTargetsRefused(t *testing.T) {
	_, handlers := newHost(t, Options{})
	for _, test := range []struct {
		alias, file string
		target      any
		want        error
	}{
		{"raw", "x", new(string), artifacts.ErrTargetType},
		{"raw", "x", nil, artifacts.ErrTargetType},
		{"lines", "x\n", new(map[string]string), artifacts.ErrTargetType},
		{"lines", "x\n", new(bytes.Buffer), artifacts.ErrTargetType},
		{"rows", "{}\n", new(map[string]any), artifacts.ErrTargetType},
		{"rows", "{}\n", new(iter.Seq2[any, error]), artifacts.ErrTargetType},
		{"rows", "{", new(any), nil},
		{"lines", "x", new(any), artifacts.ErrCorrupt},
		{"odd", "x", new(any), artifacts.ErrOutputOnly},
	} {
		err := handlers[test.alias].Decode(t.Context(), strings.NewReader(test.file), test.target)
		if err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s into %T: %v, want %v", test.alias, test.target, err, test.want)
		}
	}
}

// TestDecodeLeavesTarget: a target keeps what it had if the file is bad.
func TestDecodeLeavesTarget(t *testing.T) {
	_, handlers := newHost(t, Options{})
	target := []string{"before"}
	if err := handlers["lines"].Decode(t.Context(), strings.NewReader("bad"), &target); err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff([]string{"before"}, target); diff != "" {
		t.Error(diff)
	}
}

func TestSettings(t *testing.T) {
	_, handlers := newHost(t, Options{})
	lines := handlers["lines"].(artifacts.Configurable)
	for _, test := range []struct {
		settings map[string]any
		want     string
		err      string
	}{
		{settings: map[string]any{"separator": ";"}, want: "a;b;"},
		{settings: map[string]any{"repeat": "2"}, want: "a\na\nb\nb\n"}, // as a command line has it
		{settings: map[string]any{"repeat": 2, "separator": ","}, want: "a,a,b,b,"},
		{settings: map[string]any{"repeat": "x"}, err: "a whole number"},
		{settings: map[string]any{"other": 1}, err: "known: repeat, separator"},
	} {
		h, err := lines.Configure(test.settings)
		if test.err != "" {
			if !errors.Is(err, artifacts.ErrSettings) || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%v: %v", test.settings, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := h.Encode(t.Context(), &b, []string{"a", "b"}); err != nil || b.String() != test.want {
			t.Errorf("%v: %q, %v", test.settings, b.String(), err)
		}
	}
	// Without a schema it is the plugin that refuses.
	undescribed := *handlers["item"].(*handler)
	undescribed.d.SettingsSchema = nil
	h, err := undescribed.Configure(map[string]any{"x": 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Encode(t.Context(), io.Discard, 1); !errors.Is(err, artifacts.ErrSettings) {
		t.Errorf("item: %v", err)
	}
}

func TestFactsOfHandlers(t *testing.T) {
	_, handlers := newHost(t, Options{})
	lines := handlers["lines"]
	if diff := cmp.Diff(artifacts.Format{Alias: "lines", Suffix: "txt"}, lines.Format()); diff != "" {
		t.Error(diff)
	}
	want := artifacts.Plugin{Name: "odd", Version: "1.2.3", Format: "2", SDK: "go/1.0.0"}
	if diff := cmp.Diff(want, lines.(artifacts.External).Plugin()); diff != "" {
		t.Error(diff)
	}
	env := artifacts.Environment{"lines_abi": "1", "lines_note": "hello"}
	if diff := cmp.Diff(env, lines.(artifacts.EnvironmentReporter).Environment(nil)); diff != "" {
		t.Error(diff)
	}
	v := lines.(artifacts.EnvironmentValidator)
	for _, fits := range []artifacts.Environment{env, {"lines_abi": "1", "lines_note": "other"}, {}} {
		if err := v.ValidateEnvironment(fits, nil); err != nil {
			t.Errorf("%v: %v", fits, err)
		}
	}
	err := v.ValidateEnvironment(artifacts.Environment{"lines_abi": "0", "lines_note": "other"}, nil)
	if mismatch, ok := errors.AsType[*artifacts.EnvironmentError](err); !ok || mismatch.Error() != `environment differs: lines_abi was "0", is "1"` {
		t.Errorf("mismatch: %v", err)
	}
	for alias, once := range map[string]bool{"rows": true, "lines": false} {
		var value any = []string{}
		if once {
			value = iter.Seq[int](nil)
		}
		if got := handlers[alias].(artifacts.SingleUser).SingleUse(value); got != once {
			t.Errorf("%s: single use is %v", alias, got)
		}
	}
}

func TestRescue(t *testing.T) {
	h, handlers := newHost(t, Options{})
	for alias, value := range map[string]any{
		"lines": []string{"a", "b"}, "raw": []byte("bytes"), "rows": []map[string]any{{"a": 1}, {"b": 2}}, "item": map[string]any{"x": 1.5},
	} {
		var want, kept, got bytes.Buffer
		if err := handlers[alias].Encode(t.Context(), &want, value); err != nil {
			t.Fatal(err)
		}
		oddPlugin(t, h).Stop()
		r := handlers[alias].(artifacts.Rescuer)
		if err := r.Rescue(t.Context(), &kept, value); err != nil {
			t.Fatal(err)
		}
		if oddPlugin(t, h).Pid() != 0 {
			t.Errorf("%s: the plugin was started to rescue a value", alias)
		}
		if err := r.EncodeRescued(t.Context(), &got, &kept); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", alias, diff)
		}
	}
	r := handlers["lines"].(artifacts.Rescuer)
	for _, bad := range []string{"", "cbor", "yaml\nx", strings.Repeat("x", 100_000), "\n"} {
		if err := r.EncodeRescued(t.Context(), io.Discard, strings.NewReader(bad)); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if err := r.EncodeRescued(t.Context(), io.Discard, strings.NewReader("raw\nx")); !errors.Is(err, artifacts.ErrUnsupportedValue) {
		t.Errorf("an encoding the handler does not take: %v", err)
	}
}
