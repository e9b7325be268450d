package pipeline

import (
	"context"
	"fmt"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// A Draft is what a step can be logged into: an experiment that is being written,
// or a test of one.
type Draft interface {
	LogParameter(name string, value any) error
	LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) error
}

// LogOptions are the choices of one LogStep. Nil means all defaults.
type LogOptions struct {
	// Artifact logs the payload itself too, as an artifact that has the name of
	// the step, in the format that stores it. It must be one that the project
	// knows.
	Artifact bool
}

// LogStep logs a step into an experiment: the parameters of the step and of all
// it depends on, as [params.Tree.Flat] has them, as the parameter that has the
// name of the step; and where its payload is, with its digest, as the parameter
// "<name>.payload". The payload is loaded or generated. Its bytes stay where they
// are unless the options ask for a copy.
func LogStep(ctx context.Context, d Draft, n Node, o *LogOptions) error {
	c, err := coreOf(n)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	flat, err := c.tree.Flat()
	if err != nil {
		return c.fail("log", err)
	}
	ref, err := n.Ref(ctx)
	if err != nil {
		return c.fail("log", err)
	}
	if err := d.LogParameter(c.name(), jsonable(flat)); err != nil {
		return c.fail("log", err)
	}
	if err := d.LogParameter(c.name()+".payload", ref); err != nil {
		return c.fail("log", err)
	}
	if o == nil || !o.Artifact {
		return nil
	}
	v, err := c.value(ctx)
	if err != nil {
		return err
	}
	return c.fail("log", d.LogArtifact(c.name(), v, ref.Handler, &artifacts.LogOptions{FileName: c.fileName(ref)}))
}

// jsonable returns parameters with texts in the place of complex numbers, which
// JSON does not have.
func jsonable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, part := range v {
			m[key] = jsonable(part)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, part := range v {
			list[i] = jsonable(part)
		}
		return list
	case complex128:
		return fmt.Sprint(v)
	}
	return v
}

// fileName is that of a payload's copy: the hash tells the copies of steps of one
// name apart.
func (c *core) fileName(r Ref) string {
	return payloadKey(r.Name, r.Hash, "", c.codec.Format().Suffix)
}

// Promote adds the stored payload of a step to a repository, byte for byte, as the
// newest version of the artifact that has the step's name. The payload is loaded
// or generated. What [repository.Repository.Promote] says holds.
func Promote(ctx context.Context, to *repository.Repository, n Node) (artifacts.Artifact, error) {
	source, err := NewSource(ctx, n)
	if err != nil {
		return artifacts.Artifact{}, err
	}
	return to.Promote(ctx, source, n.Name())
}
