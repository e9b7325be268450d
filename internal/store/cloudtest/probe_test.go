package cloudtest

import (
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
	"github.com/lazyscribe-go/lazyscribe/internal/store/storetest"
)

// TestDishonest has servers that do not heed the conditions on writes.
func TestDishonest(t *testing.T) {
	for name, blind := range map[string][]string{
		"neither":       {"If-Match", "If-None-Match"},
		"If-Match":      {"If-Match"},
		"If-None-Match": {"If-None-Match"},
	} {
		t.Run(name, func(t *testing.T) {
			server := servers.FakeS3(t, &servers.Options{Blind: blind})
			url := fresh(server)
			s := open(t, url, nil)
			if _, err := s.ReadText(t.Context(), "project.json"); !errors.Is(err, artifacts.ErrNotFound) {
				t.Errorf("reading needs no honesty: %v", err)
			}
			_, err := storetest.Increment(t.Context(), s, "project.json", nil)
			if err == nil || !strings.Contains(err.Error(), "AssumeSingleWriter") {
				t.Errorf("saved, or does not say what to do: %v", err)
			}
			if _, err := s.Create(t.Context(), "a", content("x")); err == nil {
				t.Error("a file was made")
			}
			if !s.SingleWriter() {
				t.Error("should be known to need a single writer")
			}

			single := open(t, url, &store.Options{AssumeSingleWriter: true})
			for range 2 {
				if _, err := storetest.Increment(t.Context(), single, "project.json", nil); err != nil {
					t.Error(err)
				}
			}
			if _, err := single.Create(t.Context(), "a", content("first")); err != nil {
				t.Error(err)
			}
			if _, err := single.Create(t.Context(), "a", content("second")); !errors.Is(err, artifacts.ErrExists) {
				t.Errorf("taken: %v", err)
			}
			for key, want := range map[string]string{"project.json": "2", "a": "first"} {
				if got, err := single.ReadText(t.Context(), key); err != nil || string(got) != want {
					t.Errorf("%s: %q, %v", key, got, err)
				}
			}
		})
	}
}

// TestProbeLeavesNothing looks at the whole bucket after the first write.
func TestProbeLeavesNothing(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		var log strings.Builder
		s := open(t, fresh(start(t, nil)), &store.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if _, err := storetest.Increment(t.Context(), s, "project.json", nil); err != nil {
			t.Fatal(err)
		}
		if s.SingleWriter() {
			t.Error("taken for dishonest")
		}
		if log.Len() > 0 {
			t.Errorf("log: %s", log.String())
		}
		far := time.Unix(math.MaxInt32, 0)
		for info, err := range s.Leftovers(t.Context(), far) {
			t.Errorf("left over: %+v, %v", info, err)
		}
	})
}
