package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Bitmap has at least one row and one column; its rows are equally long.
type Bitmap [][]bool

// pbm makes a handler of two functions. Whatever else a handler needs (targets,
// aliases, refusing other types) comes with Typed.
var pbm = artifacts.Typed[Bitmap]{
	Kind:  artifacts.Format{Alias: "pbm", Suffix: "pbm"},
	Write: writePBM,
	Read:  readPBM,
}

func writePBM(_ context.Context, w io.Writer, b Bitmap) error {
	if len(b) == 0 || len(b[0]) == 0 {
		return fmt.Errorf("%w: the bitmap is empty", artifacts.ErrUnsupportedValue)
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "P1\n%d %d\n", len(b[0]), len(b))
	for _, row := range b {
		if len(row) != len(b[0]) {
			return fmt.Errorf("%w: the bitmap's rows differ in length", artifacts.ErrUnsupportedValue)
		}
		for _, black := range row {
			fmt.Fprint(out, map[bool]string{false: "0 ", true: "1 "}[black])
		}
		fmt.Fprintln(out)
	}
	return out.Flush() // has the first error of all the calls before
}

func readPBM(_ context.Context, r io.Reader) (Bitmap, error) {
	in := bufio.NewReader(r)
	var width, height int
	if _, err := fmt.Fscanf(in, "P1\n%d %d\n", &width, &height); err != nil {
		return nil, damaged(err)
	}
	if width < 1 || height < 1 {
		return nil, fmt.Errorf("%w: a picture of %d by %d", artifacts.ErrCorrupt, width, height)
	}
	var b Bitmap // grows with what is read: the size in the file may be a lie
	for range height {
		var row []bool
		for range width {
			var pixel string
			if _, err := fmt.Fscan(in, &pixel); err != nil {
				return nil, damaged(err)
			}
			if pixel != "0" && pixel != "1" {
				return nil, fmt.Errorf("%w: pixel %q", artifacts.ErrCorrupt, pixel)
			}
			row = append(row, pixel == "1")
		}
		b = append(b, row)
	}
	return b, nil
}

// damaged is the error of a file that ends early or says something else. If it
// was the reader that failed, its error can still be found in it.
func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
}
