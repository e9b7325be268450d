package storetest

import (
	"context"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

func testReadAt(t *testing.T, s *store.Store) {
	put(t, s, "run/file", "0123456789")
	for _, c := range []struct {
		offset, length int
		want           string
	}{{0, 10, "0123456789"}, {3, 4, "3456"}, {9, 1, "9"}, {10, 0, ""}} {
		p := make([]byte, c.length)
		if err := s.ReadAt(t.Context(), "run/file", p, int64(c.offset)); err != nil || string(p) != c.want {
			t.Errorf("%d bytes from %d: %q, %v", c.length, c.offset, p, err)
		}
	}
	for _, c := range []struct{ offset, length int }{{8, 3}, {10, 1}, {20, 5}} {
		if err := s.ReadAt(t.Context(), "run/file", make([]byte, c.length), int64(c.offset)); err == nil {
			t.Errorf("%d bytes from %d of 10: no error", c.length, c.offset)
		}
	}
	err := s.ReadAt(t.Context(), "run/none", make([]byte, 1), 0)
	mustBe(t, err, artifacts.ErrNotFound)
	mustName(t, err, "read", s.URL("run/none"))
	mustBe(t, s.ReadAt(t.Context(), "../file", make([]byte, 1), 0), artifacts.ErrUnsafePath)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	mustBe(t, s.ReadAt(ended, "run/file", make([]byte, 1), 0), context.Canceled)
}
