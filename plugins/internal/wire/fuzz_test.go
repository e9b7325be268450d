package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math/big"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Any bytes are a value or an error that says what is wrong; a value crosses
// again, and its second encoding is the first one.
func FuzzUnmarshal(f *testing.F) {
	for _, test := range fidelity {
		if data, err := Marshal(test.value); err == nil {
			f.Add(data)
		}
	}
	for _, seed := range []string{"5f42010243030405ff", "bf61610161629f0203ffff", "9f018202039f0405ffff", "a163616e798201a1616b61ff", "9bffffffffffffffff", "a18001", "c24101", "c1fb41d452d9e20", "818181818100"} {
		data, _ := hex.DecodeString(seed)
		f.Add(data)
	}
	type typed struct {
		A int8              `json:"a"`
		B []map[string]any  `json:"b"`
		C *time.Time        `json:"c"`
		D map[int]*big.Int  `json:"d"`
		E [2]float32        `json:"e"`
		F map[string][]byte `json:"f"`
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, target := range []any{new(any), new(typed), new([]string)} {
			checkError(t, Unmarshal(data, target))
		}
		items := NewItemReader(bytes.NewReader(data))
		whole := 0
		for {
			item, err := items.Next()
			if err == io.EOF {
				break
			}
			if checkError(t, err); err != nil {
				whole = -1
				break
			}
			if _, err := scan(item); err != nil {
				t.Fatalf("an item of the reader is none: %v", err)
			}
			whole += len(item)
		}
		if whole >= 0 && whole != len(data) {
			t.Errorf("the items have %d bytes, the data %d", whole, len(data))
		}

		var v any
		if Unmarshal(data, &v) != nil {
			return
		}
		first, err := Marshal(v)
		if err != nil {
			// Times may have offsets and years that are read and not written.
			if !errors.Is(err, artifacts.ErrUnsupportedValue) {
				t.Fatal(err)
			}
			return
		}
		var again any
		if err := Unmarshal(first, &again); err != nil {
			t.Fatalf("what Marshal wrote, %x, does not decode: %v", first, err)
		}
		if second, err := Marshal(again); err != nil || !bytes.Equal(first, second) {
			t.Errorf("the second encoding is %x, %v, the first %x", second, err, first)
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Reason == "") {
		t.Errorf("the error is %v, of type %T", err, err)
	}
}
