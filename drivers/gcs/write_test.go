package gcs

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// made answers that an object was made of the digits.
var made = text(200, `{"name":"k","size":"9","crc32c":"`+digitsSum+`","generation":"7"}`, "Content-Type", "application/json")

// TestPut looks at the request that makes an object, as "Upload an object from
// memory: multipart" of the Cloud Storage documentation and "Objects: insert" of
// the JSON API's reference have it.
func TestPut(t *testing.T) {
	for _, test := range []struct {
		condition  store.Condition
		generation []string
		media      string
	}{
		{store.Condition{Writes: "w1 w2", JSON: true}, []string{"0"}, "application/json"},
		{store.Condition{Writes: "w1 w2", Revision: "1700000000000001"}, []string{"1700000000000001"}, "application/octet-stream"},
		{store.Condition{Writes: "w1 w2", Always: true, MediaType: "text/csv"}, nil, "text/csv"},
	} {
		b, s := serve(t, made)
		if err := b.Put(t.Context(), "a b/k\n", []byte(digits), test.condition); err != nil {
			t.Fatal(err)
		}
		q := s.requests()[0]
		path, query, _ := strings.Cut(q.URI, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if q.Method != http.MethodPost || path != "/upload/storage/v1/b/bkt/o" || values.Get("uploadType") != "multipart" {
			t.Errorf("%s %s", q.Method, q.URI)
		}
		if diff := cmp.Diff(test.generation, values["ifGenerationMatch"]); diff != "" {
			t.Errorf("condition (-want +got):\n%s", diff)
		}
		about, media, data := parts(t, q)
		want := map[string]any{
			"name": "a b/k__0xa__", "contentType": test.media, "cacheControl": "no-cache", "crc32c": digitsSum, "metadata": map[string]any{store.WritesKey: "w1 w2"},
		}
		if diff := cmp.Diff(want, about); diff != "" || media != test.media || data != digits {
			t.Errorf("%s with %q (-want +got):\n%s", media, data, diff)
		}
	}
}

// parts takes a multipart request apart: what is said of the object, its type and
// its bytes.
func parts(t *testing.T, q asked) (about map[string]any, media, data string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/related" {
		t.Fatalf("%s, %v", kind, err)
	}
	r := multipart.NewReader(strings.NewReader(q.Body), params["boundary"])
	first, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(first).Decode(&about); err != nil {
		t.Fatal(err)
	}
	second, err := r.NextPart()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.NextPart(); err != io.EOF {
		t.Errorf("more than two parts: %v", err)
	}
	return about, second.Header.Get("Content-Type"), string(text)
}

// TestPutFails sends each request once, whatever comes of it.
func TestPutFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer answerer
		want   store.Answer
	}{
		{"changed", failed(412, "At least one of the pre-conditions you specified did not hold."), store.Changed},
		{"no bucket", failed(404, "The specified bucket does not exist."), store.Refused},
		{"damaged on its way", failed(400, `Provided CRC32C "AAAAAA==" doesn't match calculated CRC32C`), store.Refused},
		{"no rights", failed(403, "does not have storage.objects.create access"), store.Refused},
		{"too often", failed(429, "rateLimitExceeded"), store.Unclear},
		{"down", failed(503, "Backend Error"), store.Unclear},
		{"lost", lost, store.Unclear},
		{"no answer of Google's", text(200, "<html>welcome</html>"), store.Unclear},
		{"an answer that tells nothing", text(200, "{}", "Content-Type", "application/json"), store.Unclear},
	} {
		b, s := serve(t, test.answer)
		wantAnswer(t, test.name, b.Put(t.Context(), "k", []byte(digits), store.Condition{Revision: "5"}), test.want)
		if len(s.requests()) != 1 {
			t.Errorf("%s: %d requests", test.name, len(s.requests()))
		}
	}
	b, s := serve(t)
	wantAnswer(t, "not a generation", b.Put(t.Context(), "k", nil, store.Condition{Revision: "etag"}), store.Unclear)
	if len(s.requests()) > 0 {
		t.Error("a revision that is none was sent")
	}
}
