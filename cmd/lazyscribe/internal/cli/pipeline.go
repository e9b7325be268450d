package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

func (a *app) pipelineCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pipeline",
		Short: "Look after payloads of pipeline steps",
		Long: `Look after the payloads that steps of pipelines in Go programs have stored: in
folders, on the local disk or in a bucket, with a record beside each. A URL names
the folder, HASH is the beginning of a hash.

What a step does is known to its program alone: here nothing is generated.`,
		Example:                    "  lazyscribe pipeline ls steps",
		Args:                       noSuchCommand,
		SuggestionsMinimumDistance: 2,
		RunE:                       helpOnly,
	}
	cmd.AddCommand(a.pipelineLsCommand(), a.pipelineShowCommand(), a.pipelineWhyCommand(), a.pipelineVerifyCommand(), a.pipelineGCCommand())
	return cmd
}

// withSteps opens a store of payloads for the time of a function.
func (a *app) withSteps(ctx context.Context, url string, do func(*pipeline.Store) error) error {
	s, err := pipeline.Open(ctx, url, &pipeline.Options{Logger: a.logger, Now: a.now})
	if err != nil {
		return err
	}
	err = do(s)
	if errors.Is(err, artifacts.ErrNotFound) {
		err = withHint(err, "lazyscribe pipeline ls lists the records")
	}
	return errors.Join(err, s.Close())
}

// stepRecords returns the records of a step, or of all for "", by name and from
// the newest on, and those that cannot be read.
func stepRecords(ctx context.Context, s *pipeline.Store, name string) (list []*pipeline.Record, damaged []*pipeline.RecordError, err error) {
	for r, err := range s.Records(ctx, name) {
		if bad, ok := errors.AsType[*pipeline.RecordError](err); ok {
			damaged = append(damaged, bad)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(x, y *pipeline.Record) int {
		if c := strings.Compare(x.Name, y.Name); c != 0 {
			return c
		}
		if c := y.Generated.At.Compare(x.Generated.At); c != 0 {
			return c
		}
		return strings.Compare(x.Hash, y.Hash)
	})
	slices.SortFunc(damaged, func(x, y *pipeline.RecordError) int { return strings.Compare(x.Key, y.Key) })
	return list, damaged, nil
}

// argument returns one that may be missing.
func argument(args []string, i int) string {
	if i < len(args) {
		return args[i]
	}
	return ""
}
