package gen

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
)

type (
	vec  []float32
	temp float64
)

// TestArrays reads what package npy writes.
func TestArrays(t *testing.T) {
	check(t, []bool{true, false, true})
	check(t, []int{-1, 2})
	check(t, []int8{-128, 127})
	check(t, []int16{-1})
	check(t, []int32{1 << 30})
	check(t, []int64{1 << 62})
	check(t, []uint{7})
	check(t, []byte("abc"))
	check(t, []uint16{65535})
	check(t, []uint32{1})
	check(t, []uint64{1 << 63})
	check(t, []float32{0.5})
	check(t, []float64{0.1, -2e300})
	check(t, []complex64{1 + 2i})
	check(t, []complex128{1i, 2})
	check(t, []npy.Float16{1, 2})
	check(t, vec{1, 2})
	check(t, []temp{1, 2})
	check(t, [][]int32{{1, 2, 3}, {4, 5, 6}})
	check(t, []vec{{1, 2}, {3, 4}})
	check(t, []int{})
}

func check[S any](t *testing.T, want S) {
	t.Helper()
	var b bytes.Buffer
	if err := (npy.Handler{}).Encode(t.Context(), &b, want); err != nil {
		t.Fatal(err)
	}
	got := lsArray[S](fstest.MapFS{"x.npy": {Data: b.Bytes()}}, "x.npy")
	if reflect.ValueOf(want).Len() == 0 {
		if reflect.ValueOf(got).Len() != 0 {
			t.Errorf("got %v, want none", got)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%T: %s", want, diff)
	}
}

// TestDamaged: a file that is not what was written is a panic that names it, and
// not an array.
func TestDamaged(t *testing.T) {
	var b bytes.Buffer
	if err := (npy.Handler{}).Encode(t.Context(), &b, []float64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	good := b.String()
	for name, data := range map[string]string{
		"empty":     "",
		"head":      good[:40],
		"short":     good[:len(good)-1],
		"long":      good + "x",
		"magic":     "x" + good[1:],
		"elements":  strings.Replace(good, "<f8", "<f4", 1),
		"order":     strings.Replace(good, "<f8", ">f8", 1),
		"axes":      strings.Replace(good, "(3,), }  ", "(3, 1), }", 1),
		"huge":      strings.Replace(good, "(3,), }              ", "(300000000000000,), }", 1),
		"negative":  strings.Replace(good, "(3,), } ", "(-3,), }", 1),
		"shapeless": strings.Replace(good, "shape", "sharp", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if data == good {
				t.Fatal("it is not damaged")
			}
			err := lsReadArray(fstest.MapFS{"x.npy": {Data: []byte(data)}}, "x.npy", reflect.New(reflect.TypeFor[[]float64]()).Elem())
			if err == nil {
				t.Error("it was read")
			}
		})
	}
	if err := caught(func() { lsArray[[]float64](fstest.MapFS{}, "x.npy") }); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), `read array "x.npy"`) {
		t.Errorf("got %v", err)
	}
	if err := caught(func() { lsArray[[]float64](lsUnloaded("pkg.Load"), "x.npy") }); err == nil || !strings.Contains(err.Error(), "pkg.Load has to be called first") {
		t.Errorf("got %v", err)
	}
}

// caught returns the error that a function panics with.
func caught(do func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	do()
	return nil
}

func TestValues(t *testing.T) {
	ptr := lsPtr[int]
	if p := ptr(3); *p != 3 {
		t.Error("lsPtr")
	}
	if n := lsText[big.Int]("12"); n.Int64() != 12 {
		t.Error("lsText")
	}
	if a := lsText[netip.Addr]("::1"); a != netip.IPv6Loopback() {
		t.Error("lsText")
	}
	if m := lsJSON[json.RawMessage]("[1]"); string(m) != "[1]" {
		t.Error("lsJSON")
	}
	if u := lsBinary[url.URL]("https://example.org/"); u.Host != "example.org" {
		t.Error("lsBinary")
	}
	if err := caught(func() { lsText[big.Int]("x") }); err == nil {
		t.Error("a text that is wrong was read")
	}
	if err := caught(func() { lsMust(1, fs.ErrClosed) }); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
