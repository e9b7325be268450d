package npy

import (
	"context"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "npy". Its zero value writes what numpy
// does on most machines.
type Handler struct {
	// BigEndian writes the most significant byte of each number first.
	BigEndian bool
}

// Format returns alias and suffix "npy", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "npy", Suffix: "npy", Binary: true}
}

// Configure knows the setting big_endian.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	h.BigEndian = s.Bool("big_endian", h.BigEndian)
	return h, s.Err()
}

// Check refuses values that are not arrays of numbers, and those with rows of
// different lengths, naming the first.
func (Handler) Check(value any) error {
	_, err := layoutOf(value)
	return err
}

// Read reads one file as a T, see [Handler.Decode].
func Read[T any](ctx context.Context, r io.Reader) (T, error) {
	var value T
	err := Handler{}.Decode(ctx, r, &value)
	return value, err
}
