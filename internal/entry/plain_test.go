package entry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// plain reads the entries of a list as far as they are plain.
func plain(t testing.TB, list string) (found []artifacts.Artifact, all bool) {
	t.Helper()
	data := []byte(list)
	var reader entry.Reader
	all = true
	err := pyjson.Split(data, entry.Keys, func(r *pyjson.Record) error {
		a, ok := reader.Plain(data, r)
		if !ok {
			all = false
			return nil
		}
		checkPlain(t, data[r.Start:r.End], a)
		found = append(found, a)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, all
}

// checkPlain holds what was read off a text against its tree.
func checkPlain(t testing.TB, text []byte, got artifacts.Artifact) {
	t.Helper()
	tree, err := pyjson.Parse(text)
	o, ok := tree.(*pyjson.Object)
	if err != nil || !ok {
		t.Fatalf("%s is found plain, and is no object: %v", text, err)
	}
	want, err := entry.Decode(o)
	if err != nil {
		t.Fatalf("%s is found plain, and is wrong: %v", text, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: tree (-) and plain (+):\n%s", text, diff)
	}
}

const usual = `"created_at": "2025-03-01T10:00:00", "handler": "json", "name": "a"`

func TestPlain(t *testing.T) {
	for _, test := range []struct {
		name, entry string
		want        bool
	}{
		{"least", `{` + usual + `}`, true},
		{"as Python writes it", `{` + usual + `, "expiry": null, "fname": "a.json", "version": 0}`, true},
		{"with everything", `{` + usual + `, "expiry": "2025-03-01 10:00:00.25+01:00", "fname": "d/é.json", "version": 12, "purged_at": "2026-01-01", "sha256": "ab", "size": 123456789012345678}`, true},
		{"nulls", `{` + usual + `, "expiry": null, "fname": null, "version": null, "purged_at": null, "sha256": null, "size": null}`, true},
		{"escaped key", `{"n\u0061me": "b", "created_at": "2025-03-01T10:00:00", "handler": "json"}`, true},
		{"empty texts", `{"created_at": "2025-03-01T10:00:00", "handler": "", "name": "", "fname": ""}`, true},

		{"escaped text", `{` + usual + `, "fname": "\u0061"}`, false},
		{"environment", `{` + usual + `, "python_version": "3.11"}`, false},
		{"repeated key", `{"version": 1, ` + usual + `, "version": 2}`, false},
		{"repeated key, spelled otherwise", `{"versio\u006e": 1, ` + usual + `, "version": 2}`, false},
		{"integer too long, then another", `{"version": ` + strings.Repeat("1", pyjson.MaxIntDigits+1) + `, ` + usual + `, "version": 2}`, false},
		{"unknown key", `{` + usual + `, "x": 1}`, false},
		{"no name", `{"created_at": "2025-03-01T10:00:00", "handler": "json"}`, false},
		{"no handler", `{"created_at": "2025-03-01T10:00:00", "name": "a"}`, false},
		{"no time", `{"handler": "json", "name": "a"}`, false},
		{"null name", `{"name": null, "created_at": "2025-03-01T10:00:00", "handler": "json"}`, false},
		{"number for a text", `{` + usual + `, "fname": 1}`, false},
		{"object for a text", `{` + usual + `, "sha256": {}}`, false},
		{"bad time", `{` + usual + `, "expiry": "soon"}`, false},
		{"text for a number", `{` + usual + `, "version": "1"}`, false},
		{"negative", `{` + usual + `, "version": -1}`, false},
		{"minus nought", `{` + usual + `, "version": -0}`, false},
		{"float", `{` + usual + `, "size": 1.0}`, false},
		{"too long a number", `{` + usual + `, "size": 1234567890123456789}`, false},
		{"true", `{` + usual + `, "size": true}`, false},
		{"NaN", `{` + usual + `, "size": NaN}`, false},
		{"not an object", `["name"]`, false},
		{"empty object", `{}`, false},
		{"broken", `{` + usual + `, "version": 01}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			// Between others, so that nothing is left over from one to the next.
			list := `[{` + usual + `, "fname": "f", "version": 3}, ` + test.entry + `, {` + usual + `}]`
			if _, all := plain(t, list); all != test.want {
				t.Errorf("plain: %v, want %v", all, test.want)
			}
		})
	}
}

// Whatever is found plain is what a tree of it says.
func FuzzPlain(f *testing.F) {
	f.Add(`[{` + usual + `, "expiry": null, "fname": "a.json", "version": 0}]`)
	f.Add(`[{` + usual + `, "purged_at": "2025-W05-5", "size": 1e2, "version": "7"}, {}, 1, {"name": 01}]`)
	f.Add(`[{` + usual + `, "sha256": "\u00e9", "size": 9223372036854775808, "\u0073ize": 3, "python_version": "3"}]`)
	f.Fuzz(func(t *testing.T, list string) {
		data := []byte(list)
		var reader entry.Reader
		_ = pyjson.Split(data, entry.Keys, func(r *pyjson.Record) error {
			if a, ok := reader.Plain(data, r); ok {
				checkPlain(t, data[r.Start:r.End], a)
			}
			return nil
		})
	})
}
