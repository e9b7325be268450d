package conform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

func checkSameFile(ctx context.Context, s *suite) error {
	return s.eachSample(func(v sample) error {
		first, err := s.live.encode(ctx, v)
		if err != nil {
			return err
		}
		second, err := s.live.encode(ctx, v)
		if err == nil && !bytes.Equal(first, second) {
			err = errors.New("the second file differs from the first")
		}
		return err
	})
}

func checkRoundTrip(ctx context.Context, s *suite) error {
	return s.eachSample(func(v sample) error {
		h := s.handler(v.alias)
		if h.GetOutputOnly() {
			return nil
		}
		file, err := s.live.encode(ctx, v)
		if err != nil {
			return err
		}
		a, err := s.live.decode(ctx, v, file)
		if err == nil {
			err = a.succeeded()
		}
		if err != nil {
			return fmt.Errorf("decode: %w", err)
		}
		back := v
		back.encoding, back.data = a.encoding, a.data
		if back, err = back.as(h.GetEncodings()); err != nil {
			return fmt.Errorf("what Decode returned: %w", err)
		}
		again, err := s.live.encode(ctx, back)
		if err != nil {
			return fmt.Errorf("what Decode returned: %w", err)
		}
		if !bytes.Equal(again, file) {
			return errors.New("what Decode returned gives another file")
		}
		return nil
	})
}

// How many damaged forms of each file are tried.
const (
	truncations = 64
	corruptions = 200
)

func checkDamage(ctx context.Context, s *suite) error {
	err := s.eachSample(func(v sample) error {
		if s.handler(v.alias).GetOutputOnly() {
			return nil
		}
		file, err := s.live.encode(ctx, v)
		if err != nil {
			return err
		}
		for what, damaged := range damages(file) {
			a, err := s.live.decode(ctx, v, damaged)
			if err == nil && a.failure != nil {
				err = a.failed(pluginpb.Failure_CODE_BAD_FILE)
			}
			if err != nil {
				return fmt.Errorf("decode of a file %s: %w", what, err)
			}
		}
		return nil
	})
	return errors.Join(err, s.live.alive(ctx))
}

// damages are damaged forms of a file, the same ones each time.
func damages(file []byte) func(yield func(string, []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for i := range min(truncations, len(file)) {
			n := i * len(file) / truncations
			if len(file) < truncations {
				n = i
			}
			if !yield(fmt.Sprintf("cut off at %d of %d bytes", n, len(file)), file[:n]) {
				return
			}
		}
		random := rand.New(rand.NewPCG(2, uint64(len(file))))
		for range corruptions {
			damaged := slices.Clone(file)
			if len(damaged) == 0 {
				damaged = []byte{0}
			}
			at := random.IntN(len(damaged))
			damaged[at] = byte(random.Uint32())
			if !yield(fmt.Sprintf("whose byte %d is %#02x", at, damaged[at]), damaged) {
				return
			}
		}
	}
}
