package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	stdpng "image/png"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/png"
)

// A picture is decoded for a look at it if that takes little.
const (
	maxPixels  = 1 << 24
	maxPicture = 32 << 20 // bytes of the file
)

// Where a PNG file says how its pixels are kept, and what the numbers mean (PNG
// specification, section 11.2.1).
const depthAt, colourAt = 24, 25

var colours = map[byte]string{0: "grey", 2: "rgb", 3: "palette", 4: "grey+alpha", 6: "rgb+alpha"}

// picture is a png file, of which the beginning is read unless it is to be seen.
func picture(ctx context.Context, r io.Reader, o Options) (*Preview, error) {
	var head bytes.Buffer
	config, err := stdpng.DecodeConfig(io.TeeReader(r, &head))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
	}
	p := &Preview{Facts: []Fact{
		{"width", int64(config.Width)}, {"height", int64(config.Height)},
		{"colour", colours[head.Bytes()[colourAt]]}, {"depth", int64(head.Bytes()[depthAt])},
	}}
	if !o.Picture {
		return p, nil
	}
	rest := &io.LimitedReader{R: r, N: maxPicture}
	err = png.Handler{MaxPixels: maxPixels}.Decode(ctx, io.MultiReader(&head, rest), &p.Picture)
	if errors.Is(err, artifacts.ErrTooLarge) || rest.N == 0 {
		p.Picture, err = nil, nil
	}
	return p, err
}
