package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/store"
)

// lockFormat is in every lock file.
const lockFormat = "lazyscribe.pipeline-lock/1"

// lockFile is the content of a lock file.
type lockFile struct {
	Format string       `json:"format"`
	Steps  []lockedStep `json:"steps"` // by name and hash
}

type lockedStep struct {
	Name   string `json:"name"`
	Hash   string `json:"hash"`
	Digest string `json:"digest"` // of the payload; "" if it is not stored
}

// Lock writes a file that says which payloads steps and all they depend on have
// now: their hashes and digests. They are loaded or generated. Kept with the code,
// it is what [Locked] compares a later run with. url is that of a file, in any
// storage; a file that is there is replaced.
func Lock(ctx context.Context, url string, nodes ...Node) error {
	now, err := lockOf(ctx, nodes)
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return withFile(ctx, url, func(s *store.Store, key string) error {
		return s.Update(ctx, key, nil, func(context.Context, []byte, bool, bool) (store.Text, error) {
			return store.Text{text, []byte("\n")}, nil
		})
	})
}

// A LockError says how steps differ from what [Lock] wrote.
type LockError struct {
	URL         string
	Differences []string // a sentence each
}

// Error lists the differences.
func (e *LockError) Error() string {
	return fmt.Sprintf("lock file %q: %s", e.URL, strings.Join(e.Differences, "; "))
}

// Locked compares steps and all they depend on with what [Lock] wrote. If any
// parameters or payloads are others the error is a [*LockError]. Payloads are
// loaded or generated.
func Locked(ctx context.Context, url string, nodes ...Node) error {
	var was lockFile
	err := withFile(ctx, url, func(s *store.Store, key string) error {
		text, err := s.ReadText(ctx, key)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &was); err != nil {
			return fmt.Errorf("%w: %w", artifacts.ErrCorrupt, err)
		}
		if was.Format != lockFormat {
			return fmt.Errorf("%w: its format is %q, and this program knows %q", artifacts.ErrCorrupt, was.Format, lockFormat)
		}
		return nil
	})
	if err != nil {
		return err
	}
	now, err := lockOf(ctx, nodes)
	if err != nil {
		return fmt.Errorf("compare with lock file: %w", err)
	}
	if differences := was.differences(now); differences != nil {
		return &LockError{store.WithoutParameters(url), differences}
	}
	return nil
}

func withFile(ctx context.Context, url string, do func(s *store.Store, key string) error) error {
	s, key, err := store.Open(ctx, url, nil)
	if err == nil {
		err = errors.Join(do(s, key), s.Close())
	}
	if err != nil {
		return fmt.Errorf("lock file %q: %w", store.WithoutParameters(url), err)
	}
	return nil
}

// lockOf loads or generates the payloads of steps, those they depend on first, and
// says what they are.
func lockOf(ctx context.Context, nodes []Node) (*lockFile, error) {
	l := &lockFile{Format: lockFormat}
	ses, done := &session{renew: true}, map[string]bool{}
	var visit func(Node) error
	visit = func(n Node) error {
		c, err := coreOf(n)
		if err != nil || done[n.Hash()] {
			return err
		}
		done[n.Hash()] = true
		for _, d := range c.deps {
			if err := visit(d); err != nil {
				return err
			}
		}
		step := lockedStep{Name: n.Name(), Hash: n.Hash()}
		if c.cache.stores() {
			if step.Digest, err = ses.ensure(ctx, c); err != nil {
				return c.fail("lock", err)
			}
		}
		l.Steps = append(l.Steps, step)
		return nil
	}
	for _, n := range nodes {
		if err := visit(n); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(l.Steps, func(a, b lockedStep) int {
		return strings.Compare(a.Name+"-"+a.Hash, b.Name+"-"+b.Hash)
	})
	return l, nil
}

// differences compares what was with what is now.
func (l *lockFile) differences(now *lockFile) (list []string) {
	was := map[string]lockedStep{}
	for _, s := range l.Steps {
		was[s.Name+"-"+s.Hash] = s
	}
	for _, s := range now.Steps {
		old, ok := was[s.Name+"-"+s.Hash]
		delete(was, s.Name+"-"+s.Hash)
		switch {
		case !ok:
			list = append(list, fmt.Sprintf("%s has hash %.8s, which is not locked", s.Name, s.Hash))
		case old.Digest != s.Digest:
			list = append(list, fmt.Sprintf("%s (%.8s) is %.15s, locked was %.15s", s.Name, s.Hash, s.Digest, old.Digest))
		}
	}
	for _, s := range l.Steps {
		if _, ok := was[s.Name+"-"+s.Hash]; ok {
			list = append(list, fmt.Sprintf("%s (%.8s) is locked and not used", s.Name, s.Hash))
		}
	}
	return list
}
