package cli

import (
	"errors"
	"image"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// shownRow is a row of the tables below.
type shownRow struct {
	Name string   `json:"name"`
	Loss *float64 `json:"loss"`
	N    int      `json:"n"`
	Raw  string   `json:"raw"`
}

var half = 0.5

// TestShowFormats: what people see of an artifact of each format.
func TestShowFormats(t *testing.T) {
	t.Chdir(t.TempDir())
	table := []shownRow{{"a", &half, 1, "x\ty"}, {"b", nil, 20, ""}}
	tests := []struct {
		alias string
		value any
		want  string
	}{
		{"csv", table, `
size   51 B
rows   2
width  4

first 2 rows
name    loss         n  raw
string  float64  int64  string
a           0.5      1  x\ty
b       null        20
`},
		{"parquet", []map[string]any{{"b": []byte{1, 'x'}, "l": []float64{1}}, {"b": nil, "l": nil}}, `
rows        2
width       2
row_groups  1

first 2 rows
b         l
binary    list<element: float64, nullable>
b"\x01x"  [1.0]
null      null
`},
		{"csv", map[string]any{"x": []string{}}, `
size   4 B
rows   0
width  1

first 0 rows
x
null
`},
		{"npy", [][]int16{{1, -2, 3}}, `
size   134 B
dtype  <i2
shape  [1, 3]
order  C
min    -2
max    3
nan    0
first  [1, -2, 3]
`},
		{"npz", map[string]any{"w": []float64{0.5}, "b": []bool{true}}, `
count  2

arrays
name  dtype  shape  order  min  max  nan
b     |b1    [1]    C                  0
w     <f8    [1]    C      0.5  0.5    0
`},
		{"png", image.NewGray(image.Rect(0, 0, 3, 2)), `
width   3
height  2
colour  grey
depth   8
`},
		{"bytes", []byte("\x00\x01ab"), `
size  4 B
type  application/octet-stream

first bytes
00000000  00 01 61 62                                       |..ab|
`},
		{"file", []byte("one\ntwo\n"), `
size  8 B
type  text/plain; charset=utf-8

first lines
one
two
`},
		{"yaml", map[string]any{"b": true, "a": []int{1}, "t": "è"}, `
a:
- 1
b: true
t: 'è'
`},
		{"pickle", map[string]any{"b": []any{1, nil}}, `
{
    "b": [
        1,
        null
    ]
}
`},
	}
	for i, test := range tests {
		name := "x" + strconv.Itoa(i)
		url := name + ".json"
		logAt(t, url, "run", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), func(d *experiment.Draft) error {
			return d.LogArtifact("x", test.value, test.alias, nil)
		})
		got := lazyscribe(t.Context(), "", "artifact", "show", "run", "x", "-p", url)
		if got.code != exitDone {
			t.Errorf("%s: %s", test.alias, got.stderr)
			continue
		}
		shown := "\n" + got.stdout
		if slices.Contains([]string{"parquet", "png", "npz"}, test.alias) { // whose sizes and creators are those of libraries
			shown = without(shown, "size ", "created_by ")
		}
		if diff := cmp.Diff(test.want, shown); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.alias, diff)
		}
		versionAt(t, "repository.json", name, time.Now(), test.value, test.alias)
		again := lazyscribe(t.Context(), "", "repo", "show", name)
		if diff := cmp.Diff(got.stdout, again.stdout); diff != "" || again.code != exitDone {
			t.Errorf("%s of a repository: %s\n%s", test.alias, again.stderr, diff)
		}
		if got := lazyscribe(t.Context(), "", "artifact", "show", "run", "x", "-p", url, "-o", "csv"); got.code != exitUsage {
			t.Errorf("%s as csv: exit code %d", test.alias, got.code)
		}
	}
}

// without leaves out lines that begin with one of the words.
func without(text string, words ...string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		left := false
		for _, word := range words {
			left = left || strings.HasPrefix(line, word)
		}
		if !left {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func TestShowWide(t *testing.T) {
	t.Chdir(t.TempDir())
	header, row := []string{}, []string{}
	for range mostColumns + 2 {
		header, row = append(header, "c"), append(row, strings.Repeat("x", 2*widest))
	}
	versionAt(t, "repository.json", "wide", time.Now(), [][]string{header, row}, "csv")
	got := lazyscribe(t.Context(), "", "repo", "show", "wide")
	if !strings.Contains(got.stdout, "\nfirst 1 row without 2 columns\n") {
		t.Error(got.stdout)
	}
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	if last := strings.Fields(lines[len(lines)-1]); len(last) != mostColumns || len([]rune(last[0])) != widest {
		t.Errorf("last row: %d values, the first %q", len(last), last[0])
	}
}

// TestShowDamaged: what is shown is what was recorded.
func TestShowDamaged(t *testing.T) {
	t.Chdir(t.TempDir())
	versionAt(t, "repository.json", "t", time.Now(), [][]string{{"a"}, {"1"}, {"2"}}, "csv")
	r, err := repository.Open(t.Context(), "repository.json", &repository.Options{Mode: repository.ReadOnly})
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.Find("t", repository.Latest())
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	writeText(t, "t/"+x.FileName, "\"a\"\n\"1\"\n\"3\"\n")
	got := lazyscribe(t.Context(), "", "repo", "show", "t")
	if got.code != exitFailed || got.stdout != "" || !strings.Contains(got.stderr, artifacts.ErrCorrupt.Error()) {
		t.Errorf("exit code %d, %q, %q", got.code, got.stdout, got.stderr)
	}
}
