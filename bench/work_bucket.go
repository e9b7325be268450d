package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/lazyscribe-go/lazyscribe/project"
)

// bucketRows are about one large artifact in the bucket, none if there is none.
func (e *env) bucketRows() []*row {
	if e.bucket == "" {
		return nil
	}
	return []*row{e.bucketSave(), e.bucketLoad()}
}

// A plainSDK sends and fetches objects by the transfer manager of the SDK.
type plainSDK struct {
	bucket  *blob.Bucket
	name    string
	manager *transfermanager.Client
}

func (e *env) openSDK(ctx context.Context) (*plainSDK, error) {
	base, query, _ := strings.Cut(strings.TrimPrefix(e.bucket, s3blob.Scheme+"://"), "?")
	name, _, _ := strings.Cut(base, "/")
	b, err := blob.OpenBucket(ctx, s3blob.Scheme+"://"+name+"?"+query)
	if err != nil {
		return nil, err
	}
	var client *s3.Client
	if !b.As(&client) {
		return nil, errors.Join(fmt.Errorf("%s is no bucket of S3", e.bucket), b.Close())
	}
	return &plainSDK{b, name, transfermanager.New(client)}, nil
}

func (s *plainSDK) upload(ctx context.Context, key, source string) error {
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.manager.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &s.name, Key: &key, Body: f})
	return err
}

func (s *plainSDK) download(ctx context.Context, key string) error {
	got, err := s.manager.GetObject(ctx, &transfermanager.GetObjectInput{Bucket: &s.name, Key: &key})
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, got.Body)
	return err
}

// bucketSave saves an artifact that is a large file.
func (e *env) bucketSave() *row {
	source := filepath.Join(e.dir, "artifact.txt")
	folder := shares{e: e, bucket: e.bucket, name: "artifact-save"}
	var plain *plainSDK
	r := &row{
		key: "artifact-bucket-save", work: fmt.Sprintf("save an artifact of %d MiB in a bucket", e.artifact>>20),
		limit: "the transfer manager of the SDK with the same file",
		note:  "A project also takes the SHA-256 and checks that the bytes are UTF-8, and writes its manifest; the SDK does not.",
		aims:  []aim{withinLimit(1)},
	}
	r.ready = func(ctx context.Context) (err error) {
		if err := writeText(source, e.artifact); err != nil {
			return err
		}
		plain, err = e.openSDK(ctx)
		return err
	}
	r.done = func() error { return plain.bucket.Close() }
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return saveArtifact(ctx, folder.url(), source) })
	}
	sent := 0
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		sent++
		return timed(func() error {
			return plain.upload(ctx, path.Join(filepath.Base(e.dir), fmt.Sprint("plain-", sent)), source)
		})
	}
	return r
}

// bucketLoad reads one back.
func (e *env) bucketLoad() *row {
	source := filepath.Join(e.dir, "artifact.txt")
	folder := shares{e: e, bucket: e.bucket, name: "artifact-load"}
	key := path.Join(filepath.Base(e.dir), "plain")
	var plain *plainSDK
	var p *project.Project
	r := &row{
		key: "artifact-bucket-load", work: fmt.Sprintf("load an artifact of %d MiB from a bucket", e.artifact>>20),
		limit: "the transfer manager of the SDK, into nowhere",
		note:  "A project compares the SHA-256.",
		aims:  []aim{withinLimit(1)},
	}
	r.ready = func(ctx context.Context) (err error) {
		url := folder.url()
		if err := errors.Join(writeText(source, e.artifact), saveArtifact(ctx, url, source)); err != nil {
			return err
		}
		if p, err = openProject(ctx, url, project.ReadOnly); err != nil {
			return err
		}
		if plain, err = e.openSDK(ctx); err != nil {
			return err
		}
		return plain.upload(ctx, key, source)
	}
	r.done = func() error { return errors.Join(p.Close(), plain.bucket.Close()) }
	r.sides[ours] = func(ctx context.Context) (float64, error) {
		x, err := p.Lookup("large")
		if err != nil {
			return 0, err
		}
		return timed(func() error { return x.LoadArtifact(ctx, "log", io.Discard, nil) })
	}
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return plain.download(ctx, key) })
	}
	return r
}
