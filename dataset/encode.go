package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// archiveAlias is the handler of values for which no other is named.
const archiveAlias = "archive"

// encode encodes a value as an item of the key.
func (d *DataSet) encode(ctx context.Context, key, alias string, value any, o *PutOptions) (*content, error) {
	if alias == archiveAlias && o.Handler == nil {
		if len(o.Settings) > 0 {
			return nil, fmt.Errorf("%w: those of values without a handler are in dataset.Options", artifacts.ErrSettings)
		}
		return d.encodeArchive(ctx, key, value)
	}
	return d.encodeFile(ctx, alias, value, o)
}

// encodeFile encodes a value with any handler: the body is the handler's file. It
// is encoded once, as it may give other bytes the next time.
func (d *DataSet) encodeFile(ctx context.Context, alias string, value any, o *PutOptions) (*content, error) {
	v, err := payload.New(ctx, value, alias, d.opts.Handlers, &artifacts.LogOptions{Now: true, Handler: o.Handler, Settings: o.Settings})
	if err != nil {
		return nil, err
	}
	if v.Handler().Format().Alias == archiveAlias {
		return nil, errors.Join(fmt.Errorf("%w: Put writes archives", artifacts.ErrUnknownHandler), v.Close())
	}
	c := &content{close: func() { _ = v.Close() }}
	c.item = item{Handler: v.Handler().Format().Alias, Type: typeName(value), Environment: v.Environment()}
	suffix := v.Format().Suffix
	switch {
	case suffix == "":
		suffix = "bin"
	case strings.HasSuffix("."+suffix, ".go"):
		suffix += ".bin" // a file of Go would be compiled with the package
	}
	if err := c.setBody(ctx, pending{base: "item", suffix: suffix, write: v.WriteTo}); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return c, nil
}

// digest returns one that changes with whatever the value is read from: handler,
// body and files.
func (it *item) digest() string {
	h := sha256.New()
	line := func(name, sum string) { fmt.Fprintf(h, "%s %s\n", name, sum) }
	line("handler", it.Handler)
	switch b := it.Body; {
	case b.File != nil:
		line("body", b.File.SHA256)
	case b.Text != nil:
		line("body", sumOf(*b.Text))
	default:
		line("body", sumOf(string(b.Bytes)))
	}
	for _, f := range it.Files {
		line("file", f.SHA256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// size returns the bytes that a value takes.
func (it *item) size() int64 {
	n := int64(len(it.Body.Bytes))
	if it.Body.Text != nil {
		n += int64(len(*it.Body.Text))
	}
	for _, f := range it.all() {
		n += f.Size
	}
	return n
}
