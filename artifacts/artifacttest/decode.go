package artifacttest

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing/iotest"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

func checkOutputOnly(s *suite) {
	if !s.handler.Format().OutputOnly {
		return
	}
	if err := s.decode(bytes.NewReader(nil), new(any)); !errors.Is(err, artifacts.ErrOutputOnly) {
		s.errorf("Decode returns %v, want ErrOutputOnly", err)
	}
}

func checkRoundTrip(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	s.expect(c, "", bytes.NewReader(file))

	var natural any
	err := s.decode(bytes.NewReader(file), &natural)
	switch {
	case errors.Is(err, artifacts.ErrNeedsType) && c.Natural == nil:
	case err != nil:
		s.errorf("Decode into a *any: %v", err)
	case c.Natural != nil && !c.equal(natural, c.Natural):
		s.errorf("Decode into a *any gives %#v, want %#v", natural, c.Natural)
	}
}

func checkReaders(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	s.expect(c, " byte by byte", iotest.OneByteReader(bytes.NewReader(file)))
	s.expect(c, " by half", iotest.HalfReader(bytes.NewReader(file)))
	s.expect(c, " with data and EOF at once", iotest.DataErrReader(bytes.NewReader(file)))
	s.expect(c, " from a plain reader", struct{ io.Reader }{bytes.NewReader(file)})
	var whole artifacts.File = bytes.NewReader(file)
	s.expect(c, " from a File", whole)
}

var errReader = errors.New("the test's reader fails")

// failingReader fails after its bytes, and remembers whether anybody noticed.
type failingReader struct {
	bytes.Reader
	failed bool
}

func (r *failingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		r.failed = true
		err = errReader
	}
	return n, err
}

func checkFailingReader(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	for _, n := range places(len(file)+1, 200) {
		r := new(failingReader)
		r.Reset(file[:n])
		target := c.target()
		err := s.decode(struct{ io.Reader }{r}, target)
		if r.failed && !errors.Is(err, errReader) {
			s.errorf("Decode returns %v when the reader fails after %d of %d bytes", err, n, len(file))
			return
		}
		if !s.untouched(err, target, n) {
			return
		}
	}
}

// untouched reports a target that was changed by a decoding that failed.
func (s *suite) untouched(err error, target any, n int) bool {
	if err == nil || reflect.ValueOf(target).Elem().IsZero() {
		return true
	}
	s.errorf("Decode changes its target to %#v and then fails at %d bytes: %v", content(target), n, err)
	return false
}

func checkTargets(s *suite, c Case) {
	file, ok := s.encode(c)
	if !ok {
		return
	}
	wrong := map[string]any{
		"nil":           nil,
		"a nil pointer": (*int)(nil),
		"a nil *any":    (*any)(nil),
		"not a pointer": 0,
	}
	if c.want() != nil { // which some formats read into anything
		wrong["a pointer to chan"] = new(chan int)
	}
	for name, target := range wrong {
		if err := s.decode(bytes.NewReader(file), target); !errors.Is(err, artifacts.ErrTargetType) {
			s.errorf("Decode into %s returns %v, want ErrTargetType", name, err)
		}
	}
	// A function is no pointer, so a format that takes it takes the writer.
	var written []byte
	writer := writerFunc(func(p []byte) (int, error) {
		written = append(written, p...)
		return len(p), nil
	})
	err := s.decode(bytes.NewReader(file), writer)
	switch {
	case err == nil && !bytes.Equal(written, file):
		s.errorf("Decode into an io.Writer writes %q, want the file %q", written, file)
	case err != nil && !errors.Is(err, artifacts.ErrTargetType):
		s.errorf("Decode into an io.Writer returns %v, want the file or ErrTargetType", err)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
