package png

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"reflect"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

// Decode reads the picture into target.
func (h Handler) Decode(ctx context.Context, r io.Reader, target any) error {
	if err := artifacts.CheckTarget(target); err != nil {
		return err
	}
	// Which type it will be is known later; that it is a picture is known now.
	t, picture := reflect.TypeOf(target).Elem(), reflect.TypeFor[image.Image]()
	if !picture.AssignableTo(t) && !t.Implements(picture) {
		return fmt.Errorf("%w: a picture does not fit a %s", artifacts.ErrTargetType, t)
	}
	// The size of the file is what the header's claims are held against.
	file, err := io.ReadAll(ctxio.Reader(ctx, r))
	if err != nil {
		return err
	}
	header, err := parseHead(file)
	switch maxPixels := cmp.Or(max(h.MaxPixels, 0), usualMaxPixels); {
	case err != nil:
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	case header.pixels() > uint64(maxPixels):
		return fmt.Errorf("%w: a picture of %d x %d pixels; the setting max_pixels allows more than %d",
			artifacts.ErrTooLarge, header.width, header.height, maxPixels)
	case header.least() > float64(len(file)):
		return fmt.Errorf("%w: %d bytes cannot be a picture of %d x %d pixels", artifacts.ErrCorrupt, len(file), header.width, header.height)
	}
	in := bytes.NewReader(file)
	img, err := png.Decode(in)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	case in.Len() > 0:
		return fmt.Errorf("%w: something follows the picture", artifacts.ErrCorrupt)
	}
	return errors.Join(ctx.Err(), artifacts.Assign(target, img))
}
