package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"

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
	bucket  string
	manager *transfermanager.Client
}

// openSDK understands of the bucket's URL what this library's driver does: region,
// endpoint and use_path_style.
func (e *env) openSDK(ctx context.Context) (*plainSDK, error) {
	u, err := url.Parse(e.bucket)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(query.Get("region")))
	if err != nil {
		return nil, err
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		if endpoint := query.Get("endpoint"); endpoint != "" {
			o.BaseEndpoint = &endpoint
		}
		o.UsePathStyle = query.Get("use_path_style") == "true"
	})
	return &plainSDK{u.Host, transfermanager.New(client)}, nil
}

func (s *plainSDK) upload(ctx context.Context, key, source string) error {
	f, err := os.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.manager.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &s.bucket, Key: &key, Body: f})
	return err
}

// download fetches into nowhere. The manager's own reader of streams (GetObject)
// is not used: version 0.4.3 was seen to wait for itself for ever.
func (s *plainSDK) download(ctx context.Context, key string) error {
	_, err := s.manager.DownloadObject(ctx, &transfermanager.DownloadObjectInput{Bucket: &s.bucket, Key: &key, WriterAt: nowhere{}})
	return err
}

type nowhere struct{}

func (nowhere) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }

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
		if p, err = e.openLarge(ctx, folder.url(), source); err != nil {
			return err
		}
		if plain, err = e.openSDK(ctx); err != nil {
			return err
		}
		return plain.upload(ctx, key, source)
	}
	r.done = func() error { return p.Close() }
	r.sides[ours] = func(ctx context.Context) (float64, error) { return loadLarge(ctx, p) }
	r.sides[limit] = func(ctx context.Context) (float64, error) {
		return timed(func() error { return plain.download(ctx, key) })
	}
	return r
}
