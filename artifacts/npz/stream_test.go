package npz_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
)

// TestOther reads a file from a stream: an array, and a member that is none.
func TestOther(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	note, err := w.Create("note.txt")
	if err == nil {
		_, err = io.WriteString(note, "a note")
	}
	x, err2 := w.Create("x.npy")
	if err2 == nil {
		err2 = npy.Handler{}.Encode(t.Context(), x, []int16{1, 2})
	}
	if err := errors.Join(err, err2, w.Close()); err != nil {
		t.Fatal(err)
	}
	a, done, err := npz.Handler{}.OpenReader(t.Context(), iotest.OneByteReader(&b))
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if text, err := a.ReadOther(t.Context(), "note.txt", 6); err != nil || string(text) != "a note" {
		t.Errorf("%q %v", text, err)
	}
	if _, err := a.ReadOther(t.Context(), "note.txt", 5); !errors.Is(err, artifacts.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"x.npy", "x", "note"} {
		if _, err := a.ReadOther(t.Context(), name, 100); !errors.Is(err, artifacts.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var got []int16
	if err := a.Read(t.Context(), "x", &got); err != nil || len(got) != 2 {
		t.Errorf("%v %v", got, err)
	}
	if _, _, err := (npz.Handler{}).OpenReader(t.Context(), bytes.NewReader([]byte("no zip"))); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}
