package experiment

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/internal/pytime"
	"github.com/lazyscribe-go/lazyscribe/internal/record"
)

// A logbook is what experiments and tests have in common while they are
// written. It uses the lock of its draft.
type logbook struct {
	d          *Draft
	test       *record.Test // nil: the experiment's own
	ended      *bool        // of the test; nil: the draft's own
	metrics    fieldSet
	parameters fieldSet
	artifacts  []*record.Artifact
	opened     []*record.Artifact // added here, to be dropped should all this come to nothing
}

// LogMetric records a measurement, replacing an earlier one of that name. NaN
// and infinities are kept. It is written as a float: 1 becomes 1.0.
func (l *logbook) LogMetric(name string, value float64) { _ = l.setMetric(name, record.Float(value)) }

// LogCount records a measurement that is a whole number and is written as one.
func (l *logbook) LogCount(name string, n int64) { _ = l.setMetric(name, record.Int(n)) }

// LogSeries records a list of measurements, such as a loss per epoch, replacing
// an earlier metric of that name. The slice is copied.
func (l *logbook) LogSeries(name string, values []float64) {
	_ = l.setMetric(name, record.Series(append([]float64{}, values...)))
}

// LogMetrics records several measurements at once, in the order of their names.
func (l *logbook) LogMetrics(metrics map[string]float64) {
	names := make([]string, 0, len(metrics))
	for name := range metrics {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		l.LogMetric(name, metrics[name])
	}
}

// LogMetricValue records a metric of any kind JSON knows, by the rules of
// LogParameter. Whoever compares experiments treats what is not a number as
// missing.
func (l *logbook) LogMetricValue(name string, value any) error {
	v, err := convert(value)
	if err != nil {
		return fmt.Errorf("log metric %q: %w", name, err)
	}
	return l.setMetric(name, v)
}

// LogParameter records a setting of the run, replacing an earlier one of that
// name. The value is encoded now, by the rules of encoding/json: structs with
// tags, maps, slices and anything that marshals itself. A [time.Time] is
// written as Python writes it, UTC to the second. A value that JSON cannot hold
// is refused with the place of the offending part.
func (l *logbook) LogParameter(name string, value any) error {
	v, err := convert(value)
	if err != nil {
		return fmt.Errorf("log parameter %q: %w", name, err)
	}
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if !l.writable("log parameter", name) {
		return ended("log parameter", name)
	}
	l.parameters.set(name, v)
	l.changed("parameters")
	return nil
}

// setMetric keeps a metric. Its error says that the draft has ended, which the
// draft's Err says too.
func (l *logbook) setMetric(name string, v record.Value) error {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if !l.writable("log metric", name) {
		return ended("log metric", name)
	}
	l.metrics.set(name, v)
	l.changed("metrics")
	return nil
}

// changed makes an odd value of the key, found in the file, give way.
func (l *logbook) changed(key string) {
	if l.test != nil {
		l.test.Changed(key)
	} else {
		l.d.body.Changed(key)
	}
}

// writable is [Draft.writable] for the logbook. A change of a test is one of the
// experiment when the test is kept, and not before.
func (l *logbook) writable(op, name string) bool {
	if l.ended != nil {
		return !l.d.over(op, name, *l.ended || l.d.ended)
	}
	return l.d.writable(op, name)
}

var converter = pyjson.Converter{Time: func(t time.Time) any { return pytime.Format(t) }}

// convert takes a value by the rules of LogParameter. Plain numbers, which most
// values are, need no tree, and other plain values are one.
func convert(value any) (record.Value, error) {
	switch x := value.(type) {
	case int:
		return record.Int(int64(x)), nil
	case float64:
		return record.Float(x), nil
	case string, bool:
		return record.Tree(x), nil
	}
	tree, err := converter.Of(value)
	return record.Tree(tree), err
}

// A fieldSet keeps fields in the order in which their names came.
type fieldSet struct {
	list  []record.Field
	index map[string]int // nil while there are few
}

// indexFrom is the number of fields from which an index of their names is worth
// its making. Most experiments have fewer.
const indexFrom = 16

// usualFields is the room that the first field makes.
const usualFields = 4

func newFieldSet(list []record.Field) fieldSet {
	s := fieldSet{list: list}
	if len(list) >= indexFrom {
		s.makeIndex()
	}
	return s
}

func (s *fieldSet) makeIndex() {
	s.index = make(map[string]int, 2*len(s.list))
	for i, f := range s.list {
		s.index[f.Name] = i
	}
}

// place returns the place of a name in the list, -1 if it is not there.
func (s *fieldSet) place(name string) int {
	if s.index != nil {
		if i, ok := s.index[name]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(s.list, func(f record.Field) bool { return f.Name == name })
}

// stored returns a name as it is read back from a file, where bytes that are not
// UTF-8 are U+FFFD: two names that become one there are one from the start.
func stored(name string) string {
	if v, err := pyjson.Parse(pyjson.AppendString(nil, name)); err == nil {
		name, _ = v.(string)
	}
	return name
}

func (s *fieldSet) set(name string, v record.Value) {
	if !utf8.ValidString(name) {
		name = stored(name)
	}
	if i := s.place(name); i >= 0 {
		s.list[i].Value = v
		return
	}
	if s.list == nil {
		s.list = make([]record.Field, 0, usualFields)
	}
	s.list = append(s.list, record.Field{Name: name, Value: v})
	switch n := len(s.list); {
	case s.index != nil:
		s.index[name] = n - 1
	case n == indexFrom:
		s.makeIndex()
	}
}
