package artifacts_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A registry of its own keeps a program's formats apart from those of others.
func ExampleRegistry() {
	var registry artifacts.Registry
	registry.Register(artifacts.JSON{Indent: "  "})
	registry.Register(artifacts.Typed[[][]string]{
		Kind: artifacts.Format{Alias: "table", Suffix: "csv"},
		Write: func(_ context.Context, w io.Writer, rows [][]string) error {
			return csv.NewWriter(w).WriteAll(rows)
		},
		Read: func(_ context.Context, r io.Reader) ([][]string, error) {
			return csv.NewReader(r).ReadAll()
		},
	})

	handler, err := registry.Lookup("table")
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := [][]string{{"epoch", "loss"}, {"1", "0.5"}}
	if err := handler.Encode(context.Background(), os.Stdout, rows); err != nil {
		fmt.Println(err)
	}
	_, err = registry.Lookup("tabel")
	fmt.Println(err)
	// Output:
	// epoch,loss
	// 1,0.5
	// unknown handler "tabel" (known: json, table)
}

// A handler of two functions refuses values of other types when they are
// logged.
func ExampleTyped() {
	type seconds float64
	handler := artifacts.Typed[seconds]{
		Kind: artifacts.Format{Alias: "seconds", Suffix: "txt"},
		Write: func(_ context.Context, w io.Writer, s seconds) error {
			_, err := fmt.Fprintf(w, "%.3f", float64(s))
			return err
		},
		Read: func(_ context.Context, r io.Reader) (s seconds, err error) {
			_, err = fmt.Fscan(r, (*float64)(&s))
			return s, err
		},
	}

	ctx := context.Background()
	var file bytes.Buffer
	if err := handler.Encode(ctx, &file, seconds(1.5)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(file.String())

	var natural any
	if err := handler.Decode(ctx, &file, &natural); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%T %v\n", natural, natural)
	fmt.Println(handler.Check("soon"))
	// Output:
	// 1.500
	// artifacts_test.seconds 1.5
	// unsupported value: a string is not a artifacts_test.seconds
}

// folder is the least a Loader can be: its artifacts are JSON texts.
type folder map[string]string

func (f folder) LoadArtifact(ctx context.Context, name string, target any, _ *artifacts.LoadOptions) error {
	text, ok := f[name]
	if !ok {
		return fmt.Errorf("load artifact %q: %w", name, artifacts.ErrNotFound)
	}
	return artifacts.JSON{}.Decode(ctx, bytes.NewBufferString(text), target)
}

func ExampleLoad() {
	type config struct {
		Rate   float64 `json:"rate"`
		Layers []int   `json:"layers"`
	}
	from := folder{"config": `{"rate": 1e-3, "layers": [64, 32]}`}

	cfg, err := artifacts.Load[config](context.Background(), from, "config", nil)
	fmt.Println(cfg, err)
	_, err = artifacts.Load[config](context.Background(), from, "model", nil)
	fmt.Println(err)
	// Output:
	// {0.001 [64 32]} <nil>
	// load artifact "model": not found
}

// The fields of a handler are its settings.
func ExampleJSON() {
	value := map[string]any{"name": "grün", "rate": 1e-05, "layers": []int{}}
	ctx := context.Background()
	for _, handler := range []artifacts.JSON{{}, {Indent: "  ", RawUnicode: true}} {
		if err := handler.Encode(ctx, os.Stdout, value); err != nil {
			fmt.Println(err)
		}
		fmt.Println()
	}
	// Output:
	// {"layers": [], "name": "gr\u00fcn", "rate": 1e-05}
	// {
	//   "layers": [],
	//   "name": "grün",
	//   "rate": 1e-05
	// }
}

// Settings can be given by name, with the names Python has for them.
func ExampleJSON_Configure() {
	handler, err := artifacts.JSON{}.Configure(map[string]any{"indent": "1", "sort_keys": true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+v\n", handler)
	_, err = artifacts.JSON{}.Configure(map[string]any{"indention": 4})
	fmt.Println(err)
	// Output:
	// {Indent:  SortKeys:true RawUnicode:false DisallowNonFinite:false ItemSeparator: KeySeparator:}
	// unknown setting "indention" (known: allow_nan, ensure_ascii, indent, item_separator, key_separator, sort_keys)
}
