package conform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lazyscribe-go/lazyscribe/plugins/internal/wire"
	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// directions are those that a handler has.
func directions(h *pluginpb.HandlerInfo) map[string]direction {
	if h.GetOutputOnly() {
		return map[string]direction{"Encode": encoding}
	}
	return map[string]direction{"Encode": encoding, "Decode": decoding}
}

// emptyList is a value in every encoding: an item, a sequence, and bytes.
var emptyList = []byte{0x80}

// good returns what could be called with, in a direction: that of the handler's
// first sample, or else something short.
func (s *suite) good(ctx context.Context, h *pluginpb.HandlerInfo, direction string) (*pluginpb.Begin, []byte, error) {
	i := slices.IndexFunc(s.samples, func(v sample) bool { return v.alias == h.GetAlias() })
	if i < 0 {
		return &pluginpb.Begin{Alias: h.GetAlias(), Encoding: h.GetEncodings()[0]}, emptyList, nil
	}
	v := s.samples[i]
	begin := v.begin()
	begin.SizeHint = 0
	if direction == "Encode" {
		return begin, v.data, nil
	}
	file, err := s.live.encode(ctx, v)
	return begin, file, err
}

// refuses makes a call in each direction of each handler that is to end in a
// Failure for nothing but its end, which up sends.
func (s *suite) refuses(ctx context.Context, up func(data []byte, send func(frame) error) error) error {
	err := s.each(func(h *pluginpb.HandlerInfo) error {
		for name, d := range directions(h) {
			begin, data, err := s.good(ctx, h, name)
			if err != nil {
				return err
			}
			a, err := s.live.call(ctx, d, begin, func(send func(frame) error) error {
				return errors.Join(send(frame{data: data}), up(data, send))
			})
			if err == nil {
				err = a.failed()
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	return errors.Join(err, s.live.alive(ctx))
}

func checkAborted(ctx context.Context, s *suite) error {
	return s.refuses(ctx, func([]byte, func(frame) error) error { return nil })
}

func checkWrongEnd(ctx context.Context, s *suite) error {
	wrong := func(change func(*pluginpb.End)) func([]byte, func(frame) error) error {
		return func(data []byte, send func(frame) error) error {
			end := ending(data)
			change(end)
			return send(frame{end: end})
		}
	}
	if err := s.refuses(ctx, wrong(func(e *pluginpb.End) { e.Bytes++ })); err != nil {
		return fmt.Errorf("wrong count: %w", err)
	}
	if err := s.refuses(ctx, wrong(func(e *pluginpb.End) { *e.Crc32 ^= 1 })); err != nil {
		return fmt.Errorf("wrong checksum: %w", err)
	}
	return nil
}

// garbage are bytes that begin no CBOR item: a break outside of anything, a
// reserved length, an array that does not go on, and a text that is not UTF-8.
var garbage = [][]byte{{0xff}, {0x1c}, {0x82, 0x01}, {0x62, 0xc3, 0x28}}

func checkGarbage(ctx context.Context, s *suite) error {
	known := []pluginpb.Encoding{pluginpb.Encoding_ENCODING_CBOR, pluginpb.Encoding_ENCODING_CBOR_SEQ}
	return errors.Join(s.each(func(h *pluginpb.HandlerInfo) error {
		for _, e := range h.GetEncodings() {
			if !slices.Contains(known, e) {
				continue
			}
			for _, data := range garbage {
				a, err := s.live.call(ctx, encoding, &pluginpb.Begin{Alias: h.GetAlias(), Encoding: e}, payload(data))
				if err == nil {
					err = a.failed(pluginpb.Failure_CODE_BAD_VALUE)
				}
				if err != nil {
					return fmt.Errorf("%x as %s: %w", data, e, err)
				}
			}
		}
		return nil
	}), s.live.alive(ctx))
}

func checkUnknownAlias(ctx context.Context, s *suite) error {
	for name, d := range map[string]direction{"Encode": encoding, "Decode": decoding} {
		begin := &pluginpb.Begin{Alias: "no-such-alias", Encoding: pluginpb.Encoding_ENCODING_CBOR}
		a, err := s.live.call(ctx, d, begin, payload(emptyList))
		if err == nil {
			err = a.failed(pluginpb.Failure_CODE_UNKNOWN_ALIAS)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func checkBadSettings(ctx context.Context, s *suite) error {
	unknown, err := wire.Marshal(map[string]any{"no such setting": 1})
	if err != nil {
		return err
	}
	return s.each(func(h *pluginpb.HandlerInfo) error {
		for _, settings := range [][]byte{{0xff}, emptyList, unknown} {
			for name, d := range directions(h) {
				begin := &pluginpb.Begin{Alias: h.GetAlias(), Encoding: h.GetEncodings()[0], Settings: settings}
				a, err := s.live.call(ctx, d, begin, payload(emptyList))
				if err == nil {
					err = a.failed(pluginpb.Failure_CODE_BAD_SETTINGS)
				}
				if err != nil {
					return fmt.Errorf("%s with %x: %w", name, settings, err)
				}
			}
		}
		return nil
	})
}

func checkNoBegin(ctx context.Context, s *suite) error {
	for name, d := range map[string]direction{"Encode": encoding, "Decode": decoding} {
		for what, first := range map[string]frame{"Data": {data: emptyList}, "End": {end: ending(nil)}} {
			call, err := d(ctx, s.live.client)
			if err != nil {
				return err
			}
			// The plugin may refuse before it has read all.
			_ = errors.Join(call.send(first), call.closeSend())
			if _, err := call.answer(func([]byte) {}); status.Code(err) != codes.InvalidArgument {
				return fmt.Errorf("%s that begins with %s: got %v", name, what, err)
			}
		}
	}
	return nil
}

// large is more than all buffers between two processes hold: a plugin that first
// receives everything, or a host that first sends everything, would block.
const large = 5 << 20

func checkLarge(ctx context.Context, s *suite) error {
	passed := 0
	err := s.firstSamples(func(v sample) error {
		big, err := v.enlarged(large)
		if err != nil {
			return nil
		}
		passed++
		file, err := s.live.encode(ctx, big)
		if err != nil || s.handler(v.alias).GetOutputOnly() {
			return unlessRefused(err)
		}
		a, err := s.live.decode(ctx, big, file)
		if err == nil {
			err = a.succeeded()
		}
		return err
	})
	if err == nil && passed == 0 {
		return skip("no sample is a list or bytes")
	}
	return err
}

func checkConcurrent(ctx context.Context, s *suite) error {
	return s.eachSample(func(v sample) error {
		want, err := s.live.encode(ctx, v)
		if err != nil {
			return err
		}
		const callers, calls = 8, 5
		results := make(chan error)
		together := s.together(ctx, callers)
		for range callers {
			go func() {
				var err error
				for i := range calls {
					up := payload(v.data)
					if i == 0 {
						up = together(up)
					}
					file, failed := s.live.encodeFrom(ctx, v, up)
					if failed == nil && !bytes.Equal(file, want) {
						failed = errors.New("another file than alone")
					}
					err = errors.Join(err, failed)
				}
				results <- err
			}()
		}
		for range callers {
			err = errors.Join(err, <-results)
		}
		return err
	})
}

// together makes sources wait until n of them are asked for their frames, and the
// plugin has met the calls they are for: else a slow machine makes one call
// after the other.
func (s *suite) together(ctx context.Context, n int) func(source) source {
	var waiting atomic.Int32
	met := make(chan struct{})
	return func(up source) source {
		return func(send func(frame) error) error {
			if waiting.Add(1) == int32(n) {
				defer close(met)
				if err := s.met(ctx); err != nil {
					return err
				}
				return up(send)
			}
			select {
			case <-met:
				return up(send)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// met waits until the plugin has dealt with what was sent before: calls on one
// connection reach it in their order, and it takes a few turns at most to begin
// with them.
func (s *suite) met(ctx context.Context) error {
	for range 20 {
		if err := s.live.alive(ctx); err != nil {
			return err
		}
	}
	return nil
}

func checkCanceled(ctx context.Context, s *suite) error {
	return errors.Join(s.each(func(h *pluginpb.HandlerInfo) error {
		for _, d := range directions(h) {
			given, cancel := context.WithCancel(ctx)
			call, err := d(given, s.live.client)
			if err == nil {
				err = call.send(frame{begin: &pluginpb.Begin{Alias: h.GetAlias(), Encoding: h.GetEncodings()[0]}})
			}
			if err == nil {
				err = s.met(ctx) // or the plugin never hears of the call
			}
			cancel()
			if err != nil {
				return err
			}
			if _, err := call.answer(func([]byte) {}); err == nil {
				return errors.New("the call ended well")
			}
		}
		return nil
	}), s.met(ctx))
}
