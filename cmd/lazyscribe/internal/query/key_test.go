package query

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseKey(t *testing.T) {
	tests := []struct {
		text string
		want Key
		err  string
	}{
		{"created_at", Key{"created_at", ""}, ""},
		{"metrics", Key{"metrics", ""}, ""},
		{"metrics.auroc", Key{"metrics", "auroc"}, ""},
		{"parameters.opt.lr", Key{"parameters", "opt.lr"}, ""},
		{"metric.auroc", Key{}, `unknown key "metric.auroc"`},
		{"auroc", Key{}, "known: slug, name"},
		{"", Key{}, "unknown key"},
		{"metrics.", Key{}, "ends in a dot"},
		{"tags.0", Key{}, "tags has no parts"},
	}
	for _, test := range tests {
		k, err := ParseKey(test.text)
		switch {
		case test.err != "":
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("ParseKey(%q): error %v, want %q in it", test.text, err, test.err)
			}
		case err != nil:
			t.Errorf("ParseKey(%q): %v", test.text, err)
		case k != test.want || k.String() != test.text:
			t.Errorf("ParseKey(%q) = %+v, which reads %q", test.text, k, k)
		}
	}
}

func TestKeyOf(t *testing.T) {
	first := experiments(t)[0]
	large, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	tests := []struct {
		key  string
		want any
		text string
	}{
		{"slug", "first-20250101093000", "first-20250101093000"},
		{"created_at", day(1), "2025-01-01T09:30:00"},
		{"tags", []string{"best", "keep"}, "best, keep"},
		{"tests", []string{"slice A", "slice B"}, "slice A, slice B"},
		{"artifacts", []string{"model", "plain"}, "model, plain"},
		{"dependencies", []string{"up.json|base"}, "up.json|base"},
		{"metrics.auroc", 0.95, "0.95"},
		{"metrics.n", int64(1000), "1000"},
		{"metrics.big", large, "123456789012345678901234567890"},
		{"metrics.loss", math.NaN(), "NaN"},
		{"metrics.curve", []any{0.1, 0.2}, "[0.1, 0.2]"},
		{"metrics.none", nil, ""},
		{"parameters.opt.name", "adam", "adam"},
		{"parameters.opt.lr", int64(7), "7"}, // the name with the dot goes first
		{"parameters.opt", map[string]any{"name": "adam", "lr": 0.1}, `{"lr": 0.1, "name": "adam"}`},
		{"parameters.opt.lr.x", nil, ""},
		{"parameters.mode.x", nil, ""},
		{"parameters.warm", true, "true"},
	}
	for _, test := range tests {
		k, err := ParseKey(test.key)
		if err != nil {
			t.Errorf("ParseKey(%q): %v", test.key, err)
			continue
		}
		got := k.Of(first)
		same := cmp.Comparer(func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
		ints := cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })
		if d := cmp.Diff(test.want, got, same, ints); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.key, d)
		}
		if text := Format(got); text != test.text {
			t.Errorf("%s formatted is %q, want %q", test.key, text, test.text)
		}
	}
}

func TestSort(t *testing.T) {
	tests := []struct {
		orders string
		want   string
	}{
		{"", "FST"},
		{"created_at", "FST"},
		{"-created_at", "TSF"},
		{"name", "FST"},
		{"author -name", "TFS"},
		{"-author name", "SFT"},
		{"metrics.auroc", "TFS"}, // a text is no metric
		{"-metrics.auroc", "FTS"},
		{"metrics.loss", "TFS"}, // neither is NaN
		{"-metrics.loss", "TFS"},
		{"metrics.n -created_at", "FST"},
		{"parameters.opt.name", "FST"},
		{"-parameters.opt.name", "SFT"},
		{"parameters.mode", "SFT"}, // numbers before texts
		{"-parameters.mode", "FST"},
		{"metrics.nothing", "FST"},
		{"-tags", "FTS"},
		{"metrics.big", "FST"},
	}
	for _, test := range tests {
		var orders []Order
		for text := range strings.FieldsSeq(test.orders) {
			o, err := ParseOrder(text)
			if err != nil {
				t.Fatal(err)
			}
			orders = append(orders, o)
		}
		list := experiments(t)
		Sort(list, orders)
		if got := names(list); got != test.want {
			t.Errorf("sorted by %q: %s, want %s", test.orders, got, test.want)
		}
	}
	if _, err := ParseOrder("-nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("ParseOrder: error %v", err)
	}
}
