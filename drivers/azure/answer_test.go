package azure

import (
	"fmt"
	"io"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// The codes and what they mean are from "Blob Storage error codes" and "Common
// REST API error codes" of the Azure Storage documentation.
func TestAnswer(t *testing.T) {
	for _, test := range []struct {
		status int
		code   string
		want   store.Answer
	}{
		{412, "ConditionNotMet", store.Changed},
		{409, "BlobAlreadyExists", store.Changed},
		{404, "BlobNotFound", store.Missing},
		{404, "ContainerNotFound", store.Refused},
		{404, "", store.Missing},
		{403, "AuthorizationFailure", store.Refused},
		{409, "LeaseIdMissing", store.Refused},
		{400, "InvalidHeaderValue", store.Refused},
		{400, "Md5Mismatch", store.Unclear},
		{500, "OperationTimedOut", store.Unclear},
		{503, "ServerBusy", store.Unclear},
	} {
		err := fmt.Errorf("blob (code=Unknown): %w", &azcore.ResponseError{StatusCode: test.status, ErrorCode: test.code})
		got, err := new(container).Answer(err)
		if got != test.want {
			t.Errorf("%d %s: %d, want %d", test.status, test.code, got, test.want)
		}
		if text := err.Error(); len(text) > 60 {
			t.Errorf("%d %s: %q is more than there is to say", test.status, test.code, text)
		}
	}
	if got, _ := new(container).Answer(io.ErrUnexpectedEOF); got != store.Unclear {
		t.Errorf("an answer that broke: %d", got)
	}
}
