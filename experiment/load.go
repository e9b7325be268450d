package experiment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

func metas(list []*record.Artifact) iter.Seq[artifacts.Artifact] {
	return func(yield func(artifacts.Artifact) bool) {
		for _, a := range list {
			if !yield(a.Meta().Clone()) {
				return
			}
		}
	}
}

// find returns the first artifact of a name.
func find(list []*record.Artifact, name string) (*record.Artifact, error) {
	for _, a := range list {
		if a.Meta().Name == name {
			return a, nil
		}
	}
	return nil, artifacts.ErrNotFound
}

func load(ctx context.Context, e *Experiment, t *record.Test, list []*record.Artifact, name string, target any, opts *artifacts.LoadOptions) error {
	a, err := find(list, name)
	if err == nil {
		err = e.cell.Home().Load(ctx, e.Slug(), t, a, target, opts)
	}
	return inContext("load artifact", e, t, name, err)
}

func open(ctx context.Context, e *Experiment, t *record.Test, list []*record.Artifact, name string) (io.ReadCloser, error) {
	a, err := find(list, name)
	if err != nil {
		return nil, inContext("open artifact", e, t, name, err)
	}
	f, err := e.cell.Home().Open(ctx, e.Slug(), t, a)
	if err != nil {
		return nil, inContext("open artifact", e, t, name, err)
	}
	return payload.Verify(ctx, f, a.Meta()), nil
}

// inContext says which artifact an error is about.
func inContext(op string, e *Experiment, t *record.Test, name string, err error) error {
	if err == nil {
		return nil
	}
	if t != nil {
		return fmt.Errorf("%s %q of test %q of experiment %q: %w", op, name, t.Name, e.Slug(), err)
	}
	return fmt.Errorf("%s %q of experiment %q: %w", op, name, e.Slug(), err)
}

func write(ctx context.Context, e *Experiment, list []*record.Artifact, name string, w io.Writer) error {
	a, err := find(list, name)
	switch {
	case err != nil:
	case a.Pending() != nil:
		err = a.Pending().WriteTo(ctx, w)
	default:
		err = copyFile(ctx, e, a, w)
	}
	return inContext("write artifact", e, nil, name, err)
}

func copyFile(ctx context.Context, e *Experiment, a *record.Artifact, w io.Writer) (err error) {
	f, err := e.cell.Home().Open(ctx, e.Slug(), nil, a)
	if err != nil {
		return err
	}
	r := payload.Verify(ctx, f, a.Meta())
	defer func() { err = errors.Join(err, r.Close()) }()
	_, err = io.Copy(w, r)
	return err
}
