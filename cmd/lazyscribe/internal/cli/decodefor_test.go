package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/pickle"
	"github.com/lazyscribe-go/lazyscribe/artifacts/yaml"
)

// TestUnfoldedPickle: a few bytes of tuples that hold the one before twice are
// 2^60 values to a format that knows no shared parts.
func TestUnfoldedPickle(t *testing.T) {
	t.Chdir(t.TempDir())
	const tuple, twice = "K\x01\x85", "2\x86" // opcodes BININT1 TUPLE1, DUP TUPLE2
	writeText(t, "bomb.pkl", "\x80\x04"+tuple+strings.Repeat(twice, 60)+".")
	_, err := decodeFor(t.Context(), yaml.Handler{}, pickle.Handler{}, "bomb.pkl")
	if !errors.Is(err, artifacts.ErrTooLarge) {
		t.Errorf("error %v, want %v", err, artifacts.ErrTooLarge)
	}
	writeText(t, "sound.pkl", "\x80\x04"+tuple+twice+".")
	if _, err := decodeFor(t.Context(), yaml.Handler{}, pickle.Handler{}, "sound.pkl"); err != nil {
		t.Error(err)
	}
}
