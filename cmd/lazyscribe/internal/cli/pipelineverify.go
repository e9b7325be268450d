package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/pipeline"
)

func (a *app) pipelineVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify URL [NAME [HASH]]",
		Short: "Compare stored payloads with their records",
		Long: `Compare the bytes of payloads with the digests in their records, hashes with the
parameters they are of, and what payloads were made from with what is stored now.
What does not fit is listed, and the exit code is 6.

Whether a step's code would make the same payload again cannot be known here: the
method Verify of the step, in its program, generates it and compares.`,
		Example: "  lazyscribe pipeline verify steps\n  lazyscribe pipeline verify steps gaussian_points",
		Args:    arguments(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSteps(cmd.Context(), args[0], func(s *pipeline.Store) error {
				list, damaged, err := stepRecords(cmd.Context(), s, argument(args, 1))
				if err != nil {
					return err
				}
				l := &listing{header: []string{"name", "hash", "problem"}}
				for _, bad := range damaged {
					if !strings.HasPrefix(bad.Key, damagedPrefix(args)) {
						continue
					}
					l.rows = append(l.rows, []any{bad.Key, nil, errorText(bad.Err)})
				}
				checked, bytes := 0, int64(0)
				bar := a.progress("verifying")
				defer bar.end()
				for _, r := range list {
					if !strings.HasPrefix(r.Hash, argument(args, 2)) {
						continue
					}
					checked++
					bytes += r.Payload.Size()
					if err := s.Check(cmd.Context(), r); err != nil {
						if cmd.Context().Err() != nil {
							return err
						}
						l.rows = append(l.rows, []any{r.Name, shortHash(r.Hash), errorText(err)})
					}
					bar.add(r.Payload.Size(), 0)
				}
				if len(args) > 1 && checked == 0 && len(l.rows) == 0 {
					return fmt.Errorf("verify %q: payload of %s: %w", args[0], strings.Join(args[1:], " with hash "), artifacts.ErrNotFound)
				}
				if err := a.print(l); err != nil {
					return err
				}
				if len(l.rows) > 0 {
					return withHint(fmt.Errorf("verify %q: %w", args[0], findingsError(len(l.rows))), "the program generates what is damaged or stale when it wants it next")
				}
				a.say("checked %s, %s: all is well", plural(checked, "payload"), bytesText(bytes))
				return nil
			})
		},
	}
}

// damagedPrefix begins the names of records that verify was asked about.
func damagedPrefix(args []string) string {
	if len(args) < 3 {
		return ""
	}
	return args[1] + "-" + args[2]
}
