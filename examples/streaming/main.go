// Command streaming keeps artifacts that are never in memory as a whole: one
// that can be read once only, and one that can be opened again.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func main() {
	if err := run(context.Background(), os.Stdout, "mem://streaming/project.json"); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, w io.Writer, url string) error {
	p, err := project.Open(ctx, url, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	e, err := p.Log(ctx, "long logs", func(d *experiment.Draft) error {
		// An io.Reader is read here, into a temporary file once it gets large.
		if err := d.LogArtifact("pipe", output(100_000), "text", nil); err != nil {
			return err
		}
		// A Source is opened when the project is saved, and again should that
		// have to be repeated: an *os.File of os.Open, for example.
		var source artifacts.Source = func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(strings.Repeat("tick\n", 50_000))), nil
		}
		return d.LogArtifact("file", source, "text", nil)
	})
	if err != nil {
		return err
	}
	if err := p.Save(ctx); err != nil {
		return err
	}
	for a := range e.Artifacts() {
		// The file as it is. The digest is checked on the way: a damaged file
		// ends in artifacts.ErrCorrupt instead of io.EOF.
		file, err := e.OpenArtifact(ctx, a.Name)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, file)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %d bytes\n", a.Name, n)
	}
	return nil
}

// output is what a program that writes lines sends through a pipe.
func output(lines int) io.Reader {
	r, w := io.Pipe()
	go func() {
		for i := range lines {
			fmt.Fprintf(w, "line %06d\n", i)
		}
		w.Close()
	}()
	return r
}
