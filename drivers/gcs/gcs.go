// Package gcs makes gs:// URLs work: projects and repositories in Google Cloud
// Storage. A program imports it for its side effect and opens
// gs://bucket/folder/project.json wherever a path is taken:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/drivers/gcs"
//
// Parameters may follow a '?':
//
//	gs://bucket/models/project.json?anonymous=true                   a public bucket, without credentials
//	gs://bucket/models/project.json?universe_domain=example.com      another cloud of Google's making
//
// The key, before the '?', is taken as it is. Credentials are Google's
// application default ones: what "gcloud auth application-default login" keeps,
// the file GOOGLE_APPLICATION_CREDENTIALS names, or the machine's service
// account. They have to be for the universe_domain, if the URL has one.
// GOOGLE_CLOUD_QUOTA_PROJECT names the project that pays for requests, as buckets
// whose requester pays want it. STORAGE_EMULATOR_HOST names an emulator, which is
// spoken to without credentials.
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
// of one resumable upload, of which nothing is to be seen unless it ends and
// which Google forgets after a week, and come down in parts of 8 MiB, several at
// once. A CRC32C goes with what is uploaded, which the server checks, and
// comes with what is read whole. Requests that fail for the moment are sent
// again, for about half a minute.
//
// # The client
//
// The driver speaks the JSON API with Google's generated client, and reads with
// the XML API, whose answers alone carry an object's metadata: one request reads
// a manifest and what is known of it. cloud.google.com/go/storage, which has both
// and gRPC, is not used: what it links doubled the time that every command takes
// to start, also those that never see a bucket. So there is no gRPC and no direct
// path to Google's network (grpc=true, zonal=true).
package gcs

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"gocloud.dev/blob"
	"google.golang.org/api/option"
	"google.golang.org/api/storage/v1"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

const scheme = "gs"

func init() { store.Register(scheme, open) }

// bucket is a bucket of Google Cloud Storage. Its revisions are generations.
type bucket struct {
	name    string
	blob    *blob.Bucket
	objects *storage.ObjectsService
	client  *http.Client // for what the generated client does not do
	host    string       // that the client speaks to, such as https://storage.googleapis.com

	chunk      int           // chunkSize, but for tests
	firstDelay time.Duration // that of retries, but for tests
}

func open(ctx context.Context, name string, query url.Values) (store.Cloud, error) {
	p, err := parse(query)
	if err != nil {
		return nil, err
	}
	client, host, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	return newBucket(ctx, name, client, host)
}

func newBucket(ctx context.Context, name string, client *http.Client, host string) (*bucket, error) {
	service, err := storage.NewService(ctx, option.WithHTTPClient(client), option.WithEndpoint(host+"/storage/v1/"))
	if err != nil {
		return nil, err
	}
	b := &bucket{name: name, objects: service.Objects, client: client, host: host, chunk: chunkSize, firstDelay: firstDelay}
	b.blob = blob.NewBucket(portable{b})
	return b, nil
}

func (b *bucket) Bucket() *blob.Bucket { return b.blob }
