package gcs

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"google.golang.org/api/googleapi"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

var (
	errNoBucket = errors.New("the bucket does not exist")
	errDamaged  = errors.New("the server got other bytes than were sent")

	// errAnswer is an answer that is not what was asked for, such as one a proxy
	// gives.
	errAnswer = errors.New("not an answer to the request")

	// errEnded is of an upload whose session is gone: perhaps because its last
	// request was done, whose answer was lost.
	errEnded = errors.New("the upload has ended")
)

// Answer goes by the status.
func (b *bucket) Answer(err error) (store.Answer, error) {
	switch {
	case errors.Is(err, errNoBucket):
		return store.Refused, errNoBucket
	case errors.Is(err, errDamaged):
		return store.Refused, err
	case errors.Is(err, errEnded):
		return store.Unclear, err
	}
	if api, ok := errors.AsType[*googleapi.Error](err); ok {
		return byStatus(api.Code), api
	}
	if code, ok := tokenStatus(err); ok && !passingStatus(code) {
		return store.Refused, err // nothing was asked without a token
	}
	return store.Unclear, err
}

func byStatus(code int) store.Answer {
	switch {
	case code == http.StatusNotFound:
		return store.Missing
	case code == http.StatusPreconditionFailed, code == http.StatusNotModified:
		return store.Changed
	case passingStatus(code):
		return store.Unclear
	case code >= 300 && code < 500, code == http.StatusNotImplemented:
		return store.Refused
	}
	return store.Unclear
}

// inBucket is the error of a request that has no object to miss: one of the
// bucket that finds nothing misses the bucket.
func inBucket(err error) error {
	if api, ok := errors.AsType[*googleapi.Error](err); ok && api.Code == http.StatusNotFound {
		return fmt.Errorf("%w: %w", errNoBucket, err)
	}
	return err
}

// ofObject is the error of a request for an object. The answers of the JSON API
// have no code to tell a missing bucket from a missing object, only the text;
// those of the XML API have.
func ofObject(err error) error {
	api, ok := errors.AsType[*googleapi.Error](err)
	if !ok || api.Code != http.StatusNotFound {
		return err
	}
	byCode := len(api.Errors) > 0 && api.Errors[0].Reason == "NoSuchBucket"
	if byCode || strings.Contains(api.Message, "bucket does not exist") {
		return fmt.Errorf("%w: %w", errNoBucket, err)
	}
	return err
}

// errorSize is how much of an answer's body is read for what it says of an
// error, in bytes.
const errorSize = 64 << 10

// failure returns the error that an answer of the XML API tells.
func failure(r *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(r.Body, errorSize)) // the status is enough
	api := &googleapi.Error{Code: r.StatusCode, Header: r.Header, Message: http.StatusText(r.StatusCode)}
	var said struct {
		Code, Message string
	}
	if xml.Unmarshal(text, &said) == nil && said.Code != "" {
		api.Message = said.Message
		api.Errors = []googleapi.ErrorItem{{Reason: said.Code, Message: said.Message}}
	}
	return api
}
