package pyjson

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestNumber(t *testing.T) {
	// The canonical forms are what Python 3.11 writes for the token.
	tests := []struct {
		token     Number
		isInt     bool
		i         int64
		fits      bool
		f         float64
		canonical string
	}{
		{"0", true, 0, true, 0, "0"},
		{"-0", true, 0, true, 0, "0"},
		{"-0.0", false, 0, false, math.Copysign(0, -1), "-0.0"},
		{"9223372036854775807", true, math.MaxInt64, true, 1 << 63, "9223372036854775807"},
		{"-9223372036854775808", true, math.MinInt64, true, -1 << 63, "-9223372036854775808"},
		{"9223372036854775808", true, 0, false, 1 << 63, "9223372036854775808"},
		{"1.0", false, 0, false, 1, "1.0"},
		{"0.1e1", false, 0, false, 1, "1.0"},
		{"1E5", false, 0, false, 1e5, "100000.0"},
		{"1e16", false, 0, false, 1e16, "1e+16"},
		{"9999999999999998.0", false, 0, false, 9999999999999998, "9999999999999998.0"},
		{"0.0001", false, 0, false, 1e-4, "0.0001"},
		{"0.00001", false, 0, false, 1e-5, "1e-05"},
		{"1e-400", false, 0, false, 0, "0.0"},
		{"1e400", false, 0, false, math.Inf(1), "Infinity"},
		{"-1e400", false, 0, false, math.Inf(-1), "-Infinity"},
		{"Infinity", false, 0, false, math.Inf(1), "Infinity"},
		{"-Infinity", false, 0, false, math.Inf(-1), "-Infinity"},
		{"NaN", false, 0, false, math.NaN(), "NaN"},
	}
	for _, test := range tests {
		if got := test.token.IsInt(); got != test.isInt {
			t.Errorf("%s: IsInt = %v", test.token, got)
		}
		if i, fits := test.token.Int64(); fits != test.fits || fits && i != test.i {
			t.Errorf("%s: Int64 = %d, %v", test.token, i, fits)
		}
		if f := test.token.Float64(); math.Float64bits(f) != math.Float64bits(test.f) && !(math.IsNaN(f) && math.IsNaN(test.f)) {
			t.Errorf("%s: Float64 = %v", test.token, f)
		}
		if got := test.token.Canonical(); got != test.canonical {
			t.Errorf("%s: Canonical = %s, want %s", test.token, got, test.canonical)
		}
	}
}

// A token that is written as it is must be what its value is written as: numbers
// of all lengths, with zeros at all places.
func TestShortest(t *testing.T) {
	for token, want := range map[Number]bool{
		"0.05": true, "-0.05": true, "0.0": true, "-0.0": true, "10.0": true, "0.0001": true, "123456789.012345": true, "1.5": true,
		"0.00001": false, "0.00010": false, "1.50": false, "1.00": false, "00.5": false, "01.0": false, "1e5": false, "1.5e3": false,
		"15": false, "-": false, "": false, ".5": false, "5.": false, "--1.5": false, "1.5.5": false, "+1.5": false, "NaN": false, " 1.5": false,
		"0.1234567890123456": false, "9007199254740993.0": false,
	} {
		if got := token.isShortest(); got != want {
			t.Errorf("%q: %v, want %v", token, got, want)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	digits := func(n int) []byte {
		text := make([]byte, n)
		for i := range text {
			if text[i] = '0'; random.IntN(2) == 0 {
				text[i] += byte(random.IntN(10))
			}
		}
		return text
	}
	found := 0
	for range 200_000 {
		n := Number(string(digits(1+random.IntN(9))) + "." + string(digits(1+random.IntN(9))))
		if !n.isShortest() {
			continue
		}
		found++
		x, err := strconv.ParseFloat(string(n), 64)
		if got := string(AppendFloat(nil, x)); err != nil || got != string(n) {
			t.Fatalf("%s is written as %s, %v", n, got, err)
		}
	}
	if found < 10_000 {
		t.Errorf("only %d tokens were found to be as short as they can be", found)
	}
}

// The spellings that Python's repr gives floats.
func TestAppendFloat(t *testing.T) {
	tests := []struct {
		x    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1, "1.0"}, {100, "100.0"}, {-2.5, "-2.5"}, {1e-4, "0.0001"}, {1e-5, "1e-05"},
		{0.00012345, "0.00012345"}, {1e15, "1000000000000000.0"}, {9999999999999998, "9999999999999998.0"}, {1e16, "1e+16"},
		{123456789012345678, "1.2345678901234568e+17"}, {1e22, "1e+22"}, {1e100, "1e+100"}, {math.MaxFloat64, "1.7976931348623157e+308"},
		{5e-324, "5e-324"}, {1.0 / 3, "0.3333333333333333"}, {0.30000000000000004, "0.30000000000000004"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
	}
	for _, test := range tests {
		if got := string(AppendFloat([]byte("x"), test.x)); got != "x"+test.want {
			t.Errorf("AppendFloat(%v) = %s, want x%s", test.x, got, test.want)
		}
	}
	buf := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() {
		AppendFloat(buf, 0.1)
		AppendString(buf, "é\n")
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}
