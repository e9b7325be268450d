package cli

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
)

// tree returns an experiment's record as it is in the file.
func tree(e *experiment.Experiment) (any, error) {
	text, err := e.JSON()
	if err != nil {
		return nil, fmt.Errorf("read experiment %q: %w", e.Slug(), err)
	}
	t, err := pyjson.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read experiment %q: %w", e.Slug(), err)
	}
	return t, nil
}

func trees(list []*experiment.Experiment) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, e := range list {
			if !yield(tree(e)) {
				return
			}
		}
	}
}

// defaultColumns are those of a list for which none were asked for, before its
// metrics.
var defaultColumns = []query.Key{{Field: "slug"}, {Field: "created_at"}, {Field: "author"}, {Field: "tags"}}

// defaultMetrics is how many metrics a list shows for which no columns were
// asked for.
const defaultMetrics = 4

// columnsFor chooses the columns of a list: the usual ones and the metrics most
// of its experiments have.
func columnsFor(list []*experiment.Experiment) []query.Key {
	count := map[string]int{}
	for _, e := range list {
		for name, v := range e.Metrics() {
			if _, ok := v.Float64(); ok {
				count[name]++
			}
		}
	}
	names := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	columns := slices.Clone(defaultColumns)
	for _, name := range names[:min(len(names), defaultMetrics)] {
		columns = append(columns, query.Key{Field: "metrics", Path: name})
	}
	return columns
}

// experimentListing lists experiments. Without columns, JSON has whole records.
func (a *app) experimentListing(list []*experiment.Experiment, columns []query.Key) *listing {
	l := &listing{}
	if columns == nil {
		l.elements = trees(list)
		if a.output == jsonOutput || a.output == jsonlOutput {
			return l
		}
		columns = columnsFor(list)
	}
	for _, k := range columns {
		l.header = append(l.header, k.String())
	}
	for _, e := range list {
		row := make([]any, len(columns))
		for i, k := range columns {
			row[i] = k.Of(e)
		}
		l.rows = append(l.rows, row)
	}
	return l
}
