package query

import (
	"os"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestFilter(t *testing.T) {
	list := experiments(t)
	tests := []struct{ source, want string }{ // want: first letters of the names
		{`true`, "FST"},
		{`name == "First"`, "F"},
		{`slug startsWith "sec"`, "S"},
		{`short_slug in ["first", "third"]`, "FT"},
		{`author == "ann" and last_updated_by != "ann"`, "F"},
		{`"best" in tags`, "FT"},
		{`created_at > date("2025-01-02")`, "ST"},
		{`created_at >= date("2025-01-02T09:30:00Z") and created_at < date("2025-01-03")`, "S"},
		{`last_updated - created_at > duration("24h")`, "F"},
		{`created_at.Year() == 2025`, "FST"},
		{`any(dependencies, # startsWith "up.json|")`, "F"},
		{`len(artifacts) > 0`, "F"},

		// The documented ones.
		{`metrics.auroc > 0.9 && "best" in tags && parameters.opt.name == "adam"`, "F"},
		{`any(tests, .name == "slice A" && .metrics.auroc < 0.8)`, "F"},

		// Values of every kind.
		{`metrics.n == 1000`, "F"},
		{`metrics.n > 999.5`, "FS"},
		{`metrics["auroc"] < 0.9`, "T"},
		{`metrics.curve[1] == 0.2`, "F"},
		{`metrics.curve[7] == 0.2`, ""},
		{`metrics.big > 1e29`, "F"},
		{`parameters["opt.lr"] == 7`, "F"},
		{`parameters.opt.lr == 0.1`, "F"},
		{`32 in parameters.layers`, "F"},
		{`parameters.mode contains "as"`, "F"},
		{`parameters.mode matches "^f.*t$"`, "F"},
		{`parameters.mode == 3`, "S"},
		{`parameters.warm`, "F"},
		{`-metrics.n < -1500`, "S"},
		{`metrics.n / 2 + 1 > 900`, "S"},
		{`parameters.opt.name in ["adam", "sgd"]`, "FS"},

		// What is missing or of another kind does not match, either way round.
		{`metrics.auroc > 0.9`, "F"},
		{`metrics.auroc <= 0.9`, "T"},
		{`not (metrics.auroc > 0.9)`, "T"},
		{`!(metrics.auroc <= 0.9)`, "F"},
		{`parameters.opt.name != "adam"`, "S"},
		{`parameters.opt.name not in ["adam"]`, "S"},
		{`parameters.opt.deep.er.still == 1`, ""},
		{`metrics.nothing + 1 > 0`, ""},
		{`metrics.loss > 0.1`, "T"},
		{`parameters.mode startsWith "f"`, "F"},
		{`int(parameters.opt.name) == 3`, ""},

		// It does not spoil what else is asked.
		{`metrics.loss < 1 or "best" in tags`, "FT"},
		{`"best" in tags or metrics.nothing.at.all > 3`, "FT"},
		{`metrics.auroc > 0.9 or metrics.n > 1500`, "FS"},
		{`(metrics.auroc ?? 0) == 0`, ""},
		{`(metrics.loss ?? 0) == 0`, "S"},
		{`metrics.loss == nil`, "S"},
		{`metrics.loss != nil`, "FT"},
		{`parameters.opt.lr == nil`, "ST"},
		{`"auroc" in metrics`, "FST"},
		{`metrics.auroc > 0.9 ? true : "best" in tags`, "FT"},

		// Closures.
		{`any(tests, .metrics.auroc < 0.8)`, "F"},
		{`all(tests, .metrics.auroc < 0.8)`, "ST"},
		{`count(tests, .parameters.fold == 3) == 1`, "F"},
		{`any(tests, .description == "women")`, "F"},
		{`any(artifacts, .expiry < date("2025-07-01"))`, "F"},
		{`any(artifacts, .size > 10)`, "F"},
		{`any(artifacts, .sha256 == nil and .handler == "text")`, "F"},
		{`len(filter(tests, .metrics.auroc > 0)) == 1`, "F"},
		{`find(tests, .name == "slice A").metrics.auroc == 0.7`, "F"},
		{`$env["name"] == "Third"`, "T"},
		{`let m = metrics.auroc; m > 0.75 and m < 0.9`, "T"},
	}
	for _, test := range tests {
		t.Run(test.source, func(t *testing.T) {
			f, err := ParseFilter(test.source)
			if err != nil {
				t.Fatal(err)
			}
			var matched []*experiment.Experiment
			for _, e := range list {
				if f.Match(e) {
					matched = append(matched, e)
				}
			}
			if got := names(matched); got != test.want {
				t.Errorf("matches %q, want %q", got, test.want)
			}
		})
	}
}

// TestFilterError has the place in each message: the column, and a mark below.
func TestFilterError(t *testing.T) {
	tests := []struct {
		source, want string
		column       string
	}{
		{`metric.auroc > 0.9`, "unknown name metric", "column 1"},
		{`metrics.auroc > `, "unexpected token EOF", "column"},
		{`name > 3`, "mismatched types", "column 6"},
		{`"best" in`, "unexpected token EOF", "column"},
		{`any(tests, .nme == "x")`, "nme", "column 13"},
		{`name matches "("`, "missing closing )", "column"},
		{`parameters.mode matches "("`, "missing closing )", "column"},
		{`name`, "expected bool", ""},
		{``, "unexpected token EOF", ""},
		{`nosuch(metrics)`, "unknown name nosuch", "column 1"},
		{"true and\n  metrc > 1", "unknown name metrc", "column 3"},
	}
	for _, test := range tests {
		t.Run(test.source, func(t *testing.T) {
			_, err := ParseFilter(test.source)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.column) {
				t.Errorf("error %q, want %q and %q in it", err, test.want, test.column)
			}
		})
	}
}

func TestFilterErrorMarksPlace(t *testing.T) {
	_, err := ParseFilter(`"best" in tags and metrc.auroc > 1`)
	want := "unknown name metrc at column 20\n  \"best\" in tags and metrc.auroc > 1\n                     ^"
	if err == nil || err.Error() != want {
		t.Errorf("got error\n%v\nwant\n%s", err, want)
	}
}

// TestFilterDecodesLittle: an expression over metrics reads nothing else.
func TestFilterDecodesLittle(t *testing.T) {
	f, err := ParseFilter(`metrics.auroc > 0.9`)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.fill) != 1 {
		t.Errorf("fills in %d parts of a record, want 1", len(f.fill))
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, source := range []string{
		`metrics.auroc > 0.9 && "best" in tags`, `any(tests, .name == "a" && .metrics.x < 1)`, `parameters.a.b[0] != nil`,
		`created_at > date("2025-01-01")`, `let x = metrics.a; not x`, `{"a": metrics}.a.b ?? 1 == 2`, `name matches parameters.x`,
		`tests[0]?.metrics?.a | int() > 3`, `1..3 == metrics.x`, `-metrics`, `$env`, `#`, `(`,
	} {
		f.Add(source)
	}
	list := experiments(f)
	f.Fuzz(func(t *testing.T, source string) {
		filter, err := ParseFilter(source)
		if err != nil {
			if filter != nil {
				t.Error("both a filter and an error")
			}
			return
		}
		for _, e := range list {
			once, again := filter.Match(e), filter.Match(e)
			if once != again && !strings.Contains(source, "now") {
				t.Errorf("%q matches %s and does not", source, e.Slug())
			}
		}
	})
}
