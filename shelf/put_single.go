package shelf

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

const (
	// pendingAge is how long a put that was announced counts: longer than any
	// storage takes to give a file its name.
	pendingAge = 24 * time.Hour

	// settleTime bounds the last change of the manifest, which only tidies up.
	settleTime = 30 * time.Second
)

// single puts a value of one file. The manifest first says that the file may be
// this put's, then the file is replaced, then what it cannot be any more is taken
// out. So what the manifest says holds at any moment, also when two do this at
// once or one dies on the way.
func (p *put) single(ctx context.Context) error {
	w, err := p.write(ctx, "")
	if err != nil {
		return err
	}
	defer w.Abort() // nothing, once it is committed
	p.record.Files[0].Name = p.key
	mine := p.record
	mine.Pending = true
	var over []string // puts whose files this one's takes the place of, or of a later one
	err = change(ctx, p.st, p.key, func(puts []putRecord) ([]putRecord, error) {
		if len(puts) > 0 && puts[0].Several {
			return nil, sameForm(&record{Puts: puts}, p.codec)
		}
		// A file that somebody else put there stays what it is if this put dies.
		if len(puts) == 0 {
			var err error
			if mine.Bare, err = p.anything(ctx); err != nil {
				return nil, err
			}
		}
		over = over[:0]
		for _, old := range puts {
			if !old.Pending || mine.Put.Sub(old.Put) > pendingAge {
				over = append(over, old.ID)
			}
		}
		return append([]putRecord{mine}, puts...), nil
	})
	if err != nil {
		return err
	}
	if err := w.Commit(ctx); err != nil {
		return err
	}
	p.settle(ctx, over)
	return nil
}

// anything reports whether there is a file.
func (p *put) anything(ctx context.Context) (bool, error) {
	_, err := p.st.Stat(ctx, p.key)
	if errors.Is(err, artifacts.ErrNotFound) || errors.Is(err, syscall.EISDIR) {
		return false, nil
	}
	return err == nil, err
}

// settle takes the puts out of the manifest that are over. The value is put
// already: if this fails there are more puts than one that the file can be of, and
// the next one settles it.
func (p *put) settle(ctx context.Context, over []string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	err := change(ctx, p.st, p.key, func(puts []putRecord) ([]putRecord, error) {
		puts = slices.DeleteFunc(puts, func(old putRecord) bool { return slices.Contains(over, old.ID) })
		i := slices.IndexFunc(puts, func(old putRecord) bool { return old.ID == p.record.ID })
		switch {
		case i >= 0:
			puts[i].Pending = false
		case len(puts) == 0 || puts[0].Several:
			return nil, artifacts.ErrConflict // removed, or replaced by several files
		default: // taken for dead, by a clock that is a day ahead
			puts = append([]putRecord{p.record}, puts...)
		}
		for i := range puts {
			puts[i].Bare = false // what was there before is gone
		}
		return puts, nil
	})
	if err != nil {
		p.s.logger().WarnContext(ctx, "manifest still names what the file was before", "url", p.st.URL(p.key), "error", err)
	}
}
