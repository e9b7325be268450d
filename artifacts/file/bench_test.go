package file_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/file"
)

func BenchmarkEncode(b *testing.B) {
	many := make(map[string]string)
	for i := range 100 {
		many[fmt.Sprintf("f%d", i)] = strings.Repeat("x", 1<<16)
	}
	one := write(b, map[string]string{"one": strings.Repeat("x", 32<<20)})
	for name, bench := range map[string]struct {
		path  file.Path
		bytes int64
	}{"file": {file.Path(one + "/one"), 32 << 20}, "folder": {file.Path(write(b, many)), 100 << 16}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(bench.bytes)
			for b.Loop() {
				if err := (file.Handler{}).Encode(b.Context(), io.Discard, bench.path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
