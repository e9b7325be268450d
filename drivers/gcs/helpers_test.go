package gcs

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// asked is a request as the server got it.
type asked struct {
	Method, URI, Body string
	Header            http.Header
}

type answerer func(w http.ResponseWriter, q asked)

// scripted is a server that gives its answers in turn.
type scripted struct {
	mu      sync.Mutex
	answers []answerer
	asked   []asked
}

// serve returns a bucket called bkt whose server gives the answers in turn. The
// test fails unless each of them is given.
func serve(t *testing.T, answers ...answerer) (*bucket, *scripted) {
	t.Helper()
	s := &scripted{answers: answers}
	b := dialed(t, s)
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.answers) > 0 && !t.Failed() {
			t.Errorf("%d answers were not asked for, after %d requests", len(s.answers), len(s.asked))
		}
	})
	return b, s
}

// requests returns what was asked so far. Those that broke may still be in hand.
func (s *scripted) requests() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	q := asked{r.Method, r.RequestURI, string(body), r.Header.Clone()}
	s.asked = append(s.asked, q)
	if len(s.answers) == 0 {
		http.Error(w, "one request more than there are answers", http.StatusTeapot)
		return
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	answer(w, q)
}

// chunk is what a request of an upload carries here, in bytes: less than else, so
// that there can be many.
const chunk = 1 << 20

// dialed returns a bucket of a server that waits little before it asks again.
func dialed(t *testing.T, h http.Handler) *bucket {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	b, err := newBucket(t.Context(), "bkt", server.Client(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.chunk, b.firstDelay = chunk, 2*time.Nanosecond
	return b
}

// text answers with a status and a body, and fields of the header in pairs.
func text(status int, body string, fields ...string) answerer {
	return func(w http.ResponseWriter, _ asked) {
		for field := range slices.Chunk(fields, 2) {
			w.Header().Add(field[0], field[1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// failed answers as the JSON API does.
func failed(status int, message string) answerer {
	return text(status, fmt.Sprintf(`{"error":{"code":%d,"message":%q,"errors":[{"reason":"x","message":%[2]q}]}}`, status, message),
		"Content-Type", "application/json")
}

// failedXML answers as the XML API does.
func failedXML(status int, code string) answerer {
	return text(status, `<?xml version='1.0' encoding='UTF-8'?><Error><Code>`+code+`</Code><Message>says Google</Message></Error>`,
		"Content-Type", "application/xml")
}

// lost breaks the connection instead of an answer.
func lost(w http.ResponseWriter, _ asked) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// lostAfter does what another answerer does, of which nobody hears.
func lostAfter(do answerer) answerer {
	return func(w http.ResponseWriter, q asked) {
		do(httptest.NewRecorder(), q)
		lost(w, q)
	}
}

func times(n int, a answerer) []answerer { return slices.Repeat([]answerer{a}, n) }

// wantAnswer checks what the store is told of an error.
func wantAnswer(t *testing.T, what string, err error, want store.Answer) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	if got, shown := new(bucket).Answer(err); got != want || shown == nil {
		t.Errorf("%s: %d, %v; want %d", what, got, err, want)
	}
}
