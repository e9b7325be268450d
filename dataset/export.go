package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// maxEmbedded is the number of bytes from which on [DataSet.ExportGo] leaves data
// beside the program: what is embedded is copied at each build.
const maxEmbedded = 64 << 20

// Placement says where an exported package has its data.
type Placement int

const (
	// PlaceAuto embeds up to 64 MiB.
	PlaceAuto Placement = iota
	// PlaceEmbed makes the data a part of the program.
	PlaceEmbed
	// PlaceBeside leaves it in files, which the program hands to the package's
	// function Load.
	PlaceBeside
)

// ExportOptions are the choices of one export. Nil means all defaults.
type ExportOptions struct {
	Package string    // the package's name; "": after the folder
	Place   Placement // of the data
}

// ExportGo writes the dataset, wherever it is, as a Go package to a folder of the
// local disk, which must be empty or not there. The package needs the standard
// library and the types of the values, and nothing else; it is no dataset, but
// what one was. A dataset on the local disk is such a package itself.
func (d *DataSet) ExportGo(ctx context.Context, dir string, opts *ExportOptions) error {
	o := ExportOptions{}
	if opts != nil {
		o = *opts
	}
	if o.Package == "" {
		if abs, err := filepath.Abs(dir); err == nil {
			o.Package = packageName(filepath.Base(abs))
		}
	}
	err := checkPackage(o.Package)
	if scheme, _, isURL := strings.Cut(dir, "://"); isURL && !strings.EqualFold(scheme, "file") {
		err = errors.New("a Go package belongs on the local disk: name a folder")
	}
	if err == nil {
		var done func()
		if done, err = d.reading(); err == nil {
			defer done()
			err = d.export(ctx, dir, o)
		}
	}
	if err != nil {
		return fmt.Errorf("export dataset %q to %q: %w", d.url, store.WithoutParameters(dir), err)
	}
	return nil
}

func (d *DataSet) export(ctx context.Context, dir string, o ExportOptions) (err error) {
	to, err := store.OpenFolder(ctx, dir, &store.Options{Logger: d.opts.Logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	for info, err := range to.Folder(ctx, "") {
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: the folder has %q; name an empty one", artifacts.ErrExists, strings.TrimSuffix(info.Key, "/"))
	}
	items, err := d.refresh(ctx)
	if err != nil {
		return err
	}
	total := int64(0)
	for _, it := range items {
		total += it.Size
	}
	embed := o.Place == PlaceEmbed || o.Place == PlaceAuto && total <= maxEmbedded
	for _, it := range items {
		if err := d.exportItem(ctx, to, it.Key, o.Package, embed); err != nil {
			return fmt.Errorf("item %q: %w", it.Key, err)
		}
	}
	for file, text := range sharedFiles(o.Package, embed) {
		if err := create(ctx, to, file, text); err != nil {
			return err
		}
	}
	return nil
}

// exportItem writes an item's files and its view, of one revision. Files of one
// that was replaced meanwhile may stay: no view names them.
func (d *DataSet) exportItem(ctx context.Context, to *store.Store, key, pkg string, embed bool) error {
	write := func(r *record) error {
		text, err := d.viewOf(ctx, r, pkg, embed)
		if err != nil {
			return err
		}
		for _, f := range r.Item.all() {
			if err := d.exportFile(ctx, to, path.Join(dataFolder(key), f.Name), f); err != nil {
				return err
			}
		}
		return create(ctx, to, viewFile(key), text)
	}
	err := d.onRecord(ctx, key, write)
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil // removed meanwhile
	}
	return err
}

func (d *DataSet) exportFile(ctx context.Context, to *store.Store, key string, f dataFile) error {
	info, err := d.store.Copy(ctx, to, key, key)
	switch {
	case errors.Is(err, artifacts.ErrExists):
		return nil // from an attempt before, with the same content
	case err != nil:
		return gone(err)
	case info.SHA256 != f.SHA256:
		return errors.Join(fmt.Errorf("%w: file %q has another digest than recorded", artifacts.ErrCorrupt, key), to.Remove(ctx, key))
	}
	return nil
}

func create(ctx context.Context, to *store.Store, key string, text []byte) error {
	_, err := to.Create(ctx, key, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	return err
}
