package main

import (
	"context"
	"errors"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A model is a straight line.
type model struct {
	Slope     float64 `json:"slope"`
	Intercept float64 `json:"intercept"`
}

func (m model) predict(x float64) float64 { return m.Slope*x + m.Intercept }

// publishSample fills a repository anew with versions of two models. All of the
// second have expired.
func publishSample(ctx context.Context, url string) (err error) {
	var now time.Time
	repo, err := repository.Open(ctx, url, &repository.Options{Mode: repository.Truncate, Now: func() time.Time { return now }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, repo.Close()) }()
	const day = 24 * time.Hour
	for _, v := range []struct {
		name    string
		created time.Time
		ttl     time.Duration // 0: for ever
		model   model
	}{
		{"price", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), 90 * day, model{2, 1}},
		{"price", time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), 0, model{3, -1}},
		{"trend", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), 30 * day, model{1, 0}},
	} {
		now = v.created
		if _, err := repo.LogArtifact(v.name, v.model, "json", &artifacts.LogOptions{TTL: v.ttl}); err != nil {
			return err
		}
	}
	return repo.Save(ctx)
}
