package pyjson

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// splitRecord is what a test keeps of a Record.
type splitRecord struct {
	Text   string
	Object bool
	Values []string // "" for absent
	Again  int      // Repeated
	Others int
	Err    string
}

func splitAll(text string, keys *Keys) ([]splitRecord, error) {
	var got []splitRecord
	err := Split([]byte(text), keys, func(r *Record) error {
		s := splitRecord{Text: text[r.Start:r.End], Object: r.Object, Again: r.Repeated, Others: r.Others}
		for _, span := range r.Values {
			s.Values = append(s.Values, text[span.Start:span.End])
		}
		if r.Err != nil {
			s.Err = r.Err.Error()
		}
		got = append(got, s)
		return nil
	})
	return got, err
}

func TestSplit(t *testing.T) {
	keys := NewKeys("name", "slug")
	tests := []struct {
		name, text string
		want       []splitRecord
	}{
		{"empty list", " [ ] ", nil},
		{"empty object is an empty list", "{\n}\n", nil},
		{"scalars", `[1, "a,]" ,null]`, []splitRecord{
			{Text: "1", Values: []string{"", ""}},
			{Text: `"a,]"`, Values: []string{"", ""}},
			{Text: "null", Values: []string{"", ""}},
		}},
		{"values", "[{\n\"slug\" : {\"name\": [1]} , \"x\": 1, \"name\": -0.5e1 }\t,{}]", []splitRecord{
			{Text: "{\n\"slug\" : {\"name\": [1]} , \"x\": 1, \"name\": -0.5e1 }", Object: true, Values: []string{"-0.5e1", `{"name": [1]}`}, Others: 1},
			{Text: "{}", Object: true, Values: []string{"", ""}},
		}},
		{"the last of repeated keys counts", `[{"name": 1, "x": 1, "name": 2, "x": 2}, {"name": 3}]`, []splitRecord{
			{Text: `{"name": 1, "x": 1, "name": 2, "x": 2}`, Object: true, Values: []string{"2", ""}, Again: 1, Others: 2},
			{Text: `{"name": 3}`, Object: true, Values: []string{"3", ""}},
		}},
		{"escaped keys", `[{"n\u0061me": 1, "slu\\g": 2, "\u0073lug": 3, "slug": 4}]`, []splitRecord{
			{Text: `{"n\u0061me": 1, "slu\\g": 2, "\u0073lug": 3, "slug": 4}`, Object: true, Values: []string{"1", "4"}, Again: 1, Others: 1},
		}},
		{"keys of inner objects are not the record's", `[[{"name": 1}], {"in": {"name": 2}}]`, []splitRecord{
			{Text: `[{"name": 1}]`, Values: []string{"", ""}},
			{Text: `{"in": {"name": 2}}`, Object: true, Values: []string{"", ""}, Others: 1},
		}},
		{"integers of any length", "[" + strings.Repeat("9", 5000) + "]", []splitRecord{
			{Text: strings.Repeat("9", 5000), Values: []string{"", ""}},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := splitAll(test.text, keys)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A broken record between two good ones leaves them readable.
func TestSplitIsolatesBrokenRecords(t *testing.T) {
	tests := []struct{ record, err string }{
		{`{"name": 1,}`, "line 2 column 12: expecting property name enclosed in double quotes"},
		{`{"name" 1}`, "line 2 column 9: expecting ':' delimiter"},
		{`{"name": }`, "line 2 column 10: expecting value"},
		{`{"name": 1 "x": 2}`, "line 2 column 12: expecting ',' delimiter"},
		{`{name: 1}`, "line 2 column 2: expecting property name enclosed in double quotes"},
		{`{"name": nul}`, "line 2 column 10: expecting value"},
		{`{"name": 01}`, "line 2 column 11: expecting ',' delimiter"},
		{`{"name": 1.}`, "line 2 column 11: expecting ',' delimiter"},
		{`{"name": [1, {"a": tru}]}`, "line 2 column 20: expecting value"},
		{`{"name": "\q]"}`, `line 2 column 11: invalid \escape`},
		{`{"name": "\u12"}`, `line 2 column 12: invalid \uXXXX escape`},
		{"{\"name\": \"}\t\"}", "line 2 column 12: invalid control character in string"},
		{"{\"name\": \"\xff]\"}", "line 2 column 11: invalid UTF-8"},
		{"{\"é\": \"日本\xed\xa0\x80\"}", "line 2 column 10: invalid UTF-8"},
		{`["a\"]", 1 2]`, "line 2 column 12: expecting ',' delimiter"},
		{"nul", "line 2 column 1: expecting value"},
		{"01", "line 2 column 2: expecting ',' delimiter"},
		{"'a'", "line 2 column 1: expecting value"},
		{`"a\q"`, `line 2 column 3: invalid \escape`},
		{strings.Repeat("[", 10000) + strings.Repeat("]", 10000), "line 2 column 10000: nested too deeply"},
		{strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000), "line 2 column 49996: nested too deeply"},
	}
	keys := NewKeys("name")
	for _, test := range tests {
		text := "[{\"name\": \"first\"},\n" + test.record + " ,{\"name\": \"last\"}]"
		got, err := splitAll(text, keys)
		if err != nil || len(got) != 3 {
			t.Errorf("%.40q: %d records and error %v, want 3 and none", test.record, len(got), err)
			continue
		}
		if got[1].Text != test.record || got[1].Err != test.err {
			t.Errorf("%.40q:\ngot  %.40q with error %s\nwant error %s", test.record, got[1].Text, got[1].Err, test.err)
		}
		for i, want := range map[int]string{0: `"first"`, 2: `"last"`} {
			if got[i].Err != "" || got[i].Values[0] != want {
				t.Errorf("%.40q: record %d is %+v, want the name %s", test.record, i, got[i], want)
			}
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	tests := []struct {
		text    string
		records int // visited before the error
		err     string
	}{
		{"", 0, "line 1 column 1: expecting value"},
		{"\n ", 0, "line 2 column 2: expecting value"},
		{"null", 0, "line 1 column 1: expecting a list"},
		{`{"a": 1}`, 0, "line 1 column 1: expecting a list"},
		{`"[]"`, 0, "line 1 column 1: expecting a list"},
		{"\ufeff[]", 0, "line 1 column 1: unexpected byte order mark"},
		{"[", 0, "line 1 column 2: expecting value"},
		{"{", 0, "line 1 column 1: expecting a list"},
		{"[1", 0, "line 1 column 3: expecting ',' delimiter"},
		{"[1,", 1, "line 1 column 4: expecting value"},
		{"[1,]", 1, "line 1 column 4: expecting value"},
		{"[,1]", 0, "line 1 column 2: expecting value"},
		{"[1,,2]", 1, "line 1 column 4: expecting value"},
		{"[1}", 0, "line 1 column 3: expecting ',' delimiter"},
		{"[1 2]", 0, "line 1 column 4: expecting ',' delimiter"},
		{"[{}\n {}]", 0, "line 2 column 2: expecting ',' delimiter"},
		{"[{}, {} x]", 1, "line 1 column 9: expecting ',' delimiter"},
		{"[{}] x", 1, "line 1 column 6: extra data"},
		{"[] []", 0, "line 1 column 4: extra data"},
		{"{} {}", 0, "line 1 column 4: extra data"},
		// The end of the record cannot be found: its mistake is reported.
		{`[{}, {"a": [1}, {}]`, 1, "line 1 column 14: expecting ',' delimiter"},
		{`[{}, {"a: 1}, {}]`, 1, "line 1 column 7: unterminated string"},
		{`[{}, {"a": nul}`, 1, "line 1 column 12: expecting value"},
		{`[{"a": nul} {}]`, 0, "line 1 column 8: expecting value"},
		{`[nul {}]`, 0, "line 1 column 2: expecting value"},
		{`[nul"a"]`, 0, "line 1 column 2: expecting value"},
		{`["a]`, 0, "line 1 column 2: unterminated string"},
		{`["\`, 0, "line 1 column 2: unterminated string"},
		{`[{"a": "x"y"}, {}]`, 0, "line 1 column 11: expecting ',' delimiter"},
	}
	for _, test := range tests {
		got, err := splitAll(test.text, nil)
		e := new(SyntaxError)
		if !errors.As(err, &e) {
			t.Errorf("Split(%q) = %v, want a *SyntaxError", test.text, err)
			continue
		}
		if e.Error() != test.err || len(got) != test.records {
			t.Errorf("Split(%q): %d records, then %v\nwant %d, then %s", test.text, len(got), e, test.records, test.err)
		}
	}
}

func TestSplitStopsAtVisitError(t *testing.T) {
	stop := errors.New("stop")
	visits := 0
	err := Split([]byte("[1, 2, 3"), nil, func(*Record) error {
		visits++
		if visits == 2 {
			return stop
		}
		return nil
	})
	if err != stop || visits != 2 {
		t.Errorf("Split = %v after %d visits, want the error of visit after 2", err, visits)
	}
}

func TestSplitAbsoluteOffsets(t *testing.T) {
	text := "[\n  {\"a\": 1},\n  {\"b\": x}\n]"
	err := Split([]byte(text), nil, func(r *Record) error {
		if r.Err != nil && r.Err.Offset != int64(strings.Index(text, "x")) {
			return fmt.Errorf("offset %d of %v", r.Err.Offset, r.Err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSplitDoesNotAllocatePerRecord(t *testing.T) {
	keys := NewKeys("name", "slug")
	split := func(records int) float64 {
		text := []byte("[" + strings.TrimSuffix(strings.Repeat(`{"name": "a", "slug": [{"b": 1.5}]},`, records), ",") + "]")
		return testing.AllocsPerRun(5, func() {
			if err := Split(text, keys, func(*Record) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	if few, many := split(10), split(1000); few != many {
		t.Errorf("%v allocations for 10 records, %v for 1000", few, many)
	}
}

func TestKeys(t *testing.T) {
	names := make([]string, 32)
	for i := range names {
		names[i] = strings.Repeat("k", i) // "" is a key, too
	}
	keys := NewKeys(names...)
	for i, name := range names {
		if got := keys.find([]byte(name)); got != i {
			t.Errorf("find(%q) = %d, want %d", name, got, i)
		}
	}
	if got := keys.find([]byte("other")); got != -1 {
		t.Errorf("find of another key = %d, want -1", got)
	}
	if keys.Len() != 32 || (*Keys)(nil).Len() != 0 {
		t.Errorf("Len = %d, of nil %d", keys.Len(), (*Keys)(nil).Len())
	}
	for name, names := range map[string][]string{"33 names": append(names, "x"), "a repeated name": {"a", "b", "a"}} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("NewKeys did not panic")
				}
			}()
			NewKeys(names...)
		})
	}
}
