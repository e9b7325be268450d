package manifest_test

import (
	"errors"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/manifest"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// places splits a text into those of its elements.
func places(t *testing.T, text string) []manifest.Place {
	t.Helper()
	buf := manifest.Whole([]byte(text))
	var list []manifest.Place
	err := pyjson.Split([]byte(text), nil, func(r *pyjson.Record) error {
		list = append(list, buf.Element(r.Start, r.End))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What stands between records that were neighbours is kept, and what is new is
// put in the form Python writes.
func TestCompose(t *testing.T) {
	const a, b, c = `{"name": 1}`, `[2]`, `{"x": "y"}`
	const text = " [\t" + a + " ,\n" + b + ", " + c + "]\n"
	whole := places(t, text)
	place0, place1, place2 := whole[0], whole[1], whole[2]
	added := manifest.Alone([]byte("{}"))
	both := &manifest.Buffer{}
	var two []manifest.Place
	for _, element := range []string{"{}", "[]"} {
		p, err := both.Append(func(dst []byte) ([]byte, error) { return append(dst, element...), nil })
		if err != nil {
			t.Fatal(err)
		}
		two = append(two, p)
	}
	tests := []struct {
		name   string
		places []manifest.Place
		want   string
		pieces int
	}{
		{"nothing", nil, "[]", 1},
		{"all", []manifest.Place{place0, place1, place2}, text, 1},
		{"one new", []manifest.Place{added}, "[\n    {}\n]", 3},
		{"two new", []manifest.Place{added, added}, "[\n    {},\n    {}\n]", 5},
		{"two of one buffer", two, "[\n    {},\n    []\n]", 3},
		{"two of one buffer turned round", []manifest.Place{two[1], two[0]}, "[\n    [],\n    {}\n]", 5},
		{"new first", []manifest.Place{added, place0, place1, place2}, "[\n    {},\n    " + text[3:], 4},
		{"new last", []manifest.Place{place0, place1, place2, added}, text[:len(text)-2] + ",\n    {}\n]", 4},
		{"new between", []manifest.Place{place0, added, place1, place2}, " [\t" + a + ",\n    {},\n    " + b + ", " + c + "]\n", 5},
		{"without the first", []manifest.Place{place1, place2}, "[\n    " + b + ", " + c + "]\n", 2},
		{"without the middle", []manifest.Place{place0, place2}, " [\t" + a + ",\n    " + c + "]\n", 3},
		{"without the last", []manifest.Place{place0, place1}, " [\t" + a + " ,\n" + b + "\n]", 2},
		{"one replaced", []manifest.Place{place0, added, place2}, " [\t" + a + ",\n    {},\n    " + c + "]\n", 5},
		{"another order", []manifest.Place{place2, place0}, "[\n    " + c + ",\n    " + a + "\n]", 5},
	}
	for _, test := range tests {
		got := manifest.Compose(test.places)
		if string(got.Bytes()) != test.want || len(got) != test.pieces {
			t.Errorf("%s: got %q in %d pieces, want %q in %d", test.name, got.Bytes(), len(got), test.want, test.pieces)
		}
	}
}

// An element that cannot be encoded leaves the buffer as it was.
func TestAppendFails(t *testing.T) {
	broken := errors.New("broken")
	b := &manifest.Buffer{}
	b.Grow(100)
	good := func(dst []byte) ([]byte, error) { return append(dst, "1"...), nil }
	bad := func(dst []byte) ([]byte, error) { return append(dst, "half of it"...), broken }
	if _, err := b.Append(bad); !errors.Is(err, broken) || b.Len() != 0 {
		t.Errorf("error %v, %d bytes", err, b.Len())
	}
	first, err := b.Append(good)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Append(bad); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	second, err := b.Append(good)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(manifest.Compose([]manifest.Place{first, second}).Bytes()); got != "[\n    1,\n    1\n]" {
		t.Errorf("got %q", got)
	}
}

func TestFinder(t *testing.T) {
	const text = "[1,\n 22]"
	all := places(t, text)
	f := manifest.Finder{}
	for _, second := range []bool{true, false, true} { // in any order
		line, column := f.Start(all[0])
		if second {
			line, column = f.Start(all[1])
		}
		if want := [2]int{1, 2}; !second && [2]int{line, column} != want {
			t.Errorf("first element at %d:%d, want %v", line, column, want)
		}
		if want := [2]int{2, 2}; second && [2]int{line, column} != want {
			t.Errorf("second element at %d:%d, want %v", line, column, want)
		}
	}
	cause := errors.New("odd")
	if line, column, err := f.Find(all[1], cause); line != 2 || column != 2 || err != cause {
		t.Errorf("found %d:%d %v", line, column, err)
	}
	syntax := &pyjson.SyntaxError{Offset: 6, Line: 2, Column: 3, Msg: "broken"}
	if line, column, err := f.Find(all[1], syntax); line != 2 || column != 3 || err.Error() != "broken" {
		t.Errorf("found %d:%d %v, want the place of the mistake", line, column, err)
	}
	for name, p := range map[string]manifest.Place{"zero": {}, "alone": manifest.Alone([]byte("1"))} {
		if line, column, err := f.Find(p, cause); line != 0 || column != 0 || err != cause {
			t.Errorf("%s is in a file: %d:%d %v", name, line, column, err)
		}
	}
}
