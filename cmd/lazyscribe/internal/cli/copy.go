package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/project"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func (a *app) copyCommand() *cobra.Command {
	o := &artifacts.CopyOptions{}
	cmd := &cobra.Command{
		Use:   "copy SRC DST",
		Short: "Copy a project or a repository to any other place",
		Long: `Copy a project or a repository, files included, from any place to any other: a
folder, a bucket. An older copy is brought up to date; only what is missing is
copied, and a copy that was interrupted goes on where it was. Files are compared
with their digests on the way, and read back. Nothing is ever removed.

A destination that has entries of its own, or newer ones, is no older copy and
left alone, unless --merge is given: then they are kept, and of two versions of an
experiment the newer one. Two versions of an artifact that have one number are a
conflict in any case. Files that are missing or damaged are listed; the rest is
copied, and the exit code is 7.`,
		Example: "  lazyscribe copy project.json backup/project.json\n  lazyscribe copy repository.json backup/repository.json",
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.copy(cmd.Context(), args[0], args[1], o)
		},
	}
	cmd.Flags().BoolVar(&o.Merge, "merge", false, "keep what the destination has of its own")
	cmd.Flags().BoolVar(&o.SkipReadBack, "skip-read-back", false, "believe that the destination has what was written to it")
	return cmd
}

// copy finds out what the source is and copies it. What is neither is taken for a
// project, which an empty one is as good as.
func (a *app) copy(ctx context.Context, src, dst string, o *artifacts.CopyOptions) (err error) {
	p, err := a.openAt(ctx, src, project.ReadOnly)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if p.Len() == 0 && p.Exists() {
		r, err := a.openRepositoryAt(ctx, src, repository.ReadOnly)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		if len(r.Names()) > 0 {
			return a.copyRepository(ctx, r, dst, o)
		}
	}
	if !p.Exists() {
		return withHint(fmt.Errorf("copy %q: %w", src, artifacts.ErrNotFound), "SRC is the file of a project or a repository, such as project.json")
	}
	return a.copyProject(ctx, p, dst, o)
}

func (a *app) copyProject(ctx context.Context, p *project.Project, dst string, o *artifacts.CopyOptions) error {
	q, err := a.openAt(ctx, dst, project.ReadWrite)
	if err != nil {
		return err
	}
	report, err := p.CopyTo(ctx, q, o)
	return errors.Join(a.reportCopy(&report, "experiment", err), q.Close())
}

func (a *app) copyRepository(ctx context.Context, r *repository.Repository, dst string, o *artifacts.CopyOptions) error {
	q, err := a.openRepositoryAt(ctx, dst, repository.ReadWrite)
	if err != nil {
		return err
	}
	report, err := r.CopyTo(ctx, q, o)
	return errors.Join(a.reportCopy(&report, "version", err), q.Close())
}

// reportCopy lists what could not be copied and says what was.
func (a *app) reportCopy(report *artifacts.CopyReport, entry string, err error) error {
	switch {
	case errors.Is(err, artifacts.ErrIncomplete):
		err = withHint(fmt.Errorf("%w: %d could not be copied", artifacts.ErrIncomplete, len(report.Failed)),
			"what could not be copied is listed; once that is repaired, the same command copies it")
	case errors.Is(err, artifacts.ErrConflict):
		return withHint(err, "--merge keeps what is there and adds what is missing")
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		return withHint(err, "the same command finds out and goes on")
	case err != nil:
		return err
	}
	if err := a.printCopy(report); err != nil {
		return err
	}
	text := fmt.Sprintf("copied %s, %s; %s: %d new, %d updated, %d equal", plural(report.Files, "file"), bytesText(report.Bytes),
		plural(report.Added+report.Updated+report.Equal+report.Kept, entry), report.Added, report.Updated, report.Equal)
	if report.Kept > 0 {
		text += fmt.Sprintf(", %d of the destination's own", report.Kept)
	}
	a.say("%s", text)
	return err
}

// printCopy prints what could not be copied; for programs all of the report.
func (a *app) printCopy(report *artifacts.CopyReport) error {
	l := &listing{header: []string{"experiment", "test", "artifact", "version", "error"}}
	for _, failure := range report.Failed {
		l.rows = append(l.rows, failureRow(failure))
	}
	if a.output == tableOutput || a.output == csvOutput {
		return a.print(l)
	}
	failed := []any{}
	for object := range l.objects() {
		failed = append(failed, object)
	}
	object := pyjson.NewObject()
	object.Set("added", int64(report.Added))
	object.Set("updated", int64(report.Updated))
	object.Set("equal", int64(report.Equal))
	object.Set("kept", int64(report.Kept))
	object.Set("files", int64(report.Files))
	object.Set("bytes", report.Bytes)
	object.Set("there", int64(report.There))
	object.Set("failed", failed)
	return a.printOne(object, nil)
}

// failureRow says what of a project or a repository could not be copied.
func failureRow(failure error) []any {
	if e, ok := errors.AsType[*project.ArtifactError](failure); ok {
		return []any{e.Experiment, known(e.Test), e.Artifact, nil, e.Err.Error()}
	}
	if e, ok := errors.AsType[*repository.ArtifactError](failure); ok {
		return []any{nil, nil, e.Name, int64(e.Version), e.Err.Error()}
	}
	return []any{nil, nil, nil, nil, failure.Error()}
}
