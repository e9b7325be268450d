package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// answered is an error as the SDK returns it for an answer of S3.
func answered(status int, code string) error {
	var err error = &smithy.GenericAPIError{Code: code, Message: "says S3"}
	if code == "" {
		err = errors.New("no body")
	}
	return operation(&awshttp.ResponseError{RequestID: "id", ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err,
	}})
}

func operation(err error) error {
	return fmt.Errorf("blob (code=Unknown): %w", &smithy.OperationError{ServiceID: "S3", OperationName: "PutObject", Err: err})
}

// The codes and what they mean are from "Error responses" of the Amazon S3 API
// reference and "How to prevent object overwrites with conditional writes" of the
// user guide.
func TestAnswer(t *testing.T) {
	for _, test := range []struct {
		err  error
		want store.Answer
		text string
	}{
		{answered(412, "PreconditionFailed"), store.Changed, "PutObject: PreconditionFailed: says S3"},
		{answered(409, "ConditionalRequestConflict"), store.Changed, "PutObject: ConditionalRequestConflict: says S3"},
		{answered(404, "NoSuchKey"), store.Missing, "PutObject: NoSuchKey: says S3"},
		{answered(404, "NoSuchBucket"), store.Refused, "PutObject: NoSuchBucket: says S3"},
		{answered(404, ""), store.Missing, "PutObject: status 404"},
		{answered(403, "AccessDenied"), store.Refused, "PutObject: AccessDenied: says S3"},
		{answered(403, ""), store.Refused, "PutObject: status 403"},
		{answered(400, "RequestTimeout"), store.Unclear, "PutObject: RequestTimeout: says S3"},
		{answered(400, "InvalidArgument"), store.Refused, "PutObject: InvalidArgument: says S3"},
		{answered(501, "NotImplemented"), store.Refused, "PutObject: NotImplemented: says S3"},
		{answered(500, "InternalError"), store.Unclear, "PutObject: InternalError: says S3"},
		{answered(503, "SlowDown"), store.Unclear, "PutObject: SlowDown: says S3"},
		{answered(502, ""), store.Unclear, "PutObject: status 502"},
		{operation(&url.Error{Op: "Put", URL: "http://host/key", Err: io.EOF}), store.Unclear, "PutObject: EOF"},
		{io.ErrUnexpectedEOF, store.Unclear, "unexpected EOF"},
	} {
		got, err := new(bucket).Answer(test.err)
		if got != test.want || err.Error() != test.text {
			t.Errorf("%v: %d, %q; want %d, %q", test.err, got, err, test.want, test.text)
		}
	}
	_, err := new(bucket).Answer(operation(&smithy.CanceledError{Err: context.Canceled}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Parts are of one size up to 40 GiB, and none is larger than "Amazon S3 multipart
// upload limits" says.
func TestPartSize(t *testing.T) {
	var total int64
	for i := range 10_000 {
		size := partSize(i)
		if total < 40<<30 && size != 8<<20 {
			t.Fatalf("part %d after %d bytes has %d", i, total, size)
		}
		if size > 5<<30 {
			t.Fatalf("part %d has %d bytes", i, size)
		}
		total += int64(size)
	}
	if total < 490<<30 {
		t.Errorf("10,000 parts have %d bytes", total)
	}
}
