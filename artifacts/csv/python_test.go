package csv

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/pyrun"
)

var modules = []string{"pyarrow", "lazyscribe_arrow"}

type pyColumn struct {
	Type   string `json:"type"`
	Values []any  `json:"values"`
}

type pyTable struct {
	Columns []string
	Rows    [][]any
}

func hexOf(f float64) string {
	return hex.EncodeToString(binary.BigEndian.AppendUint64(nil, math.Float64bits(f)))
}

// describe says what a cell is in the words of table.py.
func describe(v any) any {
	switch v := v.(type) {
	case int64:
		return fmt.Sprint("int ", v)
	case float64:
		return "float " + hexOf(v)
	case time.Time:
		layout := "2006-01-02T15:04:05-07:00"
		if v.Nanosecond() != 0 {
			layout = "2006-01-02T15:04:05.000000-07:00"
		}
		return "time " + v.UTC().Format(layout)
	}
	return v
}

func someFloats(random *rand.Rand) []float64 {
	list := append([]float64{1e9, 9999999999.5, 1e10, 1e-6, 9.9e-7, 1.5e-6, 0.1, math.MaxFloat64, 5e-324}, floats...)
	for range 3000 {
		list = append(list, math.Float64frombits(random.Uint64()), random.NormFloat64(), float64(random.Int64N(1<<40)), random.Float64()*math.Pow10(random.IntN(40)-20))
	}
	return list
}

func someString(random *rand.Rand) string {
	var b strings.Builder
	for range random.IntN(12) {
		b.WriteRune([]rune("ab\"',;\n\r\t \\\u00e9\u65e5\U0001f600#01.-+NA")[random.IntN(22)])
	}
	return b.String()
}

// What Go writes is, to the byte, what pyarrow writes.
func TestWritesAsPyarrow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var job struct {
		Read  [][]byte   `json:"read"`
		Write []pyColumn `json:"write"`
	}
	job.Read = [][]byte{}
	doubles, singles, texts := pyColumn{Type: "float"}, pyColumn{Type: "float32"}, pyColumn{Type: "string"}
	var goDoubles []float64
	var goSingles []float32
	var goTexts []*string
	for _, f := range someFloats(random) {
		doubles.Values, goDoubles = append(doubles.Values, hexOf(f)), append(goDoubles, f)
		single := float32(f)
		singles.Values, goSingles = append(singles.Values, hexOf(float64(single))), append(goSingles, single)
		if s := someString(random); random.IntN(5) > 0 {
			texts.Values, goTexts = append(texts.Values, s), append(goTexts, &s)
		} else {
			texts.Values, goTexts = append(texts.Values, nil), append(goTexts, nil)
		}
	}
	job.Write = []pyColumn{doubles, singles, texts}
	var answer struct{ Write [][]byte }
	pyrun.Script(t, "testdata/table.py", modules, job, &answer)
	for i, value := range []any{map[string][]float64{"c": goDoubles}, map[string][]float32{"c": goSingles}, map[string][]*string{"c": goTexts}} {
		var got bytes.Buffer
		if err := (Handler{}).Encode(t.Context(), &got, value); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), answer.Write[i]) {
			ours, theirs := strings.Split(got.String(), "\n"), strings.Split(string(answer.Write[i]), "\n")
			t.Errorf("%s: %d of %d lines differ", job.Write[i].Type, differing(t, theirs, ours), len(ours))
		}
	}
}

func differing(t *testing.T, want, got []string) (n int) {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			if n++; n < 5 {
				t.Logf("line %d: Python writes %q, Go %q", i+1, want[i], got[i])
			}
		}
	}
	return n
}

// Tables that Go writes, and lines that others may write, are read as
// lazyscribe-arrow reads them, but for null strings.
func TestReadsAsPyarrow(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	words := []string{"1", "0", "-7", "007", "0x1F", "+1", " 1", "1.5", "1e3", ".5", "inf", "-Inf", "nan", "NA", "NULL", "", `""`, `"1"`, "true", "False", "TRUE",
		"x", `"x y"`, "2025-01-02", "2025-01-02 03:04:05", "2025-01-02 03:04", "99999999999999999999", "1_0", `"a""b"`, "2025-13-01", "#N/A"}
	var files [][]byte
	for range 1500 {
		var b strings.Builder
		b.WriteString("\"a\",\"b\"\n")
		few := []string{words[random.IntN(len(words))], words[random.IntN(len(words))]}
		for range 1 + random.IntN(4) {
			b.WriteString(few[random.IntN(2)] + "," + words[random.IntN(len(words))] + "\n")
		}
		files = append(files, []byte(b.String()))
	}
	for range 20 {
		var rows []map[string]any
		for range 50 {
			rows = append(rows, map[string]any{"i": random.Int64(), "f": random.NormFloat64(), "s": someString(random) + "x", "b": random.IntN(2) == 0,
				"t": time.UnixMicro(random.Int64N(1 << 50)), "n": []any{nil, int64(1)}[random.IntN(2)]})
		}
		var b bytes.Buffer
		if err := (Handler{}).Encode(t.Context(), &b, rows); err != nil {
			t.Fatal(err)
		}
		files = append(files, b.Bytes())
	}
	var answer struct{ Read []pyTable }
	pyrun.Script(t, "testdata/table.py", modules, map[string]any{"read": files, "write": []any{}}, &answer)
	wrong := 0
	for i, file := range files {
		var got []map[string]any
		if err := (Handler{}).Decode(t.Context(), bytes.NewReader(file), &got); err != nil {
			t.Fatalf("%q: %v", file, err)
		}
		want := answer.Read[i]
		rows := [][]any{}
		for r, row := range got {
			var cells []any
			for c, name := range want.Columns {
				cell := describe(row[name])
				if cell == nil && want.Rows[r][c] == "" {
					cell = ""
				}
				cells = append(cells, cell)
			}
			rows = append(rows, cells)
		}
		if diff := cmp.Diff(want.Rows, rows); diff != "" {
			if wrong++; wrong < 5 {
				t.Errorf("%q (-python +go):\n%s", file, diff)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d files are read otherwise", wrong, len(files))
	}
}
