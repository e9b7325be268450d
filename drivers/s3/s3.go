// Package s3 makes s3:// URLs work: projects and repositories in Amazon S3 and
// in what speaks its protocol, such as MinIO, Cloudflare R2, Ceph or versitygw.
// A program imports it for its side effect and opens
// s3://bucket/folder/project.json wherever a path is taken:
//
//	import _ "github.com/lazyscribe-go/lazyscribe/drivers/s3"
//
// What follows a '?' says where the bucket is and how it is spoken to:
//
//	s3://bucket/models/project.json?region=eu-central-1            Amazon S3
//	s3://bucket/models/project.json?region=auto&endpoint=https://ACCOUNT.r2.cloudflarestorage.com
//	s3://bucket/models/project.json?region=us-east-1&endpoint=http://localhost:9000&use_path_style=true
//
// The parameters are those of [gocloud.dev/blob/s3blob.URLOpener] and
// [gocloud.dev/aws.V2ConfigFromURLParams]: region, endpoint, use_path_style,
// profile, anonymous, ssetype, kmskeyid, accelerate, request_checksum_calculation
// and others. The key, before the '?', is taken as it is. Region and credentials
// come from where the AWS command line takes them: the variables AWS_REGION,
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_PROFILE, the files below
// ~/.aws, or the machine's role.
//
// # Rights
//
// Reading needs s3:GetObject and s3:ListBucket; without the latter S3 answers
// that access is denied where nothing is. Writing needs s3:PutObject,
// s3:AbortMultipartUpload and s3:DeleteObject besides. Before its first write a
// process tries once whether the server heeds conditions (If-Match and
// If-None-Match), with a hidden object in the project's folder that it removes.
// A server that does not is refused, unless the program promises that there is
// one writer.
//
// # Transfers
//
// Large artifacts, of up to 490 GiB, go up and come down in parts of 8 MiB,
// several at once. An
// upload that fails or is cancelled is aborted, so its parts are not paid for; a
// process that is killed leaves them, and a lifecycle rule of the bucket
// (AbortIncompleteMultipartUpload) removes them. The AWS SDK sends a CRC-32 with
// what it uploads, which the server checks, and repeats requests that fail for
// the moment.
package s3

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func init() { store.Register(s3blob.Scheme, open) }

// bucket is a bucket of S3. Its revisions are ETags.
type bucket struct {
	blob    *blob.Bucket
	client  *s3.Client
	name    string
	options s3blob.Options // which encryption the server is to use
}

func open(ctx context.Context, name string, query url.Values) (store.Cloud, error) {
	u := &url.URL{Scheme: s3blob.Scheme, Host: name, RawQuery: query.Encode()}
	opener := new(s3blob.URLOpener)
	opened, err := opener.OpenBucketURL(ctx, u)
	if err != nil {
		return nil, err
	}
	var client *s3.Client
	if !opened.As(&client) {
		return nil, errors.New("s3blob has no client")
	}
	o := client.Options()
	o.Retryer = patient(o)
	// Files of several parts have no checksum the SDK could compare; it would say
	// so on the standard error each time.
	o.DisableLogOutputChecksumValidationSkipped = true
	b := &bucket{client: s3.New(o), name: name, options: opener.Options}
	b.blob, err = s3blob.OpenBucket(ctx, b.client, name, &b.options)
	return b, err
}

func (b *bucket) Bucket() *blob.Bucket { return b.blob }

func (b *bucket) Get(ctx context.Context, key, revision string, offset, length int64) (*store.Object, error) {
	r, err := b.blob.NewRangeReader(ctx, key, offset, length, &blob.ReaderOptions{BeforeRead: func(as func(any) bool) error {
		var in *s3.GetObjectInput
		if revision != "" && as(&in) {
			in.IfMatch = &revision
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	var out s3.GetObjectOutput
	r.As(&out)
	return &store.Object{
		ReadCloser: r,
		Size:       r.Size(),
		ModTime:    r.ModTime(),
		Revision:   aws.ToString(out.ETag),
		Metadata:   out.Metadata,
	}, nil
}

var errSpelled = errors.New("spelled")

// spell returns the key as gocloud.dev spells it for S3, which has no room for
// some characters. It is asked for, in a request that is not sent, so that what
// is written here is found there.
func (b *bucket) spell(ctx context.Context, key string) (string, error) {
	var spelled string
	_, err := b.blob.NewRangeReader(ctx, key, 0, -1, &blob.ReaderOptions{BeforeRead: func(as func(any) bool) error {
		var in *s3.GetObjectInput
		if as(&in) {
			spelled = aws.ToString(in.Key)
		}
		return errSpelled
	}})
	if spelled == "" {
		return "", fmt.Errorf("key for S3: %w", err)
	}
	return spelled, nil
}

// key is the one that the server encrypts with, nil for its own.
func (b *bucket) key() *string {
	if b.options.KMSEncryptionID == "" {
		return nil
	}
	return &b.options.KMSEncryptionID
}

// conditions are what a request's fields say of the state it replaces.
func conditions(c store.Condition) (ifMatch, ifNoneMatch *string) {
	switch {
	case c.Always:
		return nil, nil
	case c.Revision == "":
		return nil, aws.String("*")
	}
	return &c.Revision, nil
}
