package s3

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Answer goes by the code of the error, which tells more than the status: of
// the requests S3 answers with 409, some lost a race and some never win. An
// answer without a body, such as to HEAD, has no code but a status.
func (b *bucket) Answer(err error) (store.Answer, error) {
	op, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return store.Unclear, err
	}
	api, hasCode := errors.AsType[smithy.APIError](err)
	response, hasStatus := errors.AsType[*awshttp.ResponseError](err)
	switch answer, known := answers[code(api)]; {
	case known:
		return answer, shown(op, api)
	case hasStatus && response.HTTPStatusCode() != 0:
		answer = byStatus(response.HTTPStatusCode())
		if !hasCode {
			return answer, &failure{fmt.Sprintf("%s: status %d", op.Operation(), response.HTTPStatusCode()), op}
		}
		return answer, shown(op, api)
	}
	if lost, ok := errors.AsType[*url.Error](err); ok {
		return store.Unclear, &failure{fmt.Sprintf("%s: %v", op.Operation(), lost.Err), op}
	}
	return store.Unclear, op
}

func code(api smithy.APIError) string {
	if api == nil {
		return ""
	}
	return api.ErrorCode()
}

// failure is an error of the SDK without what only the SDK's authors look for.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }

func shown(op *smithy.OperationError, api smithy.APIError) error {
	return &failure{fmt.Sprintf("%s: %s: %s", op.Operation(), api.ErrorCode(), strings.TrimSpace(api.ErrorMessage())), op}
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
