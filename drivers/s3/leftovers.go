package s3

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Uploads needs the right s3:ListBucketMultipartUploads.
func (b *bucket) Uploads(ctx context.Context, prefix string) iter.Seq2[store.PendingUpload, error] {
	return func(yield func(store.PendingUpload, error) bool) {
		pages := s3.NewListMultipartUploadsPaginator(b.client, &s3.ListMultipartUploadsInput{Bucket: &b.name, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(store.PendingUpload{}, err)
				return
			}
			for _, u := range page.Uploads {
				pending := store.PendingUpload{ID: aws.ToString(u.UploadId)}
				pending.Key, pending.ModTime = aws.ToString(u.Key), aws.ToTime(u.Initiated)
				if !yield(pending, nil) {
					return
				}
			}
		}
	}
}

func (b *bucket) AbortUpload(ctx context.Context, key, id string) error {
	_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &id})
	return err
}
