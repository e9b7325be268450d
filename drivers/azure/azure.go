// Package azure makes azblob:// URLs work: projects and repositories in Azure
// Blob Storage. A program imports it for its side effect and opens
// azblob://container/folder/project.json wherever a path is taken:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/drivers/azure"
//
// The account is the variable AZURE_STORAGE_ACCOUNT's, or the parameter
// storage_account's:
//
//	azblob://container/models/project.json
//	azblob://container/models/project.json?storage_account=myaccount
//	azblob://container/models/project.json?localemu=true&domain=localhost:10000&protocol=http    an emulator
//
// The parameters are those of [gocloud.dev/blob/azureblob.URLOpener]. The key,
// before the '?', is taken as it is. Credentials come from AZURE_STORAGE_KEY,
// AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, else from the
// environment, the managed identity or "az login".
//
// # Rights
//
// Reading needs the role Storage Blob Data Reader, writing Storage Blob Data
// Contributor. Before its first write a process tries once whether the server
// heeds conditions, with a hidden blob in the project's folder that it removes.
//
// # Transfers
//
// Large artifacts go up in blocks and come down in parts of 8 MiB, several at
// once. Of an upload that is not committed nothing is to be seen; Azure removes
// its blocks after a week.
package azure

import (
	"bytes"
	"context"
	"net/url"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	azblobblob "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"gocloud.dev/blob"
	"gocloud.dev/blob/azureblob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func init() { store.Register(azureblob.Scheme, open) }

// An upload holds blocks of blockSize bytes, blocksAtOnce of them.
const (
	blockSize    = 8 << 20
	blocksAtOnce = 4
)

// container is a container of Azure Blob Storage. Its revisions are ETags.
type container struct{ blob *blob.Bucket }

func open(ctx context.Context, name string, query url.Values) (store.Cloud, error) {
	u := &url.URL{Scheme: azureblob.Scheme, Host: name, RawQuery: query.Encode()}
	b, err := blob.DefaultURLMux().OpenBucketURL(ctx, u)
	if err != nil {
		return nil, err
	}
	return &container{b}, nil
}

func (c *container) Bucket() *blob.Bucket { return c.blob }

func (c *container) Get(ctx context.Context, key, revision string, offset, length int64) (*store.Object, error) {
	r, err := c.blob.NewRangeReader(ctx, key, offset, length, &blob.ReaderOptions{BeforeRead: func(as func(any) bool) error {
		var o *azblobblob.DownloadStreamOptions
		if revision != "" && as(&o) {
			o.AccessConditions = matching(revision)
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	var raw azblobblob.DownloadStreamResponse
	r.As(&raw)
	object := &store.Object{ReadCloser: r, Size: r.Size(), ModTime: r.ModTime(), Metadata: map[string]string{}}
	if raw.ETag != nil {
		object.Revision = string(*raw.ETag)
	}
	for key, value := range raw.Metadata {
		if value != nil {
			object.Metadata[key] = *value
		}
	}
	return object, nil
}

func (c *container) Put(ctx context.Context, key string, data []byte, condition store.Condition) error {
	once := policy.WithRetryOptions(ctx, policy.RetryOptions{MaxRetries: -1})
	o := options(condition)
	o.BufferSize = max(len(data)+1, blockSize) // in one request, whatever its size
	o.MaxConcurrency = 1
	return c.blob.Upload(once, key, bytes.NewReader(data), o)
}

func (c *container) Upload(ctx context.Context, key string, condition store.Condition) (store.Upload, error) {
	o := options(condition)
	o.BufferSize, o.MaxConcurrency = blockSize, blocksAtOnce
	return store.NewStream(ctx, c.blob, key, o), nil
}

func options(c store.Condition) *blob.WriterOptions {
	return &blob.WriterOptions{
		ContentType: c.ContentType(),
		Metadata:    map[string]string{store.WritesKey: c.Writes},
		BeforeWrite: func(as func(any) bool) error {
			var o *azblob.UploadStreamOptions
			if as(&o) {
				o.AccessConditions = conditions(c)
			}
			return nil
		},
	}
}

func conditions(c store.Condition) *azblobblob.AccessConditions {
	switch {
	case c.Always:
		return nil
	case c.Revision == "":
		return &azblobblob.AccessConditions{ModifiedAccessConditions: &azblobblob.ModifiedAccessConditions{
			IfNoneMatch: new(azcore.ETagAny),
		}}
	}
	return matching(c.Revision)
}

func matching(revision string) *azblobblob.AccessConditions {
	return &azblobblob.AccessConditions{ModifiedAccessConditions: &azblobblob.ModifiedAccessConditions{
		IfMatch: new(azcore.ETag(revision)),
	}}
}
