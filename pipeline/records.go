package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A RecordError says that a record cannot be read. Others can be.
type RecordError struct {
	Key string // of the record
	Err error
}

// Error returns the text of the cause, which names the record.
func (e *RecordError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *RecordError) Unwrap() error { return e.Err }

// Records yields the records of a step by its name, or of all for "", in no
// particular order; of a store of several folders each once, from the first that
// has it. Those that cannot be read are [*RecordError]s, after which others
// follow; any other error is the last thing it yields.
func (s *Store) Records(ctx context.Context, name string) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		prefix := ""
		if name != "" {
			prefix = name + "-"
		}
		seen := map[string]bool{}
		for layer, st := range s.layers {
			for info, err := range st.List(ctx, prefix) {
				if err != nil {
					yield(nil, err)
					return
				}
				step, hash, ok := splitRecordKey(info.Key)
				if !ok || name != "" && step != name || seen[info.Key] {
					continue
				}
				seen[info.Key] = true
				r, _, err := s.record(ctx, layer, step, hash)
				switch {
				case errors.Is(err, artifacts.ErrNotFound):
					continue // removed meanwhile
				case err != nil && ctx.Err() == nil:
					err = &RecordError{info.Key, err}
				}
				if !yield(r, err) || ctx.Err() != nil {
					return
				}
			}
		}
	}
}

// splitRecordKey takes the key of a record apart.
func splitRecordKey(key string) (name, hash string, ok bool) {
	m := ours.FindStringSubmatch(key)
	if m == nil || m[3] != "" || m[4] != recordSuffix {
		return "", "", false
	}
	return m[1], m[2], true
}

// Record returns the record of a step by its name and the beginning of its hash.
// None is ErrNotFound of package artifacts; that several have it is an error that
// names them.
func (s *Store) Record(ctx context.Context, name, hash string) (*Record, error) {
	var found []*Record
	for r, err := range s.Records(ctx, name) {
		bad, damaged := errors.AsType[*RecordError](err)
		switch {
		case damaged && strings.HasPrefix(bad.Key, name+"-"+hash):
			return nil, err
		case err != nil && !damaged:
			return nil, err
		case err == nil && strings.HasPrefix(r.Hash, hash):
			found = append(found, r)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("record of %s with hash %q: %w", name, hash, artifacts.ErrNotFound)
	case 1:
		return found[0], nil
	}
	var hashes []string
	for _, r := range found {
		hashes = append(hashes, r.Hash)
	}
	return nil, fmt.Errorf("%d records of %s have a hash that begins with %q: %s", len(found), name, hash, strings.Join(hashes, ", "))
}

// Check compares a stored payload with its record: what is not as recorded is
// ErrCorrupt of package artifacts, what is missing ErrNotFound. If it is whole
// but one that it was made from is another by now it is [ErrStale]. Whether
// Generate would make the same again is what [Step.Verify] finds out.
func (s *Store) Check(ctx context.Context, r *Record) error {
	if _, err := r.Tree(); err != nil {
		return err
	}
	whole := fmt.Errorf("payload of %s (%.8s): %w", r.Name, r.Hash, artifacts.ErrNotFound)
	for layer := range s.layers {
		own, _, err := s.record(ctx, layer, r.Name, r.Hash)
		if err == nil && own.Payload.Key == r.Payload.Key {
			whole = s.intact(ctx, layer, r.Payload)
			break
		}
	}
	if whole != nil {
		return whole
	}
	for name, hash := range r.Dependencies {
		for layer := range s.layers {
			upstream, _, err := s.record(ctx, layer, name, hash)
			if err != nil {
				continue // removed, or its own check tells
			}
			if err := r.madeFrom(name, upstream.Payload.Digest); err != nil {
				return fmt.Errorf("payload of %s (%.8s): %w", r.Name, r.Hash, err)
			}
			break
		}
	}
	return nil
}
