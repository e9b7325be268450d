package pyjson

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// manifest returns the text of a project of 100,000 experiments as Python
// writes it, about 1.5 KB to a record.
var manifest = sync.OnceValue(func() []byte { return manifestOf(100_000) })

func manifestOf(records int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	format := &Format{Indent: "    ", Level: 1, SortKeys: true}
	out := []byte("[")
	for i := range records {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, "\n    "...)
		record := recordValue(r, i)
		var err error
		if out, err = Append(out, record, format); err != nil {
			panic(err)
		}
	}
	return append(out, "\n]"...)
}

func recordValue(r *rand.Rand, i int) *Object {
	object := func(pairs ...any) *Object {
		o := NewObject()
		for p := 0; p < len(pairs); p += 2 {
			o.Set(pairs[p].(string), pairs[p+1])
		}
		return o
	}
	name := fmt.Sprintf("Modèle %d", i)
	slug := fmt.Sprintf("modele-%d", i)
	const when = "2025-01-03T08:00:00"
	return object(
		"name", name, "author", "root", "last_updated_by", "root", "created_at", when, "last_updated", when,
		"short_slug", slug, "slug", slug+"-20250103080000", "dependencies", []any{}, "tags", []any{"baseline", "best"},
		"metrics", object("auroc", r.Float64(), "accuracy", r.Float64(), "loss", []any{r.Float64(), r.Float64(), r.Float64(), r.Float64()}),
		"parameters", object("learning_rate", 0.001, "layers", []any{64, 32, 16}, "optimizer", object("name", "adam", "beta", 0.9, "nesterov", false), "seed", r.IntN(1e6)),
		"tests", []any{object("name", "subpopulation", "description", "People older than sixty", "metrics", object("auroc", r.Float64()), "parameters", object(), "artifacts", []any{})},
		"artifacts", []any{object("name", "features", "fname", "features-20250103080000.json", "handler", "json", "created_at", when, "expiry", nil, "version", 0)},
	)
}

func BenchmarkSplit(b *testing.B) {
	data := manifest()
	keys := NewKeys("name", "slug", "short_slug", "created_at", "last_updated")
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		records := 0
		if err := Split(data, keys, func(*Record) error { records++; return nil }); err != nil || records != 100_000 {
			b.Fatal(records, err)
		}
	}
}

func BenchmarkValid(b *testing.B) {
	data := manifest()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := Valid(data); err != nil {
			b.Fatal(err)
		}
	}
}

// The peer of BenchmarkSplit.
func BenchmarkStdValid(b *testing.B) {
	data := manifest()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if !json.Valid(data) {
			b.Fatal("not valid")
		}
	}
}

// The limit of BenchmarkSplit.
func BenchmarkVisitBytes(b *testing.B) {
	data := manifest()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		breaks := 0
		for _, c := range data {
			if c == '\n' {
				breaks++
			}
		}
		if breaks == 0 {
			b.Fatal("no line breaks")
		}
	}
}

func BenchmarkParseRecord(b *testing.B) {
	data := manifestOf(1)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStdUnmarshalRecord(b *testing.B) {
	data := manifestOf(1)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	tree, err := Parse(manifestOf(1))
	if err != nil {
		b.Fatal(err)
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		if buf, err = Append(buf[:0], tree, sortedFormat); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkOf(b *testing.B) {
	type layer struct {
		Name  string  `json:"name"`
		Units int     `json:"units"`
		Rate  float64 `json:"rate,omitempty"`
	}
	v := map[string]any{
		"layers": []layer{{"a", 64, 0.5}, {"b", 32, 0}},
		"scores": []float64{0.1, 0.2, 0.3, 0.4},
		"seed":   42,
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Of(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStdMarshal(b *testing.B) {
	v := map[string]any{"scores": []float64{0.1, 0.2, 0.3, 0.4}, "seed": 42}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendFloat(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendFloat(buf[:0], 0.30000000000000004)
	}
}

func BenchmarkAppendString(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendString(buf[:0], "modele-20250103080000 é \n")
	}
}
