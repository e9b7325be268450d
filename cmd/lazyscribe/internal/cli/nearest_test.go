package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNearest(t *testing.T) {
	names := []string{"baseline", "baseline-20250101000000", "baseline", "baseline-20250301000000", "tuned", "tuned-20250101000000", "a"}
	tests := []struct {
		wanted string
		want   []string
	}{
		{"basline", []string{"baseline"}},
		{"baseline-20250101000001", []string{"baseline-20250101000000", "baseline-20250301000000"}},
		{"tuend", []string{"tuned"}},
		{"base", []string{"baseline", "baseline-20250101000000", "baseline-20250301000000"}},
		{"line-2025", []string{"baseline-20250101000000", "baseline-20250301000000"}},
		{"tune", []string{"tuned", "tuned-20250101000000"}},
		{"something", nil},
		{"", []string{"a"}},
		{"b", []string{"baseline", "baseline-20250101000000", "baseline-20250301000000"}},
	}
	for _, test := range tests {
		if d := cmp.Diff(test.want, nearest(test.wanted, names)); d != "" {
			t.Errorf("%q (-want +got):\n%s", test.wanted, d)
		}
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "ab", 1},
		{"abc", "xabc", 1},
		{"abcd", "abdc", 1}, // neighbours swapped
		{"kitten", "sitting", 3},
		{"ca", "abc", 3}, // 2 would be the unrestricted distance
	}
	for _, test := range tests {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("distance(%q, %q) = %d, want %d", test.b, test.a, got, test.want)
		}
	}
}
