package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
)

// README.md says where the data comes from.
//
//go:embed iris.csv
var irisCSV []byte

// species are the classes, in the order of the file.
var species = [...]string{"setosa", "versicolor", "virginica"}

// Measures are sepal length and width, petal length and width.
type Measures [4]float64

// A Flower is one row of the data.
type Flower struct {
	Measures Measures
	Species  int // index in species
}

func readFlowers() ([]Flower, error) {
	rows, err := csv.NewReader(bytes.NewReader(irisCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read flowers: %w", err)
	}
	flowers := make([]Flower, len(rows)-1)
	for i, row := range rows[1:] { // without the header
		f := &flowers[i]
		for j := range f.Measures {
			if f.Measures[j], err = strconv.ParseFloat(row[j], 64); err != nil {
				return nil, fmt.Errorf("read flower %d: %w", i, err)
			}
		}
		if f.Species = slices.Index(species[:], row[len(f.Measures)]); f.Species < 0 {
			return nil, fmt.Errorf("read flower %d: unknown species %q", i, row[len(f.Measures)])
		}
	}
	return flowers, nil
}

// A Split says how the flowers were divided. It is logged with every run, so
// that any of them can be repeated.
type Split struct {
	Seed       uint64  `json:"seed"`
	Train      float64 `json:"train"`      // share of the flowers to learn from
	Validation float64 `json:"validation"` // share to choose the best run by; the rest is held out
}

// parts are the flowers, divided.
type parts struct{ train, validation, heldOut []Flower }

// divide shuffles each species on its own, so that every part has the same mix
// of them.
func (s Split) divide(flowers []Flower) parts {
	random := rand.New(rand.NewPCG(s.Seed, 0))
	var p parts
	for class := range species {
		var same []Flower
		for _, f := range flowers {
			if f.Species == class {
				same = append(same, f)
			}
		}
		random.Shuffle(len(same), func(i, j int) { same[i], same[j] = same[j], same[i] })
		train := int(s.Train * float64(len(same)))
		validation := train + int(s.Validation*float64(len(same)))
		p.train = append(p.train, same[:train]...)
		p.validation = append(p.validation, same[train:validation]...)
		p.heldOut = append(p.heldOut, same[validation:]...)
	}
	return p
}
