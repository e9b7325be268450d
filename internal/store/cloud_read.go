package store

import (
	"context"
	"io/fs"
)

// readTries is how often a manifest is read again when the connection breaks in
// the middle of it.
const readTries = 5

// read returns a manifest and the state it is in, from one request. One that is
// not there is fs.ErrNotExist.
func (c *cloud) read(ctx context.Context, key string) ([]byte, state, error) {
	if err := c.hook("open", key); err != nil {
		return nil, state{}, err
	}
	pause := backoff{}
	for try := 1; ; try++ {
		data, now, err := c.readOnce(ctx, key)
		answer, err := c.answer(err)
		switch {
		case err == nil:
			return data, now, nil
		case answer == Missing:
			return nil, state{}, fs.ErrNotExist
		case answer != Unclear || try == readTries || pause.wait(ctx) != nil:
			return nil, state{}, err
		}
	}
}

func (c *cloud) readOnce(ctx context.Context, key string) ([]byte, state, error) {
	o, err := c.account.cloud.Get(ctx, c.prefix+key, "", 0, -1)
	if err != nil {
		return nil, state{}, err
	}
	defer o.Close()
	data, err := readAll(o, min(o.Size, trustedSize))
	if err != nil {
		return nil, state{}, err
	}
	return data, stateOf(o), nil
}

// readText reads a manifest. Other than a File it can begin again.
func (c *cloud) readText(ctx context.Context, key string) ([]byte, error) {
	data, _, err := c.read(ctx, key)
	return data, err
}
