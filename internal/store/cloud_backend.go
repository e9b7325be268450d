package store

import (
	"context"
	"io/fs"
	"iter"
)

// cloud is a folder of a bucket whose writes are conditional.
type cloud struct {
	bucket
	account      *account
	singleWriter bool // the user promises that there is one
}

func (c *cloud) unguarded() bool { return c.account.probe.result.Load() == dishonest }

// answer tells what a request came to, if it failed.
func (c *cloud) answer(err error) (Answer, error) {
	if err == nil {
		return Unclear, nil
	}
	return c.account.cloud.Answer(err)
}

// shaped gives an error of the cloud the form that all backends use.
func (c *cloud) shaped(err error) error {
	answer, err := c.answer(err)
	if answer == Missing {
		return fs.ErrNotExist
	}
	return err
}

func (c *cloud) stat(ctx context.Context, key string) (Info, error) {
	info, err := c.bucket.stat(ctx, key)
	return info, c.shaped(err)
}

func (c *cloud) remove(ctx context.Context, key string) error {
	return c.shaped(c.bucket.remove(ctx, key))
}

func (c *cloud) list(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return c.listing(c.bucket.list(ctx, prefix))
}

func (c *cloud) folder(ctx context.Context, dir string) iter.Seq2[Info, error] {
	return c.listing(c.bucket.folder(ctx, dir))
}

func (c *cloud) listing(all iter.Seq2[Info, error]) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for info, err := range all {
			if !yield(info, c.shaped(err)) {
				return
			}
		}
	}
}
