// Command shelf trains a model, puts it to a URL and gets it again to score it:
// on the disk, in memory and in a cloud it is the same program.
//
//	go run ./examples/shelf                                    # in memory
//	go run ./examples/shelf models/my-model
//	go run ./examples/shelf 's3://my-bucket/my-model?region=eu-central-1'
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	_ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// MyModel is a line through points.
type MyModel struct{ Slope, Offset float64 }

// Train moves the line a bit towards each point.
func (m *MyModel) Train(data [][2]float64) {
	const rate = 0.05
	for _, p := range data {
		miss := p[1] - m.Predict(p[0])
		m.Slope += rate * miss * p[0]
		m.Offset += rate * miss
	}
}

// Predict returns the line's height at x.
func (m *MyModel) Predict(x float64) float64 { return m.Slope*x + m.Offset }

// Score is the part of the points that are near the line.
func (m *MyModel) Score(data [][2]float64) float64 {
	near := 0
	for _, p := range data {
		if miss := p[1] - m.Predict(p[0]); miss*miss < 0.01 {
			near++
		}
	}
	return float64(near) / float64(len(data))
}

// How a *MyModel is kept: said once, for every place there is.
func init() {
	shelf.MustRegister(shelf.Default(), shelf.FromTyped(artifacts.Typed[*MyModel]{
		Kind:  artifacts.Format{Alias: "my-model", Suffix: "mdl", Binary: true},
		Write: func(_ context.Context, w io.Writer, m *MyModel) error { return binary.Write(w, binary.LittleEndian, m) },
		Read: func(_ context.Context, r io.Reader) (*MyModel, error) {
			m := new(MyModel)
			return m, binary.Read(r, binary.LittleEndian, m)
		},
	}), nil)
}

var data = [][2]float64{{0, 1}, {1, 3}, {2, 5}, {3, 7}, {1.5, 4}, {2.5, 9}}

func main() {
	url := "mem://example/my-model"
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	ctx, s := context.Background(), new(shelf.Shelf)
	if err := train(ctx, s, url); err != nil {
		log.Fatal(err)
	}
	if err := score(ctx, os.Stdout, s, url); err != nil {
		log.Fatal(err)
	}
}

func train(ctx context.Context, s *shelf.Shelf, url string) error {
	model := new(MyModel)
	for range 200 {
		model.Train(data[:4])
	}
	_, err := shelf.Put(ctx, s, url, model, nil)
	return err
}

func score(ctx context.Context, w io.Writer, s *shelf.Shelf, url string) error {
	model, err := shelf.Get[*MyModel](ctx, s, url, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "And here's how accurately it predicts: %.2f%%\n", 100*model.Score(data))
	return err
}
