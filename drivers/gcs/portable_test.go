package gcs

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
	"google.golang.org/api/googleapi"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// TestList lists a folder over two pages. The fields are from "Objects: list" of
// the JSON API's reference.
func TestList(t *testing.T) {
	json := []string{"Content-Type", "application/json"}
	b, s := serve(t,
		text(200, `{"kind":"storage#objects","nextPageToken":"next+/=","prefixes":["a/f/"],"items":[
			{"name":"a/x","size":"12","updated":"2015-10-21T07:28:00.123Z"},
			{"name":"a/b__0xa__c","size":"0","updated":"2015-10-21T07:28:01Z"}]}`, json...),
		failed(503, "Backend Error"),
		text(200, `{"kind":"storage#objects","items":[{"name":"a/y","size":"9007199254740993"}]}`, json...),
	)
	it := b.Bucket().List(&blob.ListOptions{Prefix: "a/", Delimiter: "/"})
	var got []string
	for {
		o, err := it.Next(t.Context())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, o.Key)
		switch o.Key {
		case "a/x":
			if want := time.Date(2015, 10, 21, 7, 28, 0, 123e6, time.UTC); o.Size != 12 || !o.ModTime.Equal(want) {
				t.Errorf("%+v", o)
			}
		case "a/y":
			if o.Size != 1<<53+1 {
				t.Errorf("%+v", o)
			}
		case "a/f/":
			if !o.IsDir {
				t.Errorf("%+v", o)
			}
		}
	}
	if diff := cmp.Diff([]string{"a/b\nc", "a/f/", "a/x", "a/y"}, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	for i, token := range []string{"", "next+/=", "next+/="} {
		path, query, _ := strings.Cut(s.requests()[i].URI, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{
			"alt": {"json"}, "prettyPrint": {"false"}, "delimiter": {"/"}, "prefix": {"a/"}, "maxResults": {"1000"}, "pageToken": {token},
			"projection": {"noAcl"}, "fields": {"nextPageToken,prefixes,items(name,size,updated)"},
		}
		if diff := cmp.Diff(want, values); diff != "" || path != "/storage/v1/b/bkt/o" || s.requests()[i].Method != http.MethodGet {
			t.Errorf("request %d: %s %s (-want +got):\n%s", i, s.requests()[i].Method, path, diff)
		}
	}
}

func TestListFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer answerer
		want   store.Answer
	}{
		{"no bucket", failed(404, "Not Found"), store.Refused},
		{"no rights", failed(403, "does not have storage.objects.list access"), store.Refused},
	} {
		b, _ := serve(t, test.answer)
		_, err := b.Bucket().List(nil).Next(t.Context())
		wantAnswer(t, test.name, err, test.want)
	}
}

func TestAttributes(t *testing.T) {
	b, s := serve(t, text(200, `{"name":"a b/c","size":"7","updated":"2015-10-21T07:28:00Z","etag":"CKih16GjycICEAE=","contentType":"text/x"}`,
		"Content-Type", "application/json"))
	a, err := b.Bucket().Attributes(t.Context(), "a b/#é+")
	if err != nil {
		t.Fatal(err)
	}
	if a.Size != 7 || a.ETag != "CKih16GjycICEAE=" || a.ContentType != "text/x" || !a.ModTime.Equal(time.Date(2015, 10, 21, 7, 28, 0, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
	if path, _, _ := strings.Cut(s.requests()[0].URI, "?"); path != "/storage/v1/b/bkt/o/a%20b%2F%23%C3%A9%2B" {
		t.Errorf("asked for %s", path)
	}
	for message, want := range map[string]store.Answer{
		"No such object: bkt/k":                store.Missing,
		"The specified bucket does not exist.": store.Refused,
	} {
		b, _ := serve(t, failed(404, message))
		_, err := b.Bucket().Attributes(t.Context(), "k")
		wantAnswer(t, message, err, want)
	}
}

func TestDelete(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []answerer
		fails   bool
		want    store.Answer
	}{
		{"done", []answerer{text(204, "")}, false, 0},
		{"not there", []answerer{failed(404, "No such object: bkt/k")}, true, store.Missing},
		{"no bucket", []answerer{failed(404, "The specified bucket does not exist.")}, true, store.Refused},
		{"done, and the answer lost", []answerer{lost, failed(404, "No such object: bkt/k")}, false, 0},
		{"not done, and the answer lost", []answerer{lost, text(204, "")}, false, 0},
		{"refused", []answerer{failed(403, "retention policy")}, true, store.Refused},
		{"down", times(attempts, failed(503, "Backend Error")), true, store.Unclear},
	} {
		b, s := serve(t, test.answers...)
		err := b.Bucket().Delete(t.Context(), "a/k")
		if test.fails {
			wantAnswer(t, test.name, err, test.want)
		} else if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if path, _, _ := strings.Cut(s.requests()[0].URI, "?"); s.requests()[0].Method != http.MethodDelete || path != "/storage/v1/b/bkt/o/a%2Fk" {
			t.Errorf("%s: %s %s", test.name, s.requests()[0].Method, path)
		}
	}
}

// TestUnimplemented does what the store does not ask a bucket for.
func TestUnimplemented(t *testing.T) {
	b, _ := serve(t)
	_, read := b.Bucket().NewReader(t.Context(), "k", nil)
	_, sign := b.Bucket().SignedURL(t.Context(), "k", nil)
	for name, err := range map[string]error{
		"read":  read,
		"sign":  sign,
		"write": b.Bucket().WriteAll(t.Context(), "k", []byte("x"), nil),
		"copy":  b.Bucket().Copy(t.Context(), "k", "l", nil),
	} {
		if gcerrors.Code(err) != gcerrors.Unimplemented {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorCode(t *testing.T) {
	for status, want := range map[int]gcerrors.ErrorCode{
		404: gcerrors.NotFound, 412: gcerrors.FailedPrecondition, 401: gcerrors.PermissionDenied, 403: gcerrors.PermissionDenied,
		429: gcerrors.ResourceExhausted, 400: gcerrors.Unknown,
	} {
		err := fmt.Errorf("list: %w", &googleapi.Error{Code: status})
		if got := (portable{}).ErrorCode(err); got != want {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
	if got := (portable{}).ErrorCode(inBucket(&googleapi.Error{Code: 404})); got != gcerrors.Unknown {
		t.Errorf("no bucket: %v, which is not a missing object", got)
	}
}
