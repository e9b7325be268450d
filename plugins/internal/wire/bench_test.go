package wire

import (
	"bytes"
	"io"
	"testing"
)

// rows is a table as a program logs it and as a handler without a type gets it.
func rows(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = map[string]any{"step": i, "loss": 1 / float64(i+1), "name": "a name", "ok": i%2 == 0, "lr": 1e-3}
	}
	return list
}

func BenchmarkMarshalRows(b *testing.B) {
	v := rows(10_000)
	b.Run("checked", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			data, err := Marshal(v)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
		}
	})
	b.Run("encoder alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			data, err := Enc.Marshal(v)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
		}
	})
}

func BenchmarkUnmarshalRows(b *testing.B) {
	data, err := Marshal(rows(10_000))
	if err != nil {
		b.Fatal(err)
	}
	for name, unmarshal := range map[string]func([]byte, any) error{"checked": Unmarshal, "decoder alone": Dec.Unmarshal} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var v any
				if err := unmarshal(data, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkItems(b *testing.B) {
	var data bytes.Buffer
	if err := WriteSequence(b.Context(), &data, rows(10_000)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(data.Len()))
	b.ReportAllocs()
	for b.Loop() {
		items := NewItemReader(bytes.NewReader(data.Bytes()))
		for {
			if _, err := items.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkFrames(b *testing.B) {
	data := make([]byte, 32<<10)
	for _, total := range []int{1 << 10, 64 << 20} {
		b.Run(map[bool]string{true: "1KiB", false: "64MiB"}[total < 1<<20], func(b *testing.B) {
			b.SetBytes(int64(total))
			b.ReportAllocs()
			for b.Loop() {
				w := NewFrameWriter(func([]byte) error { return nil })
				for sent := 0; sent < total; sent += len(data) {
					w.Write(data[:min(len(data), total-sent)])
				}
				if err := w.Flush(); err != nil {
					b.Fatal(err)
				}
				w.Release()
			}
		})
	}
}
