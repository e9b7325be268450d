package servers

import (
	"errors"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// Faults are what a proxy does to requests on their way. Each is a share of all
// requests, from 0 to 1, by chance. A zero Faults passes everything.
type Faults struct {
	Drop        float64 // the server does what it is asked, but the answer is lost
	Unavailable float64 // the server is not asked; the answer is 503
	Cut         float64 // the connection breaks in the middle of the answer's body

	dropped, refused, passed atomic.Int64
	off                      atomic.Bool
}

// Stop makes the proxy pass everything from now on.
func (f *Faults) Stop() { f.off.Store(true) }

// Counts returns how many answers were lost, how many requests were refused and
// how many passed.
func (f *Faults) Counts() (dropped, refused, passed int64) {
	return f.dropped.Load(), f.refused.Load(), f.passed.Load()
}

var errDropped = errors.New("dropped")

// serve starts the proxy to a server's address and returns its own.
func (f *Faults) serve(t testing.TB, address string) string {
	t.Helper()
	proxy := &httputil.ReverseProxy{
		// The name of the host is signed, so it stays what the client used.
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: address})
			r.Out.Host = r.In.Host
		},
		ModifyResponse: func(r *http.Response) error {
			if !f.off.Load() && rand.Float64() < f.Drop {
				return errDropped
			}
			if !f.off.Load() && r.ContentLength > 1 && rand.Float64() < f.Cut {
				f.dropped.Add(1)
				r.Body = &cut{r.Body, rand.Int64N(r.ContentLength)}
				return nil
			}
			f.passed.Add(1)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			if errors.Is(err, errDropped) {
				f.dropped.Add(1)
			}
			hangUp(w)
		},
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.off.Load() && rand.Float64() < f.Unavailable {
			f.refused.Add(1)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// hangUp closes the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, at once
	}
	_ = conn.Close()
}

// cut is a body that breaks after some bytes.
type cut struct {
	io.ReadCloser
	left int64
}

func (c *cut) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errDropped
	}
	n, err := c.ReadCloser.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
