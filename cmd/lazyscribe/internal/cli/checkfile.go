package cli

import (
	"context"
	"errors"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/csv"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npy"
	"github.com/lazyscribe-go/lazyscribe/artifacts/npz"
	"github.com/lazyscribe-go/lazyscribe/artifacts/parquet"
)

// streamed are the formats whose files are checked from end to end without being
// held in memory.
var streamed = map[string]func(ctx context.Context, r io.Reader) error{
	csv.Handler{}.Format().Alias: func(ctx context.Context, r io.Reader) error {
		_, err := csv.Inspect(ctx, r, 0)
		return err
	},
	npy.Handler{}.Format().Alias: func(ctx context.Context, r io.Reader) error {
		_, err := npy.Inspect(ctx, r, 0)
		return err
	},
	npz.Handler{}.Format().Alias: func(ctx context.Context, r io.Reader) error {
		_, err := npz.Inspect(ctx, r, 0)
		return err
	},
	parquet.Handler{}.Format().Alias: func(ctx context.Context, r io.Reader) error {
		for _, err := range parquet.Rows[struct{}](ctx, r) {
			if err != nil {
				return err
			}
		}
		return nil
	},
}

// checkFile finds out whether a file is in a handler's format. Formats that
// cannot be read, or only into types this program does not have, are believed.
func checkFile(ctx context.Context, h artifacts.Handler, name string) error {
	if h.Format().OutputOnly {
		f, err := openFile(name)
		if err != nil {
			return err
		}
		return f.Close()
	}
	if check := streamed[h.Format().Alias]; check != nil {
		return readFile(h, name, func(r io.Reader) error { return check(ctx, r) })
	}
	// A format whose value is its bytes need not be held in memory.
	err := decodeFile(ctx, h, name, io.Discard)
	if errors.Is(err, artifacts.ErrTargetType) {
		var v any
		err = decodeFile(ctx, h, name, &v)
	}
	if errors.Is(err, artifacts.ErrNeedsType) {
		return nil
	}
	return err
}
