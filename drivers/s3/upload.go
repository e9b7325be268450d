package s3

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Put sends the request once: with the SDK's own retries a write that was done
// could come back as a conflict with itself.
func (b *bucket) Put(ctx context.Context, key string, data []byte, c store.Condition) error {
	key, err := b.spell(ctx, key)
	if err != nil {
		return err
	}
	return b.put(ctx, key, data, c, func(o *s3.Options) { o.Retryer = aws.NopRetryer{} })
}

func (b *bucket) put(ctx context.Context, key string, data []byte, c store.Condition, options ...func(*s3.Options)) error {
	ifMatch, ifNoneMatch := conditions(c)
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:      &b.name,
		Key:         &key,
		Body:        bytes.NewReader(data),
		ContentType: aws.String(c.ContentType()),
		Metadata:    map[string]string{store.WritesKey: c.Writes},
		IfMatch:     ifMatch,
		IfNoneMatch: ifNoneMatch,

		ServerSideEncryption: b.options.EncryptionType,
		SSEKMSKeyId:          b.key(),
	}, options...)
	return err
}

const (
	// partsAtOnce is how many parts of one upload are on their way while the next
	// one is filled.
	partsAtOnce = 4

	abortTime = 30 * time.Second // for the abort of an upload whose context has ended
)

// upload is an object on its way: in one request if it is small, else in parts.
// It holds partsAtOnce+1 parts at most.
type upload struct {
	bucket    *bucket
	ctx       context.Context // of the one object; ends with its first failure
	cancel    context.CancelCauseFunc
	key       string
	condition store.Condition

	id    *string                // of the upload in parts; nil as long as there is none
	parts []*types.CompletedPart // filled in by work
	buf   []byte                 // the part being filled, nil if none
	slots chan []byte            // memory for parts
	work  sync.WaitGroup
}

func (b *bucket) Upload(ctx context.Context, key string, c store.Condition) (store.Upload, error) {
	key, err := b.spell(ctx, key)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	u := &upload{bucket: b, ctx: ctx, cancel: cancel, key: key, condition: c, slots: make(chan []byte, partsAtOnce+1)}
	for range cap(u.slots) {
		u.slots <- []byte{}
	}
	return u, nil
}

func (u *upload) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if u.buf == nil {
			select {
			case u.buf = <-u.slots:
			case <-u.ctx.Done():
				return n, context.Cause(u.ctx)
			}
		}
		size := partSize(len(u.parts))
		if len(u.buf) == size {
			if err := u.send(); err != nil {
				return n, err
			}
			continue
		}
		m := min(size-len(u.buf), len(p))
		u.buf = append(u.grown(m, size), p[:m]...)
		n, p = n+m, p[m:]
	}
	return n, nil
}

// grown returns the part being filled with room for n more bytes. The first one
// grows by and by, so that a small object takes little; those after it are going
// to be full.
func (u *upload) grown(n, size int) []byte {
	need := len(u.buf) + n
	if need <= cap(u.buf) {
		return u.buf
	}
	room := size
	if len(u.parts) == 0 {
		room = min(max(need, 2*cap(u.buf)), size)
	}
	return append(make([]byte, 0, room), u.buf...)
}

// Parts are of one size as far as an object of 40 GiB goes, since some servers
// ask for it (Cloudflare R2); then they double after each thousand, so that the
// 10,000 parts that S3 takes are enough for 490 GiB. An upload takes more memory
// then.
const (
	firstPart  = 8 << 20 // bytes; S3's least is 5 MiB
	equalParts = 5120
	moreParts  = 1000
)

// partSize returns the size of the part with an index from 0, in bytes.
func partSize(index int) int {
	return firstPart << ((max(index, equalParts) - equalParts + moreParts - 1) / moreParts)
}

// send sends the part that is filled.
func (u *upload) send() error {
	if u.ctx.Err() != nil {
		return context.Cause(u.ctx)
	}
	if u.id == nil {
		if err := u.begin(); err != nil {
			return err
		}
	}
	buf, part := u.buf, &types.CompletedPart{PartNumber: aws.Int32(int32(len(u.parts) + 1))}
	u.buf, u.parts = nil, append(u.parts, part)
	u.work.Go(func() {
		defer func() { u.slots <- buf[:0] }()
		out, err := u.bucket.client.UploadPart(u.ctx, &s3.UploadPartInput{
			Bucket:            &u.bucket.name,
			Key:               &u.key,
			UploadId:          u.id,
			PartNumber:        part.PartNumber,
			ChecksumAlgorithm: u.bucket.checksum(),
			Body:              bytes.NewReader(buf),
		})
		if err != nil {
			u.cancel(err)
			return
		}
		part.ETag, part.ChecksumCRC32 = out.ETag, out.ChecksumCRC32
	})
	return nil
}

// checksum returns the algorithm of the checksums that go with parts. The
// parameter request_checksum_calculation turns them off for servers that do not
// know them.
func (b *bucket) checksum() types.ChecksumAlgorithm {
	if b.client.Options().RequestChecksumCalculation == aws.RequestChecksumCalculationWhenRequired {
		return ""
	}
	return types.ChecksumAlgorithmCrc32
}

func (u *upload) begin() error {
	out, err := u.bucket.client.CreateMultipartUpload(u.ctx, &s3.CreateMultipartUploadInput{
		Bucket:            &u.bucket.name,
		Key:               &u.key,
		ContentType:       aws.String(u.condition.ContentType()),
		ChecksumAlgorithm: u.bucket.checksum(),
		Metadata:          map[string]string{store.WritesKey: u.condition.Writes},

		ServerSideEncryption: u.bucket.options.EncryptionType,
		SSEKMSKeyId:          u.bucket.key(),
	})
	if err != nil {
		u.cancel(err)
		return err
	}
	u.id = out.UploadId
	return nil
}

// Commit sends what is left. An upload in parts that fails is aborted, which
// also settles whether it can still be done.
func (u *upload) Commit(context.Context) error {
	if u.ctx.Err() != nil {
		u.Abort()
		return context.Cause(u.ctx)
	}
	if u.id == nil {
		err := u.putWhole()
		u.cancel(err)
		return err
	}
	err := u.complete()
	if err != nil {
		u.Abort()
	}
	u.cancel(err)
	return err
}

// deniedTries is how often a small object is sent that is denied. MinIO denies
// access to a folder that another client is just removing, as it does where
// objects come and go.
const deniedTries = 4

// putWhole sends an object that is no larger than one part.
func (u *upload) putWhole() error {
	for try := 1; ; try++ {
		err := u.bucket.put(u.ctx, u.key, u.buf, u.condition, retryMore)
		api, ok := errors.AsType[smithy.APIError](err)
		if !ok || api.ErrorCode() != "AccessDenied" || try == deniedTries {
			return err
		}
		delay, _ := delayed{}.RetryDelay(try, err)
		select {
		case <-time.After(delay):
		case <-u.ctx.Done():
			return err
		}
	}
}

func (u *upload) complete() error {
	if len(u.buf) > 0 {
		if err := u.send(); err != nil {
			return err
		}
	}
	u.work.Wait()
	if u.ctx.Err() != nil {
		return context.Cause(u.ctx)
	}
	if err := u.checkFree(); err != nil {
		return err
	}
	parts := make([]types.CompletedPart, len(u.parts))
	for i, part := range u.parts {
		parts[i] = *part
	}
	ifMatch, ifNoneMatch := conditions(u.condition)
	_, err := u.bucket.client.CompleteMultipartUpload(u.ctx, &s3.CompleteMultipartUploadInput{
		Bucket:          &u.bucket.name,
		Key:             &u.key,
		UploadId:        u.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		IfMatch:         ifMatch,
		IfNoneMatch:     ifNoneMatch,
	}, retryMore)
	return err
}

// checkFree refuses a key that is taken. Some servers heed conditions on small
// objects only; between this look and the end of the upload little can happen.
func (u *upload) checkFree() error {
	if u.condition.Always || u.condition.Revision != "" {
		return nil
	}
	_, err := u.bucket.client.HeadObject(u.ctx, &s3.HeadObjectInput{Bucket: &u.bucket.name, Key: &u.key})
	if err == nil {
		taken := &smithy.GenericAPIError{Code: "PreconditionFailed", Message: "the key is taken"}
		return &smithy.OperationError{ServiceID: s3.ServiceID, OperationName: "CompleteMultipartUpload", Err: taken}
	}
	return nil // not there, or the server will say what is wrong
}

var errAborted = errors.New("upload was aborted")

// Abort waits for parts that are on their way: one that comes after the abort
// would stay, and be paid for.
func (u *upload) Abort() {
	u.cancel(errAborted)
	u.work.Wait()
	if u.id == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(u.ctx), abortTime)
	defer cancel()
	// What cannot be aborted is left to the bucket's lifecycle rules.
	_, _ = u.bucket.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: &u.bucket.name, Key: &u.key, UploadId: u.id,
	})
	u.id = nil
}
