package azure

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/bloberror"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// Answer goes by the status, and by the code where the status means two things.
func (c *container) Answer(err error) (store.Answer, error) {
	response, ok := errors.AsType[*azcore.ResponseError](err)
	if !ok {
		return store.Unclear, err
	}
	err = &failure{response}
	switch bloberror.Code(response.ErrorCode) {
	case bloberror.BlobNotFound:
		return store.Missing, err
	case bloberror.BlobAlreadyExists, bloberror.ConditionNotMet, bloberror.TargetConditionNotMet:
		return store.Changed, err
	case bloberror.ContainerNotFound, bloberror.ContainerBeingDeleted, bloberror.ContainerDisabled:
		return store.Refused, err
	case bloberror.MD5Mismatch, bloberror.OperationTimedOut:
		return store.Unclear, err
	}
	switch status := response.StatusCode; {
	case status == http.StatusNotFound:
		return store.Missing, err
	case status == http.StatusPreconditionFailed:
		return store.Changed, err
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
		return store.Unclear, err
	case status >= 300 && status < 500, status == http.StatusNotImplemented:
		return store.Refused, err
	}
	return store.Unclear, err
}

// failure is an error of the SDK without the whole of the answer in it.
type failure struct{ response *azcore.ResponseError }

func (f *failure) Error() string {
	return fmt.Sprintf("%s (status %d)", cmp.Or(f.response.ErrorCode, "refused"), f.response.StatusCode)
}

func (f *failure) Unwrap() error { return f.response }
