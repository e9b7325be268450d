package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func someTable(name, work string, python ...float64) *table {
	r := &result{row: &row{key: "key", work: work, limit: "what it is"}}
	r.values[ours], r.values[limit] = []float64{2}, []float64{1}
	if python != nil {
		r.values[1] = python
	}
	other := &result{row: &row{key: "other", work: "é"}}
	other.values[ours] = []float64{0.5, 0.5, 0.5}
	return &table{&section{name: name, title: "Some " + name}, "A machine.", []*result{r, other}}
}

func TestMarkdown(t *testing.T) {
	for _, c := range []struct {
		table *table
		want  string
	}{
		{someTable("a", "dig"), `A machine.

| work | Go         | limit | Go to limit | aims |
| ---- | ---------- | ----- | ----------- | ---- |
| dig  | 2 s        | 1 s   | 2.00x       |      |
| é    | 500 ms ±0% | -     | -           |      |

What the limits are, and notes:

- dig: the limit is what it is.
`},
		{someTable("a", "dig", 6), `A machine.

| work | Go         | Python | limit | Go to limit | Python to Go | aims |
| ---- | ---------- | ------ | ----- | ----------- | ------------ | ---- |
| dig  | 2 s        | 6 s    | 1 s   | 2.00x       | 3.00x        |      |
| é    | 500 ms ±0% | -      | -     | -           | -            |      |

What the limits are, and notes:

- dig: the limit is what it is.
`},
	} {
		if diff := cmp.Diff(c.want, c.table.markdown()); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		width := 0
		for line := range strings.Lines(c.table.markdown()) {
			if n := utf8.RuneCountInString(line); strings.HasPrefix(line, "|") && width*(n-width) != 0 {
				t.Errorf("%q is not as wide as the others", line)
			} else if strings.HasPrefix(line, "|") {
				width = n
			}
		}
	}
}

// What people wrote around tables stays, and a table that was not measured again.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	file, raw := filepath.Join(dir, "RESULTS.md"), new(strings.Builder)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p := &report{out: new(strings.Builder), file: file, raw: csv.NewWriter(raw)}
	add := func(name, work string) {
		t.Helper()
		if err := p.add(someTable(name, work)); err != nil {
			t.Fatal(err)
		}
	}
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}

	add("a", "dig")
	add("b", "fill")
	first := read()
	for _, want := range []string{"\n## Some a\n\n<!-- table a -->\n", "| dig  |", "\n## Some b\n", "| fill |"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in\n%s", want, first)
		}
	}
	write("# Results\n\nBefore.\n" + first + "\nAfter.\n")
	add("a", "delve")
	want := "# Results\n\nBefore.\n" + strings.ReplaceAll(strings.ReplaceAll(first, "| dig  |", "| delve |"), "- dig:", "- delve:") + "\nAfter.\n"
	got := read()
	for _, cut := range []string{" ", "-"} { // the columns of a are wider now
		want, got = strings.ReplaceAll(want, cut, ""), strings.ReplaceAll(got, cut, "")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}

	lines, err := csv.NewReader(strings.NewReader(raw.String())).ReadAll()
	if err != nil || len(lines) != 3*5 {
		t.Errorf("%d raw values, %v", len(lines), err)
	}
	if diff := cmp.Diff([]string{"a", "key", "dig", "limit", "seconds", "1"}, lines[1]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A machine without a package index has what is installed, and says what is not.
func TestEnvironmentWithoutPackages(t *testing.T) {
	t.Setenv("PIP_NO_INDEX", "1")
	dir, log := filepath.Join(t.TempDir(), "venv"), new(strings.Builder)
	interpreter, err := environment(t.Context(), dir, [][]string{{"lazyscribe==2.2.1"}}, log)
	if err != nil {
		t.Skip("no Python that makes virtual environments: ", err)
	}
	if !strings.Contains(log.String(), "without lazyscribe==2.2.1: ") {
		t.Errorf("it said: %s", log)
	}
	if _, err := startPeer(t.Context(), interpreter, python); err == nil || !strings.Contains(err.Error(), "No module named 'lazyscribe'") {
		t.Errorf("peer: %v", err)
	}
}
