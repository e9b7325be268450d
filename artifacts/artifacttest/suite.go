package artifacttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A suite is one check under way.
type suite struct {
	ctx     context.Context
	cases   []Case
	base    artifacts.Handler // as given
	handler artifacts.Handler // with the settings of the present case
	subject string            // names the present case in messages

	mu         sync.Mutex
	violations []error
}

func (s *suite) errorf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, errors.New(s.subject+fmt.Sprintf(format, args...)))
}

// protect runs one part and reports a panic in it as a violation.
func (s *suite) protect(part func()) {
	defer func() {
		if r := recover(); r != nil {
			s.errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	part()
}

// begin sets the suite up for a case. It reports whether that was possible.
func (s *suite) begin(c Case) bool {
	s.subject = fmt.Sprintf("case %q: ", c.Name)
	s.handler = s.base
	if len(c.Settings) == 0 {
		return true
	}
	configurable, ok := s.base.(artifacts.Configurable)
	if !ok {
		s.errorf("has settings, and the handler no Configure")
		return false
	}
	h, err := configurable.Configure(c.Settings)
	if err != nil {
		s.errorf("Configure: %v", err)
		return false
	}
	s.handler = h
	return true
}

// encode returns the file for a case. It reports whether there is one.
func (s *suite) encode(c Case) ([]byte, bool) {
	var file bytes.Buffer
	if err := s.handler.Encode(s.ctx, &file, c.value()); err != nil {
		s.errorf("Encode: %v", err)
		return nil, false
	}
	return file.Bytes(), true
}

// decode reads a file into a new target. A panic becomes an error that it
// reports as well.
func (s *suite) decode(r io.Reader, target any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.errorf("Decode panics: %v\n%s", r, debug.Stack())
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return s.handler.Decode(s.ctx, r, target)
}

// expect decodes r, which holds the whole file, and compares the value.
func (s *suite) expect(c Case, how string, r io.Reader) {
	target := c.target()
	if err := s.decode(r, target); err != nil {
		s.errorf("Decode%s: %v", how, err)
		return
	}
	if got, want := content(target), c.want(); !c.equal(got, want) {
		s.errorf("Decode%s gives %#v, want %#v", how, got, want)
	}
}

// places returns up to about limit offsets into a file of n bytes: all of a
// short file; the beginning, the end and samples between of a long one.
func places(n, limit int) []int {
	step := 1
	if n > limit {
		step = n / (limit / 2)
	}
	var at []int
	for i := 0; i < n; {
		at = append(at, i)
		if i < limit/4 || i >= n-limit/4 {
			i++
		} else {
			i += step
		}
	}
	return at
}
