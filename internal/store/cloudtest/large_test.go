package cloudtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
	"github.com/lazyscribe-go/lazyscribe/internal/store/servers"
)

// largeSize is that of an object that goes up and comes down in several parts,
// the last of them short.
const largeSize = 5*8<<20 + 12345

// largeContent is the same each time, and no part of it is like another.
func largeContent() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{7}), largeSize) }

func copyLarge(w io.Writer) error {
	_, err := io.Copy(w, largeContent())
	return err
}

func largeDigest(t *testing.T) string {
	t.Helper()
	h := sha256.New()
	if err := copyLarge(h); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// TestLarge writes and reads an object of several parts, also when answers are
// lost and connections break.
func TestLarge(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		for name, faults := range map[string]*servers.Faults{"sound": {}, "lossy": {Drop: 0.1, Cut: 0.3}} {
			t.Run(name, func(t *testing.T) {
				s := open(t, fresh(start(t, &servers.Options{Faults: faults})), nil)
				key := createLarge(t, s, name == "sound")
				if key == "" {
					return
				}
				readLarge(t, s, key)
				if _, err := s.Create(t.Context(), key, copyLarge); !errors.Is(err, artifacts.ErrExists) && name == "sound" {
					t.Errorf("again: %v", err)
				}
				lost, _, _ := faults.Counts()
				t.Logf("%d answers lost", lost)
			})
		}
	})
}

// createLarge creates a large object. Over a connection that is not sound it may
// fail, and leaves nothing that is wrong then: fake-gcs-server takes a chunk that
// is sent again for more of the object. It returns "" after some failures.
func createLarge(t *testing.T, s *store.Store, sound bool) (key string) {
	t.Helper()
	for try := range 3 {
		key := fmt.Sprint("run/large-", try)
		info, err := s.Create(t.Context(), key, copyLarge)
		if err == nil {
			if want := (store.Info{Key: key, Size: largeSize, SHA256: largeDigest(t)}); info != want {
				t.Errorf("Create returns %+v, want %+v", info, want)
			}
			return key
		}
		if sound {
			t.Fatal(err)
		}
		t.Log(err)
		if strings.Contains(err.Error(), "Delete") {
			continue // and could not be removed, which it says
		}
		for info, err := range s.List(t.Context(), key) {
			if err == nil && info.Size != largeSize {
				t.Errorf("left behind: %+v", info)
			}
		}
	}
	return ""
}

func readLarge(t *testing.T, s *store.Store, key string) {
	t.Helper()
	f, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if f.Size() != largeSize {
		t.Errorf("size %d", f.Size())
	}
	h := sha256.New()
	if n, err := io.Copy(h, f); err != nil || n != largeSize || hex.EncodeToString(h.Sum(nil)) != largeDigest(t) {
		t.Errorf("read %d bytes, %v, or other ones", n, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestLargeEnded gives up reading in the middle.
func TestLargeEnded(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		s := open(t, fresh(start(t, nil)), nil)
		if _, err := s.Create(t.Context(), "large", copyLarge); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		f, err := s.Open(ctx, "large")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, f, 10<<20); err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := io.Copy(io.Discard, f); !errors.Is(err, context.Canceled) {
			t.Errorf("read after the end: %v", err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if _, err := f.Read(make([]byte, 1)); err == nil {
			t.Error("read after Close")
		}
	})
}

// TestLargeReplaced replaces an object while it is read: what comes is the old
// one or an error, never a mixture.
func TestLargeReplaced(t *testing.T) {
	overEach(t, func(t *testing.T, start func(t testing.TB, o *servers.Options) *servers.Server) {
		s := open(t, fresh(start(t, nil)), nil)
		if _, err := s.Create(t.Context(), "large", copyLarge); err != nil {
			t.Fatal(err)
		}
		f, err := s.Open(t.Context(), "large")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		h := sha256.New()
		// Past the first request: MinIO lets nobody write while one is answered.
		if _, err := io.CopyN(h, f, 9<<20); err != nil {
			t.Fatal(err)
		}
		err = s.Update(t.Context(), "large", nil, func(_ context.Context, now []byte, _, _ bool) (store.Text, error) {
			return store.Text{bytes.Repeat([]byte("x"), len(now))}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(h, f)
		if err == nil && hex.EncodeToString(h.Sum(nil)) != largeDigest(t) {
			t.Errorf("read %d bytes of a mixture without an error", n)
		}
	})
}

// TestNoOrphans looks for uploads that failed or were cancelled: they are
// aborted, so their parts are gone.
func TestNoOrphans(t *testing.T) {
	for _, name := range []string{"fake-s3", "versitygw"} {
		t.Run(name, func(t *testing.T) {
			server := servers.Kinds[name](t, nil)
			s := open(t, fresh(server), nil)
			broken := errors.New("cannot encode")
			_, err := s.Create(t.Context(), "a", func(w io.Writer) error { return errors.Join(copyLarge(w), broken) })
			if !errors.Is(err, broken) {
				t.Errorf("failed: %v", err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			_, err = s.Create(ctx, "b", func(w io.Writer) error {
				err := copyLarge(w)
				cancel()
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			_, err = s.Create(t.Context(), "c", func(w io.Writer) error {
				if _, err := s.Create(t.Context(), "c", content("taken meanwhile")); err != nil {
					return err
				}
				return copyLarge(w)
			})
			if !errors.Is(err, artifacts.ErrExists) {
				t.Errorf("taken: %v", err)
			}
			if uploads := listUploads(t, server); len(uploads) > 0 {
				t.Errorf("left behind: %q", uploads)
			}
		})
	}
}

func listUploads(t *testing.T, server *servers.Server) []string {
	t.Helper()
	out, err := client(t, server).ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &server.Bucket})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, u := range out.Uploads {
		keys = append(keys, aws.ToString(u.Key))
	}
	return keys
}
