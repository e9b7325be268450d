package png_test

import (
	"bytes"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
)

func BenchmarkDecode(b *testing.B) {
	file := encoded(b, noise(500))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		var got any
		if err := (png.Handler{}).Decode(b.Context(), bytes.NewReader(file), &got); err != nil {
			b.Fatal(err)
		}
	}
}
