package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// A comparisonRow is one value of each of several experiments; nil is missing.
type comparisonRow struct {
	key    string
	metric string // its name, "" for anything else
	values []any
}

// compare lists all values of experiments: what they are, then metrics, then
// parameters, tests and artifacts, each in the order in which they come first.
func compare(list []*experiment.Experiment) []*comparisonRow {
	var rows []*comparisonRow
	index := map[string]*comparisonRow{}
	set := func(i int, key, metric string, v any) {
		r := index[key]
		if r == nil {
			r = &comparisonRow{key: key, metric: metric, values: make([]any, len(list))}
			index[key] = r
			rows = append(rows, r)
		}
		r.values[i] = v
	}
	for i, e := range list {
		for _, field := range []string{"name", "author", "created_at", "tags", "dependencies"} {
			set(i, field, "", query.Key{Field: field}.Of(e))
		}
		for key, v := range query.Flatten(e) {
			set(i, key, metricName(key), v)
		}
		seen := map[string]int{}
		for t := range e.Tests() {
			name := t.Name()
			if seen[name]++; seen[name] > 1 { // names of tests need not be unique
				name = fmt.Sprintf("%s (%d)", name, seen[name])
			}
			for key, v := range query.Flatten(t) {
				set(i, "tests."+name+"."+key, metricName(key), v)
			}
		}
		for x := range e.Artifacts() {
			v := x.SHA256
			if v == "" {
				v = x.FileName // all that is known of it
			}
			set(i, "artifacts."+x.Name, "", v)
		}
	}
	slices.SortStableFunc(rows, func(x, y *comparisonRow) int { return rank(x.key) - rank(y.key) })
	return rows
}

func metricName(key string) string {
	name, _ := strings.CutPrefix(key, "metrics.")
	if name == key {
		return ""
	}
	return name
}

func rank(key string) int {
	return 1 + slices.IndexFunc(rankPrefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

// rankPrefixes are the parts of a comparison behind the first, which has no
// prefix in common.
var rankPrefixes = []string{"metrics.", "parameters.", "tests.", "artifacts."}

const artifactRank = 4

// same reports whether all experiments have the value, and the same one.
func (r *comparisonRow) same() bool {
	for _, v := range r.values[1:] {
		if (v == nil) != (r.values[0] == nil) || query.Format(v) != query.Format(r.values[0]) {
			return false
		}
	}
	return true
}

// best says which values are the best of a metric: none if there is nothing to
// choose from.
func (r *comparisonRow) best(o *compareOptions) []bool {
	best := make([]bool, len(r.values))
	if r.metric == "" {
		return best
	}
	smallest := slices.Contains(o.minimize, everyMetric) || slices.Contains(o.minimize, r.metric)
	var top float64
	numbers, distinct := 0, false
	for _, v := range r.values {
		x, ok := query.Number(v)
		if !ok || x != x { // NaN is not better than anything
			continue
		}
		numbers++
		distinct = distinct || numbers > 1 && x != top
		if numbers == 1 || smallest && x < top || !smallest && x > top {
			top = x
		}
	}
	if !distinct {
		return best
	}
	for i, v := range r.values {
		x, ok := query.Number(v)
		best[i] = ok && x == top
	}
	return best
}
