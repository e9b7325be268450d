package project_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// fields is the text of a record: what every one needs, with something added or
// replaced by what is given behind.
func fields(more string) string {
	return `{"name": "run", "slug": "run-20250101000000", "created_at": "2025-01-01T00:00:00", "last_updated": "2025-01-01T00:00:00"` + more + `}`
}

func nested(open, inner, closing string, depth int) string {
	return strings.Repeat(open, depth) + inner + strings.Repeat(closing, depth)
}

// TestHostileText opens manifests made to do harm.
func TestHostileText(t *testing.T) {
	digits := strings.Repeat("9", pick(1<<20, 10<<20))
	good := fields("")
	for _, c := range []struct {
		name, text  string
		line        int // where the manifest is refused; 0: it is not
		experiments int
		problems    int
	}{
		{"Empty", "", 1, 0, 0},
		{"Blank", " \n\t\n", 3, 0, 0},
		{"NULs", strings.Repeat("\x00", 4096), 1, 0, 0},
		{"NULsBehind", "[" + good + "]\x00", 1, 0, 0},
		{"BOM", "\ufeff[" + good + "]", 1, 0, 0},
		{"UTF16", "\xff\xfe[\x00]\x00", 1, 0, 0},
		{"Null", "null", 1, 0, 0},
		{"Number", "1", 1, 0, 0},
		{"String", `"[]"`, 1, 0, 0},
		{"Object", `{"experiments": []}`, 1, 0, 0},
		{"EmptyList", "[]", 0, 0, 0},
		{"EmptyObject", "{}", 0, 0, 0}, // Python iterates over it
		{"Comma", "[" + good + ",]", 1, 0, 0},
		{"TwoLists", "[" + good + "]\n[]", 2, 0, 0},
		{"Unclosed", "[\n" + good, 2, 0, 0},
		{"OnlyOpen", nested("[", "", "", 1_000_000), 1, 0, 0},
		{"OnlyObjects", nested(`[{"a":`, "", "", 1_000_000), 1, 0, 0},
		{"Elements", "[1, null, true, \"x\", [], {}, " + good + "]", 0, 1, 6},

		{"DeepParameter", "[" + good + "," + fields(`, "parameters": {"x": `+nested("[", "", "]", 100_000)+"}") + "]", 0, 1, 1},
		{"DeepObject", "[" + good + "," + fields(`, "x": `+nested(`{"a":`, "1", "}", 100_000)) + "]", 0, 1, 1},
		{"AsDeepAsCanBe", "[" + fields(`, "parameters": {"x": `+nested("[", "", "]", 9_000)+"}") + "]", 0, 1, 0},
		{"DeepElement", "[" + good + "," + nested("[", "", "]", 100_000) + "]", 0, 1, 1},

		{"LongMetric", "[" + fields(`, "metrics": {"x": `+digits+"}") + "]", 0, 1, 1},
		{"LongFraction", "[" + fields(`, "metrics": {"x": 0.`+digits+"}") + "]", 0, 1, 0},
		{"LongExponent", "[" + fields(`, "metrics": {"x": 1e`+digits+"}") + "]", 0, 1, 0},
		{"LongParameter", "[" + fields(`, "parameters": {"x": [`+digits+"]}") + "]", 0, 1, 1},
		{"LongVersion", "[" + fields(`, "artifacts": [{"name": "a", "handler": "json", "fname": "a", "created_at": "2025-01-01T00:00:00", "version": `+digits+"}]") + "]", 0, 1, 1},
		{"LongSize", "[" + fields(`, "artifacts": [{"name": "a", "handler": "json", "fname": "a", "created_at": "2025-01-01T00:00:00", "version": 0, "sha256": "x", "size": `+digits+"}]") + "]", 0, 1, 1},
		{"LongVersionText", "[" + fields(`, "artifacts": [{"name": "a", "handler": "json", "fname": "a", "created_at": "2025-01-01T00:00:00", "version": "`+digits+`"}]`) + "]", 0, 1, 1},
		{"LongTime", `[{"name": "run", "created_at": "` + digits + `", "last_updated": "2025-01-01T00:00:00"}]`, 0, 0, 1},
		{"LongName", `[{"name": "` + digits + `", "created_at": "2025-01-01T00:00:00", "last_updated": "2025-01-01T00:00:00"}]`, 0, 1, 0},
		{"ManyKeys", "[" + fields(`, "metrics": {`+manyKeys(100_000)+"}") + "]", 0, 1, 0},

		{"KeysTwice", "[" + fields(`, "name": "other", "slug": "other", "metrics": {"x": 1, "x": 2}, "metrics": {"x": 3}`) + "]", 0, 1, 0},
		{"SlugsTwice", "[" + good + "," + good + "," + good + "]", 0, 3, 0},
		{"BadUTF8", "[" + fields(`, "author": "`+"\xff\xfe\x80"+`"`) + "]", 0, 0, 1},
		{"BadUTF8Name", "[" + fields(`, "name": "`+"\xc3\x28"+`"`) + "," + good + "]", 0, 1, 1},
		{"HalfSurrogates", "[" + fields(`, "name": "\ud800", "slug": "\udc00\ud800", "tags": ["\udfff"]`) + "]", 0, 1, 0},
		{"NULEscapes", "[" + fields(`, "name": "a\u0000b", "slug": "\u0000", "author": "\u0000", "metrics": {"\u0000": 1}`) + "]", 0, 1, 0},
		{"ControlInString", "[" + fields(`, "author": "a`+"\n"+`b"`) + "]", 0, 0, 1},
		{"OddTypes", "[" + fields(`, "metrics": [], "parameters": 1, "tags": {}, "author": 1, "last_updated_by": [], "tests": 1, "artifacts": {}, "dependencies": "x", "short_slug": "y"`) + "]", 0, 1, 3},
		{"OddTests", "[" + fields(`, "tests": [1, {}, {"name": 1}, {"name": "t", "artifacts": 1, "metrics": 1}], "artifacts": [1, {}, {"name": 1, "handler": [], "created_at": 0}]`) + "]", 0, 1, 7},
		{"NoTimes", `[{"name": "a"}, {"name": "a", "created_at": "2025-01-01", "last_updated": "never"}]`, 0, 0, 2},
		{"OddTimes", "[" + fields(`, "created_at": "0001-01-01T00:00:00", "last_updated": "9999-12-31T23:59:59+00:00"`) + "]", 0, 1, 0},
		{"NonFinite", "[" + fields(`, "metrics": {"a": NaN, "b": Infinity, "c": -Infinity, "d": 1e999, "e": -0.0}`) + "]", 0, 1, 0},
		{"BadLiteral", "[" + fields(`, "metrics": {"a": nan}`) + "," + good + "]", 0, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := storetest.MemoryURL("project.json")
			err := survive(t, url, []byte(c.text))
			var syntax *project.SyntaxError
			if c.line > 0 {
				if !errors.As(err, &syntax) || syntax.Line != c.line {
					t.Errorf("got error %v, want one in line %d", err, c.line)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p := openProject(t, url, nil)
			if n, m := p.Len()-1, len(p.Problems()); n != c.experiments || m != c.problems {
				for _, problem := range p.Problems() {
					t.Logf("problem: %.300s", problem.Error())
				}
				t.Errorf("%d experiments and %d problems, want %d and %d", n, m, c.experiments, c.problems)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"key %d": %d, `, i, i)
	}
	return b.String() + `"last": 0`
}
