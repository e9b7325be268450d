package query

import (
	"iter"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// valueMap decodes all values of a sequence.
func valueMap(values iter.Seq2[string, experiment.Value]) map[string]any {
	m := map[string]any{}
	for name, v := range values {
		m[name] = v.Any()
	}
	return m
}

// parameterOf finds one parameter without decoding it.
func parameterOf(e *experiment.Experiment) func(string) (experiment.Value, bool) {
	return func(name string) (experiment.Value, bool) {
		for have, v := range e.Parameters() {
			if have == name {
				return v, true
			}
		}
		return experiment.Value{}, false
	}
}

func dependencies(e *experiment.Experiment) []string {
	refs := []string{}
	for ref := range e.Dependencies() {
		refs = append(refs, ref.String())
	}
	return refs
}
