// Package gcs makes gs:// URLs work: projects and repositories in Google Cloud
// Storage. A program imports it for its side effect and opens
// gs://bucket/folder/project.json wherever a path is taken:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
//
// The parameters that may follow a '?' are those of
// [gocloud.dev/blob/gcsblob.URLOpener]: anonymous=true for public buckets,
// universe_domain and others. The key, before the '?', is taken as it is.
// Credentials are Google's application default ones: what "gcloud auth
// application-default login" keeps, the file GOOGLE_APPLICATION_CREDENTIALS
// names, or the machine's service account. STORAGE_EMULATOR_HOST names an
// emulator, which is spoken to without credentials.
//
// # Rights
//
// Reading needs storage.objects.get and storage.objects.list, writing
// storage.objects.create and storage.objects.delete besides: the role Storage
// Object User. Before its first write a process tries once whether the server
// heeds conditions, with a hidden object in the project's folder that it
// removes.
//
// # Limits
//
// Google takes about one write a second to one object, so a project that many
// save to at once is better kept with segments. Large artifacts go up in chunks
// of one resumable upload, of which nothing is to be seen unless it ends, and
// come down in parts of 8 MiB, several at once. The client sends a CRC32C with
// what it uploads, which the server checks, and repeats requests that fail for
// the moment.
package gcs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"

	"cloud.google.com/go/storage"
	"gocloud.dev/blob"
	"gocloud.dev/blob/gcsblob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func init() { store.Register(gcsblob.Scheme, open) }

// chunkSize is what one request of an upload carries, in bytes. It is held in
// memory so that it can be sent again.
const chunkSize = 8 << 20

// attempts is how often a request is sent that fails for the moment: for about
// half a minute.
const attempts = 6

// bucket is a bucket of Google Cloud Storage. Its revisions are generations.
type bucket struct{ blob *blob.Bucket }

func open(ctx context.Context, name string, query url.Values) (store.Cloud, error) {
	u := &url.URL{Scheme: gcsblob.Scheme, Host: name, RawQuery: query.Encode()}
	b, err := blob.DefaultURLMux().OpenBucketURL(ctx, u)
	if err != nil {
		return nil, err
	}
	var client *storage.Client
	if !b.As(&client) {
		return nil, errors.New("gcsblob has no client")
	}
	// Else it goes on for ever where nothing answers.
	client.SetRetry(storage.WithMaxAttempts(attempts), storage.WithErrorFunc(passing))
	return &bucket{b}, nil
}

// passing reports whether a request may do better another time. The client's own
// judgement leaves out connections that end before the answer begins.
func passing(err error) bool { return storage.ShouldRetry(err) || errors.Is(err, io.EOF) }

func (b *bucket) Bucket() *blob.Bucket { return b.blob }

func (b *bucket) Get(ctx context.Context, key, revision string, offset, length int64) (*store.Object, error) {
	r, err := b.blob.NewRangeReader(ctx, key, offset, length, &blob.ReaderOptions{BeforeRead: func(as func(any) bool) error {
		var object **storage.ObjectHandle
		if revision == "" || !as(&object) {
			return nil
		}
		generation, err := strconv.ParseInt(revision, 10, 64)
		*object = (*object).Generation(generation)
		return err
	}})
	if err != nil {
		return nil, err
	}
	var raw *storage.Reader
	r.As(&raw)
	return &store.Object{
		ReadCloser: r,
		Size:       r.Size(),
		ModTime:    r.ModTime(),
		Revision:   strconv.FormatInt(raw.Attrs.Generation, 10),
		Metadata:   raw.Metadata(),
	}, nil
}

func (b *bucket) Put(ctx context.Context, key string, data []byte, c store.Condition) error {
	const whole = 0 // in one request, whatever its size
	o := options(c, whole, func(object *storage.ObjectHandle) *storage.ObjectHandle {
		return object.Retryer(storage.WithPolicy(storage.RetryNever))
	})
	return b.blob.Upload(ctx, key, bytes.NewReader(data), o)
}

// options puts a condition and what else there is to say into a write.
func options(c store.Condition, chunk int, also func(*storage.ObjectHandle) *storage.ObjectHandle) *blob.WriterOptions {
	return &blob.WriterOptions{
		ContentType: c.ContentType(),
		Metadata:    map[string]string{store.WritesKey: c.Writes},
		BeforeWrite: func(as func(any) bool) error {
			var object **storage.ObjectHandle
			if as(&object) {
				handle, err := conditional(*object, c)
				if err != nil {
					return err
				}
				*object = also(handle)
			}
			var w *storage.Writer
			if as(&w) {
				w.ChunkSize = chunk
			}
			return nil
		},
	}
}

func conditional(object *storage.ObjectHandle, c store.Condition) (*storage.ObjectHandle, error) {
	switch {
	case c.Always:
		return object, nil
	case c.Revision == "":
		return object.If(storage.Conditions{DoesNotExist: true}), nil
	}
	generation, err := strconv.ParseInt(c.Revision, 10, 64)
	return object.If(storage.Conditions{GenerationMatch: generation}), err
}
