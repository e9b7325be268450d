// Command customhandler teaches lazyscribe a format of its own: black and white
// pictures as PBM files, which image viewers know.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// From here on anything in the program can log a Bitmap as "pbm". A registry of
// one's own, for Options.Handlers, keeps a format to one project.
func init() { artifacts.Register(pbm) }

func main() {
	if err := run(context.Background(), os.Stdout, "mem://customhandler/project.json"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, url string) error {
	p, err := project.Open(ctx, url, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	e, err := p.Log(ctx, "glider", func(d *experiment.Draft) error {
		return d.LogArtifact("shape", Bitmap{
			{false, true, false},
			{false, false, true},
			{true, true, true},
		}, "pbm", nil)
	})
	if err != nil {
		return err
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	shape, err := artifacts.Load[Bitmap](ctx, e, "shape", nil)
	if err != nil {
		return err
	}
	for _, row := range shape {
		for _, black := range row {
			fmt.Fprint(w, map[bool]string{false: ".", true: "#"}[black])
		}
		fmt.Fprintln(w)
	}
	return nil
}
