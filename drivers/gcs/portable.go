package gcs

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob/driver"
	"gocloud.dev/gcerrors"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/storage/v1"
)

// pageSize is how many names a request lists: the most the server gives.
const pageSize = 1000

var errUnimplemented = errors.New("not done by this driver")

// portable is a bucket as gocloud.dev takes it, as far as the store asks: to
// list, to look at and to remove objects. They are read and written by the
// [bucket] itself.
type portable struct{ *bucket }

func (p portable) ListPaged(ctx context.Context, o *driver.ListOptions) (*driver.ListPage, error) {
	size := o.PageSize
	if size == 0 {
		size = pageSize
	}
	call := p.objects.List(p.name).Prefix(spell(o.Prefix)).Delimiter(spell(o.Delimiter)).
		PageToken(string(o.PageToken)).MaxResults(int64(size)).
		Projection("noAcl"). // needs no right to see who may what
		Fields("nextPageToken", "prefixes", "items(name,size,updated)").Context(ctx)
	found, err := retried(ctx, p.bucket, func() (*storage.Objects, error) { return call.Do() })
	if err != nil {
		return nil, inBucket(err)
	}
	page := &driver.ListPage{NextPageToken: []byte(found.NextPageToken)}
	for _, o := range found.Items {
		page.Objects = append(page.Objects, &driver.ListObject{Key: unspell(o.Name), Size: int64(o.Size), ModTime: parseTime(o.Updated)})
	}
	for _, prefix := range found.Prefixes {
		page.Objects = append(page.Objects, &driver.ListObject{Key: unspell(prefix), IsDir: true})
	}
	slices.SortFunc(page.Objects, func(a, b *driver.ListObject) int { return strings.Compare(a.Key, b.Key) })
	return page, nil
}

func (p portable) Attributes(ctx context.Context, key string) (*driver.Attributes, error) {
	call := p.objects.Get(p.name, spell(key)).Projection("noAcl").Context(ctx)
	o, err := retried(ctx, p.bucket, func() (*storage.Object, error) { return call.Do() })
	if err != nil {
		return nil, ofObject(err)
	}
	return &driver.Attributes{
		ContentType: o.ContentType,
		Metadata:    o.Metadata,
		CreateTime:  parseTime(o.TimeCreated),
		ModTime:     parseTime(o.Updated),
		Size:        int64(o.Size),
		ETag:        o.Etag,
	}, nil
}

// Delete may be sent again when an answer is lost: the object is gone then, by
// the first request or by somebody else's.
func (p portable) Delete(ctx context.Context, key string, _ *driver.DeleteOptions) error {
	call := p.objects.Delete(p.name, spell(key)).Context(ctx)
	sent := 0
	return p.retry(ctx, func() error {
		sent++
		err := ofObject(call.Do())
		if sent > 1 && p.ErrorCode(err) == gcerrors.NotFound {
			return nil
		}
		return err
	})
}

func (p portable) ErrorCode(err error) gcerrors.ErrorCode {
	if errors.Is(err, errUnimplemented) {
		return gcerrors.Unimplemented
	}
	api, ok := errors.AsType[*googleapi.Error](err)
	switch {
	case !ok || errors.Is(err, errNoBucket):
		return gcerrors.Unknown
	case api.Code == http.StatusNotFound:
		return gcerrors.NotFound
	case api.Code == http.StatusPreconditionFailed:
		return gcerrors.FailedPrecondition
	case api.Code == http.StatusUnauthorized, api.Code == http.StatusForbidden:
		return gcerrors.PermissionDenied
	case api.Code == http.StatusTooManyRequests:
		return gcerrors.ResourceExhausted
	}
	return gcerrors.Unknown
}

func (portable) As(any) bool             { return false }
func (portable) ErrorAs(error, any) bool { return false }
func (portable) Close() error            { return nil }

func (portable) NewRangeReader(context.Context, string, int64, int64, *driver.ReaderOptions) (driver.Reader, error) {
	return nil, errUnimplemented
}

func (portable) NewTypedWriter(context.Context, string, string, *driver.WriterOptions) (driver.Writer, error) {
	return nil, errUnimplemented
}

func (portable) Copy(context.Context, string, string, *driver.CopyOptions) error {
	return errUnimplemented
}

func (portable) SignedURL(context.Context, string, *driver.SignedURLOptions) (string, error) {
	return "", errUnimplemented
}

// parseTime returns the zero time for what is none.
func parseTime(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// The two characters that no object's name may have are spelled as gocloud.dev's
// own driver spells them.
var (
	speller   = strings.NewReplacer("\n", "__0xa__", "\r", "__0xd__")
	unspeller = strings.NewReplacer("__0xa__", "\n", "__0xd__", "\r")
)

func spell(key string) string    { return speller.Replace(key) }
func unspell(name string) string { return unspeller.Replace(name) }
