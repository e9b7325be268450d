package gcs

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// digits is the message of which the catalogues of CRCs have the checksum: that
// of CRC-32C is E3069283, here as the API writes it.
const (
	digits    = "123456789"
	digitsSum = "4waSgw=="
)

// TestGetRequest looks at what is asked for. How names are spelled in a URL is
// from "Encoding URI path parts" of the Cloud Storage documentation.
func TestGetRequest(t *testing.T) {
	for _, test := range []struct {
		key, revision  string
		offset, length int64
		want, span     string
	}{
		{"a/b.json", "", 0, -1, "GET /bkt/a%2Fb.json", ""},
		{"a b#c?d%e;f,g'h\"é日", "", 0, -1, "GET /bkt/a%20b%23c%3Fd%25e%3Bf%2Cg%27h%22%C3%A9%E6%97%A5", ""},
		{"a/../b/./c", "", 0, -1, "GET /bkt/a%2F..%2Fb%2F.%2Fc", ""},
		{"line\nfeed\r", "", 0, -1, "GET /bkt/line__0xa__feed__0xd__", ""},
		{"k", "1700000000000001", 0, -1, "GET /bkt/k?generation=1700000000000001", ""},
		{"k", "", 5, -1, "GET /bkt/k", "bytes=5-"},
		{"k", "", 5, 10, "GET /bkt/k", "bytes=5-14"},
		{"k", "7", 0, 1, "GET /bkt/k?generation=7", "bytes=0-0"},
		{"k", "7", 3, 0, "HEAD /bkt/k?generation=7", ""},
	} {
		b, s := serve(t, failedXML(http.StatusNotFound, "NoSuchKey"))
		_, err := b.Get(t.Context(), test.key, test.revision, test.offset, test.length)
		wantAnswer(t, test.key, err, store.Missing)
		q := s.requests()[0]
		if got := q.Method + " " + q.URI; got != test.want || q.Header.Get("Range") != test.span || q.Header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("%q asks for %s, %v; want %s, %q", test.key, got, q.Header, test.want, test.span)
		}
	}
}

// known are the fields of an answer's header that every object has.
func known(more ...string) []string {
	return append([]string{
		"Content-Type", "application/octet-stream",
		"X-Goog-Generation", "42",
		"X-Goog-Stored-Content-Length", "9",
		"X-Goog-Stored-Content-Encoding", "identity",
		"X-Goog-Hash", "md5=JfnnlDI7RTiF9RgfGwMVMw==",
		"X-Goog-Hash", "crc32c=" + digitsSum,
		"Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT",
		"X-Goog-Meta-Lazyscribewrites", "w1 w2",
	}, more...)
}

func TestGet(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if err := errors.Join(func() error { _, err := z.Write([]byte("packed")); return err }(), z.Close()); err != nil {
		t.Fatal(err)
	}
	packed := []string{
		"X-Goog-Generation", "42", "X-Goog-Stored-Content-Encoding", "gzip", "Content-Encoding", "gzip",
		"Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT", "X-Goog-Meta-Lazyscribewrites", "w1 w2",
	}
	for _, test := range []struct {
		name           string
		revision       string
		offset, length int64
		answer         answerer
		want           string
		size           int
	}{
		{"whole", "", 0, -1, text(200, digits, known()...), digits, 9},
		{"of a generation", "42", 0, -1, text(200, digits, known()...), digits, 9},
		{"part", "42", 2, 3, text(206, "345", known("Content-Range", "bytes 2-4/9")...), "345", 9},
		{"rest", "", 7, -1, text(206, "89", known("Content-Range", "bytes 7-8/9")...), "89", 9},
		{"part beyond the end", "", 7, 100, text(206, "89", known("Content-Range", "bytes 7-8/9")...), "89", 9},
		{"all, asked for as a part", "", 0, 9, text(206, digits, known("Content-Range", "bytes 0-8/9")...), digits, 9},
		{"nothing", "", 4, 0, text(200, digits, known()...), "", 9},
		{"empty", "", 0, -1, text(200, "", append(packed, "Content-Encoding", "")...), "", 0},
		{"as it is stored", "", 0, -1, text(200, zipped.String(), packed...), zipped.String(), zipped.Len()},
	} {
		b, _ := serve(t, test.answer)
		o, err := b.Get(t.Context(), "k", test.revision, test.offset, test.length)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		got, err := io.ReadAll(o)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: read %q, %v", test.name, got, err)
		}
		_ = o.Close()
		o.ReadCloser = nil
		want := &store.Object{
			Size: int64(test.size), ModTime: time.Date(2015, 10, 21, 7, 28, 0, 0, time.UTC),
			Revision: "42", Metadata: map[string]string{store.WritesKey: "w1 w2"},
		}
		if diff := cmp.Diff(want, o); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// TestGetOther has answers that are not what was asked for. They may be of a
// proxy, so they are asked for again.
func TestGetOther(t *testing.T) {
	for name, answer := range map[string]answerer{
		"no generation":      text(200, digits, "Content-Length", "9"),
		"another generation": text(206, "345", "X-Goog-Generation", "43", "Content-Range", "bytes 2-4/9"),
		"the whole":          text(200, digits, known()...),
		"another part":       text(206, "456", known("Content-Range", "bytes 3-5/9")...),
		"less of the part":   text(206, "34", known("Content-Range", "bytes 2-3/9")...),
		"no range":           text(206, "345", known()...),
		"no range at all":    text(206, "345", known("Content-Range", "bytes */9")...),
	} {
		b, _ := serve(t, append(times(attempts-1, answer), text(206, "345", known("Content-Range", "bytes 2-4/9")...))...)
		o, err := b.Get(t.Context(), "k", "42", 2, 3)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = o.Close()
		b, _ = serve(t, times(attempts, answer)...)
		_, err = b.Get(t.Context(), "k", "42", 2, 3)
		wantAnswer(t, name, err, store.Unclear)
	}
}

// TestGetBroken reads what ends too early, is too long or damaged.
func TestGetBroken(t *testing.T) {
	cut := func(w http.ResponseWriter, q asked) {
		text(200, digits[:4], known("Content-Length", "9")...)(w, q)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	chunked := func(body string) answerer {
		return func(w http.ResponseWriter, q asked) {
			text(200, body[:1], known()...)(w, q)
			w.(http.Flusher).Flush() // so that its length is not said
			_, _ = io.WriteString(w, body[1:])
		}
	}
	for _, test := range []struct {
		name   string
		answer answerer
		err    error // nil for another one
	}{
		{"the connection breaks", cut, io.ErrUnexpectedEOF},
		{"too short", chunked(digits[:4]), io.ErrUnexpectedEOF},
		{"too long", chunked(digits + "0"), io.ErrUnexpectedEOF},
		{"damaged", text(200, "12345678x", known()...), nil},
	} {
		b, _ := serve(t, test.answer)
		o, err := b.Get(t.Context(), "k", "", 0, -1)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if _, err := io.ReadAll(o); err == nil || test.err != nil && !errors.Is(err, test.err) || test.err == nil && !strings.Contains(err.Error(), "CRC32C") {
			t.Errorf("%s: %v", test.name, err)
		}
		_ = o.Close()
	}
}

func TestGetFails(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []answerer
		want    store.Answer
	}{
		{"no object", []answerer{failedXML(404, "NoSuchKey")}, store.Missing},
		{"no bucket", []answerer{failedXML(404, "NoSuchBucket")}, store.Refused},
		{"no rights", []answerer{failedXML(403, "AccessDenied")}, store.Refused},
		{"beyond the end", []answerer{failedXML(416, "InvalidRange")}, store.Refused},
		{"text of a proxy", []answerer{text(404, "nothing here")}, store.Missing},
		{"down", times(attempts, failedXML(503, "ServiceUnavailable")), store.Unclear},
		{"too often", times(attempts, failedXML(429, "SlowDown")), store.Unclear},
		{"broken", times(attempts, lost), store.Unclear},
		{"down, and then missing", []answerer{failedXML(500, "InternalError"), lost, failedXML(404, "NoSuchKey")}, store.Missing},
	} {
		b, _ := serve(t, test.answers...)
		_, err := b.Get(t.Context(), "k", "", 0, -1)
		wantAnswer(t, test.name, err, test.want)
	}
	b, _ := serve(t, lost, failedXML(503, "ServiceUnavailable"), text(200, digits, known()...))
	if _, err := b.Get(t.Context(), "k", "", 0, -1); err != nil {
		t.Errorf("down for the moment: %v", err)
	}
}

// TestCancelled ends a request that would be sent again for long.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b, _ := serve(t, func(w http.ResponseWriter, q asked) {
		failedXML(503, "ServiceUnavailable")(w, q)
		cancel()
	})
	b.firstDelay = time.Hour
	if _, err := b.Get(ctx, "k", "", 0, -1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
