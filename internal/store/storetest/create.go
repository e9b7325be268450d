package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// The digest of "abc" is an example of FIPS 180-2.
const abcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

func testCreate(t *testing.T, s *store.Store) {
	want := store.Info{Key: "run/model.bin", Size: 3, SHA256: abcDigest}
	if diff := cmp.Diff(want, put(t, s, want.Key, "abc")); diff != "" {
		t.Errorf("Create (-want +got):\n%s", diff)
	}
	if got := get(t, s, want.Key); got != "abc" {
		t.Errorf("read back %q", got)
	}
	info, err := s.Stat(t.Context(), want.Key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Key != want.Key || info.Size != 3 || info.ModTime.IsZero() || info.SHA256 != "" {
		t.Errorf("Stat: %+v", info)
	}
	if empty := put(t, s, "run/empty", ""); empty.Size != 0 || get(t, s, "run/empty") != "" {
		t.Errorf("empty file: %+v", empty)
	}
}

func testCreateLarge(t *testing.T, s *store.Store) {
	content := make([]byte, 3<<20+1)
	random := rand.NewChaCha8([32]byte{1})
	if _, err := random.Read(content); err != nil {
		t.Fatal(err)
	}
	info, err := s.Create(t.Context(), "large", func(w io.Writer) error {
		for rest := content; len(rest) > 0; {
			n := min(len(rest), 70_001) // above and below the size of buffers
			if _, err := w.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	want := store.Info{Key: "large", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("Create (-want +got):\n%s", diff)
	}
	if got := get(t, s, "large"); got != string(content) {
		t.Error("read back other bytes")
	}
}

func testCreateTaken(t *testing.T, s *store.Store) {
	put(t, s, "run/a", "first")
	_, err := s.Create(t.Context(), "run/a", writeString("second"))
	mustBe(t, err, artifacts.ErrExists, fs.ErrExist)
	mustName(t, err, "create", s.URL("run/a"))
	_, err = s.Create(t.Context(), "run/a", writeString(""))
	mustBe(t, err, artifacts.ErrExists)
	// The name is taken while the file is being written.
	_, err = s.Create(t.Context(), "run/b", func(w io.Writer) error {
		put(t, s, "run/b", "theirs")
		return writeString("mine")(w)
	})
	mustBe(t, err, artifacts.ErrExists)
	if a, b := get(t, s, "run/a"), get(t, s, "run/b"); a != "first" || b != "theirs" {
		t.Errorf("overwritten: %q, %q", a, b)
	}
}

func testCreateFails(t *testing.T, s *store.Store) {
	broken := errors.New("cannot encode")
	for _, size := range []int{0, 10, 1 << 20} {
		_, err := s.Create(t.Context(), "run/a", func(w io.Writer) error {
			if _, err := w.Write(make([]byte, size)); err != nil {
				return err
			}
			return broken
		})
		if err != broken {
			t.Errorf("after %d bytes: error %v is not what write returned", size, err)
		}
	}
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
	put(t, s, "run/a", "again")
}

func testCreatePanics(t *testing.T, s *store.Store) {
	func() {
		defer func() {
			if got := recover(); got != "boom" {
				t.Errorf("recovered %v", got)
			}
		}()
		_, _ = s.Create(t.Context(), "run/a", func(w io.Writer) error {
			_, _ = w.Write(make([]byte, 1<<20))
			panic("boom")
		})
	}()
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
	put(t, s, "run/a", "again")
}

func testCreateCancelled(t *testing.T, s *store.Store) {
	for _, size := range []int{10, 1 << 20} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := s.Create(ctx, "run/a", func(w io.Writer) error {
			cancel()
			_, _ = w.Write(make([]byte, size)) // a careless writer
			return nil
		})
		mustBe(t, err, context.Canceled)
		mustName(t, err, "create", s.URL("run/a"))
	}
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

// testCreateRace has many writers create the same files: each file has exactly
// one winner, and its content.
func testCreateRace(t *testing.T, s *store.Store) {
	const writers, files = 8, 20
	for file := range files {
		key := fmt.Sprintf("race%d/file", file)
		var wg sync.WaitGroup
		won := make([]bool, writers)
		start := make(chan struct{})
		for w := range writers {
			wg.Go(func() {
				content := bytes.Repeat([]byte{byte('a' + w)}, 1000+w)
				<-start
				_, err := s.Create(t.Context(), key, func(w io.Writer) error {
					_, err := w.Write(content)
					return err
				})
				won[w] = err == nil
				if err != nil {
					mustBe(t, err, artifacts.ErrExists)
				}
			})
		}
		close(start)
		wg.Wait()
		winner, winners := 0, 0
		for w := range writers {
			if won[w] {
				winner = w
				winners++
			}
		}
		if winners != 1 {
			t.Fatalf("%s: %d winners", key, winners)
		}
		if got, want := get(t, s, key), bytes.Repeat([]byte{byte('a' + winner)}, 1000+winner); got != string(want) {
			t.Errorf("%s is not its winner's: %d bytes of %q", key, len(got), got[:1])
		}
	}
	if keys := list(t, s, ""); len(keys) != files {
		t.Errorf("%d files, want %d", len(keys), files)
	}
}

// testFolders has writers put files into a folder and take them out again,
// which on a disk makes and removes the folder all the time.
func testFolders(t *testing.T, s *store.Store) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			key := fmt.Sprintf("shared/sub/%d", w)
			for range 50 {
				if _, err := s.Create(t.Context(), key, writeString("x")); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
				if err := s.Remove(t.Context(), key); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}
