package entry_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

func parse(t testing.TB, text string) *pyjson.Object {
	t.Helper()
	tree, err := pyjson.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tree.(*pyjson.Object)
}

func text(t testing.TB, a artifacts.Artifact) string {
	t.Helper()
	o, err := entry.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pyjson.Append(nil, o, &pyjson.Format{SortKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func at(hour int) time.Time { return time.Date(2025, 3, 1, hour, 0, 0, 0, time.UTC) }

// Entries as they are written (AR1), read and written again.
func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name, text string
		want       artifacts.Artifact
	}{
		{
			"by Python",
			`{"created_at": "2025-03-01T10:00:00", "expiry": null, "fname": "a.json", "handler": "json", "name": "a", "version": 0}`,
			artifacts.Artifact{Name: "a", FileName: "a.json", Handler: "json", CreatedAt: at(10)},
		},
		{
			"pickle by Python",
			`{"created_at": "2025-03-01T10:00:00", "expiry": "2025-03-01T11:00:00", "fname": "a.pkl", "handler": "pickle", "name": "a", "python_version": "3.11", "version": 3}`,
			artifacts.Artifact{Name: "a", FileName: "a.pkl", Handler: "pickle", CreatedAt: at(10), Expiry: at(11), Version: 3,
				Environment: artifacts.Environment{"python_version": "3.11"}},
		},
		{
			"with everything",
			`{"created_at": "2025-03-01T10:00:00", "dotted.key": "text", "expiry": null, "fname": "d/a.x", "handler": "x", "level": "9", "name": "\u00e9", ` +
				`"plugin": {"b": 1, "a": [1.0, null]}, "purged_at": "2025-03-01T12:00:00", "sha256": "00ff", "size": 2, "value": "kept", "version": 0, "zzz": 1}`,
			artifacts.Artifact{Name: "é", FileName: "d/a.x", Handler: "x", CreatedAt: at(10), PurgedAt: at(12), SHA256: "00ff", Size: 2,
				Environment: artifacts.Environment{"level": "9"},
				Extra: map[string]json.RawMessage{
					"dotted.key": []byte(`"text"`), "plugin": []byte(`{"b": 1, "a": [1.0, null]}`), "value": []byte(`"kept"`), "zzz": []byte(`1`)}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := entry.Decode(parse(t, test.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, a); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			want := strings.Replace(test.text, `{"b": 1, "a": [1.0, null]}`, `{"a": [1.0, null], "b": 1}`, 1) // keys are sorted
			if diff := cmp.Diff(want, text(t, a)); diff != "" {
				t.Errorf("encoded (-want +got):\n%s", diff)
			}
		})
	}
}

// What is missing or odd is said, and the rest is read (AR2-AR4).
func TestLenient(t *testing.T) {
	tests := []struct {
		name, text string
		want       artifacts.Artifact
		err        string
	}{
		{"nothing", `{}`, artifacts.Artifact{}, "no \"name\"\nno \"handler\"\nno \"created_at\""},
		{"nulls", `{"name": "a", "handler": "h", "created_at": "2025-03-01T10:00:00", "fname": null, "expiry": null, "purged_at": null, "version": null}`,
			artifacts.Artifact{Name: "a", Handler: "h", CreatedAt: at(10)}, ""},
		{"other forms", `{"name": "a", "handler": "h", "created_at": "2025-03-01T11:00:00+01:00", "version": "12"}`,
			artifacts.Artifact{Name: "a", Handler: "h", CreatedAt: at(10), Version: 12}, ""},
		{"all wrong", `{"name": 1, "handler": null, "created_at": "soon", "fname": 2, "expiry": "whenever", "purged_at": 3, "version": 1.5, "sha256": [], "size": "2"}`,
			artifacts.Artifact{}, "name: want a string\nhandler: want a string\n" +
				"created_at: parse time \"soon\": invalid time: not in ISO 8601 form\nfname: want a string\n" +
				"expiry: parse time \"whenever\": invalid time: not in ISO 8601 form\npurged_at: want a string\n" +
				"version: want a whole number from 0\nsha256: want a string\nsize: want a number of bytes"},
		{"below zero", `{"name": "a", "handler": "h", "created_at": "2025-03-01T10:00:00", "version": -1, "size": -1}`,
			artifacts.Artifact{Name: "a", Handler: "h", CreatedAt: at(10)}, "version: want a whole number from 0\nsize: want a number of bytes"},
		{"beyond 64 bits", `{"name": "a", "handler": "h", "created_at": "2025-03-01T10:00:00", "version": 9223372036854775808, "size": 1e3}`,
			artifacts.Artifact{Name: "a", Handler: "h", CreatedAt: at(10)}, "version: want a whole number from 0\nsize: want a number of bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := entry.Decode(parse(t, test.text))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(test.err, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, a); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	_, err := entry.Encode(artifacts.Artifact{Name: "a", Extra: map[string]json.RawMessage{"k": []byte("{")}})
	if err == nil || !strings.HasPrefix(err.Error(), `artifact "a": key k: `) {
		t.Errorf("error %v", err)
	}
	// A field has the say over what else stands under its key.
	got := text(t, artifacts.Artifact{Name: "a", Handler: "h", FileName: "f", CreatedAt: at(10), Environment: artifacts.Environment{"name": "b"},
		Extra: map[string]json.RawMessage{"version": []byte("7")}})
	want := `{"created_at": "2025-03-01T10:00:00", "expiry": null, "fname": "f", "handler": "h", "name": "a", "version": 0}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What was decoded without an error is encoded, and means the same again.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"created_at": "2025-03-01T10:00:00", "expiry": null, "fname": "a.json", "handler": "json", "name": "a", "version": 0}`,
		`{"name": "a", "handler": "h", "created_at": "2025-W05-5", "version": "12", "zzz": {"a": [NaN, 1e400]}, "x y": "z"}`,
		`{"name": 1, "size": -1, "sha256": "zz", "purged_at": "2025-01-01"}`,
		`{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := pyjson.Parse(data)
		if err != nil {
			return
		}
		o, ok := tree.(*pyjson.Object)
		if !ok {
			return
		}
		before, _ := pyjson.Append(nil, o, nil)
		a, err := entry.Decode(o)
		if after, _ := pyjson.Append(nil, o, nil); !bytes.Equal(before, after) {
			t.Errorf("decoding changed %s to %s", before, after)
		}
		if err != nil {
			return
		}
		a.CreatedAt, a.Expiry, a.PurgedAt = a.CreatedAt.Truncate(time.Second), a.Expiry.Truncate(time.Second), a.PurgedAt.Truncate(time.Second)
		if a.SHA256 == "" {
			a.Size = 0 // it means nothing without the digest
		}
		again, err := entry.Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := entry.Decode(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("read again (-want +got):\n%s", diff)
		}
	})
}

func TestSame(t *testing.T) {
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	a := artifacts.Artifact{Name: "a", FileName: "a.json", Handler: "json", CreatedAt: at}
	change := func(f func(*artifacts.Artifact)) artifacts.Artifact {
		b := a
		f(&b)
		return b
	}
	for name, c := range map[string]struct {
		b    artifacts.Artifact
		want bool
	}{
		"Same":     {a, true},
		"Fraction": {change(func(b *artifacts.Artifact) { b.CreatedAt = at.Add(time.Millisecond) }), true},
		"Digest":   {change(func(b *artifacts.Artifact) { b.SHA256, b.Size, b.Version = "00", 1, 7 }), true},
		"Second":   {change(func(b *artifacts.Artifact) { b.CreatedAt = at.Add(time.Second) }), false},
		"Name":     {change(func(b *artifacts.Artifact) { b.Name = "b" }), false},
		"File":     {change(func(b *artifacts.Artifact) { b.FileName = "b.json" }), false},
		"Mark":     {change(func(b *artifacts.Artifact) { b.FileName = "a-0123abcd.json" }), true},
		"NoMark":   {change(func(b *artifacts.Artifact) { b.FileName = "a-20250102.json.gz" }), false},
		"Handler":  {change(func(b *artifacts.Artifact) { b.Handler = "text" }), false},
	} {
		if got := entry.Same(a, c.b); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
