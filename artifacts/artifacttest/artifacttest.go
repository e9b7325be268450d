// Package artifacttest checks that a handler keeps the contract of
// [artifacts.Handler]. A handler's own test is one call:
//
//	func TestConformance(t *testing.T) {
//		artifacttest.Run(t, Handler{},
//			artifacttest.Case{Name: "empty", Value: Grid{}},
//			artifacttest.Case{Name: "small", Value: Grid{{1, 2}, {3, 4}}},
//		)
//	}
//
// It reports everything it finds, not only the first violation. Run it with
// the race detector: some of the checks are for its eyes.
//
// Beyond round trips it covers what is easily forgotten: writers and readers
// that fail at any byte, readers that return little at a time, contexts that
// have ended, nil and wrong targets, truncated and damaged files, concurrent
// use, and settings that must not leak into the handler they came from.
package artifacttest

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Case is a value and what the handler makes of it.
type Case struct {
	Name  string
	Value any

	// Make returns the value instead of Value, for values that can be encoded
	// once only.
	Make func() any

	// Want is what is read back into a pointer to Want's type. Nil means Value.
	Want any

	// Natural is what is read back into a *any. Nil means that it is not
	// compared; ErrNeedsType is accepted then.
	Natural any

	// Equal compares what was read with Want and Natural. Nil means
	// reflect.DeepEqual.
	Equal func(got, want any) bool

	// File is the exact file the handler writes. Nil means that it is not
	// compared.
	File []byte

	// Settings are applied first, through Configure.
	Settings map[string]any

	// Refused says that Value cannot be encoded. Want, Natural and File have no
	// meaning then.
	Refused bool

	// OpenEnded says that the format does not tell where this file ends, so
	// that a part of it can be read as another, shorter value.
	OpenEnded bool
}

// Run checks h with the cases in subtests of t.
func Run(t *testing.T, h artifacts.Handler, cases ...Case) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			for _, violation := range runCheck(c, t.Context(), h, cases) {
				t.Error(violation)
			}
		})
	}
}

// Check is Run outside of a test. It returns all violations.
func Check(ctx context.Context, h artifacts.Handler, cases ...Case) []error {
	var all []error
	for _, c := range checks {
		for _, violation := range runCheck(c, ctx, h, cases) {
			all = append(all, fmt.Errorf("%s: %w", c.name, violation))
		}
	}
	return all
}

// A check looks at one clause of the contract: once for the handler, or for
// each case that can be encoded (and, if it reads, decoded).
type check struct {
	name    string
	handler func(*suite)
	each    func(*suite, Case)
	reads   bool
}

var checks = []check{
	{name: "format", handler: checkFormat},
	{name: "environment", each: checkEnvironment},
	{name: "configure", handler: checkConfigure},
	{name: "encode", each: checkEncode},
	{name: "refused values", handler: checkRefused},
	{name: "failing writer", each: checkFailingWriter},
	{name: "output only", handler: checkOutputOnly},
	{name: "round trip", each: checkRoundTrip, reads: true},
	{name: "readers", each: checkReaders, reads: true},
	{name: "failing reader", each: checkFailingReader, reads: true},
	{name: "targets", each: checkTargets, reads: true},
	{name: "context", each: checkContext},
	{name: "truncated file", each: checkTruncated, reads: true},
	{name: "damaged file", each: checkDamaged, reads: true},
	{name: "concurrency", handler: checkConcurrency},
}

func runCheck(c check, ctx context.Context, h artifacts.Handler, cases []Case) []error {
	s := &suite{ctx: ctx, handler: h, cases: cases, base: h}
	if c.handler != nil {
		s.protect(func() { c.handler(s) })
		return s.violations
	}
	for _, cs := range cases {
		if cs.Refused || c.reads && h.Format().OutputOnly {
			continue
		}
		s.protect(func() {
			if s.begin(cs) {
				c.each(s, cs)
			}
		})
	}
	return s.violations
}

// value returns a value to be encoded.
func (c Case) value() any {
	if c.Make != nil {
		return c.Make()
	}
	return c.Value
}

// want returns what is to be read back.
func (c Case) want() any {
	if c.Want != nil {
		return c.Want
	}
	return c.Value
}

func (c Case) equal(got, want any) bool {
	if c.Equal != nil {
		return c.Equal(got, want)
	}
	return reflect.DeepEqual(got, want)
}

// target returns a pointer to a zero value of the type of want.
func (c Case) target() any {
	t := reflect.TypeOf(c.want())
	if t == nil {
		t = reflect.TypeFor[any]()
	}
	return reflect.New(t).Interface()
}

// content returns what a target of Case.target points to.
func content(target any) any { return reflect.ValueOf(target).Elem().Interface() }
