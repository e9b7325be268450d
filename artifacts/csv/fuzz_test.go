package csv

import (
	"bytes"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/hostile"
)

func decoderUnderTest(t testing.TB) hostile.Decoder {
	return hostile.Decoder{
		Seeds:  append(hostile.Files(t, "testdata/fixture/*.csv"), []byte("a\n\n\n\n"), []byte("\ufeffa,b\r\"x\",1\r\n"), []byte("a\n\"")),
		Pieces: []string{",", "\n", "\r", "\"", "\"\"", "\xff", "\x00", "\n\n", ",,,,", "NA", "1e999", "2025-01-01", "-"},
		Decode: func(t testing.TB, file []byte) {
			for _, target := range []any{new(any), new([]basic), new([]times), new(map[string][]string), new([][]string)} {
				_ = Handler{}.Decode(t.Context(), bytes.NewReader(file), target)
			}
		},
		// For each of five targets: a buffer, and a map for each row, which may be
		// no more than one line end.
		Limit: func(length int) uint64 { return 5 * uint64(1<<18+1000*length) },
	}
}

func FuzzDecode(f *testing.F)       { decoderUnderTest(f).Fuzz(f) }
func TestMutatedFiles(t *testing.T) { decoderUnderTest(t).Mutate(t) }
