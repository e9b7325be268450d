package hdf5_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// A described dataset is what h5py says of one, see testdata/write.py.
type described struct {
	DType   string
	Shape   []int
	Texts   []string
	Data    []byte
	Refused string
}

// TestCommitted reads files that h5py wrote.
func TestCommitted(t *testing.T) {
	var want map[string]map[string]described
	text, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, "testdata", want)
}

// compareFiles compares all files of a folder, which are named like what is in them,
// with what h5py says of that.
func compareFiles(t *testing.T, dir string, want map[string]map[string]described) {
	names, err := filepath.Glob(filepath.Join(dir, "*.h5"))
	if err != nil || len(names) < len(want) {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		content, _, _ := strings.Cut(filepath.Base(name), "-")
		if want[content] == nil {
			t.Fatalf("nothing is known of %s", name)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { compareFile(t, name, want[content]) })
	}
}

func compareFile(t *testing.T, name string, want map[string]described) {
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := hdf5.Handler{MaxSize: 1 << 30}.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]described)
	for _, name := range f.Names() {
		d, err := f.Dataset(name)
		if refused := want[name].Refused; refused != "" && errors.Is(err, errors.ErrUnsupported) && strings.Contains(err.Error(), refused) {
			got[name] = want[name]
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		got[name] = describe(t, d)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-h5py +got):\n%.5000s", diff)
	}
}

// describe reads a dataset, and says of it what h5py does.
func describe(t *testing.T, d *hdf5.Dataset) described {
	got := described{DType: d.DType(), Shape: d.Shape()}
	var value any
	if err := d.Read(t.Context(), &value); err != nil {
		t.Error(err)
		return got
	}
	a, ok := value.(npy.Array)
	if !ok {
		got.Texts = flatten(value)
		return got
	}
	if diff := cmp.Diff(d.Shape(), a.Shape); diff != "" {
		t.Errorf("dataset %q has one shape, and what is read another:\n%s", d.Name(), diff)
	}
	var data bytes.Buffer
	if err := npy.WriteRaw(t.Context(), &data, a); err != nil {
		t.Error(err)
	}
	got.Data = append([]byte{}, data.Bytes()...)
	return got
}

// flatten returns the strings in nested slices.
func flatten(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []string:
		return append([]string{}, v...)
	case [][]string:
		var all []string
		for _, row := range v {
			all = append(all, row...)
		}
		return all
	}
	return nil
}
