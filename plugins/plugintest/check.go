package plugintest

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/plugins/internal/conform"
)

// A Result is what came out of one check.
type Result struct {
	ID   string // such as "W3"; stable
	Name string // what holds, as a sentence

	// Err says what is wrong. Nil if nothing is, or if the check was skipped.
	Err error

	// Skipped says why the check was not made; "": it was.
	Skipped string
}

// Options are the choices of [Check] and [RunWith]. Nil, and zero fields, mean
// all checks.
type Options struct {
	// Only names the checks to be made.
	Only []string

	// Skip names checks that are not made, and why: a format without types
	// cannot pass V1, say.
	Skip map[string]string

	// Host are the choices of the host through which the handlers are used. Its
	// Env also goes to the processes of the other checks, its trust file is not
	// looked at.
	Host *plugins.Options
}

// Check makes the checks on the plugin whose binary is at path, and returns what
// came out of each. The error is that of a plugin that cannot be started at all,
// of a check or a handler that does not exist, or of ctx.
func Check(ctx context.Context, path string, samples []Sample, o *Options) ([]Result, error) {
	results, err := check(ctx, path, nil, samples, o)
	if err != nil {
		return nil, fmt.Errorf("test plugin: %w", err)
	}
	return results, nil
}

// check is Check with variables for the environment of processes that are not
// started by a host.
func check(ctx context.Context, path string, env []string, samples []Sample, o *Options) ([]Result, error) {
	if o == nil {
		o = new(Options)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	var values []conform.Sample
	for _, s := range samples {
		values = append(values, s.conform())
	}
	subject := conform.Subject{Path: path, Env: append(o.environment(), env...)}
	ids := o.ids()
	made := make(map[string]Result)
	if len(ids) > 0 {
		own, err := conform.Run(ctx, subject, values, ids...)
		if err != nil {
			return nil, err
		}
		for _, r := range own {
			made[r.ID] = Result(r)
		}
	}
	hosted, err := o.hosted(ctx, path, samples)
	if err != nil {
		return nil, err
	}
	for _, r := range hosted {
		made[r.ID] = r
	}
	var results []Result
	for _, r := range all() {
		if reason, skip := o.Skip[r.ID]; skip {
			r.Skipped = reason
			results = append(results, r)
		} else if slices.Contains(ids, r.ID) {
			results = append(results, made[r.ID])
		}
	}
	return results, ctx.Err()
}

// all are the checks in their order, without results.
func all() []Result {
	var list []Result
	for _, c := range conform.Checks() {
		list = append(list, Result(c))
	}
	for _, c := range hostChecks {
		list = append(list, Result{ID: c.id, Name: c.name})
	}
	return list
}

// IDs returns the names of all checks, in their order.
func IDs() []string {
	var ids []string
	for _, c := range all() {
		ids = append(ids, c.ID)
	}
	return ids
}

// check refuses names of checks that do not exist, which would pass for checks
// that found nothing.
func (o *Options) check() error {
	names := slices.Clone(o.Only)
	for id := range o.Skip {
		names = append(names, id)
	}
	ids := IDs()
	for _, id := range names {
		if !slices.Contains(ids, id) {
			return fmt.Errorf("there is no check %q (there are %v)", id, ids)
		}
	}
	return nil
}

// ids are the checks that were asked for and are not skipped.
func (o *Options) ids() []string {
	ids := o.Only
	if len(ids) == 0 {
		ids = IDs()
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, skip := o.Skip[id]
		return skip
	})
}

// environment are the further variables a plugin may see.
func (o *Options) environment() []string {
	var env []string
	if o.Host == nil {
		return nil
	}
	for _, name := range o.Host.Env {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
