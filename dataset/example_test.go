package dataset_test

import (
	"context"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/dataset"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// Data is written when it is put, with information about it that is read without
// the data.
func Example() {
	ctx := context.Background()
	ds, err := dataset.Open(ctx, "mem://example", &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		log.Fatal(err)
	}
	defer ds.Close()
	if err := ds.Put(ctx, "nxs", []int{10, 20}, &dataset.PutOptions{Info: "Particle numbers"}); err != nil {
		log.Fatal(err)
	}
	if err := ds.Put(ctx, "mus", []float64{1.2, 2.5}, nil); err != nil {
		log.Fatal(err)
	}
	if err := ds.SetInfo(ctx, "mus", "Chemical potentials"); err != nil {
		log.Fatal(err)
	}
	for _, nx := range []int{10, 20} {
		for _, mu := range []float64{1.2, 2.5} {
			key, err := ds.Insert(ctx, slices.Repeat([]float64{mu}, nx), &dataset.PutOptions{Info: []any{nx, mu}})
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(key)
		}
	}
	fmt.Println(ds)
	for it, err := range ds.Items(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		info, _ := it.Info()
		fmt.Println(it.Key, info)
	}
	x, err := dataset.Get[[]float64](ctx, ds, "x_1")
	fmt.Println(x, err)
	// Output:
	// x_0
	// x_1
	// x_2
	// x_3
	// dataset "mem://example" containing ["mus" "nxs" "x_0" "x_1" "x_2" "x_3"]
	// mus Chemical potentials
	// nxs Particle numbers
	// x_0 [10 1.2]
	// x_1 [10 2.5]
	// x_2 [20 1.2]
	// x_3 [20 2.5]
	// [2.5 2.5 2.5 2.5 2.5 2.5 2.5 2.5 2.5 2.5] <nil>
}

// Arrays of more elements than the threshold are files that numpy reads. A dataset
// on the local disk is a Go package as well: X is read when x.X() is called.
func Example_files() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ds, err := dataset.Open(ctx, filepath.Join(dir, "dataset"), &dataset.Options{Mode: dataset.ReadWrite, ArrayThreshold: 20})
	if err != nil {
		log.Fatal(err)
	}
	for key, n := range map[string]int{"a": 10, "x": 100} {
		if err := ds.Put(ctx, key, make([]float64, n), &dataset.PutOptions{Info: fmt.Sprintf("%d numbers", n)}); err != nil {
			log.Fatal(err)
		}
	}
	if err := ds.Close(); err != nil {
		log.Fatal(err)
	}
	hidden := regexp.MustCompile(`/\.[^/]*\.lock$`)
	_ = filepath.WalkDir(ds.URL(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !hidden.MatchString(filepath.ToSlash(path)) {
			name, _ := filepath.Rel(dir, path)
			fmt.Println(filepath.ToSlash(name))
		}
		return err
	})
	// Output:
	// dataset/.records/a.json
	// dataset/.records/x.json
	// dataset/.records.json
	// dataset/_this_dir_is_a_DataSet
	// dataset/a.go
	// dataset/dataset.go
	// dataset/lazyscribe_gen.go
	// dataset/x.go
	// dataset/x_data/array_0-006c824b09bde93e.npy
}

// What is read is a copy: to change what is stored, write it again. Update does not
// lose what others write meanwhile.
func ExampleUpdate() {
	ctx := context.Background()
	ds, err := dataset.Open(ctx, "mem://example-update", &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		log.Fatal(err)
	}
	defer ds.Close()
	if err := ds.Put(ctx, "d", map[string]int{"a": 1, "b": 2}, nil); err != nil {
		log.Fatal(err)
	}
	d, err := dataset.Get[map[string]int](ctx, ds, "d")
	if err != nil {
		log.Fatal(err)
	}
	d["a"] = 6 // is not written
	fmt.Println(dataset.Get[map[string]int](ctx, ds, "d"))
	err = dataset.Update(ctx, ds, "d", func(d map[string]int) (map[string]int, error) {
		d["a"]++
		return d, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dataset.Get[map[string]int](ctx, ds, "d"))
	// Output:
	// map[a:1 b:2] <nil>
	// map[a:2 b:2] <nil>
}

// Loading is delayed until the data is needed; of a large array it can be a few
// rows.
func ExampleLazy() {
	ctx := context.Background()
	ds, err := dataset.Open(ctx, "mem://example-lazy", &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		log.Fatal(err)
	}
	defer ds.Close()
	err = dataset.PutFunc(ctx, ds, "X", func(context.Context) ([][]float64, error) {
		rows := make([][]float64, 100) // as when it is computed for hours
		for i := range rows {
			rows[i] = slices.Repeat([]float64{float64(i)}, 3)
		}
		return rows, nil
	}, &dataset.PutOptions{Info: map[string]any{"N": []int{100, 3}}, IfAbsent: true})
	if err != nil {
		log.Fatal(err)
	}
	x := dataset.Lazy[[][]float64](ds, "X") // nothing is read yet
	fmt.Println(ds.Info(ctx, "X"))
	rows, err := x(ctx)
	fmt.Println(len(rows), err)
	fmt.Println(dataset.Rows[[][]float64](ctx, ds, "X", "", 41, 43))
	// Output:
	// map[N:[100 3]] <nil>
	// 100 <nil>
	// [[41 41 41] [42 42 42]] <nil>
}

// An experiment records which data it used.
func ExampleLog() {
	ctx := context.Background()
	ds, err := dataset.Open(ctx, "mem://example-log", &dataset.Options{Mode: dataset.ReadWrite})
	if err != nil {
		log.Fatal(err)
	}
	defer ds.Close()
	if err := ds.Put(ctx, "x", []int{1, 2, 3}, nil); err != nil {
		log.Fatal(err)
	}
	p, err := project.Open(ctx, "mem://example-log-project/project.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	e, err := p.Log(ctx, "train", func(d *experiment.Draft) error {
		return dataset.Log(ctx, d, "data", ds, "x")
	})
	if err != nil {
		log.Fatal(err)
	}
	var used struct {
		URL   string `json:"url"`
		Items map[string]struct {
			Revision int `json:"revision"`
		} `json:"items"`
	}
	err = e.Parameter("data", &used)
	fmt.Println(used, err)
	// Output:
	// {mem://example-log map[x:{1}]} <nil>
}
