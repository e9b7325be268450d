package gcs

import (
	"errors"
	"net/http"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Answer goes by the status. What gocloud.dev makes of it is not used: it takes
// what is forbidden for missing.
func (b *bucket) Answer(err error) (store.Answer, error) {
	switch {
	case errors.Is(err, storage.ErrObjectNotExist):
		return store.Missing, storage.ErrObjectNotExist
	case errors.Is(err, storage.ErrBucketNotExist):
		return store.Refused, storage.ErrBucketNotExist
	}
	if api, ok := errors.AsType[*googleapi.Error](err); ok {
		return byStatus(api.Code), api
	}
	if s, ok := status.FromError(err); ok {
		return byCode(s.Code()), err
	}
	return store.Unclear, err
}

func byStatus(code int) store.Answer {
	switch {
	case code == http.StatusNotFound:
		return store.Missing
	case code == http.StatusPreconditionFailed, code == http.StatusNotModified:
		return store.Changed
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests:
		return store.Unclear
	case code >= 300 && code < 500, code == http.StatusNotImplemented:
		return store.Refused
	}
	return store.Unclear
}

// byCode is the same for buckets opened with grpc=true.
func byCode(code codes.Code) store.Answer {
	switch code {
	case codes.NotFound:
		return store.Missing
	case codes.FailedPrecondition, codes.AlreadyExists:
		return store.Changed
	case codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented, codes.OutOfRange:
		return store.Refused
	}
	return store.Unclear
}
