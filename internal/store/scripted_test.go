package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// scripted is a cloud, all of whose buckets are one, whose answers a test decides.
type scripted struct {
	mu       sync.Mutex
	bucket   *blob.Bucket
	objects  map[string]scriptedObject
	revision int
	puts     int // of manifests, not of probes
	deny     bool

	// put, when set, is called for each write of a manifest with its number, from
	// 1, and what would do it. What it returns is the answer.
	put func(n int, do func() error) error
}

type scriptedObject struct {
	data     []byte
	revision string
	writes   string
}

var (
	errLost    = errors.New("connection reset")
	errChanged = errors.New("precondition failed")
	errMissing = errors.New("no such key")
	errDenied  = errors.New("access denied")
)

// newScripted makes a cloud known as scripted://name.
func newScripted() *scripted {
	c := &scripted{bucket: memblob.OpenBucket(nil), objects: map[string]scriptedObject{}}
	store.Register("scripted", func(context.Context, string, url.Values) (store.Cloud, error) { return c, nil })
	return c
}

func (c *scripted) Bucket() *blob.Bucket { return c.bucket }

func (c *scripted) Answer(err error) (store.Answer, error) {
	switch {
	case errors.Is(err, errChanged):
		return store.Changed, err
	case errors.Is(err, errMissing):
		return store.Missing, err
	case errors.Is(err, errDenied):
		return store.Refused, err
	}
	return store.Unclear, err
}

func (c *scripted) Get(_ context.Context, key, _ string, _, _ int64) (*store.Object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.objects[key]
	if !ok {
		return nil, errMissing
	}
	return &store.Object{
		ReadCloser: io.NopCloser(bytes.NewReader(o.data)),
		Size:       int64(len(o.data)),
		ModTime:    time.Now(),
		Revision:   o.revision,
		Metadata:   map[string]string{"LazyscribeWrites": o.writes}, // as some servers spell it
	}, nil
}

func (c *scripted) Put(_ context.Context, key string, data []byte, condition store.Condition) error {
	do := func() error { return c.write(key, data, condition) }
	c.mu.Lock()
	hook, deny := c.put, c.deny
	if key == "m.json" {
		c.puts++
	} else {
		hook = nil
	}
	n := c.puts
	c.mu.Unlock()
	switch {
	case deny:
		return errDenied
	case hook != nil:
		return hook(n, do)
	}
	return do()
}

func (c *scripted) write(key string, data []byte, condition store.Condition) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !condition.Always && c.objects[key].revision != condition.Revision {
		return errChanged
	}
	c.revision++
	c.objects[key] = scriptedObject{data, strconv.Itoa(c.revision), condition.Writes}
	return nil
}

// foreign replaces an object as a program does that keeps no record of writes.
func (c *scripted) foreign(key, text string) {
	_ = c.write(key, []byte(text), store.Condition{Always: true}) // never fails
}

func (c *scripted) Upload(_ context.Context, key string, condition store.Condition) (store.Upload, error) {
	return &scriptedUpload{cloud: c, key: key, condition: condition}, nil
}

type scriptedUpload struct {
	bytes.Buffer
	cloud     *scripted
	key       string
	condition store.Condition
}

func (u *scriptedUpload) Commit(context.Context) error {
	do := func() error { return u.cloud.write(u.key, u.Bytes(), u.condition) }
	if u.cloud.put != nil {
		return u.cloud.put(0, do)
	}
	return do()
}

func (u *scriptedUpload) Abort() {}
