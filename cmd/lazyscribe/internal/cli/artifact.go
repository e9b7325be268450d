package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

func (a *app) artifactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "artifact",
		Short:                      "List and read artifacts of experiments",
		Long:                       "List and read the artifacts of experiments and of their tests.",
		Example:                    "  lazyscribe artifact list baseline\n  lazyscribe artifact show baseline model",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.artifactListCommand(), a.artifactGetCommand(), a.artifactShowCommand())
	return cmd
}

// A holder has artifacts: an experiment or a test of one.
type holder interface {
	Artifacts() iter.Seq[artifacts.Artifact]
	LoadArtifact(ctx context.Context, name string, target any, opts *artifacts.LoadOptions) error
	OpenArtifact(ctx context.Context, name string) (io.ReadCloser, error)
}

// artifactOptions say where an artifact is.
type artifactOptions struct {
	test string // name; "" for the experiment itself
}

func (o *artifactOptions) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.test, "test", "", "of the test of this `name`")
}

// find finds one artifact of an experiment or of a test of it.
func (a *app) findArtifact(p *project.Project, o *artifactOptions, slug, name string) (holder, artifacts.Artifact, error) {
	e, err := a.lookup(p, slug)
	if err != nil {
		return nil, artifacts.Artifact{}, err
	}
	var h holder = e
	if o.test != "" {
		if h, err = findTest(e, o.test); err != nil {
			return nil, artifacts.Artifact{}, err
		}
	}
	var names []string
	for x := range h.Artifacts() {
		if x.Name == name {
			return h, x, nil
		}
		names = append(names, x.Name)
	}
	err = fmt.Errorf("find artifact %q of experiment %q: %w", name, e.Slug(), artifacts.ErrNotFound)
	return nil, artifacts.Artifact{}, withHint(err, "%s", nearArtifacts(e, name, names))
}

// nearArtifacts says where the artifact might be that was not found.
func nearArtifacts(e *experiment.Experiment, name string, names []string) string {
	for t := range e.Tests() {
		for x := range t.Artifacts() {
			if x.Name == name {
				return fmt.Sprintf("test %q has one of that name: --test %q", t.Name(), t.Name())
			}
		}
	}
	if len(names) == 0 {
		return "there are no artifacts here"
	}
	return "there are " + strings.Join(quoted(names), ", ")
}

func findTest(e *experiment.Experiment, name string) (*experiment.Test, error) {
	if t, ok := e.Test(name); ok {
		return t, nil
	}
	err := fmt.Errorf("find test %q of experiment %q: %w", name, e.Slug(), artifacts.ErrNotFound)
	var names []string
	for t := range e.Tests() {
		names = append(names, t.Name())
	}
	if len(names) == 0 {
		return nil, withHint(err, "the experiment has no tests")
	}
	return nil, withHint(err, "its tests are %s", strings.Join(quoted(names), ", "))
}

// getCommand is the command that copies an artifact's file.
func (o *artifactOptions) getCommand(slug, name string) string {
	command := fmt.Sprintf("lazyscribe artifact get %s %s", slug, name)
	if o.test != "" {
		command += fmt.Sprintf(" --test %q", o.test)
	}
	return command
}

// loadHint adds what to do about an artifact that cannot be shown here: get is
// the command that copies its file.
func loadHint(err error, get string) error {
	if !errors.Is(err, artifacts.ErrNeedsType) && !errors.Is(err, artifacts.ErrUnknownHandler) && !errors.Is(err, artifacts.ErrOutputOnly) {
		return err
	}
	return withHint(err, "%s -O FILE copies the file as it is", get)
}
