package artifacts_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestSettings(t *testing.T) {
	type name string
	s := artifacts.ReadSettings(map[string]any{
		"bool": true, "bool text": "0",
		"int": 3, "int8": int8(-3), "uint": uint16(4), "whole float": 5.0, "int text": "-6", "int token": json.Number("7"),
		"float": 1.5, "float32": float32(0.25), "float of int": 2, "float text": "1e-3",
		"text": "x", "named text": name("y"),
	})
	if !s.Bool("bool", false) || s.Bool("bool text", true) || !s.Bool("absent", true) {
		t.Error("Bool")
	}
	for name, want := range map[string]int{"int": 3, "int8": -3, "uint": 4, "whole float": 5, "int text": -6, "int token": 7, "absent": 99} {
		if got := s.Int(name, 99); got != want {
			t.Errorf("Int(%q) = %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]float64{"float": 1.5, "float32": 0.25, "float of int": 2, "float text": 0.001, "absent": 99} {
		if got := s.Float(name, 99); got != want {
			t.Errorf("Float(%q) = %g, want %g", name, got, want)
		}
	}
	for name, want := range map[string]string{"text": "x", "named text": "y", "absent": "z"} {
		if got := s.Text(name, "z"); got != want {
			t.Errorf("Text(%q) = %q, want %q", name, got, want)
		}
	}
	if err := s.Err(); err != nil {
		t.Error(err)
	}
}

func TestSettingsErrors(t *testing.T) {
	s := artifacts.ReadSettings(map[string]any{
		"bool": "maybe", "bool number": 1, "half": 1.5, "large": 1e300, "nan": math.NaN(), "huge": uint64(1 << 63), "int": "x",
		"float": []int{1}, "text": 3, "null": nil, "one": 1, "other": 1,
	})
	for _, name := range []string{"bool", "bool number"} {
		if !s.Bool(name, true) {
			t.Errorf("Bool(%q) does not keep the default", name)
		}
	}
	for _, name := range []string{"half", "large", "nan", "huge", "int", "null"} {
		if got := s.Int(name, 99); got != 99 {
			t.Errorf("Int(%q) = %d", name, got)
		}
	}
	s.Float("float", 0)
	s.Text("text", "")
	err := s.Err()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`"bool" is "maybe", want true or false`, `"bool number" is 1`, `"half" is 1.5, want a whole number`, `"large"`, `"nan"`,
		`"huge"`, `"int" is "x"`, `"null" is <nil>`, `"float" is []int{1}, want a number`, `"text" is 3, want a string`,
		`unknown setting "one" (known: bool, bool number, float,`, `unknown setting "other"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	if err := artifacts.ReadSettings(map[string]any{"x": 1}).Err(); err == nil || !strings.Contains(err.Error(), "known: none") {
		t.Errorf("without settings: %v", err)
	}
}
