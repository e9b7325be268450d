package experiment

import (
	"errors"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/entry"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/safepath"
)

// errThere says that an artifact to be restored is there already.
var errThere = errors.New("it is there")

func (d *Draft) restore(kept *artifacts.Rescued, replace bool, encode func() (*payload.Value, error)) (there bool, err error) {
	if kept.Test == "" {
		err = d.logbook.restore(kept.Artifact, replace, encode)
	} else {
		pick := func([]int) int { return kept.TestIndex }
		err = d.editTest(kept.Test, pick, func(d *TestDraft) error { return d.logbook.restore(kept.Artifact, replace, encode) })
	}
	if err == errThere {
		return true, nil
	}
	return false, err
}

// restore adds an artifact with the name, the file name and the times it was
// logged with.
func (l *logbook) restore(meta artifacts.Artifact, replace bool, encode func() (*payload.Value, error)) error {
	if l.has(meta) {
		return errThere
	}
	if err := l.free(meta.Name, replace); err != nil {
		return fmt.Errorf("artifact %q: %w", meta.Name, err)
	}
	if meta.FileName != "" {
		if err := safepath.CheckName(meta.FileName); err != nil {
			return err
		}
	}
	v, err := encode()
	if err != nil {
		return fmt.Errorf("artifact %q: %w", meta.Name, err)
	}
	// The file name was given by lazyscribe, perhaps, and then it gives way to
	// one that is there.
	return l.keep(meta, v, &artifacts.LogOptions{Replace: replace})
}

// has reports whether the very artifact is there.
func (l *logbook) has(meta artifacts.Artifact) bool {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	at := l.at(meta.Name)
	return at >= 0 && entry.Same(l.artifacts[at].Meta(), meta)
}
