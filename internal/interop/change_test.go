package interop

import (
	"math/big"
	"slices"
	"testing"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// A change is one thing to do to a project, by either side.
type change struct {
	Do      string `json:"do"`   // log, metric, parameter, artifact or tag
	On      string `json:"on"`   // name of the experiment to log, or a slug of the one to change
	Test    string `json:"test"` // of the experiment; "": itself
	Name    string `json:"name"`
	Value   any    `json:"value"` // neutral
	Handler string `json:"handler"`
}

// changeInPython applies changes with lazyscribe and saves.
func changeInPython(t *testing.T, dir, mode string, changes []change) {
	t.Helper()
	runPython(t, dir, "apply.py", map[string]any{"mode": mode, "changes": changes}, nil)
}

// changeInGo applies changes with this module and saves.
func changeInGo(t *testing.T, dir string, mode project.Mode, changes []change) {
	t.Helper()
	p := open(t, dir, mode)
	for _, c := range changes {
		if err := c.apply(t, p); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
	}
	save(t, p)
}

func (c change) apply(t *testing.T, p *project.Project) error {
	if c.Do == "log" {
		_, err := p.Log(t.Context(), c.On, nil)
		return err
	}
	e, err := p.Lookup(c.On)
	if err != nil {
		return err
	}
	_, err = p.Edit(t.Context(), c.On, func(d *experiment.Draft) error {
		switch _, exists := e.Test(c.Test); {
		case c.Do == "tag":
			d.Tag(c.Name)
			return nil
		case c.Test == "":
			return c.put(d)
		case exists:
			return d.EditTest(c.Test, func(t *experiment.TestDraft) error { return c.put(t) })
		}
		return d.LogTest(c.Test, "from Go", func(t *experiment.TestDraft) error { return c.put(t) })
	})
	return err
}

// writer is a draft of an experiment or of a test.
type writer interface {
	LogMetric(name string, value float64)
	LogCount(name string, n int64)
	LogSeries(name string, values []float64)
	LogMetricValue(name string, value any) error
	LogParameter(name string, value any) error
	LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error
}

func (c change) put(w writer) error {
	value := native(c.Value)
	switch c.Do {
	case "parameter":
		return w.LogParameter(c.Name, value)
	case "artifact":
		if c.Handler == "gob" { // as bytes, which is how both sides see it
			return w.LogArtifact(c.Name, value, "", &artifacts.LogOptions{Replace: true, Handler: gobFile})
		}
		return w.LogArtifact(c.Name, value, c.Handler, &artifacts.LogOptions{Replace: true})
	}
	switch v := value.(type) {
	case float64:
		w.LogMetric(c.Name, v)
	case int64:
		w.LogCount(c.Name, v)
	case *big.Int, []any:
		return w.LogMetricValue(c.Name, v)
	}
	return nil
}

// model is what a project should hold. It knows nothing of times, slugs and
// file names, which each side makes as it goes.
type model []record

// apply does a change to the model as the documentation of both sides says. The
// slug of what it logs is taken to be its name.
func (m *model) apply(c change, author, description string) {
	if c.Do == "log" {
		*m = append(*m, record{
			Name: c.On, Author: author, LastUpdatedBy: author, Tags: []string{}, Dependencies: []string{},
			Metrics: map[string]any{}, Parameters: map[string]any{}, Tests: []test{}, Artifacts: []artifact{},
		})
		return
	}
	r := &(*m)[slices.IndexFunc(*m, func(r record) bool { return r.Name == c.On || r.Slug == c.On })]
	if c.Do == "tag" {
		r.Tags = append(r.Tags, c.Name)
		r.LastUpdatedBy = author
		return
	}
	if c.Test == "" {
		c.model(r.Metrics, r.Parameters, &r.Artifacts)
		r.LastUpdatedBy = author
		return
	}
	at := slices.IndexFunc(r.Tests, func(t test) bool { return t.Name == c.Test })
	if at < 0 || author == goAuthor {
		r.LastUpdatedBy = author // Python does not notice a change of a test there was
	}
	if at < 0 {
		at = len(r.Tests)
		r.Tests = append(r.Tests, test{Name: c.Test, Description: description,
			Metrics: map[string]any{}, Parameters: map[string]any{}, Artifacts: []artifact{}})
	}
	part := &r.Tests[at]
	c.model(part.Metrics, part.Parameters, &part.Artifacts)
}

func (c change) model(metrics, parameters map[string]any, list *[]artifact) {
	switch c.Do {
	case "metric":
		metrics[c.Name] = c.Value
	case "parameter":
		parameters[c.Name] = c.Value
	case "artifact":
		a := artifact{Name: c.Name, Handler: c.Handler, Content: c.Value}
		if at := slices.IndexFunc(*list, func(a artifact) bool { return a.Name == c.Name }); at >= 0 {
			(*list)[at] = a
		} else {
			*list = append(*list, a)
		}
	}
}
