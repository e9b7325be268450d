package yaml

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/hostile"
)

func decoderUnderTest(t testing.TB) hostile.Decoder {
	return hostile.Decoder{
		Seeds: append(hostile.Files(t, "testdata/fixture/*.yaml"),
			[]byte("a: &a {x: 1}\nb: {<<: *a, y: [*a, *a]}\nc: !!omap [k: v]\n? [1]\n: |\n  text\n"),
			[]byte("&a [*a]"), []byte("{<<: [*a]}"), []byte("%YAML 1.1\n---\n!!set {? a, ? b}\n...\n")),
		Pieces: []string{"*a", "&a ", "<<: ", "- ", "? ", ": ", "!!set ", "!!binary ", "[", "{", "\n", "\t", "\"", "'", "|\n", "---\n", "\xff", "\x00", "999999999999999999999"},
		Decode: func(t testing.TB, file []byte) {
			for _, target := range []any{new(any), new(settings), new(map[string][]settings), new([]string), new(map[any]map[int]any)} {
				_ = Handler{}.Decode(t.Context(), bytes.NewReader(file), target)
			}
		},
		// For each of five targets: what aliases may make of any file, and the tree.
		Limit: func(length int) uint64 { return 5 * uint64(4<<20+8000*length) },
	}
}

func FuzzDecode(f *testing.F)       { decoderUnderTest(f).Fuzz(f) }
func TestMutatedFiles(t *testing.T) { decoderUnderTest(t).Mutate(t) }
func TestMemoryOfAliases(t *testing.T) {
	// As much as aliases can make of a file before they are refused.
	for _, element := range []string{"x", "{}", "{k: v}", "[]", "!!set {a}"} {
		file := "a: &a [" + strings.Repeat(element+", ", 500) + "]\nb: [" + strings.Repeat("*a, ", 500) + "]\n"
		t.Log(element, decoderUnderTest(t).Try(t, []byte(file)), "bytes for", len(file))
	}
}

// TestMemoryOfMerges: a list that merges one map over and over is refused before
// it has become what it says.
func TestMemoryOfMerges(t *testing.T) {
	const times = 2000
	file := "a: &a {" + strings.Repeat("k: 0, ", times) + "}\nb:\n  <<: [" + strings.Repeat("*a, ", times) + "]\n"
	if err := (Handler{}).Decode(t.Context(), strings.NewReader(file), new(any)); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("merged %d times, a map of %d entries: error %v, want %v", times, times, err, artifacts.ErrCorrupt)
	}
	t.Log(decoderUnderTest(t).Try(t, []byte(file)), "bytes for", len(file))
}
