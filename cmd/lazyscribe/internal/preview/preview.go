package preview

import (
	"context"
	"fmt"
	"image"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// A Preview is what is shown of a file.
type Preview struct {
	Facts []Fact // the first is the size in bytes

	Columns []Column // of a table; nil: it is none
	Rows    [][]any  // the first ones, a value for each column
	Unread  string   // why there are no rows, where there should be some

	Members []Member // what is in the file by name
	List    string   // what the members are called together
	More    int      // members that were left out

	Head   []byte // the first bytes; nil: they say nothing
	IsText bool   // Head is text

	Picture image.Image // nil: none was asked for, or it is too large
}

// A Fact is one thing known of a file. Its value is one that JSON is made of.
type Fact struct {
	Name  string
	Value any
}

// A Column is one of a table.
type Column struct{ Name, Type string }

// A Member is one of several things in a file. Members of one file have the same
// facts.
type Member []Fact

// What is shown of many.
const (
	maxRows    = 20
	maxNumbers = 10
	maxMembers = 100
	maxHead    = 256 // bytes
	maxText    = 4096
)

// Options are the choices of a preview.
type Options struct {
	Picture bool // decode pictures
}

// formats find out about files. They read r as far as they need to.
var formats = map[string]func(ctx context.Context, r io.Reader, o Options) (*Preview, error){
	"csv": table, "parquet": columns, "npy": array, "npz": arrays, "png": picture, "file": raw, "bytes": raw,
}

// Handler returns a handler that decodes files of a format into a *Preview. It
// reports whether there is one: other formats are shown as their values.
func Handler(alias string, o Options) (artifacts.Handler, bool) {
	read, ok := formats[alias]
	return handler{alias, read, o}, ok
}

type handler struct {
	alias   string
	read    func(context.Context, io.Reader, Options) (*Preview, error)
	options Options
}

// Format is that of the files.
func (h handler) Format() artifacts.Format { return artifacts.Format{Alias: h.alias, Binary: true} }

// Encode refuses all values: there is no way back.
func (handler) Encode(context.Context, io.Writer, any) error {
	return fmt.Errorf("%w: a preview is not written", artifacts.ErrUnsupportedValue)
}

// Decode finds out about the file.
func (h handler) Decode(ctx context.Context, r io.Reader, target any) error {
	p, ok := target.(*Preview)
	if !ok {
		return fmt.Errorf("%w: a preview does not fit a %T", artifacts.ErrTargetType, target)
	}
	var counted *counter
	file, isFile := r.(artifacts.File)
	if !isFile {
		counted = &counter{r: r}
		r = counted
	}
	found, err := h.read(ctx, r, h.options)
	if err != nil {
		return err
	}
	var size int64
	if isFile {
		size = file.Size()
	} else {
		if _, err := io.Copy(io.Discard, counted); err != nil {
			return err
		}
		size = counted.n
	}
	found.Facts = append([]Fact{{"size", size}}, found.Facts...)
	*p = *found
	return nil
}

// A counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Object is the preview for programs.
func (p *Preview) Object() *pyjson.Object {
	object := objectOf(p.Facts)
	if p.Columns != nil {
		columns := make([]any, len(p.Columns))
		for i, c := range p.Columns {
			columns[i] = objectOf([]Fact{{"name", c.Name}, {"type", c.Type}})
		}
		object.Set("columns", columns)
		// A list for each row: two columns may have one name.
		object.Set("head", p.Rows)
	}
	if p.Unread != "" {
		object.Set("unread", p.Unread)
	}
	if p.List != "" {
		members := make([]any, len(p.Members))
		for i, m := range p.Members {
			members[i] = objectOf(m)
		}
		object.Set(p.List, members)
	}
	switch {
	case p.IsText:
		object.Set("text", string(p.Head))
	case p.Head != nil:
		object.Set("head", p.Head) // in base64
	}
	return object
}

func objectOf(facts []Fact) *pyjson.Object {
	object := pyjson.NewObject()
	for _, f := range facts {
		object.Set(f.Name, f.Value)
	}
	return object
}
