package experiment

import (
	"errors"
	"fmt"
	"slices"
	"time"

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
func (l *logbook) LogMetric(name string, value float64) { l.setMetric(name, record.Float(value)) }

// LogCount records a measurement that is a whole number and is written as one.
func (l *logbook) LogCount(name string, n int64) { l.setMetric(name, record.Int(n)) }

// LogSeries records a list of measurements, such as a loss per epoch, replacing
// an earlier metric of that name. The slice is copied.
func (l *logbook) LogSeries(name string, values []float64) {
	list := make([]any, len(values))
	for i, x := range values {
		list[i] = record.Float(x).Tree()
	}
	l.setMetric(name, record.Tree(list))
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
	tree, err := parameterTree(value)
	if err != nil {
		return fmt.Errorf("log metric %q: %w", name, err)
	}
	l.setMetric(name, record.Tree(tree))
	return nil
}

// LogParameter records a setting of the run, replacing an earlier one of that
// name. The value is encoded now, by the rules of encoding/json: structs with
// tags, maps, slices and anything that marshals itself. A [time.Time] is
// written as Python writes it, UTC to the second. A value that JSON cannot hold
// is refused with the place of the offending part.
func (l *logbook) LogParameter(name string, value any) error {
	tree, err := parameterTree(value)
	if err != nil {
		return fmt.Errorf("log parameter %q: %w", name, err)
	}
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if !l.writable("log parameter", name) {
		return ended("log parameter", name)
	}
	l.parameters.set(name, record.Tree(tree))
	l.changed("parameters")
	return nil
}

func (l *logbook) setMetric(name string, v record.Value) {
	l.d.mu.Lock()
	defer l.d.mu.Unlock()
	if !l.writable("log metric", name) {
		return
	}
	l.metrics.set(name, v)
	l.changed("metrics")
}

// changed makes an odd value of the key, found in the file, give way.
func (l *logbook) changed(key string) {
	if l.test != nil {
		l.test.Changed(key)
	} else {
		l.d.body.Changed(key)
	}
}

func (l *logbook) writable(op, name string) bool {
	if l.ended != nil && *l.ended {
		l.d.err = errors.Join(l.d.err, ended(op, name))
		return false
	}
	return l.d.writable(op, name)
}

var parameterConverter = pyjson.Converter{Time: func(t time.Time) any { return pytime.Format(t) }}

func parameterTree(value any) (any, error) { return parameterConverter.Of(value) }

// A fieldSet keeps fields in the order in which their names came.
type fieldSet struct {
	list  []record.Field
	index map[string]int
}

func newFieldSet(list []record.Field) fieldSet {
	s := fieldSet{list: list, index: make(map[string]int, len(list))}
	for i, f := range list {
		s.index[f.Name] = i
	}
	return s
}

func (s *fieldSet) set(name string, v record.Value) {
	if i, ok := s.index[name]; ok {
		s.list[i].Value = v
		return
	}
	s.index[name] = len(s.list)
	s.list = append(s.list, record.Field{Name: name, Value: v})
}
