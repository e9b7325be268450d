package cli

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// shelfScratch makes the values the examples are about: one file, and several as
// a program in Go puts them.
func shelfScratch(t *testing.T) {
	t.Helper()
	r := new(shelf.Registry)
	shelf.MustRegister(r, shelf.Kind[string]{
		Format:  artifacts.Format{Alias: "novel"},
		Several: true,
		Write: func(_ context.Context, out shelf.Out, text string) error {
			w, err := out.Create("part/one.txt")
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, text)
			return errors.Join(err, w.Close())
		},
		Read: func(context.Context, shelf.In) (string, error) { return "", errors.ErrUnsupported },
	}, nil)
	s := shelf.New(&shelf.Options{Registry: r})
	_, several := shelf.Put(t.Context(), s, "models/novel", "once", nil)
	_, one := s.PutAs(t.Context(), "models/best.json", "json", []int{1, 2}, nil)
	if err := errors.Join(several, one); err != nil {
		t.Fatal(err)
	}
}
