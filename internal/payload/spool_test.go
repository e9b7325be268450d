package payload

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// setTempDir sets what os.TempDir looks at, on Unix and on Windows.
func setTempDir(t *testing.T, dir string) {
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
}

func TestSpool(t *testing.T) {
	dir := t.TempDir()
	setTempDir(t, dir)
	tests := []struct {
		name   string
		pieces []int // bytes written at once
		inFile bool
	}{
		{"nothing", nil, false},
		{"empty writes", []int{0, 0}, false},
		{"to the limit", []int{spoolMemory - 1, 1}, false},
		{"beyond the limit", []int{spoolMemory, 1}, true},
		{"large at once", []int{3 * spoolMemory}, true},
		{"goes on in the file", []int{10, spoolMemory, 10, 0, 10}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s spool
			var want []byte
			for i, n := range test.pieces {
				piece := bytes.Repeat([]byte{byte(i + 1)}, n)
				want = append(want, piece...)
				if n, err := s.Write(piece); n != len(piece) || err != nil {
					t.Fatalf("Write returns %d, %v", n, err)
				}
			}
			if (s.file != nil) != test.inFile {
				t.Errorf("in a file: %v", s.file != nil)
			}
			for range 2 {
				var got bytes.Buffer
				if err := s.writeTo(&got); err != nil || !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%d bytes read, %d written; %v", got.Len(), len(want), err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestSpoolFailures(t *testing.T) {
	setTempDir(t, filepath.Join(t.TempDir(), "missing"))
	var s spool
	_, err := s.Write(make([]byte, spoolMemory+1))
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Write without a folder returns %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	setTempDir(t, t.TempDir())
	s = spool{}
	if _, err := s.Write(make([]byte, 2*spoolMemory)); err != nil {
		t.Fatal(err)
	}
	if err := s.writeTo(failingWriter{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("writeTo returns %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.writeTo(io.Discard); err == nil {
		t.Error("writeTo after Close: no error")
	}
}
