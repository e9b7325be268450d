package conform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/plugins/pluginpb"
)

// A Subject is the plugin to be checked.
type Subject struct {
	Path string
	Args []string // for each start, before those of a check
	Env  []string // "NAME=value", besides the little that every check gives
}

// A Result is what came out of one check.
type Result struct {
	ID   string // such as "W3"; stable
	Name string // what holds, as a sentence

	// Err says what is wrong. Nil if nothing is, or if the check was skipped.
	Err error

	// Skipped says why the check was not made; "": it was.
	Skipped string
}

// Short are the checks a plugin passes before it is trusted: none needs a
// sample or takes long.
var Short = []string{"D1", "W2", "L2", "L3"}

// Checks returns the ID and name of all checks, in their order.
func Checks() []Result {
	list := make([]Result, len(checks))
	for i, c := range checks {
		list[i] = Result{ID: c.id, Name: c.name}
	}
	return list
}

// limit is how long one check may take, however slow the machine: a plugin that
// hangs would hold up everything else.
const limit = 2 * time.Minute

// Run makes the checks of ids, or all if there are none, in the order of [Checks].
// The error is that of a plugin that cannot be started at all.
func Run(ctx context.Context, subject Subject, samples []Sample, ids ...string) ([]Result, error) {
	s := &suite{subject: subject}
	defer s.end()
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	if err := s.take(samples); err != nil {
		return nil, err
	}
	var results []Result
	for _, c := range checks {
		if len(ids) > 0 && !slices.Contains(ids, c.id) {
			continue
		}
		if c.id != "D1" && !s.usable() {
			results = append(results, Result{ID: c.id, Name: c.name, Skipped: "it offers nothing that could be used"})
			continue
		}
		result := Result{ID: c.id, Name: c.name, Err: s.make(ctx, c)}
		if skip, ok := errors.AsType[skipped](result.Err); ok {
			result.Err, result.Skipped = nil, string(skip)
		}
		results = append(results, result)
	}
	return results, ctx.Err()
}

// A check looks at one rule of the protocol.
type check struct {
	id, name string
	run      func(context.Context, *suite) error
}

// skipped is the error of a check that says nothing about this plugin.
type skipped string

func (s skipped) Error() string { return string(s) }

func skip(format string, args ...any) error { return skipped(fmt.Sprintf(format, args...)) }

// A suite is one Run.
type suite struct {
	subject     Subject
	samples     []sample
	live        *instance // most checks share it
	description *pluginpb.DescribeResponse
}

// begin starts the shared process and asks it what it offers.
func (s *suite) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p, err := start(ctx, s.subject, nil)
	if err != nil {
		return err
	}
	s.live = p
	if s.description, err = p.describe(ctx); err != nil {
		return fmt.Errorf("describe: %w", p.told(err))
	}
	return nil
}

func (s *suite) end() {
	if s.live != nil {
		s.live.kill()
	}
}

// make runs one check. A process that did not survive it is replaced, so that
// one mistake is reported once.
func (s *suite) make(ctx context.Context, c check) error {
	if s.live.gone() {
		s.live.kill()
		if err := s.begin(ctx); err != nil {
			return fmt.Errorf("start the plugin again: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := c.run(ctx, s)
	if _, skip := errors.AsType[skipped](err); err == nil || skip {
		return err
	}
	// The end of a process shows a little after that of its connections.
	if s.live.endsWithin(ctx, time.Second/5) {
		return errors.Join(err, fmt.Errorf("the process ended: %w", s.live.told(s.live.ended)))
	}
	return err
}

// take spells the samples. One without an alias is for the only handler.
func (s *suite) take(samples []Sample) error {
	for i, in := range samples {
		if in.Alias == "" && len(s.description.GetHandlers()) == 1 {
			in.Alias = s.description.Handlers[0].GetAlias()
		}
		if in.Name == "" {
			in.Name = fmt.Sprint(i + 1)
		}
		h := s.handler(in.Alias)
		if h == nil {
			return fmt.Errorf("sample %q: the plugin has no handler %q", in.Name, in.Alias)
		}
		v, err := in.spell(h)
		if err != nil {
			return fmt.Errorf("sample %q of %q: %w", in.Name, in.Alias, err)
		}
		s.samples = append(s.samples, v)
	}
	return nil
}

// usable reports whether there are handlers, and all can be called.
func (s *suite) usable() bool {
	handlers := s.description.GetHandlers()
	return len(handlers) > 0 && !slices.ContainsFunc(handlers, func(h *pluginpb.HandlerInfo) bool { return len(h.GetEncodings()) == 0 })
}

// handler returns what the plugin says about an alias.
func (s *suite) handler(alias string) *pluginpb.HandlerInfo {
	i := slices.IndexFunc(s.description.Handlers, func(h *pluginpb.HandlerInfo) bool { return h.Alias == alias })
	if i < 0 {
		return nil
	}
	return s.description.Handlers[i]
}

// each runs a part of a check for every handler, naming it in errors.
func (s *suite) each(part func(*pluginpb.HandlerInfo) error) error {
	var errs []error
	for _, h := range s.description.Handlers {
		if err := part(h); err != nil {
			errs = append(errs, fmt.Errorf("handler %q: %w", h.Alias, err))
		}
	}
	return errors.Join(errs...)
}

// firstSamples is eachSample for checks that take long: one for each handler, the
// first that can be made larger.
func (s *suite) firstSamples(part func(sample) error) error {
	seen := make(map[string]bool)
	return s.eachSample(func(v sample) error {
		if seen[v.alias] {
			return nil
		}
		if _, err := v.enlarged(0); err == nil {
			seen[v.alias] = true
		}
		return part(v)
	})
}

// eachSample runs a part of a check for every sample, naming it in errors.
func (s *suite) eachSample(part func(sample) error) error {
	if len(s.samples) == 0 {
		return skip("no sample was given")
	}
	var errs []error
	for _, v := range s.samples {
		if err := part(v); err != nil {
			errs = append(errs, fmt.Errorf("sample %q of %q: %w", v.name, v.alias, err))
		}
	}
	return errors.Join(errs...)
}
