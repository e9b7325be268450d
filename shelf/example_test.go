package shelf_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// MyModel is a model that its program trains.
type MyModel struct {
	Weights []float64
	Epochs  int
}

// Train learns from data.
func (m *MyModel) Train(data []float64) {
	m.Weights = append(m.Weights, slices.Max(data))
	m.Epochs++
}

// Score tells how well the model does.
func (m *MyModel) Score(data []float64) float64 {
	right := 0
	for _, x := range data {
		if slices.Contains(m.Weights, x) {
			right++
		}
	}
	return float64(right) / float64(len(data))
}

// saveToDisk and loadFromDisk know nothing of shelves or clouds.
func saveToDisk(dir string, m *MyModel) ([]string, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return []string{"my-model.json"}, os.WriteFile(filepath.Join(dir, "my-model.json"), text, 0o600)
}

func loadFromDisk(dir string, names []string) (*MyModel, error) {
	text, err := os.ReadFile(filepath.Join(dir, names[0]))
	if err != nil {
		return nil, err
	}
	m := new(MyModel)
	return m, json.Unmarshal(text, m)
}

// A model of one's own, put in the training loop and got again to be scored: on the
// disk and in memory. S3 is the same with s3://bucket/my-model and a blank import
// of drivers/s3; see the example in examples/shelf.
func Example() {
	registry := new(shelf.Registry)
	err := shelf.Register(registry, shelf.FromFiles(artifacts.Format{Alias: "my-model"}, saveToDisk, loadFromDisk), nil)
	if err != nil {
		log.Fatal(err)
	}
	s := shelf.New(&shelf.Options{Registry: registry})
	ctx := context.Background()

	model, data := new(MyModel), []float64{1, 5, 2, 4}
	for range 10 {
		model.Train(data)
	}
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, url := range []string{filepath.Join(dir, "my-model"), "file://" + dir + "/my-model", "mem://example/my-model"} {
		if _, err := shelf.Put(ctx, s, url, model, nil); err != nil {
			log.Fatal(err)
		}
		again, err := shelf.Get[*MyModel](ctx, s, url, nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d epochs, and here's how accurately it predicts: %.2f%%\n", again.Epochs, 100*again.Score(data))
	}
	// Output:
	// 10 epochs, and here's how accurately it predicts: 25.00%
	// 10 epochs, and here's how accurately it predicts: 25.00%
	// 10 epochs, and here's how accurately it predicts: 25.00%
}

// The README's program.
func ExamplePut() {
	ctx, url := context.Background(), "mem://readme/best.bin"
	type Model struct{ Slope, Offset float64 }

	shelf.MustRegister(shelf.Default(), shelf.FromTyped(artifacts.Typed[Model]{
		Kind:  artifacts.Format{Alias: "model", Suffix: "bin", Binary: true},
		Write: func(_ context.Context, w io.Writer, m Model) error { return binary.Write(w, binary.LittleEndian, m) },
		Read: func(_ context.Context, r io.Reader) (m Model, err error) {
			err = binary.Read(r, binary.LittleEndian, &m)
			return m, err
		},
	}), nil)
	s := shelf.New(nil)
	_, err := shelf.Put(ctx, s, url, Model{1, 2}, nil) // "models/best.bin", "s3://bucket/best.bin", "mem://x/best.bin"
	best, err2 := shelf.Get[Model](ctx, s, url, nil)

	fmt.Println(best, err, err2)
	// Output: {1 2} <nil> <nil>
}

// A type can be kept by the handler of a format, in one file that any program
// reads.
func ExampleRegisterAlias() {
	registry := new(shelf.Registry)
	if err := shelf.RegisterAlias[map[string]int](registry, "json", nil); err != nil {
		log.Fatal(err)
	}
	s := shelf.New(&shelf.Options{Registry: registry})
	ctx := context.Background()

	m, err := shelf.Put(ctx, s, "mem://alias/myobj.json", map[string]int{"a": 1, "b": 2}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Handler, m.Files[0].Name, m.Size(), "bytes")
	data, err := shelf.Get[map[string]int](ctx, s, "mem://alias/myobj.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(data)
	// Output:
	// json myobj.json 16 bytes
	// map[a:1 b:2]
}

// A kind of several files writes and reads them in the storage itself; their names
// may be paths.
func ExampleRegister() {
	type dataset struct{ Train, Test []int }
	registry := new(shelf.Registry)
	err := shelf.Register(registry, shelf.Kind[dataset]{
		Format:  artifacts.Format{Alias: "dataset"},
		Several: true,
		Write: func(_ context.Context, out shelf.Out, d dataset) error {
			for name, part := range map[string][]int{"train/part.json": d.Train, "test/part.json": d.Test} {
				w, err := out.Create(name)
				if err != nil {
					return err
				}
				if err := errors.Join(json.NewEncoder(w).Encode(part), w.Close()); err != nil {
					return err
				}
			}
			return nil
		},
		Read: func(_ context.Context, in shelf.In) (d dataset, err error) {
			for name, part := range map[string]*[]int{"train/part.json": &d.Train, "test/part.json": &d.Test} {
				text, err := fs.ReadFile(in, name)
				if err != nil {
					return d, err
				}
				if err := json.Unmarshal(text, part); err != nil {
					return d, err
				}
			}
			return d, nil
		},
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	s := shelf.New(&shelf.Options{Registry: registry})
	ctx := context.Background()

	m, err := shelf.Put(ctx, s, "mem://several/data", dataset{Train: []int{1, 2, 3}, Test: []int{4}}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range m.Files {
		fmt.Println(f.Name, f.Size, f.Digest[:14])
	}
	d, err := shelf.Get[dataset](ctx, s, "mem://several/data", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d)
	// Output:
	// test/part.json 4 sha256:9d1f4e3
	// train/part.json 8 sha256:9c6bc7a
	// {[1 2 3] [4]}
}
