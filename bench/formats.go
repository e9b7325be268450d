package main

import (
	stdbytes "bytes"
	"context"
	"image"
	"image/color"
	"math/rand/v2"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
	"github.com/lazyscribe-go/lazyscribe/artifacts/yaml"
)

// A format is a value that is written in one format, and read.
type format struct {
	handler artifacts.Handler
	what    string // the value
	library string // what does the same in Python
	value   func(ctx context.Context) (any, error)
	target  func() any // a pointer to what it is read into
}

// formatSizes are how large the values of formats are.
type formatSizes struct {
	array   int64 // bytes
	rows    int   // of tables
	values  int   // in lists
	fewer   int   // in lists of yaml
	picture int   // pixels in a row, and rows
}

// list lists what is measured.
func (s *formatSizes) list() []*format {
	floats := func(n int) func(context.Context) (any, error) {
		return func(context.Context) (any, error) { return randomFloats(n), nil }
	}
	entries := func(n int) func(context.Context) (any, error) {
		return func(context.Context) (any, error) { return randomEntries(n), nil }
	}
	intoFloats, intoEntries := func() any { return new([]float64) }, func() any { return new([]entry) }
	records := func(n int) string { return strconv.Itoa(n/entryFields) + " records" }
	return []*format{
		{npy.Handler{}, strconv.FormatInt(s.array>>20, 10) + " MiB of float64", "numpy", floats(int(s.array / 8)), intoFloats},
		{csv.Handler{}, strconv.Itoa(s.rows) + " structs", "pyarrow", entries(s.rows), intoEntries},
		{parquet.Handler{}, strconv.Itoa(s.rows) + " structs", "pyarrow", entries(s.rows), intoEntries},
		{parquet.Handler{}, "an Arrow table of " + strconv.Itoa(s.rows), "pyarrow", s.table, func() any { return new(arrow.Table) }},
		{artifacts.JSON{}, strconv.Itoa(s.values) + " floats", "json", floats(s.values), intoFloats},
		{artifacts.JSON{}, records(s.values), "json", entries(s.values / entryFields), intoEntries},
		{yaml.Handler{}, strconv.Itoa(s.fewer) + " floats", "PyYAML, in C", floats(s.fewer), intoFloats},
		{yaml.Handler{}, records(s.fewer), "PyYAML, in C", entries(s.fewer / entryFields), intoEntries},
		{pickle.Handler{}, strconv.Itoa(s.values) + " floats", "pickle", floats(s.values), intoFloats},
		{pickle.Handler{}, records(s.values), "pickle", entries(s.values / entryFields), intoEntries},
		{png.Handler{}, strconv.Itoa(s.picture) + " x " + strconv.Itoa(s.picture) + " pixels", "pillow", s.image, func() any { return new(image.Image) }},
	}
}

// entry is a row of a table, or a record of a list.
type entry struct {
	Epoch int64   `json:"epoch"`
	Loss  float64 `json:"loss"`
	Rate  float64 `json:"rate"`
	Name  string  `json:"name"`
	Done  bool    `json:"done"`
}

const entryFields = 5

func randomFloats(n int) []float64 {
	random := rand.New(rand.NewPCG(1, 2))
	list := make([]float64, n)
	for i := range list {
		list[i] = random.NormFloat64()
	}
	return list
}

func randomEntries(n int) []entry {
	random := rand.New(rand.NewPCG(3, 4))
	list := make([]entry, n)
	for i := range list {
		list[i] = entry{int64(i), random.ExpFloat64(), 0.001, "run " + strconv.Itoa(random.IntN(1000)), random.IntN(2) == 0}
	}
	return list
}

// table is the table that structs are stored as.
func (s *formatSizes) table(ctx context.Context) (any, error) {
	var file stdbytes.Buffer
	if err := (parquet.Handler{}).Encode(ctx, &file, randomEntries(s.rows)); err != nil {
		return nil, err
	}
	var table arrow.Table
	err := parquet.Handler{}.Decode(ctx, &file, &table)
	return table, err
}

// image is a gradient with some noise in it: neither flat nor without any pattern.
func (s *formatSizes) image(context.Context) (any, error) {
	random := rand.New(rand.NewPCG(5, 6))
	picture := image.NewRGBA(image.Rect(0, 0, s.picture, s.picture))
	for y := range s.picture {
		for x := range s.picture {
			picture.SetRGBA(x, y, color.RGBA{uint8(255 * x / s.picture), uint8(255 * y / s.picture), uint8(random.IntN(16)), 255})
		}
	}
	return picture, nil
}
