package gcs

import (
	"fmt"
	"io"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// The statuses and what they mean are from "HTTP status and error codes for JSON"
// of the Cloud Storage documentation.
func TestAnswer(t *testing.T) {
	wrap := func(err error) error { return fmt.Errorf("blob (code=NotFound): %w", err) }
	http := func(code int) error { return wrap(&googleapi.Error{Code: code, Message: "says Google"}) }
	for _, test := range []struct {
		err  error
		want store.Answer
	}{
		{http(412), store.Changed},
		{http(404), store.Missing},
		{wrap(storage.ErrObjectNotExist), store.Missing},
		{wrap(storage.ErrBucketNotExist), store.Refused},
		{http(403), store.Refused}, // which gocloud.dev takes for missing
		{http(401), store.Refused},
		{http(400), store.Refused},
		{http(429), store.Unclear},
		{http(408), store.Unclear},
		{http(500), store.Unclear},
		{http(503), store.Unclear},
		{wrap(status.Error(codes.FailedPrecondition, "")), store.Changed},
		{wrap(status.Error(codes.NotFound, "")), store.Missing},
		{wrap(status.Error(codes.PermissionDenied, "")), store.Refused},
		{wrap(status.Error(codes.Unavailable, "")), store.Unclear},
		{io.ErrUnexpectedEOF, store.Unclear},
	} {
		if got, err := new(bucket).Answer(test.err); got != test.want || err == nil {
			t.Errorf("%v: %d, %v; want %d", test.err, got, err, test.want)
		}
	}
}
