package parquet_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"

	"github.com/apache/arrow-go/v18/parquet/compress"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// memoryLimit is given to handlers that read hostile files, and what they may
// allocate in all: several times the limit, as what was freed counts here too.
const memoryLimit = 32 << 20

// tryHostile decodes a file of which nothing is known, and reports memory that
// was taken beyond what it is worth.
func tryHostile(t *testing.T, data []byte) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var rows any
	err := parquet.Handler{MaxMemory: memoryLimit}.Decode(t.Context(), bytes.NewReader(data), &rows)
	if err == nil {
		n := 0
		for _, rowErr := range parquet.Rows[map[string]any](t.Context(), bytes.NewReader(data)) {
			if n++; rowErr != nil {
				t.Fatalf("Decode reads it, Rows does not: %v", rowErr)
			}
		}
		if got := len(rows.([]map[string]any)); n != got {
			t.Fatalf("Decode reads %d rows, Rows %d", got, n)
		}
	} else if rows != nil {
		t.Fatalf("%v, and the target was changed", err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8*memoryLimit {
		t.Errorf("%d bytes were allocated for a file of %d: %v", got, len(data), err)
	}
}

func seeds(t testing.TB) [][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/pyarrow/*.parquet")
	if err != nil || len(paths) != 14 {
		t.Fatal(paths, err)
	}
	paths = append(paths, "testdata/durations.parquet")
	var files [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	return append(files, encode(t, parquet.Handler{}, wholeRows()), encode(t, parquet.Handler{Compression: "zstd"}, wholeRows()))
}

// TestMutatedFiles damages sound files: 10,000 of them if LAZYSCRIBE_LONG is 1.
func TestMutatedFiles(t *testing.T) {
	files := seeds(t)
	n := 1000
	if os.Getenv("LAZYSCRIBE_LONG") == "1" {
		n = 10_000
	}
	random := rand.New(rand.NewPCG(6, 2))
	for i := range n {
		data := slices.Clone(files[i%len(files)])
		for range 1 + random.IntN(4) {
			at := random.IntN(len(data))
			switch random.IntN(4) {
			case 0:
				data[at] ^= 1 << random.IntN(8)
			case 1:
				data[at] = byte(random.Uint32())
			case 2:
				for k := at; k < min(at+1+random.IntN(8), len(data)); k++ {
					data[k] = 0xff
				}
			case 3:
				data = slices.Delete(data, at, min(at+1+random.IntN(4), len(data)-1))
			}
		}
		tryHostile(t, data)
		if t.Failed() {
			t.Fatalf("file %d: %x", i, data)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(tryHostile)
}

// footer puts metadata into an empty file.
func footer(metadata []byte) []byte {
	data := append([]byte("PAR1"), metadata...)
	data = binary.LittleEndian.AppendUint32(data, uint32(len(metadata)))
	return append(data, "PAR1"...)
}

func TestFootersThatLie(t *testing.T) {
	list := func(n uint64, elements ...byte) []byte { // schema: a list of n structs
		b := binary.AppendUvarint([]byte{0x15, 2, 0x19, 0xfc}, n)
		return append(append(b, elements...), 0)
	}
	deep := bytes.Repeat([]byte{0x48, 1, 'g', 0x15, 2, 0}, 1_000_000) // groups of one child each
	for name, data := range map[string][]byte{
		"many elements": footer(list(1 << 31)),
		"deep schema":   footer(list(1_000_000, deep...)),
		"no metadata":   footer(nil),
		"long metadata": []byte("PAR1\xff\xff\xff\x7fPAR1"),
		"short":         []byte("PAR1PAR1"),
	} {
		var rows any
		if err := (parquet.Handler{}).Decode(t.Context(), bytes.NewReader(data), &rows); !errors.Is(err, artifacts.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", name, err)
		}
		tryHostile(t, data)
	}
}

// TestCodecsStop: blocks that say, or are, larger than their page end there.
func TestCodecsStop(t *testing.T) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := make([]byte, 64<<20)
	for name, c := range map[string]struct {
		codec compress.Compression
		block []byte
	}{
		"snappy": {compress.Codecs.Snappy, snappy.Encode(nil, bomb)},
		"liar":   {compress.Codecs.Snappy, binary.AppendUvarint(nil, 1<<32-1)},
		"zstd":   {compress.Codecs.Zstd, enc.EncodeAll(bomb, nil)},
	} {
		codec, err := compress.GetCodec(c.codec)
		if err != nil {
			t.Fatal(err)
		}
		page := make([]byte, 1000)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if out, err := compress.Decode(codec, page, c.block); err == nil {
			t.Errorf("%s: %d bytes decoded into %d", name, len(out), len(page))
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
			t.Errorf("%s: %d bytes were allocated for a page of %d", name, got, len(page))
		}
	}
}

// TestLimit: a small file of many rows is refused as a whole, and read by rows.
func TestLimit(t *testing.T) {
	const n = 300_000
	data := encode(t, parquet.Handler{}, make([]point, n))
	if len(data) > 100_000 {
		t.Fatalf("the file has %d bytes, too many for this test", len(data))
	}
	var rows []map[string]any
	err := parquet.Handler{MaxMemory: memoryLimit}.Decode(t.Context(), bytes.NewReader(data), &rows)
	if !errors.Is(err, artifacts.ErrTooLarge) || rows != nil {
		t.Errorf("Decode: %v and %d rows, want ErrTooLarge", err, len(rows))
	}
	read := 0
	for _, err := range parquet.Rows[map[string]any](t.Context(), bytes.NewReader(data)) {
		if err != nil {
			t.Fatal(err)
		}
		read++
	}
	if read != n {
		t.Errorf("Rows reads %d", read)
	}
	var points []point
	if err := (parquet.Handler{MaxMemory: 1 << 30}).Decode(t.Context(), bytes.NewReader(data), &points); err != nil || len(points) != n {
		t.Errorf("with more memory: %d points, %v", len(points), err)
	}
}

// TestArrowSchemasThatLie changes each place of the schema to a large number.
func TestArrowSchemasThatLie(t *testing.T) {
	file := encode(t, parquet.Handler{Compression: "none"}, []point{{X: 1}})
	key := []byte("ARROW:schema")
	at := bytes.Index(file, key) + len(key)
	start := at + bytes.Index(file[at:], []byte("/////"))
	end := start
	for end < len(file) && bytes.ContainsRune([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="), rune(file[end])) {
		end++
	}
	end -= (end - start) % 4
	message, err := base64.StdEncoding.DecodeString(string(file[start:end]))
	if err != nil || len(message) < 100 {
		t.Fatal(len(message), err)
	}
	refused := 0
	for i := range message {
		changed := slices.Clone(message)
		for k := i; k < min(i+4, len(changed)); k++ {
			changed[k] = 0x7f
		}
		data := slices.Clone(file)
		base64.StdEncoding.Encode(data[start:end], changed)
		tryHostile(t, data)
		var rows any
		if (parquet.Handler{}).Decode(t.Context(), bytes.NewReader(data), &rows) != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no change was noticed")
	}
}

// TestRefused: what is sound and cannot be read is not called damaged, and named
// where it is one column, without which the file can be read.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		rest bool // can be read
	}{
		"delta":            {`column "refused": its FIXED_LEN_BYTE_ARRAY values have the encoding DELTA_BYTE_ARRAY`, true},
		"encrypted-column": {`column "refused": it is encrypted`, true},
		"encrypted":        {"encrypted file", false},
		"int128":           {"integers of more than 64 bits", false},
	} {
		data, err := os.ReadFile("testdata/refused/" + name + ".parquet")
		if err != nil {
			t.Fatal(err)
		}
		var whole any
		err = parquet.Handler{}.Decode(t.Context(), bytes.NewReader(data), &whole)
		if !errors.Is(err, errors.ErrUnsupported) || errors.Is(err, artifacts.ErrCorrupt) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want ErrUnsupported and %q", name, err, c.says)
		}
		var rest []struct {
			Open int `parquet:"open"`
		}
		err = parquet.Handler{}.Decode(t.Context(), bytes.NewReader(data), &rest)
		switch {
		case c.rest && (err != nil || len(rest) != 2 || rest[0].Open != 1 || rest[1].Open != 2):
			t.Errorf("%s: the other column gives %v, %v", name, rest, err)
		case !c.rest && !errors.Is(err, errors.ErrUnsupported):
			t.Errorf("%s: the other column gives %v, %v, want ErrUnsupported", name, rest, err)
		}
		tryHostile(t, data)
	}
}

// TestRefusedMetadata is TestRefused for what pyarrow does not write: the
// metadata of a file is changed to say it.
func TestRefusedMetadata(t *testing.T) {
	file := encode(t, parquet.Handler{Compression: "none"}, []struct {
		X int64 `parquet:"x"`
	}{{1}})
	// ColumnMetaData has encodings, path and codec in a row, ColumnChunk begins
	// with file_path, here absent, and file_offset.
	const path, chunk = "\x19\x18\x01x", "\x19\x1c\x26"
	end := len(file) - 8
	start := end - int(binary.LittleEndian.Uint32(file[end:]))
	metadata := string(file[start:end])
	encoding := strings.Index(metadata, path) - 1
	for says, changed := range map[string]string{
		"compressed with LZO (3)":                             strings.Replace(metadata, path+"\x15\x00", path+"\x15\x06", 1),
		"compressed with LZ4 (5)":                             strings.Replace(metadata, path+"\x15\x00", path+"\x15\x0a", 1),
		"INT64 values have the encoding DELTA_BYTE_ARRAY (7)": metadata[:encoding] + "\x0e" + metadata[encoding+1:],
		"(10); write":                                         metadata[:encoding] + "\x14" + metadata[encoding+1:],
		`in another file, "f"`:                                strings.Replace(metadata, chunk, "\x19\x1c\x18\x01f\x16", 1),
	} {
		if changed == metadata {
			t.Fatalf("%s: the metadata is not as expected: %q", says, metadata)
		}
		data := binary.LittleEndian.AppendUint32(append(slices.Clone(file[:start]), changed...), uint32(len(changed)))
		var rows any
		err := parquet.Handler{}.Decode(t.Context(), bytes.NewReader(append(data, "PAR1"...)), &rows)
		if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), `read column "x": `) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want ErrUnsupported and %q", err, says)
		}
	}
}
