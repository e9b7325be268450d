package dataset

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/hashing"
)

// inlineSize is the number of bytes of a body that is kept in the record: what
// one request reads anyway, so that a dataset of numbers is not twice as many
// files.
const inlineSize = 16 << 10

// A content is an encoded value: an item whose files are not written yet.
type content struct {
	item  item
	body  *pending  // nil: it is in the item
	files []pending // others
	close func()
}

// A pending is a file to be written. write writes the same bytes each time.
type pending struct {
	base, suffix string
	sha256       string
	size         int64
	head         []byte // the first bytes, at most inlineSize
	write        func(ctx context.Context, w io.Writer) error
	locate       locator // nil: there are no arrays in it
}

// measure finds out size and digest of a file, by which it is named, and how it
// begins.
func (p *pending) measure(ctx context.Context) error {
	hash, begin := hashing.New(), beginning{}
	if err := p.write(ctx, io.MultiWriter(hash, &begin)); err != nil {
		return err
	}
	p.sha256, p.size, p.head = hash.Sum(), hash.Size(), begin
	return nil
}

// beginning keeps the first bytes, at most inlineSize.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	*b = append(*b, p[:min(len(p), inlineSize-len(*b))]...)
	return len(p), nil
}

// setBody puts the body into the item if it is small, else leaves it to be
// written.
func (c *content) setBody(ctx context.Context, p pending) error {
	if err := p.measure(ctx); err != nil {
		return err
	}
	switch {
	case p.size > inlineSize:
		c.body = &p
	case utf8.Valid(p.head):
		text := string(p.head)
		c.item.Body.Text = &text
	default:
		c.item.Body.Bytes = p.head
	}
	return nil
}

// is reports whether a file of a record has the same content, and the same arrays
// by the same names.
func (p *pending) is(f dataFile) bool {
	return f.SHA256 == p.sha256 && f.Size == p.size &&
		strings.HasPrefix(f.Name, p.name()) && strings.HasSuffix(f.Name, "."+p.suffix)
}

// name returns how the name of the file begins.
func (p *pending) name() string { return p.base + "-" + p.sha256[:digestInName] }

// kept is an item whose files are written.
type kept struct {
	item    *item
	reused  []string // keys of files that the present record names
	created []string // keys of files that nobody names yet
}

// keep writes the files of a content that the record of the key does not have.
func (d *DataSet) keep(ctx context.Context, key string, c *content, was *record) (*kept, error) {
	it := c.item
	k := &kept{item: &it}
	var there []dataFile
	if was != nil {
		there = was.Item.all()
	}
	one := func(p *pending) (dataFile, error) {
		f := dataFile{SHA256: p.sha256, Size: p.size}
		if i := slices.IndexFunc(there, p.is); i >= 0 {
			// Who writes a value again because its file is damaged must get another.
			same := there[i]
			err := d.checkFile(ctx, key, same)
			if err == nil {
				k.reused = append(k.reused, path.Join(dataFolder(key), same.Name))
				return same, nil
			}
			if !errors.Is(err, errGone) && !errors.Is(err, artifacts.ErrCorrupt) {
				return f, err
			}
		}
		var err error
		if f.Name, err = d.write(ctx, dataFolder(key), p); err != nil {
			return f, err
		}
		k.created = append(k.created, path.Join(dataFolder(key), f.Name))
		f.Arrays, err = d.locate(ctx, key, p, f.Name)
		return f, err
	}
	err := func() error {
		if c.body != nil {
			f, err := one(c.body)
			if err != nil {
				return err
			}
			it.Body.File = &f
		}
		it.Files = nil
		for i := range c.files {
			f, err := one(&c.files[i])
			if err != nil {
				return err
			}
			it.Files = append(it.Files, f)
		}
		return nil
	}()
	if err != nil {
		d.drop(ctx, k.created)
		return nil, err
	}
	return k, nil
}

// digestInName is how many digits of a file's digest are in its name.
const digestInName = 16

// write writes a file under a name made of its digest. One of that name that is
// there already is not taken for it: it may be about to be collected.
func (d *DataSet) write(ctx context.Context, folder string, p *pending) (string, error) {
	name := p.name()
	for {
		full := name + "." + p.suffix
		info, err := d.store.Create(ctx, folder+full, func(w io.Writer) error { return p.write(ctx, w) })
		switch {
		case errors.Is(err, artifacts.ErrExists):
			name = p.name() + "-" + strings.ToLower(rand.Text()[:8])
			continue
		case err != nil:
			return "", err
		case info.SHA256 != p.sha256:
			d.drop(ctx, []string{folder + full})
			return "", errors.New("the value changed while it was written")
		}
		return full, nil
	}
}

// dropTime bounds the removal of files that did not come to be used.
const dropTime = 10 * time.Second

// drop removes files that no record names, even if ctx has ended. What cannot be
// removed is left to GC.
func (d *DataSet) drop(ctx context.Context, files []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dropTime)
	defer cancel()
	for _, f := range files {
		if err := d.store.Remove(ctx, f); err != nil && !errors.Is(err, artifacts.ErrNotFound) {
			d.opts.Logger.WarnContext(ctx, "cannot remove a file that is not used; gc will", "error", err)
		}
	}
}
