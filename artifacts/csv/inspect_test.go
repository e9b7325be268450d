package csv

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func TestInspect(t *testing.T) {
	const text = `"run","loss","n","when","ok","mixed","none"
"a",0.5,1,2025-01-02T03:04:05Z,true,1,
"",NA,2,2025-01-02,false,x,
"b",1,,,,"y, ""z""",
`
	at := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	want := Summary{
		Columns: []Column{
			{"run", "string", 0}, {"loss", "float64", 1}, {"n", "int64", 1}, {"when", "time", 1},
			{"ok", "bool", 1}, {"mixed", "string", 0}, {"none", "null", 3},
		},
		Rows: 3,
		First: [][]any{
			{"a", 0.5, int64(1), at, true, "1", nil},
			{"", nil, int64(2), at.Truncate(24 * time.Hour), false, "x", nil},
		},
	}
	got, err := Inspect(t.Context(), strings.NewReader(text), 2)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
	}
	// Types are those of all rows, and so are the values of the first.
	got, err = Inspect(t.Context(), strings.NewReader("a,a\n1,2\n1,1.5\n"), 1)
	want = Summary{Columns: []Column{{"a", "int64", 0}, {"a", "float64", 0}}, Rows: 2, First: [][]any{{int64(1), 2.0}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("two columns of one name: error %v, difference (-want +got):\n%s", err, diff)
	}
}

func TestInspectDamaged(t *testing.T) {
	tests := map[string]error{
		"":                    artifacts.ErrCorrupt,
		"a,b\n1\n":            artifacts.ErrCorrupt,
		"a\n\"1\n":            artifacts.ErrCorrupt,
		"a\nx\n\xff\n":        artifacts.ErrTargetType,
		"\"a\xff\"\n1\n":      artifacts.ErrCorrupt,
		"a\n1\n\"\xff\"\nb\n": artifacts.ErrTargetType,
	}
	for text, want := range tests {
		if _, err := Inspect(t.Context(), strings.NewReader(text), 5); !errors.Is(err, want) {
			t.Errorf("%q: error %v, want %v", text, err, want)
		}
	}
}

// repeated is a text, many times.
type repeated struct {
	text string
	left int
	rest strings.Reader
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest.Len() == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.left--
		r.rest.Reset(r.text)
	}
	return r.rest.Read(p)
}

// TestInspectMemory: rows are not kept.
func TestInspectMemory(t *testing.T) {
	part := strings.Repeat("1,0.5,\"text\"\n", 5000)
	const times = 1000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := Inspect(t.Context(), io.MultiReader(bytes.NewReader([]byte("a,b,c\n")), &repeated{text: part, left: times}), 20)
	runtime.ReadMemStats(&after)
	if err != nil || got.Rows != 5000*times {
		t.Fatalf("rows %d, error %v", got.Rows, err)
	}
	if grown := int64(after.Sys) - int64(before.Sys); grown > 32<<20 {
		t.Errorf("%d bytes more of the system's memory for a table of %d", grown, times*len(part))
	}
}

// TestMemoryOfCells: what is nothing but commas takes memory for so many cells and
// no more.
func TestMemoryOfCells(t *testing.T) {
	commas := strings.Repeat(",", 8<<20)
	for _, text := range []string{commas, "a,b\n" + commas} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Inspect(t.Context(), strings.NewReader(text), 5)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), "1048576 cells") {
			t.Errorf("error %v, want %v with the number of cells", err, artifacts.ErrCorrupt)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 400<<20 {
			t.Errorf("%d bytes of memory for a file of %d", took, len(text))
		}
	}
}
