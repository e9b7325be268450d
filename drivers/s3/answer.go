package s3

import (
	"errors"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Answer goes by the code of the error, which tells more than the status: of
// the requests S3 answers with 409, some lost a race and some never win. An
// answer without a body, such as to HEAD, has no code but a status.
func (b *bucket) Answer(err error) (store.Answer, error) {
	if op, ok := errors.AsType[*smithy.OperationError](err); ok {
		err = op // without what gocloud.dev makes of it
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		if answer, ok := answers[api.ErrorCode()]; ok {
			return answer, err
		}
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return byStatus(response.HTTPStatusCode()), err
	}
	return store.Unclear, err
}

// answers are the codes whose meaning the status does not tell. See "Error
// responses" and "Conditional writes" of the Amazon S3 user guide.
var answers = map[string]store.Answer{
	"PreconditionFailed":          store.Changed,
	"ConditionalRequestConflict":  store.Changed, // a write that came between is being done
	"OperationAborted":            store.Changed, // the same of some servers that are like S3
	"NoSuchKey":                   store.Missing,
	"NotFound":                    store.Missing,
	"NoSuchBucket":                store.Refused,
	"NoSuchUpload":                store.Unclear, // completed by an earlier request, perhaps
	"NotImplemented":              store.Refused, // though its status is 501
	"RequestTimeout":              store.Unclear, // though its status is 400
	"BadDigest":                   store.Unclear, // the body was damaged on its way
	"InvalidDigest":               store.Unclear,
	"XAmzContentSHA256Mismatch":   store.Unclear,
	"XAmzContentChecksumMismatch": store.Unclear,
	"SlowDown":                    store.Unclear,
	"IncompleteBody":              store.Unclear,
}

func byStatus(status int) store.Answer {
	switch {
	case status == http.StatusNotFound:
		return store.Missing
	case status == http.StatusPreconditionFailed, status == http.StatusConflict:
		return store.Changed
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		return store.Unclear
	case status >= 400 && status < 500, status >= 300 && status < 400:
		return store.Refused
	}
	return store.Unclear
}
