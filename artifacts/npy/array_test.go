package npy_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

// In both orders the element with the indices i, j, k is the number ijk.
func TestOffsets(t *testing.T) {
	inC := npy.Array{Shape: []int{2, 1, 3}, Data: []int{0, 1, 2, 100, 101, 102}}
	inF := npy.Array{Shape: []int{2, 1, 3}, Fortran: true, Data: []int{0, 100, 1, 101, 2, 102}}
	for name, a := range map[string]npy.Array{"C": inC, "Fortran": inF} {
		for i := range 2 {
			for k := range 3 {
				at, err := a.Offset(i, 0, k)
				if err != nil || a.Data.([]int)[at] != 100*i+k {
					t.Errorf("%s: Offset(%d, 0, %d) = %d, %v", name, i, k, at, err)
				}
			}
		}
		for _, wrong := range [][]int{{}, {0, 0}, {2, 0, 0}, {0, -1, 0}, {0, 1, 0}, {0, 0, 3}} {
			if at, err := a.Offset(wrong...); err == nil {
				t.Errorf("%s: Offset(%v) = %d, want an error", name, wrong, at)
			}
		}
	}
	moved, err := inF.COrder()
	if diff := cmp.Diff(inC, moved); err != nil || diff != "" {
		t.Errorf("COrder: %v (-want +got):\n%s", err, diff)
	}
	if same, err := inC.COrder(); err != nil || &same.Data.([]int)[0] != &inC.Data.([]int)[0] {
		t.Errorf("COrder copies what is in C order, or fails: %v", err)
	}
	if at, err := (npy.Array{Shape: []int{}, Data: []int{7}}).Offset(); at != 0 || err != nil {
		t.Errorf("Offset() of one number is %d, %v", at, err)
	}
}

func TestRows(t *testing.T) {
	a := npy.Array{Shape: []int{2, 3}, Data: []float32{1, 2, 3, 4, 5, 6}}
	row, err := a.Row(1)
	want := npy.Array{Shape: []int{3}, Data: []float32{4, 5, 6}}
	if diff := cmp.Diff(want, row); err != nil || diff != "" {
		t.Fatalf("Row(1): %v (-want +got):\n%s", err, diff)
	}
	row.Data.([]float32)[0] = 9
	if a.Data.([]float32)[3] != 9 {
		t.Error("a row is a copy")
	}
	number, err := row.Row(2)
	if diff := cmp.Diff(npy.Array{Shape: []int{}, Data: []float32{6}}, number); err != nil || diff != "" {
		t.Errorf("Row(2) of a row: %v (-want +got):\n%s", err, diff)
	}
	for name, wrong := range map[string]func() (npy.Array, error){
		"negative":     func() (npy.Array, error) { return a.Row(-1) },
		"past the end": func() (npy.Array, error) { return a.Row(2) },
		"of a number":  func() (npy.Array, error) { return number.Row(0) },
		"Fortran":      func() (npy.Array, error) { a.Fortran = true; return a.Row(0) },
		"no data":      func() (npy.Array, error) { return npy.Array{Shape: []int{1}}.Row(0) },
	} {
		if got, err := wrong(); err == nil {
			t.Errorf("%s: Row gives %v, want an error", name, got)
		}
	}
}

func TestDTypes(t *testing.T) {
	for want, data := range map[string]any{
		"|b1": []bool{}, "|u1": []byte{}, "<i8": []int64{}, "<f2": []npy.Float16{}, "<f4": []celsius{}, "<c16": []complex128{},
	} {
		if got, err := (npy.Array{Shape: []int{0}, Data: data}).DType(); err != nil || got != want {
			t.Errorf("DType of %T is %q, %v, want %q", data, got, err, want)
		}
	}
	for _, data := range []any{nil, 1, []string{}, [1]int{}} {
		if _, err := (npy.Array{Shape: []int{0}, Data: data}).DType(); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("DType of %T: %v, want ErrUnsupportedValue", data, err)
		}
		if _, err := (npy.Array{Shape: []int{0}, Data: data}).COrder(); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("COrder of %T: %v, want ErrUnsupportedValue", data, err)
		}
	}
}

// An array larger than a tile, with sizes that no tile divides, in each width.
func TestLargeTransposes(t *testing.T) {
	const rows, middle, cols = 70, 3, 45
	check(t, func(n int) uint8 { return uint8(n) }, rows, middle, cols)
	check(t, func(n int) uint16 { return uint16(n) }, rows, middle, cols)
	check(t, func(n int) float32 { return float32(n) }, rows, middle, cols)
	check(t, func(n int) int64 { return int64(n) }, rows, middle, cols)
	check(t, func(n int) complex128 { return complex(0, float64(n)) }, rows, middle, cols)
}

func check[T any](t *testing.T, number func(n int) T, rows, middle, cols int) {
	t.Helper()
	inF, inC := make([]T, rows*middle*cols), make([]T, rows*middle*cols)
	for i := range rows {
		for j := range middle {
			for k := range cols {
				n := (i*middle+j)*cols + k
				inC[n] = number(n)
				inF[i+rows*(j+middle*k)] = number(n)
			}
		}
	}
	got, err := npy.Array{Shape: []int{rows, middle, cols}, Fortran: true, Data: inF}.COrder()
	if err != nil || !cmp.Equal(got.Data, any(inC)) {
		t.Errorf("%T: transposed wrongly, or %v", inC, err)
	}
}

func ExampleArray_Row() {
	a := npy.Array{Shape: []int{2, 2}, Data: []float64{1, 2, 3, 4}}
	for i := range a.Shape[0] {
		row, err := a.Row(i)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(row.Data)
	}
	// Output:
	// [1 2]
	// [3 4]
}
