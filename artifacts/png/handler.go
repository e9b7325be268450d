package png

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/artifacts/internal/ctxio"
)

func init() { artifacts.Register(Handler{}) }

// Handler is the handler of the format "png".
type Handler struct {
	// Compression is how much effort is put into small files.
	Compression png.CompressionLevel

	// Width and Height are the size in inches of what draws itself. 0 means 6 and
	// 4. Pictures have their own size.
	Width, Height float64

	// MaxPixels is the number of pixels of the largest picture that is read. One
	// that is larger is [artifacts.ErrTooLarge]. 0 means 1<<26, 67 million.
	MaxPixels int
}

const (
	usualWidth     = 6 // inches
	usualHeight    = 4
	usualMaxPixels = 1 << 26
	largestPlot    = 1000 // inches: what is larger is a mistake
)

// Format returns alias and suffix "png", binary.
func (Handler) Format() artifacts.Format {
	return artifacts.Format{Alias: "png", Suffix: "png", Binary: true}
}

// Configure knows the settings compression (default, none, fast or best), width
// and height in inches, and max_pixels.
func (h Handler) Configure(settings map[string]any) (artifacts.Handler, error) {
	s := artifacts.ReadSettings(settings)
	levels := map[string]png.CompressionLevel{
		"default": png.DefaultCompression, "none": png.NoCompression, "fast": png.BestSpeed, "best": png.BestCompression,
	}
	if name := s.Text("compression", ""); name != "" {
		level, ok := levels[name]
		if !ok {
			s.Fail("compression", "default, none, fast or best")
		}
		h.Compression = level
	}
	h.Width = inches(s, "width", h.Width)
	h.Height = inches(s, "height", h.Height)
	h.MaxPixels = s.Int("max_pixels", h.MaxPixels)
	return h, s.Err()
}

func inches(s *artifacts.Settings, name string, otherwise float64) float64 {
	n := s.Float(name, otherwise)
	if n < 0 || n > largestPlot || math.IsNaN(n) {
		s.Fail(name, fmt.Sprintf("inches up to %d", largestPlot))
	}
	return n
}

// Check refuses values that are not pictures and do not draw themselves, and
// pictures that PNG has no size for.
func (h Handler) Check(value any) error {
	_, err := h.writer(value)
	return err
}

// Encode writes the picture.
func (h Handler) Encode(ctx context.Context, w io.Writer, value any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	write, err := h.writer(value)
	if err != nil {
		return err
	}
	return write(ctx, w)
}

// writer returns how a value is written.
func (h Handler) writer(value any) (func(context.Context, io.Writer) error, error) {
	if isNil(value) {
		return nil, fmt.Errorf("%w: a nil %T", artifacts.ErrUnsupportedValue, value)
	}
	if draw, ok := plotWriter(value); ok {
		return func(ctx context.Context, w io.Writer) error { return h.plot(ctx, w, draw) }, nil
	}
	switch v := value.(type) {
	case image.Image:
		size := v.Bounds().Size()
		if size.X <= 0 || size.Y <= 0 || size.X > math.MaxInt32 || size.Y > math.MaxInt32 {
			return nil, fmt.Errorf("%w: a picture of %d x %d pixels", artifacts.ErrUnsupportedValue, size.X, size.Y)
		}
		return func(ctx context.Context, w io.Writer) error {
			e := png.Encoder{CompressionLevel: h.Compression}
			return e.Encode(ctxio.Writer(ctx, w), v)
		}, nil
	case io.WriterTo:
		return func(ctx context.Context, w io.Writer) error { return copyDrawn(ctx, w, v) }, nil
	case io.Reader:
		return func(ctx context.Context, w io.Writer) error {
			checked := &headWriter{w: w}
			if _, err := io.Copy(checked, ctxio.Reader(ctx, v)); err != nil {
				return err
			}
			return checked.Close()
		}, nil
	}
	return nil, fmt.Errorf("%w: a %T is not a picture", artifacts.ErrUnsupportedValue, value)
}
