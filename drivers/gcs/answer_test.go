package gcs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// The statuses, what they mean and which of them pass are from "HTTP status and
// error codes for JSON" and "Retry strategy" of the Cloud Storage documentation.
func TestAnswer(t *testing.T) {
	wrap := func(err error) error { return fmt.Errorf("blob (code=NotFound): %w", err) }
	status := func(code int) error { return wrap(&googleapi.Error{Code: code, Message: "says Google"}) }
	token := func(code int) error {
		return &url.Error{Op: "Get", URL: "https://host/", Err: &oauth2.RetrieveError{Response: &http.Response{StatusCode: code}}}
	}
	connection := func(err error) error { return &url.Error{Op: "Get", URL: "https://host/", Err: err} }
	for _, test := range []struct {
		err    error
		want   store.Answer
		passes bool
	}{
		{status(412), store.Changed, false},
		{status(304), store.Changed, false},
		{status(404), store.Missing, false},
		{wrap(inBucket(status(404))), store.Refused, false},
		{wrap(errDamaged), store.Refused, false},
		{wrap(fmt.Errorf("%w: %w", errEnded, status(410))), store.Unclear, false},
		{status(401), store.Refused, false},
		{status(403), store.Refused, false},
		{status(400), store.Refused, false},
		{status(501), store.Refused, false},
		{status(408), store.Unclear, true},
		{status(429), store.Unclear, true},
		{status(500), store.Unclear, true},
		{status(502), store.Unclear, true},
		{status(503), store.Unclear, true},
		{status(504), store.Unclear, true},
		{token(400), store.Refused, false}, // no login, or one that ended
		{token(503), store.Unclear, true},
		{connection(&oauth2.RetrieveError{}), store.Unclear, false},
		{connection(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), store.Unclear, true},
		{connection(&net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}), store.Unclear, false},
		{connection(&net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}}), store.Unclear, true},
		{connection(io.EOF), store.Unclear, true},
		{connection(errors.New("http: server closed idle connection")), store.Unclear, true},
		{connection(errors.New("http2: client connection lost")), store.Unclear, true},
		{connection(context.DeadlineExceeded), store.Unclear, true}, // of a connection: contexts are looked at apart
		{connection(errors.New("x509: certificate signed by unknown authority")), store.Unclear, false},
		{io.ErrUnexpectedEOF, store.Unclear, true},
		{errAnswer, store.Unclear, true},
	} {
		if got, err := new(bucket).Answer(test.err); got != test.want || err == nil {
			t.Errorf("%v: %d, %v; want %d", test.err, got, err, test.want)
		}
		if got := passing(test.err); got != test.passes {
			t.Errorf("%v: passes %t", test.err, got)
		}
	}
}
