// Package png is the handler of the format "png": pictures, such as plots of
// metrics. A blank import registers it:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/artifacts/png"
//
// # Values
//
// An [image.Image] is encoded by package image/png. A plot that draws itself is
// one of these:
//
//   - what has the method WriterTo of gonum's *plot.Plot: a width and a height in
//     points of 1/72 inch and the name of a format give an [io.WriterTo]. The
//     handler asks for "png" in the size that its settings say;
//   - an [io.WriterTo] or an [io.Reader] that gives a PNG file, which is copied
//     through. That it begins like one is checked.
//
// # Targets
//
// A *any and an *image.Image get the picture in the type that package image/png
// chooses for it, such as *image.NRGBA; a pointer to that very type works too.
// An [io.Writer] gets no pictures: read the stored file for its bytes.
//
// # Memory
//
// The file is in memory, and so is the picture. What the header says about width
// and height is held against [Handler].MaxPixels, and against the size of the
// file, before the picture gets any memory.
//
// # Concurrency and errors
//
// Handlers are values without state. A damaged file is [artifacts.ErrCorrupt].
package png
