package gcs

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// early answers before it has read the bodies, as a transport may by the contract
// of [http.RoundTripper].
type early struct{ bodies []io.ReadCloser }

func (e *early) RoundTrip(q *http.Request) (*http.Response, error) {
	r := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Request: q}
	if q.Method == http.MethodPost {
		r.Header.Set("Location", "https://host.example/session")
		return r, q.Body.Close()
	}
	e.bodies = append(e.bodies, q.Body)
	r.StatusCode = http.StatusPermanentRedirect
	r.Header.Set("Range", fmt.Sprintf("bytes=0-%d", len(e.bodies)*chunk-1))
	return r, nil
}

// TestLateBody: a body that is read after the answer has the bytes of its
// request or none, not those that were written next.
func TestLateBody(t *testing.T) {
	transport := new(early)
	b, err := newBucket(t.Context(), "bkt", &http.Client{Transport: transport}, "https://host.example")
	if err != nil {
		t.Fatal(err)
	}
	b.chunk = chunk
	u, err := b.Upload(t.Context(), "k", store.Condition{MediaType: "text/csv"})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Abort()
	for _, text := range []string{"a", "b", "c"} {
		if _, err := u.Write(bytes.Repeat([]byte(text), chunk)); err != nil {
			t.Fatal(err)
		}
	}
	if len(transport.bodies) != 2 {
		t.Fatalf("%d requests", len(transport.bodies))
	}
	for i, body := range transport.bodies {
		late, err := io.ReadAll(body)
		if want := "ab"[i : i+1]; err == nil && len(late) < chunk || len(bytes.Trim(late, want)) > 0 {
			t.Errorf("request %d has %d bytes that begin with %.8q, %v", i, len(late), late, err)
		}
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	}
}
