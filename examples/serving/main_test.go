package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// clock is a time that moves only when it is told to.
type clock struct{ unix atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(c.unix.Load(), 0).UTC() }
func (c *clock) set(date string) {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	c.unix.Store(at.Unix())
}

// A site is a server, and somebody else who publishes to its repository.
type site struct {
	t         *testing.T
	clock     *clock
	publisher *repository.Repository
	handler   http.Handler
	ticks     chan time.Time
}

func newSite(t *testing.T, url string) *site {
	t.Helper()
	s := &site{t: t, clock: &clock{}, ticks: make(chan time.Time)}
	s.clock.set("2025-01-01")
	open := func(mode repository.Mode) *repository.Repository {
		repo, err := repository.Open(t.Context(), url, &repository.Options{Mode: mode, Now: s.clock.now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := repo.Close(); err != nil {
				t.Error(err)
			}
		})
		return repo
	}
	s.publisher = open(repository.ReadWrite)
	server := newServer(open(repository.ReadOnly), slog.New(slog.DiscardHandler))
	s.handler = server.routes()
	go server.follow(t.Context(), s.ticks)
	return s
}

// tick lets the server look for what is new. It takes a second tick only when it
// is done with the first.
func (s *site) tick() {
	s.ticks <- s.clock.now()
	s.ticks <- s.clock.now()
}

func (s *site) publish(date string, m model, opts *artifacts.LogOptions) {
	s.t.Helper()
	s.clock.set(date)
	if _, err := s.publisher.LogArtifact("price", m, "json", opts); err != nil {
		s.t.Fatal(err)
	}
	s.save()
}

func (s *site) save() {
	s.t.Helper()
	if err := s.publisher.Save(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// get fails unless a request has the answer wanted: the text of an error, or of
// the JSON.
func (s *site) get(target string, status int, want string) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, target, nil))
	if body := strings.TrimSpace(w.Body.String()); w.Code != status || body != want {
		s.t.Errorf("%s: got %d %s\nwant %d %s", target, w.Code, body, status, want)
	}
}

func TestVersionsComeAndGo(t *testing.T) {
	s := newSite(t, "mem://"+rand.Text()+"/repository.json")
	const unknown = `find version: artifact "price": no version has this name`
	s.get("/price?x=3", http.StatusNotFound, unknown)

	// A new version is served once the server has looked.
	const first = `{"model":"price","version":0,"created":"2025-01-02T00:00:00Z","y":7}`
	s.publish("2025-01-02", model{2, 1}, &artifacts.LogOptions{TTL: 30 * 24 * time.Hour})
	s.get("/price?x=3", http.StatusNotFound, unknown)
	s.tick()
	s.get("/price?x=3", http.StatusOK, first)

	// The next one takes its place, and leaves it to those who ask for its time.
	const second = `{"model":"price","version":1,"created":"2025-01-10T00:00:00Z","y":8}`
	s.publish("2025-01-10", model{3, -1}, nil)
	s.tick()
	s.get("/price?x=3", http.StatusOK, second)
	s.get("/price?x=3&at=2025-01-09T23:59:59", http.StatusOK, first)
	s.get("/price?x=3&at=2025-01-10T00:00:00", http.StatusOK, second)
	s.get("/price?x=3&at=2025-01-01T00:00:00", http.StatusNotFound,
		`find version: artifact "price" as of 2025-01-01T00:00:00: none yet, the first version was created 2025-01-02T00:00:00`)

	// A version that turned out bad is taken out of service: the one before
	// comes back, for as long as it lives.
	if err := s.publisher.SetExpiry("price", repository.Number(1), s.clock.now()); err != nil {
		t.Fatal(err)
	}
	s.save()
	s.tick()
	s.get("/price?x=3", http.StatusOK, first)
	s.clock.set("2025-01-31")
	s.get("/price?x=3", http.StatusOK, first)
	s.clock.set("2025-02-01") // its thirty days are over; no tick is needed for that
	const gone = `find version: artifact "price": all versions have expired, the last one 2025-02-01T00:00:00`
	s.get("/price?x=3", http.StatusGone, gone)
	s.get("/price?x=3&at=2025-02-01T00:00:00", http.StatusGone, `find version: artifact "price" as of 2025-02-01T00:00:00: all versions have expired, the last one 2025-02-01T00:00:00`)
	s.get("/price?x=3&at=2025-01-20T00:00:00", http.StatusOK, first)

	// Once its file is deleted nobody can have it any more.
	if _, err := s.publisher.Purge(t.Context(), s.clock.now().Add(time.Second), nil); err != nil {
		t.Fatal(err)
	}
	s.tick()
	s.get("/price?x=3&at=2025-01-20T00:00:00", http.StatusGone, `version 0 of "price" was deleted: it had expired`)
}

func TestBadRequests(t *testing.T) {
	s := newSite(t, "mem://"+rand.Text()+"/repository.json")
	s.publish("2025-01-02", model{2, 1}, nil)
	s.tick()
	const form = "want latest, a number, a time such as 2025-01-25T12:36:22, or asof:TIME"
	s.get("/price", http.StatusBadRequest, `bad request: x is "", want a number`)
	s.get("/price?x=three", http.StatusBadRequest, `bad request: x is "three", want a number`)
	s.get("/price?x=NaN", http.StatusBadRequest, `bad request: x is NaN, which leads to no number`)
	s.get("/price?x=1e308", http.StatusBadRequest, `bad request: x is 1e+308, which leads to no number`)
	s.get("/price?x=3&at=yesterday", http.StatusBadRequest, `invalid version "asof:yesterday": `+form)
	s.get("/price?x=3&at=", http.StatusBadRequest, `invalid version "asof:": `+form)
	s.get("/price?x=3&at=0", http.StatusBadRequest, `invalid version "asof:0": a number has no time: asof: wants one such as asof:2025-01-25T12:36:22`)
	s.get("/rent?x=3", http.StatusNotFound, `find version: artifact "rent": no version has this name`)
}

// What is loaded stays in memory; what cannot be loaded is told in the log only;
// a manifest that cannot be read changes nothing.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	s := newSite(t, filepath.Join(dir, "repository.json"))
	s.publish("2025-01-02", model{2, 1}, nil)
	s.publish("2025-01-03", model{3, -1}, nil)
	s.tick()
	const second = `{"model":"price","version":1,"created":"2025-01-03T00:00:00Z","y":8}`
	s.get("/price?x=3", http.StatusOK, second)
	files, err := filepath.Glob(filepath.Join(dir, "price", "*"))
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, filepath.Join(dir, "repository.json")) {
		if err := os.WriteFile(file, []byte("{"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s.tick()
	s.get("/price?x=3", http.StatusOK, second)
	s.get("/price?x=3&at=2025-01-02T00:00:00", http.StatusInternalServerError, "the model cannot be loaded")
}

func TestRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, w, "localhost:0", "", time.Hour)
		w.CloseWithError(io.EOF)
		ended <- err
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err, <-ended)
	}
	var got []answer
	for word := range strings.FieldsSeq(line) {
		if !strings.HasPrefix(word, "http://") {
			continue
		}
		got = append(got, fetch(t, word))
	}
	if len(got) != 2 || got[0].Version != 1 || got[0].Y != 8 || got[1].Version != 0 || got[1].Y != 7 {
		t.Errorf("what it says to try answers %+v", got)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func fetch(t *testing.T, url string) (a answer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s, %v", url, response.Status, err)
	}
	return a
}
