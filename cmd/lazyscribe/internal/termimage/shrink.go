package termimage

import (
	"image"
	"image/color"
)

// shrink returns a picture that fits, on white where it can be seen through. Each
// pixel is the mean of those it stands for. Small pictures stay as small as they
// are.
func shrink(picture image.Image, width, height int) *image.RGBA {
	from := picture.Bounds()
	w, h := from.Dx(), from.Dy()
	if w > width {
		w, h = width, max(1, h*width/w)
	}
	if h > height {
		w, h = max(1, w*height/h), height
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		top, bottom := from.Min.Y+y*from.Dy()/h, from.Min.Y+(y+1)*from.Dy()/h
		for x := range w {
			left, right := from.Min.X+x*from.Dx()/w, from.Min.X+(x+1)*from.Dx()/w
			small.SetRGBA(x, y, mean(picture, image.Rect(left, top, right, bottom)))
		}
	}
	return small
}

// mean returns the mean colour of a part of a picture.
func mean(picture image.Image, part image.Rectangle) color.RGBA {
	var r, g, b, n uint64
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			cr, cg, cb, alpha := picture.At(x, y).RGBA()
			white := 0xffff - alpha
			r, g, b, n = r+uint64(cr+white), g+uint64(cg+white), b+uint64(cb+white), n+1
		}
	}
	if n == 0 {
		return color.RGBA{A: 0xff}
	}
	to8 := func(sum uint64) uint8 { return uint8(sum / n >> 8) }
	return color.RGBA{to8(r), to8(g), to8(b), 0xff}
}
