package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// lookTries is how often a failed commit is looked at until it is clear what
// became of it. The drivers' requests are repeated besides.
const lookTries = 5

// cloudFile is a file on its way into a bucket.
type cloudFile struct {
	cloud  *cloud
	key    string
	id     string // of the write, which tells our object from another's
	upload Upload
	sent   int64

	replaces bool // it takes the place of another object, so a taken key says nothing
}

func (c *cloud) create(ctx context.Context, key, mediaType string) (pending, error) {
	condition, err := c.condition(ctx, key, state{})
	if errors.Is(err, errConflict) {
		return nil, fs.ErrExist
	}
	if err != nil {
		return nil, err
	}
	condition.MediaType = mediaType
	return c.begin(ctx, key, condition, false)
}

// replace starts an object that takes the place of another, whatever that is by
// then: the last one wins.
func (c *cloud) replace(ctx context.Context, key, mediaType string) (pending, error) {
	return c.begin(ctx, key, Condition{Always: true, MediaType: mediaType}, true)
}

func (c *cloud) begin(ctx context.Context, key string, condition Condition, replaces bool) (pending, error) {
	if err := c.hook("create", key); err != nil {
		return nil, err
	}
	id := newWrite()
	condition.Writes = writes{id}.String()
	up, err := c.account.cloud.Upload(ctx, c.prefix+key, condition)
	if err != nil {
		return nil, c.shaped(err)
	}
	return &cloudFile{cloud: c, key: key, id: id, upload: up, replaces: replaces}, nil
}

func (f *cloudFile) Write(p []byte) (int, error) {
	if err := f.cloud.hook("write", f.key); err != nil {
		return 0, err
	}
	n, err := f.upload.Write(p)
	f.sent += int64(n)
	return n, f.cloud.shaped(err)
}

// commit makes the file appear. A name that is taken may be taken by this very
// file, if the answer to the first request was lost and it was sent again. A file
// that cannot be found after a lost answer may have been there, and removed by
// somebody who was done with it: nobody knows.
func (f *cloudFile) commit(ctx context.Context) error {
	if err := f.cloud.hook("commit", f.key); err != nil {
		f.abort()
		return err
	}
	answer, err := f.cloud.answer(f.upload.Commit(ctx))
	if err == nil {
		return nil
	}
	if answer == Refused {
		return err
	}
	unknown := fmt.Errorf("%w: %w", artifacts.ErrOutcomeUnknown, err)
	if ctx.Err() != nil {
		return unknown
	}
	pause := backoff{}
	for range lookTries {
		now, lookErr := f.cloud.look(ctx, f.key)
		switch {
		case lookErr == nil && now.writes.has(f.id):
			return f.verify(ctx, now)
		case lookErr == nil && now.revision != "" && !f.replaces:
			return fs.ErrExist
		case lookErr == nil:
			return unknown
		}
		if pause.wait(ctx) != nil {
			break
		}
	}
	return unknown
}

// verify removes our object if it is not what was sent: requests that were sent
// again may have been taken for more of it.
func (f *cloudFile) verify(ctx context.Context, now state) error {
	if now.size == f.sent {
		return nil
	}
	err := fmt.Errorf("the server keeps %d bytes where %d were sent", now.size, f.sent)
	return errors.Join(err, f.cloud.remove(ctx, f.key))
}

func (f *cloudFile) abort() { f.upload.Abort() }
