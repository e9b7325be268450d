package artifacttest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func checkFormat(s *suite) {
	f := s.handler.Format()
	if err := artifacts.CheckFormat(f); err != nil {
		s.errorf("Format: %v", err)
	}
	if again := s.handler.Format(); again != f {
		s.errorf("Format changes from %+v to %+v", f, again)
	}
	if err := new(artifacts.Registry).Add(s.handler); err != nil {
		s.errorf("cannot be registered: %v", err)
	}
}

func checkEnvironment(s *suite, c Case) {
	reporter, ok := s.handler.(artifacts.EnvironmentReporter)
	if !ok {
		return
	}
	recorded := reporter.Environment(c.value())
	for key := range recorded {
		if err := artifacts.CheckEnvironmentKey(key); err != nil {
			s.errorf("Environment: %v", err)
		}
	}
	if validator, ok := s.handler.(artifacts.EnvironmentValidator); ok {
		if err := validator.ValidateEnvironment(recorded, c.target()); err != nil {
			s.errorf("ValidateEnvironment refuses what Environment just reported: %v", err)
		}
	}
}

func checkConfigure(s *suite) {
	configurable, ok := s.handler.(artifacts.Configurable)
	if !ok {
		return
	}
	if _, err := configurable.Configure(map[string]any{"no such setting": 1}); err == nil {
		s.errorf("Configure accepts an unknown setting")
	}
	for _, c := range s.cases {
		before := shallow(s.base)
		if !s.begin(c) {
			continue
		}
		if len(c.Settings) > 0 && !reflect.DeepEqual(before, shallow(s.base)) {
			s.errorf("Configure changes the handler it is called on")
		}
		if s.handler.Format() != s.base.Format() {
			s.errorf("Configure changes the format")
		}
	}
}

// shallow copies what a handler that is a pointer points to, so that a change
// of its fields shows.
func shallow(h artifacts.Handler) any {
	v := reflect.ValueOf(h)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v.Interface()
}

func checkEncode(s *suite, c Case) {
	if checker, ok := s.handler.(artifacts.Checker); ok {
		if err := checker.Check(c.value()); err != nil {
			s.errorf("Check refuses a value that can be encoded: %v", err)
		}
	}
	file, ok := s.encode(c)
	if ok && c.File != nil && !bytes.Equal(file, c.File) {
		s.errorf("Encode writes %q, want %q", file, c.File)
	}
}

func checkRefused(s *suite) {
	for _, c := range s.cases {
		if !c.Refused || !s.begin(c) {
			continue
		}
		s.protect(func() {
			err := s.handler.Encode(s.ctx, io.Discard, c.value())
			if !errors.Is(err, artifacts.ErrUnsupportedValue) {
				s.errorf("Encode returns %v, want ErrUnsupportedValue", err)
			}
		})
		s.protect(func() {
			checker, ok := s.handler.(artifacts.Checker)
			if !ok {
				return
			}
			if err := checker.Check(c.value()); err != nil && !errors.Is(err, artifacts.ErrUnsupportedValue) {
				s.errorf("Check returns %v, want ErrUnsupportedValue", err)
			}
		})
	}
}

var errWriter = errors.New("the test's writer fails")

// limitedWriter fails when more than left bytes are written.
type limitedWriter struct{ left int }

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		n := w.left
		w.left = 0
		return n, errWriter
	}
	w.left -= len(p)
	return len(p), nil
}

func checkFailingWriter(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	for _, n := range places(len(file), 200) {
		err := s.handler.Encode(s.ctx, &limitedWriter{left: n}, c.value())
		if !errors.Is(err, errWriter) {
			s.errorf("Encode returns %v when the writer fails after %d of %d bytes", err, n, len(file))
			return
		}
	}
}

func checkContext(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	ended, cancel := context.WithCancel(s.ctx)
	cancel()
	if err := s.handler.Encode(ended, io.Discard, c.value()); !errors.Is(err, context.Canceled) {
		s.errorf("Encode returns %v when its context has ended", err)
	}
	if s.handler.Format().OutputOnly {
		return
	}
	if err := s.handler.Decode(ended, bytes.NewReader(file), c.target()); !errors.Is(err, context.Canceled) {
		s.errorf("Decode returns %v when its context has ended", err)
	}
}

// checkConcurrency encodes and decodes all cases at once, for the race detector
// and for state that is shared between calls.
func checkConcurrency(s *suite) {
	var wg sync.WaitGroup
	var parts []*suite
	for _, c := range s.cases {
		if c.Refused || !s.begin(c) {
			continue
		}
		own := &suite{ctx: s.ctx, handler: s.handler, subject: s.subject}
		parts = append(parts, own)
		for range 4 {
			wg.Go(func() {
				own.protect(func() {
					file, ok := own.encode(c)
					if ok && !own.handler.Format().OutputOnly {
						own.expect(c, " (concurrently)", bytes.NewReader(file))
					}
				})
			})
		}
	}
	wg.Wait()
	for _, part := range parts {
		s.violations = append(s.violations, part.violations...)
	}
}
