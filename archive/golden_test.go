package archive_test

import (
	"math"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/archive"
	"github.com/lazyscribe-go/lazyscribe/archive/internal/model"
)

// TestGolden compares the text of a graph, in both forms, with what stands in
// testdata: texts are compared in reviews, so that a change of them has to be seen.
func TestGolden(t *testing.T) {
	w := []float64{1, 2, 3}
	opt := &model.Opt{LR: 1e-3, Meta: map[string]any{
		"k": []any{1, 2.0, "s\n\x00", nil, true, time.Second, math.Inf(1), int64(5), []int(nil), map[int]bool{3: true}, big.NewInt(7), new(3), 2i},
		"rows": []struct {
			A int `json:"a"`
			B string
		}{{1, "x"}, {2, "y"}},
		"a rather long key": 1,
	}}
	first := &model.Layer{Name: "first", B: w, Opt: opt, W: [][]float64{w, w}, At: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), IP: netip.MustParseAddr("10.0.0.1")}
	second := &model.Layer{Name: "second", Next: first, Opt: opt, B: w, List: []*model.Opt{opt, {LR: 2}, nil}, Raw: []byte("abc\xff"), Act: model.Relu}
	for form, flat := range map[string]bool{"flat": true, "scoped": false} {
		a := archive.New(&archive.Options{Flat: flat, ArrayThreshold: 30, Types: known(t)})
		for _, o := range []struct {
			name string
			v    any
		}{
			{"net", second}, {"first", first}, {"alias", first}, {"n", 1}, {"none", nil}, {"x", seq(31)},
			{"numbers", seq(30)}, {"ratio", must(model.NewRatio(1, 2))}, {"counter", model.NewCounter(3, []string{"a"})},
			{"pair", model.Pair[int, string]{First: 2}},
		} {
			if err := a.Insert(o.name, o.v); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(filepath.Join("testdata", form+".golden"))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(string(want), a.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", form, diff)
		}
		formatted(t, []byte(a.String()))
	}
}
