package gcs

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// resumable is a server of one resumable upload after "Perform resumable uploads"
// and "Resumable uploads" of the Cloud Storage documentation: it passes over bytes
// that it has, tells up to where it has them, and goes on telling of the object
// when it is made.
type resumable struct {
	t     *testing.T
	mu    sync.Mutex
	begun string // the request that began it
	about string // the object's metadata
	spans []string
	data  []byte
	done  bool

	faults []func(s *resumable, do answerer) answerer // what becomes of the requests, in turn; then all is well
	size   int                                        // added to the size that it tells
	sum    uint32                                     // and to the checksum
	gone   bool                                       // it forgets the upload when that is done
	delete []string                                   // requests that remove an object
}

func (s *resumable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	do := s.answer
	if len(s.faults) > 0 {
		do = s.faults[0](s, do)
		s.faults = s.faults[1:]
	}
	do(w, asked{r.Method, r.RequestURI, string(body), r.Header})
}

func (s *resumable) answer(w http.ResponseWriter, q asked) {
	switch q.Method {
	case http.MethodPost:
		s.begun, s.about = q.URI, q.Body
		if got := q.Header.Get("X-Upload-Content-Type"); got != "text/csv" {
			s.t.Errorf("the upload is of %q", got)
		}
		w.Header().Set("Location", "/upload/storage/v1/b/bkt/o?uploadType=resumable&upload_id=secret")
	case http.MethodPut:
		if !strings.HasSuffix(q.URI, "upload_id=secret") {
			s.t.Errorf("sent to %s", q.URI)
		}
		s.put(w, q, len(q.Body))
	case http.MethodDelete:
		s.delete = append(s.delete, q.URI)
		w.WriteHeader(http.StatusNoContent)
	default:
		s.t.Errorf("%s %s", q.Method, q.URI)
	}
}

// put takes a request, of whose bytes it keeps only some.
func (s *resumable) put(w http.ResponseWriter, q asked, keeps int) {
	if s.done && s.gone {
		failed(http.StatusGone, "The upload is gone")(w, q)
		return
	}
	span, total, _ := strings.Cut(strings.TrimPrefix(q.Header.Get("Content-Range"), "bytes "), "/")
	s.spans = append(s.spans, span+"/"+total)
	start, end := int64(len(s.data)), int64(-1)
	if span != "*" {
		if _, err := fmt.Sscanf(span, "%d-%d", &start, &end); err != nil || end-start+1 != int64(len(q.Body)) {
			s.t.Errorf("span %q of %d bytes: %v", span, len(q.Body), err)
		}
	}
	if total == "*" && len(q.Body)%(256<<10) != 0 {
		s.t.Errorf("a chunk of %d bytes", len(q.Body))
	}
	have := int64(len(s.data))
	if start > have {
		s.t.Errorf("%d bytes are left out", start-have)
	}
	if body := q.Body[:keeps]; start+int64(len(body)) > have {
		s.data = append(s.data, body[have-start:]...)
	}
	if fmt.Sprint(len(s.data)) != total {
		if len(s.data) > 0 {
			w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", len(s.data)-1))
		}
		w.WriteHeader(http.StatusPermanentRedirect)
		return
	}
	s.done = true
	sum := crc32.Checksum(s.data, crc32.MakeTable(crc32.Castagnoli))
	spell := func(sum uint32) string {
		return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
	}
	if got := q.Header.Get("X-Goog-Hash"); got != "crc32c="+spell(sum) {
		s.t.Errorf("the last request has the checksum %q, want %q", got, spell(sum))
	}
	_, _ = fmt.Fprintf(w, `{"name":"a b/k","size":"%d","crc32c":%q,"generation":"7"}`, len(s.data)+s.size, spell(sum+s.sum))
}

// Faults.
var (
	well      = func(_ *resumable, do answerer) answerer { return do }
	loseAfter = func(_ *resumable, do answerer) answerer { return lostAfter(do) }
	lose      = func(*resumable, answerer) answerer { return lost }
	down      = func(*resumable, answerer) answerer { return failed(503, "Backend Error") }
	keepSome  = func(s *resumable, _ answerer) answerer {
		return func(w http.ResponseWriter, q asked) { s.put(w, q, 512<<10) }
	}
	// keepBit keeps as little as the server may.
	keepBit = func(s *resumable, _ answerer) answerer {
		return func(w http.ResponseWriter, q asked) { s.put(w, q, 256<<10) }
	}
	keepNone = func(s *resumable, _ answerer) answerer {
		return func(w http.ResponseWriter, q asked) { s.put(w, q, 0) }
	}
	// incomplete has all, and does not make the object.
	incomplete = func(s *resumable, _ answerer) answerer {
		return func(w http.ResponseWriter, q asked) {
			s.data = append(s.data, q.Body...)
			text(308, "", "Range", fmt.Sprintf("bytes=0-%d", len(s.data)-1))(w, q)
		}
	}
	tells = func(span string) func(*resumable, answerer) answerer {
		return func(*resumable, answerer) answerer { return text(308, "", "Range", span) }
	}
)

type faults = []func(s *resumable, do answerer) answerer

// uploaded writes size bytes in pieces of odd sizes, and commits.
func uploaded(t *testing.T, b *bucket, size int) ([]byte, error) {
	t.Helper()
	data := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{9}).Read(data)
	u, err := b.Upload(t.Context(), "a b/k", store.Condition{Writes: "w", MediaType: "text/csv"})
	if err != nil {
		t.Fatal(err)
	}
	defer u.Abort()
	for rest := data; len(rest) > 0; {
		n := min(len(rest), 300_001)
		if n, err := u.Write(rest[:n]); err != nil {
			return data, fmt.Errorf("after %d bytes: %w", n, err)
		}
		rest = rest[n:]
	}
	return data, u.Commit(t.Context())
}

// TestUpload sends large objects over connections that are not sound.
func TestUpload(t *testing.T) {
	const first, second = "0-1048575/*", "1048576-2097151/*"
	for _, test := range []struct {
		name   string
		size   int
		faults faults
		spans  []string
	}{
		{"two chunks", 2 * chunk, nil, []string{first, "1048576-2097151/2097152"}},
		{"a byte more than a chunk", chunk + 1, nil, []string{first, "1048576-1048576/1048577"}},
		{"two chunks and more", 2*chunk + 5, nil, []string{first, second, "2097152-2097156/2097157"}},
		{"beginning lost", chunk + 1, faults{lose, loseAfter, down}, []string{first, "1048576-1048576/1048577"}},
		{"chunk lost on its way", chunk + 1, faults{well, lose}, []string{first, "1048576-1048576/1048577"}},
		{"answer to a chunk lost", 2*chunk + 5, faults{well, loseAfter}, []string{first, first, second, "2097152-2097156/2097157"}},
		{"half of a chunk kept", 2*chunk + 5, faults{well, keepSome}, []string{first, "524288-1048575/*", second, "2097152-2097156/2097157"}},
		{"half kept, and the answer lost", chunk + 1, faults{well, func(s *resumable, do answerer) answerer { return lostAfter(keepSome(s, do)) }},
			[]string{first, first, "1048576-1048576/1048577"}},
		{"nothing kept", chunk + 1, faults{well, keepNone, keepNone}, []string{first, first, first, "1048576-1048576/1048577"}},
		{"a bit kept now and then", chunk + 1, faults{well, down, down, down, keepBit, down, down, down, keepBit, keepBit},
			[]string{first, "262144-1048575/*", "524288-1048575/*", "786432-1048575/*", "1048576-1048576/1048577"}},
		{"down for the moment", chunk + 1, faults{down, well, down, down, well, down}, []string{first, "1048576-1048576/1048577"}},
		{"last answer lost", chunk + 1, faults{well, well, loseAfter}, []string{first, "1048576-1048576/1048577", "1048576-1048576/1048577"}},
		{"last one not taken for the last", chunk + 1, faults{well, well, incomplete}, []string{first, "*/1048577"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &resumable{t: t, faults: test.faults}
			data, err := uploaded(t, dialed(t, s), test.size)
			s.mu.Lock()
			defer s.mu.Unlock()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, s.data) || !s.done {
				t.Errorf("the server has %d bytes, or other ones", len(s.data))
			}
			if diff := cmp.Diff(test.spans, s.spans); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			path, query, _ := strings.Cut(s.begun, "?")
			values, err := url.ParseQuery(query)
			want := url.Values{"uploadType": {"resumable"}, "name": {"a b/k"}, "ifGenerationMatch": {"0"}}
			if diff := cmp.Diff(want, values); diff != "" || err != nil || path != "/upload/storage/v1/b/bkt/o" {
				t.Errorf("begun at %s, %v (-want +got):\n%s", path, err, diff)
			}
			if want := `{"cacheControl":"no-cache","contentType":"text/csv","metadata":{"lazyscribewrites":"w"},"name":"a b/k"}`; s.about != want {
				t.Errorf("it says %s, want %s", s.about, want)
			}
			if len(s.delete) > 0 {
				t.Errorf("removed: %q", s.delete)
			}
		})
	}
}

func TestUploadFails(t *testing.T) {
	refuse := func(status int) func(*resumable, answerer) answerer {
		return func(*resumable, answerer) answerer { return failed(status, "refused") }
	}
	many := func(before faults, n int, fault func(*resumable, answerer) answerer) faults {
		for range n {
			before = append(before, fault)
		}
		return before
	}
	for _, test := range []struct {
		name   string
		server *resumable
		want   store.Answer
		spans  int
	}{
		{"no bucket", &resumable{faults: faults{refuse(404)}}, store.Refused, 0},
		{"taken before it begins", &resumable{faults: faults{refuse(412)}}, store.Changed, 0},
		{"it says nowhere to upload to", &resumable{faults: many(nil, attempts, refuse(200))}, store.Unclear, 0},
		{"down", &resumable{faults: many(faults{well}, attempts, down)}, store.Unclear, 0},
		{"broken", &resumable{faults: many(faults{well}, attempts, lose)}, store.Unclear, 0},
		{"takes nothing", &resumable{faults: many(faults{well}, attempts, keepNone)}, store.Unclear, attempts},
		{"session forgotten", &resumable{faults: faults{well, refuse(404)}}, store.Unclear, 0},
		{"no rights any more", &resumable{faults: faults{well, well, refuse(403)}}, store.Refused, 1},
		{"taken meanwhile", &resumable{faults: faults{well, well, refuse(412)}}, store.Changed, 1},
		{"done, lost and forgotten", &resumable{faults: faults{well, well, loseAfter}, gone: true}, store.Unclear, 2},
		{"ended early", &resumable{faults: faults{well, refuse(200)}}, store.Unclear, 0},
		{"has less than it had", &resumable{faults: faults{well, well, tells("bytes=0-262143")}}, store.Unclear, 1},
		{"has more than was sent", &resumable{faults: faults{well, tells("bytes=0-99999999")}}, store.Unclear, 0},
		{"tells nonsense", &resumable{faults: many(faults{well}, attempts, tells("bytes=1-2"))}, store.Unclear, 0},
		{"tells nonsense at the end", &resumable{faults: many(faults{well, well}, attempts, tells("bytes=1-2"))}, store.Unclear, 1},
		{"tells no object", &resumable{faults: many(faults{well, well}, attempts, func(*resumable, answerer) answerer { return text(200, "<html>") })}, store.Unclear, 1},
		{"tells nothing of the object", &resumable{faults: many(faults{well, well}, attempts, func(*resumable, answerer) answerer { return text(200, "{}") })}, store.Unclear, 1},
		{"keeps another size", &resumable{size: 1}, store.Refused, 2},
		{"keeps other bytes", &resumable{sum: 1}, store.Refused, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := test.server
			s.t = t
			_, err := uploaded(t, dialed(t, s), chunk+1)
			s.mu.Lock()
			defer s.mu.Unlock()
			wantAnswer(t, test.name, err, test.want)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%v: who reads it can go on with the upload", err)
			}
			if len(s.spans) != test.spans || len(s.faults) > 0 {
				t.Errorf("requests %q, %d faults left", s.spans, len(s.faults))
			}
			wrong := s.size != 0 || s.sum != 0
			if wrong != (len(s.delete) == 1) || wrong && !strings.HasPrefix(s.delete[0], "/storage/v1/b/bkt/o/a%20b%2Fk?") ||
				wrong && !strings.Contains(s.delete[0], "ifGenerationMatch=7") {
				t.Errorf("removed: %q", s.delete)
			}
		})
	}
}

// TestUploadSmall sends what fits into a chunk in one request, again where that
// fails for the moment.
func TestUploadSmall(t *testing.T) {
	for _, size := range []int{0, 9, chunk} {
		sum := new(string)
		b, s := serve(t, lost, failed(503, "Backend Error"), func(w http.ResponseWriter, q asked) {
			about, media, data := parts(t, q)
			if len(data) != size || media != "text/csv" {
				t.Errorf("%d bytes of %s", len(data), media)
			}
			*sum = about["crc32c"].(string)
			text(200, fmt.Sprintf(`{"name":"a b/k","size":"%d","crc32c":%q,"generation":"7"}`, size, *sum))(w, q)
		})
		if _, err := uploaded(t, b, size); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		for _, q := range s.requests() {
			if !strings.Contains(q.URI, "uploadType=multipart") || !strings.Contains(q.URI, "ifGenerationMatch=0") {
				t.Errorf("%d bytes: %s", size, q.URI)
			}
		}
	}
	b, _ := serve(t, lost, failed(412, "conditionNotMet"))
	_, err := uploaded(t, b, 9)
	wantAnswer(t, "done, and sent again", err, store.Changed)

	b, _ = serve(t, text(200, `{"name":"k","size":"8","generation":"7"}`), text(204, ""))
	_, err = uploaded(t, b, 9)
	wantAnswer(t, "keeps another size", err, store.Refused)
}

// TestUploadAborted sends nothing of what was not sent yet.
func TestUploadAborted(t *testing.T) {
	s := &resumable{t: t}
	u, err := dialed(t, s).Upload(t.Context(), "k", store.Condition{MediaType: "text/csv"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write(make([]byte, chunk+1)); err != nil {
		t.Fatal(err)
	}
	u.Abort()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.spans) != 1 || s.done {
		t.Errorf("sent %q, done %t", s.spans, s.done)
	}
}

func TestUploadCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &resumable{t: t, faults: faults{well, func(_ *resumable, _ answerer) answerer {
		return func(w http.ResponseWriter, q asked) {
			failed(503, "Backend Error")(w, q)
			cancel()
		}
	}}}
	b := dialed(t, s)
	b.firstDelay = time.Hour
	u, err := b.Upload(ctx, "k", store.Condition{MediaType: "text/csv"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write(make([]byte, chunk+1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
