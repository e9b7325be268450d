package dataset_test

import (
	"math"
	"math/big"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/dataset"
)

// Keys that are called as packages, helpers and files of the Go package are, long
// information and values of other handlers: what is made of them builds, and is as
// gofmt wants it.
func TestGoFilesOfOddKeys(t *testing.T) {
	dir := module(t, "package main\n\nimport _ \"use/data\"\n\nfunc main() {}\n")
	d := write(t, filepath.Join(dir, "data"))
	info := map[string]any{"long": strings.Repeat("words ", 40), "odd": "<>&\u2028\x00`", "numbers": []float64{1e300, -0.5, 7}}
	value := []any{make([]float64, 300), math.Inf(1), time.Unix(0, 0).UTC(), new(4), map[string]any{"k": []byte("x")},
		netip.MustParseAddr("192.0.2.1"), big.NewInt(4), "nul\x00 \u2028 `"}
	for _, key := range []string{"sync", "embed", "math", "errors", "io", "fs", "ls", "lsfile", "lsFiles", "lsarray", "ptr", "string", "init", "a_test", "x_linux", "x", "xFiles", "xonceX"} {
		noError(t, d.Put(t.Context(), key, value, &dataset.PutOptions{Info: info}))
		noError(t, d.PutAs(t.Context(), key+"_text", "text", strings.Repeat("text ", 40), nil))
		noError(t, d.PutAs(t.Context(), key+"_gob", "gob", large(7), nil))
	}
	goRun(t, dir, "build", "-o", filepath.Join(dir, "use.bin"), ".")
	tidy(t, dir)
}
