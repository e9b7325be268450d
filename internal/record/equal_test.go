package record_test

import (
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// E21, A1, D13, M8: what counts when two records are compared. Unlike in Python
// dependencies and the names and files of artifacts do, and NaN is NaN.
func TestEqual(t *testing.T) {
	base := `"name": "n", ` + times
	artifact := func(rest string) string {
		return `{` + base + `, "artifacts": [{"name": "a", "handler": "json", "created_at": "2025-01-01"` + rest + `}]}`
	}
	inTest := func(rest string) string {
		return `{` + base + `, "tests": [{"name": "t", "artifacts": [{"name": "a"` + rest + `}]}]}`
	}
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"same text", `{` + base + `}`, `{` + base + `}`, true},
		{"blanks and order of keys", `{` + base + `, "tags": [1]}`, `{"tags":[1],` + base + `}`, true},
		{"another tag", `{` + base + `, "tags": [1]}`, `{` + base + `, "tags": [2]}`, false},
		{"order of tags", `{` + base + `, "tags": [1, 2]}`, `{` + base + `, "tags": [2, 1]}`, false},
		{"one tag less", `{` + base + `, "tags": [1, 2]}`, `{` + base + `, "tags": [1]}`, false},
		{"spelling of a float", `{` + base + `, "metrics": {"m": 1E5}}`, `{` + base + `, "metrics": {"m": 100000.0}}`, true},
		{"dependencies", `{` + base + `, "dependencies": ["a|b"]}`, `{` + base + `, "dependencies": []}`, false},
		{"int and float", `{` + base + `, "metrics": {"m": 1}}`, `{` + base + `, "metrics": {"m": 1.0}}`, false},
		{"NaN", `{` + base + `, "metrics": {"m": NaN}}`, `{` + base + `, "metrics": {"m":NaN}}`, true},
		{"escapes", `{` + base + `, "author": "\u00e9"}`, `{` + base + `, "author": "é"}`, true},
		{"null and nothing", `{` + base + `, "metrics": null}`, `{` + base + `}`, false},
		{"another kind", `{` + base + `, "metrics": []}`, `{` + base + `, "metrics": {}}`, false},
		{"another key", `{` + base + `, "a": 1}`, `{` + base + `, "b": 1}`, false},
		{"digest of an artifact", artifact(`, "sha256": "00", "size": 1`), artifact(``), true},
		{"environment of an artifact", artifact(`, "python_version": "3.9"`), artifact(`, "python_version": "3.11"`), true},
		{"file of an artifact", artifact(`, "fname": "a"`), artifact(`, "fname": "b"`), false},
		{"expiry of an artifact", artifact(`, "expiry": null`), artifact(`, "expiry": "2025-01-01"`), false},
		{"digest in a test", inTest(`, "sha256": "00"`), inTest(``), true},
		{"file in a test", inTest(`, "fname": "a"`), inTest(`, "fname": "b"`), false},
		{"odd artifacts", `{` + base + `, "artifacts": [1], "tests": [2]}`, `{` + base + `, "artifacts":[1], "tests": [2]}`, true},
	}
	for _, test := range tests {
		a, b := one(t, test.a), one(t, test.b)
		if record.Equal(a, b) != test.want || record.Equal(b, a) != test.want {
			t.Errorf("%s: equal %v, %v; want %v", test.name, record.Equal(a, b), record.Equal(b, a), test.want)
		}
		if !record.Equal(a, a) {
			t.Errorf("%s: not equal to itself", test.name)
		}
	}
	body := &record.Body{Name: "n"}
	a, b := record.FromBody(body), record.FromBody(body)
	if !record.Equal(a, a) || record.Equal(a, b) || record.Equal(a, one(t, `{`+base+`}`)) {
		t.Error("a record that is in no file equals another than itself")
	}
}
