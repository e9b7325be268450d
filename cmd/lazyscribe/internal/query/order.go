package query

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
)

// An Order sorts by a key.
type Order struct {
	Key        Key
	Descending bool
}

// ParseOrder reads a key, with a "-" before it for descending.
func ParseOrder(s string) (Order, error) {
	name, descending := strings.CutPrefix(s, "-")
	k, err := ParseKey(name)
	return Order{k, descending}, err
}

// Sort orders experiments by the first order, equal ones by the second, and so
// on; what is equal in all keeps its place. Values that are missing come last
// in either direction, and so do metrics that are no numbers, and NaN. Of a
// parameter that is of several kinds, numbers go before texts before anything
// else.
func Sort(list []*experiment.Experiment, orders []Order) {
	if len(orders) == 0 {
		return
	}
	type row struct {
		e    *experiment.Experiment
		keys []sortKey
	}
	rows := make([]row, len(list))
	keys := make([]sortKey, len(list)*len(orders))
	for i, e := range list {
		rows[i] = row{e, keys[i*len(orders) : (i+1)*len(orders)]}
		for j, o := range orders {
			rows[i].keys[j] = o.key(e)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		for j, o := range orders {
			if c := o.compare(a.keys[j], b.keys[j]); c != 0 {
				return c
			}
		}
		return 0
	})
	for i := range rows {
		list[i] = rows[i].e
	}
}

// A sortKey is a value made comparable. Kinds are ordered among one another.
type sortKey struct {
	kind   sortKind
	number float64
	text   string
	time   time.Time
}

type sortKind int

const (
	sortsTime sortKind = iota
	sortsNumber
	sortsText
	sortsLast // missing, in either direction
)

func (o Order) key(e *experiment.Experiment) sortKey {
	v := o.Key.Of(e)
	if x, ok := Number(v); ok && !math.IsNaN(x) {
		return sortKey{kind: sortsNumber, number: x}
	}
	if o.Key.Field == "metrics" {
		return sortKey{kind: sortsLast}
	}
	switch v := v.(type) {
	case time.Time:
		return sortKey{kind: sortsTime, time: v}
	case string:
		return sortKey{kind: sortsText, text: v}
	case bool:
		n := 0.0
		if v {
			n = 1
		}
		return sortKey{kind: sortsNumber, number: n}
	case []string:
		if len(v) > 0 {
			return sortKey{kind: sortsText, text: strings.Join(v, "\x00")}
		}
	case []any, map[string]any:
		return sortKey{kind: sortsText, text: Format(v)}
	}
	return sortKey{kind: sortsLast}
}

func (o Order) compare(a, b sortKey) int {
	if a.kind == sortsLast || b.kind == sortsLast {
		return cmp.Compare(a.kind, b.kind)
	}
	c := cmp.Or(
		cmp.Compare(a.kind, b.kind),
		cmp.Compare(a.number, b.number),
		strings.Compare(a.text, b.text),
		a.time.Compare(b.time),
	)
	if o.Descending {
		return -c
	}
	return c
}
