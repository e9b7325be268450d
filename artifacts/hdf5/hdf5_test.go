package hdf5_test

import (
	"bytes"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts/hdf5"
)

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := (hdf5.Handler{}).Encode(t.Context(), &file, value); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
