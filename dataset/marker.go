package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// marker is the file by which a folder is known to be a dataset. An empty one
// means the same as one of format 1.
const marker = "_this_dir_is_a_DataSet"

type markerText struct {
	Format int `json:"format"`
}

// recognise returns an error if the folder is not a dataset that can be read.
func (d *DataSet) recognise(ctx context.Context) error {
	text, err := d.store.ReadText(ctx, marker)
	if errors.Is(err, artifacts.ErrNotFound) {
		return d.explain(ctx)
	}
	if err != nil || strings.TrimSpace(string(text)) == "" {
		return err
	}
	m := markerText{}
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("%w: file %q: %w", artifacts.ErrCorrupt, marker, err)
	}
	if m.Format > version {
		return fmt.Errorf("its format is %d, which is newer than this program", m.Format)
	}
	return nil
}

// explain returns why a folder without a marker is not a dataset: it is not
// there, or it is something else.
func (d *DataSet) explain(ctx context.Context) error {
	for info, err := range d.store.Folder(ctx, "") {
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: it has %q and no %q, which may be an empty file", ErrNotDataSet, strings.TrimSuffix(info.Key, "/"), marker)
	}
	return artifacts.ErrNotFound
}

// establish makes a dataset of a folder in which there is nothing, unless it is
// one.
func (d *DataSet) establish(ctx context.Context) error {
	err := d.recognise(ctx)
	if errors.Is(err, ErrNotDataSet) {
		// Another process may have begun one between the two looks.
		err = d.recognise(ctx)
	}
	if !errors.Is(err, artifacts.ErrNotFound) {
		return err
	}
	_, err = d.store.Create(ctx, marker, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(markerText{version})
	})
	if errors.Is(err, artifacts.ErrExists) {
		return d.recognise(ctx)
	}
	return err
}
