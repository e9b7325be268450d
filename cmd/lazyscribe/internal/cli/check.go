package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/project"
)

type checkOptions struct {
	skipDigests, rehash, repair bool
}

func (a *app) checkCommand() *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Compare the project with its files",
		Long: `Compare the project with its files and list what does not fit: records that cannot
be read, artifacts that are missing or damaged or would lie elsewhere, values of
artifacts that could not be saved, files that belong to nothing, segments that are
broken or add nothing. Nothing is changed. The exit code is 6 if anything was
found.

Python knows nothing of segments: if it had the project open while one was folded,
it drops those experiments when it saves. For a day --repair can bring them back;
it also folds all segments, says what it did, and then checks.

Python drops the digests of artifacts when it saves. --rehash computes those that
are not known from the files as they are, and saves the project, before checking.`,
		Example: "  lazyscribe check\n  lazyscribe check --rehash\n  lazyscribe check --repair\n  lazyscribe check --skip-digests -o json",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.repair {
				if err := a.repair(cmd.Context()); err != nil {
					return err
				}
			}
			if o.rehash {
				if err := a.rehash(cmd.Context()); err != nil {
					return err
				}
			}
			return a.with(cmd.Context(), project.ReadOnly, func(p *project.Project) error {
				return a.check(cmd.Context(), p, o)
			})
		},
	}
	cmd.Flags().BoolVar(&o.skipDigests, "skip-digests", false, "only look whether files are there")
	cmd.Flags().BoolVar(&o.rehash, "rehash", false, "first compute the digests that are not known")
	cmd.Flags().BoolVar(&o.repair, "repair", false, "first do what is safe about what may be found")
	return cmd
}

func (a *app) repair(ctx context.Context) error {
	return a.with(ctx, project.ReadWrite, func(p *project.Project) error {
		report, err := p.Repair(ctx)
		if err != nil {
			return err
		}
		a.sayCompacted(&report.CompactReport)
		for _, slug := range report.Restored {
			a.say("brought back experiment %q", slug)
		}
		return nil
	})
}

func (a *app) rehash(ctx context.Context) error {
	return a.with(ctx, project.ReadWrite, func(p *project.Project) error {
		n, err := p.Rehash(ctx)
		if err != nil {
			return err
		}
		if err := p.Save(ctx); err != nil {
			return err
		}
		a.say("computed %s", plural(n, "digest"))
		return nil
	})
}

func (a *app) check(ctx context.Context, p *project.Project, o *checkOptions) error {
	var found []project.Finding
	for f, err := range p.Check(ctx, &project.CheckOptions{SkipDigests: o.skipDigests}) {
		if err != nil {
			return err
		}
		found = append(found, f)
	}
	if err := a.print(a.findingListing(found)); err != nil {
		return err
	}
	if len(found) == 0 {
		a.say("checked %s: all is well", plural(p.Len(), "experiment"))
		return nil
	}
	err := fmt.Errorf("check project %q: %w", a.project, findingsError(len(found)))
	switch {
	case has(found, project.Dropped):
		return withHint(err, "lazyscribe check --repair brings dropped experiments back")
	case has(found, project.Rescued):
		return withHint(err, "lazyscribe plugin rescue retry adds artifacts whose values were kept")
	case slices.ContainsFunc(found, func(f project.Finding) bool { return harmless(f.Kind) }):
		return withHint(err, "lazyscribe gc removes files that belong to nothing")
	}
	return err
}

func has(found []project.Finding, kind project.FindingKind) bool {
	return slices.ContainsFunc(found, func(f project.Finding) bool { return f.Kind == kind })
}

// harmless reports whether a finding only takes up space.
func harmless(k project.FindingKind) bool {
	return k == project.Orphan || k == project.Leftover || k == project.Stale
}

// findingListing lists findings: for people what and where, for programs each
// fact by itself.
func (a *app) findingListing(found []project.Finding) *listing {
	if a.output == tableOutput {
		l := &listing{header: []string{"kind", "where", "what"}}
		for _, f := range found {
			l.rows = append(l.rows, []any{render.Cell{Text: string(f.Kind), Style: findingStyle(f.Kind)}, a.findingPlace(f), findingText(f)})
		}
		return l
	}
	l := &listing{header: []string{"kind", "file", "line", "column", "slug", "test", "artifact", "size", "modified", "error"}}
	for _, f := range found {
		l.rows = append(l.rows, []any{string(f.Kind), known(f.Key), positive(f.Line), positive(f.Column),
			known(f.Slug), known(f.Test), known(f.Artifact), fileSize(f), fileTime(f), errorText(f.Err)})
	}
	return l
}

func findingStyle(k project.FindingKind) render.Style {
	if harmless(k) || k == project.Rescued {
		return render.Yellow
	}
	return render.Red
}

// findingPlace is where to look: a file, or a line of the project.
func (a *app) findingPlace(f project.Finding) string {
	switch {
	case f.Key != "":
		return f.Key
	case f.Line > 0:
		return fmt.Sprintf("%s:%d:%d", a.project, f.Line, f.Column)
	}
	return a.project
}

func findingText(f project.Finding) string {
	text := ""
	if f.Artifact != "" {
		text = fmt.Sprintf("artifact %q", f.Artifact)
		if f.Test != "" {
			text += fmt.Sprintf(" of test %q", f.Test)
		}
		text += fmt.Sprintf(" of experiment %q", f.Slug)
	} else if f.Kind == project.Dropped {
		text = fmt.Sprintf("experiment %q", f.Slug)
	}
	switch {
	case f.Err != nil && text != "":
		return text + ": " + f.Err.Error()
	case f.Err != nil:
		return f.Err.Error()
	case text == "":
		return bytesText(f.Size)
	}
	return text
}

// The values of columns that not every finding has are nil where it has none.

func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func positive(n int) any {
	if n <= 0 {
		return nil
	}
	return int64(n)
}

func fileSize(f project.Finding) any {
	if f.ModTime.IsZero() {
		return nil
	}
	return size(f.Size)
}

func fileTime(f project.Finding) any {
	return knownTime(f.ModTime)
}

func knownTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func knownSize(x artifacts.Artifact) any {
	if x.SHA256 == "" { // without it the size has no meaning
		return nil
	}
	return size(x.Size)
}

func errorText(err error) any {
	if err == nil {
		return nil
	}
	return err.Error()
}
