package cli

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// The inputs are what a command line or a document asks to be logged, before
// anything is. Their values are trees of package pyjson, in which numbers keep
// their spelling: 3 stays an integer.

type experimentInput struct {
	name string
	partInput
	tags    []string
	setTags []string // nil: not asked for
	depends []experiment.Ref
	tests   []testInput
}

type testInput struct {
	name, description string
	partInput
}

// A partInput is what experiments and tests have in common.
type partInput struct {
	metrics, parameters []field
	artifacts           []artifactInput
}

type field struct {
	name  string
	value any
}

// recorder is the common part of drafts of experiments and of tests.
type recorder interface {
	LogMetricValue(name string, value any) error
	LogParameter(name string, value any) error
	artifactRecorder
}

func (in *experimentInput) write(ctx context.Context, d *experiment.Draft, l *artifactLogger) error {
	if err := in.partInput.write(ctx, d, l); err != nil {
		return err
	}
	if in.setTags != nil {
		d.SetTags(in.setTags...)
	}
	if len(in.tags) > 0 {
		d.Tag(in.tags...)
	}
	for _, ref := range in.depends {
		d.DependOnRef(ref)
	}
	for _, t := range in.tests {
		err := d.LogTest(t.name, t.description, func(d *experiment.TestDraft) error { return t.write(ctx, d, l) })
		if err != nil {
			return fmt.Errorf("log test %q: %w", t.name, err)
		}
	}
	return nil
}

func (in *partInput) write(ctx context.Context, r recorder, l *artifactLogger) error {
	for _, m := range in.metrics {
		if err := r.LogMetricValue(m.name, m.value); err != nil {
			return err
		}
	}
	for _, p := range in.parameters {
		if err := r.LogParameter(p.name, p.value); err != nil {
			return err
		}
	}
	for _, x := range in.artifacts {
		if err := l.log(ctx, r, x); err != nil {
			return err
		}
	}
	return nil
}

// parseField reads name=value. The value is JSON if it parses as JSON, else
// text.
func parseField(flag, text string) (field, error) {
	name, value, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return field{}, usagef("--%s %q: want name=value", flag, text)
	}
	return field{name, parseValue(value)}, nil
}

func parseValue(text string) any {
	if tree, err := pyjson.Parse([]byte(text)); err == nil {
		return tree
	}
	return text
}

// isMetric reports whether a value can be a metric: a number or a list of them.
func isMetric(tree any) bool {
	list, ok := tree.([]any)
	if !ok {
		list = []any{tree}
	}
	for _, v := range list {
		if _, ok := v.(pyjson.Number); !ok {
			return false
		}
	}
	return true
}

func parseMetric(text string) (field, error) {
	f, err := parseField("metric", text)
	if err == nil && !isMetric(f.value) {
		return f, usagef("--metric %q: want a number, or a list of numbers as JSON", text)
	}
	return f, err
}

// parseRef reads project|slug.
func parseRef(text string) (experiment.Ref, error) {
	ref := experiment.ParseRef(text)
	if ref.Project == "" || ref.Slug == "" {
		return ref, fmt.Errorf("dependency %q: want project|slug", text)
	}
	return ref, nil
}

// aliasPattern is what the alias of a handler looks like.
var aliasPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// cutAlias separates what stands before the last colon from an alias behind it.
func cutAlias(text string) (before, alias string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 || !aliasPattern.MatchString(text[i+1:]) {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}
