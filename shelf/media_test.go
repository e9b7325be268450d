package shelf_test

import (
	"net/http"
	"strings"
	"testing"

	"gocloud.dev/blob/memblob"

	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/shelf"
)

// TestMediaType: a bucket tells who gets a file from it what it is.
func TestMediaType(t *testing.T) {
	const html, other = "text/html; charset=utf-8", "application/octet-stream"
	put := func(s *shelf.Shelf, url, mediaType string) {
		t.Helper()
		if _, err := shelf.Put(t.Context(), s, url, point{1, 2}, &shelf.PutOptions{MediaType: mediaType}); err != nil {
			t.Fatal(err)
		}
	}
	b := memblob.OpenBucket(nil)
	defer b.Close()
	inBucket, err := shelf.NewBucket(b, &shelf.Options{Registry: newRegistry(t)})
	if err != nil {
		t.Fatal(err)
	}
	server := servers.FakeS3(t, nil)
	s := newShelf(t)
	for _, mediaType := range []string{html, ""} { // the second in the place of the first
		want := mediaType
		if want == "" {
			want = other
		}
		put(inBucket, "page", mediaType)
		if a, err := b.Attributes(t.Context(), "page"); err != nil || a.ContentType != want {
			t.Errorf("in memory it is %q (%v), want %q", a.ContentType, err, want)
		}
		put(s, server.URL("folder/page"), mediaType)
		r, err := http.Head(server.Endpoint() + "/" + server.Bucket + "/folder/page")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if got := r.Header.Get("Content-Type"); got != want {
			t.Errorf("on a server it is %q, want %q", got, want)
		}
	}
	_, err = shelf.Put(t.Context(), s, server.URL("folder/page"), point{}, &shelf.PutOptions{MediaType: "text/html\r\nx: y"})
	if err == nil || !strings.Contains(err.Error(), "mime") {
		t.Errorf("another header in a media type: %v", err)
	}
}
