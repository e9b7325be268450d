package query

import (
	"iter"
	"maps"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// Measured is what experiments and tests have in common.
type Measured interface {
	Metrics() iter.Seq2[string, experiment.Value]
	Parameters() iter.Seq2[string, experiment.Value]
}

// Flatten ranges over metrics and parameters as columns of one row: the keys
// are those of [Key], each object taken apart into columns of its own, lists
// left whole.
func Flatten(m Measured) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for name, v := range m.Metrics() {
			if !flatten("metrics."+name, v.Any(), yield) {
				return
			}
		}
		for name, v := range m.Parameters() {
			if !flatten("parameters."+name, v.Any(), yield) {
				return
			}
		}
	}
}

func flatten(key string, v any, yield func(string, any) bool) bool {
	object, ok := v.(map[string]any)
	if !ok || len(object) == 0 {
		return yield(key, v)
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if !flatten(key+"."+name, object[name], yield) {
			return false
		}
	}
	return true
}
