package shelf

import (
	"context"
	"errors"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// several puts a value of several files: they get names that nobody uses, then the
// manifest names them in the place of those it named before, which are removed.
func (p *put) several(ctx context.Context, old *record) error {
	folder := ""
	if old != nil {
		folder = "~" + p.record.ID
	}
	w, err := p.write(ctx, folder)
	if folder == "" && errors.Is(err, artifacts.ErrExists) && errors.Is(w.Err(), artifacts.ErrExists) {
		// Somebody's files are in place, whose manifest is not there yet.
		w, err = p.write(ctx, "~"+p.record.ID)
	}
	if err != nil {
		return err
	}
	var before []putRecord
	err = change(ctx, p.st, p.key, func(puts []putRecord) ([]putRecord, error) {
		if len(puts) > 0 && !puts[0].Several {
			return nil, sameForm(&record{Puts: puts}, p.codec)
		}
		before = puts
		return []putRecord{p.record}, nil
	})
	if err != nil {
		if !errors.Is(err, artifacts.ErrOutcomeUnknown) {
			w.Abort()
		}
		return err
	}
	for _, b := range before {
		if err := p.s.removeFiles(ctx, p.st, p.key, b); err != nil {
			p.s.logger().WarnContext(ctx, "files of an earlier put stay, which the manifest no longer names", "url", p.st.URL(p.key), "error", err)
		}
	}
	return nil
}
