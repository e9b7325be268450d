package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A server answers with the models of one repository.
type server struct {
	repo *repository.Repository
	log  *slog.Logger

	mu     sync.Mutex
	loaded map[identity]model
}

// identity is what tells a version from any other. Its file never changes, so a
// model that was loaded stays right.
type identity struct {
	name, file string
	number     int
}

func newServer(repo *repository.Repository, log *slog.Logger) *server {
	return &server{repo: repo, log: log, loaded: map[identity]model{}}
}

// follow looks for new versions and expiries at each tick, until the context
// ends. When the manifest cannot be read the server goes on with what it knows.
func (s *server) follow(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if err := s.repo.Refresh(ctx); err != nil {
				s.log.Warn("following the repository", "error", err)
			}
		}
	}
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{name}", s.serve)
	return mux
}

// An answer is a prediction, and by whom.
type answer struct {
	Model   string    `json:"model"`
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	Y       float64   `json:"y"`
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	a, err := s.answer(r)
	if err != nil {
		status := statusOf(err)
		text := err.Error()
		if status == http.StatusInternalServerError {
			s.log.Error("request failed", "url", r.URL.String(), "error", err)
			text = "the model cannot be loaded" // the rest is for the log
		}
		http.Error(w, text, status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(a); err != nil {
		s.log.Warn("answer not sent", "error", err)
	}
}

var errRequest = errors.New("bad request")

// statusOf says what an error is to the client. What has expired was not found
// either, so it comes first.
func statusOf(err error) int {
	switch {
	case errors.Is(err, errRequest), errors.Is(err, repository.ErrInvalidVersion):
		return http.StatusBadRequest
	case errors.Is(err, repository.ErrExpired):
		return http.StatusGone
	case errors.Is(err, repository.ErrVersionNotFound):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

func (s *server) answer(r *http.Request) (answer, error) {
	query := r.URL.Query()
	x, err := strconv.ParseFloat(query.Get("x"), 64)
	if err != nil {
		return answer{}, fmt.Errorf("%w: x is %q, want a number", errRequest, query.Get("x"))
	}
	version := repository.Latest()
	if query.Has("at") {
		if version, err = repository.ParseVersion("asof:" + query.Get("at")); err != nil {
			return answer{}, err
		}
	}
	// Asked for each request: expiries come without anybody saying so.
	meta, err := s.repo.Find(r.PathValue("name"), version)
	if err != nil {
		return answer{}, err
	}
	m, err := s.load(r.Context(), meta)
	if err != nil {
		return answer{}, err
	}
	y := m.predict(x)
	if math.IsNaN(y) || math.IsInf(y, 0) {
		return answer{}, fmt.Errorf("%w: x is %g, which leads to no number", errRequest, x)
	}
	return answer{Model: meta.Name, Version: meta.Version, Created: meta.CreatedAt, Y: y}, nil
}

// load loads the model of a version, the first time it is asked for.
func (s *server) load(ctx context.Context, meta artifacts.Artifact) (model, error) {
	if !meta.PurgedAt.IsZero() {
		return model{}, fmt.Errorf("version %d of %q was deleted: it had %w", meta.Version, meta.Name, repository.ErrExpired)
	}
	id := identity{meta.Name, meta.FileName, meta.Version}
	s.mu.Lock()
	m, ok := s.loaded[id]
	s.mu.Unlock()
	if ok {
		return m, nil
	}
	m, err := repository.Load[model](ctx, s.repo, meta.Name, &repository.LoadOptions{Version: repository.Number(meta.Version)})
	if err != nil {
		return m, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loaded[id] = m
	return m, nil
}
