package dataset_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// module makes a module without requirements and returns its folder.
func module(t *testing.T, main string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is not there")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module use\n\ngo 1.22\n", "main.go": main} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goRun runs a command of Go in a folder and returns what it printed.
func goRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %q: %v\n%s%s", args, err, out.String(), errs.String())
	}
	return out.String()
}

// tidy fails the test unless the code of a module is as gofmt and vet want it.
func tidy(t *testing.T, dir string) {
	t.Helper()
	goRun(t, dir, "vet", "./...")
	if out, err := exec.Command("gofmt", "-l", "-d", dir).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("gofmt: %v\n%s", err, out)
	}
}

// A dataset on the local disk is a package that needs nothing but the standard
// library; importing it reads no array, and items of others are in it when it is
// built again.
func TestImport(t *testing.T) {
	for _, format := range []dataset.Format{dataset.Npy, dataset.Npz, dataset.HDF5} {
		for _, flat := range []bool{false, true} {
			if flat != (format == dataset.Npz) && os.Getenv("LAZYSCRIBE_LONG") == "" {
				continue
			}
			name := map[bool]string{false: "", true: " flat"}[flat]
			t.Run(format.String()+name, func(t *testing.T) { testImport(t, format, flat) })
		}
	}
}

func testImport(t *testing.T, format dataset.Format, flat bool) {
	call := "()"
	if flat {
		call = ""
	}
	dir := module(t, strings.ReplaceAll(`package main

import (
	"fmt"

	"use/data"
)

func main() {
	fmt.Println(data.Info["a"], data.Info["b"], data.Info["c"], data.Info["only"], len(data.Info))
	fmt.Println(data.ACALL, data.CCALL, data.Many_testCALL[2].(map[string]any)["y"])
	w := data.NetCALL
	fmt.Println(len(w[0]), len(w[1]), &w[0][0] == &w[2][0], w[0][999], data.MatrixCALL[4][29])
	fmt.Println(data.FlagsCALL[1], data.WavesCALL[199])
	fmt.Println(string(data.Text()), len(data.Large()))
}
`, "CALL", call))
	d := open(t, filepath.Join(dir, "data"), &dataset.Options{Mode: dataset.ReadWrite, Format: format, Flat: flat})
	a := make([]float64, 1000)
	a[999] = 9.5
	matrix := make([][]float32, 5)
	for i := range matrix {
		matrix[i] = make([]float32, 30)
		matrix[i][29] = float32(i)
	}
	flags := make([]bool, 200)
	flags[1] = true
	waves := make([]complex64, 200)
	waves[199] = 1 + 2i
	for key, value := range map[string]any{
		"a": []int{1, 2}, "c": 1, "net": [][]float64{a, {1}, a}, "matrix": matrix,
		"many_test": []any{nil, 2.0, map[string]any{"x": []string{"s"}, "y": int64(3)}}, "flags": flags, "waves": waves,
	} {
		put(t, d, key, value)
	}
	noError(t, d.SetInfo(t.Context(), "b", map[string]any{"n": 10, "mu": 1.5, "name": "b\n"}))
	noError(t, d.SetInfo(t.Context(), "a", []any{true, 2.0}))
	noError(t, d.SetInfo(t.Context(), "only", "b"))
	noError(t, d.PutAs(t.Context(), "text", "text", "as it is", nil))
	noError(t, d.PutAs(t.Context(), "large", "gob", large(1), nil))
	put(t, d, "gone", 1)
	noError(t, d.Remove(t.Context(), "gone"))
	want := `[true 2] map[mu:1.5 n:10 name:b
] <nil> b 11
[1 2] 1 3
1000 1 true 9.5 4
true (1+2i)
as it is ` + "50" // gob of 50,000 bytes has a few more
	got := goRun(t, dir, "run", ".")
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, got)
	}
	tidy(t, dir)

	other := open(t, filepath.Join(dir, "data"), &dataset.Options{Mode: dataset.ReadWrite})
	put(t, other, "late", a)
	noError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nimport \"use/data\"\n\nfunc main() { print(len(data.Late())) }\n"), 0o600))
	goRun(t, dir, "build", "-o", os.DevNull, ".")
}
