package png_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
)

// noise is a picture that cannot be made smaller.
func noise(side int) image.Image {
	random := rand.New(rand.NewPCG(6, 3))
	m := image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range m.Pix {
		m.Pix[i] = byte(random.Uint32())
	}
	return m
}

// allocated is the memory that a function takes.
func allocated(work func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func decodeOne(t *testing.T, file []byte) {
	t.Helper()
	taken := allocated(func() { _ = png.Handler{}.Decode(t.Context(), bytes.NewReader(file), new(any)) })
	// A byte may be the 8256 bits of as many pixels, which take a byte each; an
	// interlaced picture is put together of seven.
	if taken > 1<<20+3*8*1032*uint64(len(file)) {
		t.Fatalf("Decode of %d bytes takes %d", len(file), taken)
	}
}

func seeds(t testing.TB) [][]byte {
	var files [][]byte
	for _, name := range []string{"NRGBA", "gray", "gray16", "NRGBA64", "paletted"} {
		files = append(files, encoded(t, pictures()[name]))
	}
	return append(files, encoded(t, image.NewGray(image.Rect(0, 0, 500, 500))))
}

func FuzzDecode(f *testing.F) {
	for _, file := range seeds(f) {
		f.Add(file)
	}
	f.Add(claiming(seeds(f)[0], 1<<13, 1<<13))
	f.Fuzz(decodeOne)
}

// LAZYSCRIBE_LONG=1 makes it ten thousand files.
func TestMutatedFiles(t *testing.T) {
	count := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		count = 10_000
	}
	files := seeds(t)
	random := rand.New(rand.NewPCG(6, 4))
	for i := range count {
		file := slices.Clone(files[i%len(files)])
		for range 1 + random.IntN(3) {
			file[random.IntN(len(file))] = byte(random.Uint32())
			if random.IntN(2) == 0 { // in the header
				file[16+random.IntN(13)] = byte(1 << random.IntN(8))
			}
		}
		decodeOne(t, withChecksums(file))
	}
}

// withChecksums makes the checksums right as far as there are chunks, so that the
// damage is not all that is noticed.
func withChecksums(file []byte) []byte {
	for at := 8; at+12 <= len(file); {
		end := at + 8 + int(binary.BigEndian.Uint32(file[at:]))
		if end+4 > len(file) {
			break
		}
		binary.BigEndian.PutUint32(file[end:], crc32.ChecksumIEEE(file[at+4:end]))
		at = end + 4
	}
	return file
}
