package project

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/payload"
)

// Rescued lists the values that saves kept, of this session and of others,
// because they could not be encoded; see [Project.Save]. Files that cannot be
// read are listed with the reason.
func (p *Project) Rescued(ctx context.Context) ([]artifacts.Rescued, error) {
	list, err := p.rescues.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("list rescued values of project %q: %w", p.url, err)
	}
	return list, nil
}

// Retry encodes a value that was kept, with the handler of today, adds the
// artifact to its experiment with the name, file name and times it was logged
// with, and saves the project. That is an Edit and a Save, with their conditions
// and their errors. Once it is saved the kept value is removed; if it was added
// already, that is all there is to do.
//
// Other errors: [artifacts.ErrNotFound] (the value, its experiment or its test),
// [artifacts.ErrExists] (another artifact has the name by now; see
// [artifacts.RetryOptions]), [artifacts.ErrUnknownHandler],
// [artifacts.ErrCorrupt], [artifacts.ErrUnsafePath]. If only the Save failed, the
// artifact is pending as after any Edit.
func (p *Project) Retry(ctx context.Context, id string, o *artifacts.RetryOptions) (*experiment.Experiment, error) {
	x, err := p.retry(ctx, id, o)
	if err != nil {
		return nil, fmt.Errorf("retry rescued value %q: %w", id, err)
	}
	return x, nil
}

func (p *Project) retry(ctx context.Context, id string, o *artifacts.RetryOptions) (x *experiment.Experiment, err error) {
	if o == nil {
		o = &artifacts.RetryOptions{}
	}
	file, err := p.rescues.Open(ctx, id)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	about := &file.About
	if about.Experiment == "" {
		return nil, errors.New("it was kept by a repository")
	}
	if err := p.loadFor(ctx, about.Experiment); err != nil {
		return nil, err
	}
	p.mu.Lock()
	known := p.taken(about.Experiment) != nil // Edit would take a short slug too
	p.mu.Unlock()
	if !known {
		return nil, fmt.Errorf("experiment %q: %w", about.Experiment, artifacts.ErrNotFound)
	}
	var restored *payload.Value
	there := false
	x, err = p.Edit(ctx, about.Experiment, func(d *experiment.Draft) (err error) {
		there, err = experiment.Restore(d, about, o.Replace, func() (*payload.Value, error) {
			v, err := payload.Restore(ctx, file, about, p.opts.Handlers, o)
			restored = v
			return v, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	if !there {
		p.rescues.Note(restored, id)
	}
	if err := p.Save(ctx); err != nil {
		return nil, err
	}
	if there {
		return x, p.forgetRescued(ctx, id)
	}
	return x, nil
}

// forgetRescued removes a kept value that is not needed, unless somebody did.
func (p *Project) forgetRescued(ctx context.Context, id string) error {
	err := p.rescues.Remove(ctx, id)
	if errors.Is(err, artifacts.ErrNotFound) {
		return nil
	}
	return err
}

// OpenRescued opens a value that was kept, in the spelling of its handler.
func (p *Project) OpenRescued(ctx context.Context, id string) (io.ReadCloser, error) {
	file, err := p.rescues.Open(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open rescued value %q: %w", id, err)
	}
	return file, nil
}

// DropRescued removes a value that was kept, for good, whether it can be read or
// not.
func (p *Project) DropRescued(ctx context.Context, id string) error {
	err := error(artifacts.ErrReadOnly)
	if p.opts.Mode != ReadOnly {
		err = p.rescues.Remove(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("drop rescued value %q: %w", id, err)
	}
	return nil
}
