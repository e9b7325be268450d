package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// repoLogOptions are the flags of repo log, as they were given.
type repoLogOptions struct {
	handler, value, expiry string
	ttl                    lifetime
	set                    []string
}

func (a *app) repoLogCommand() *cobra.Command {
	o := &repoLogOptions{}
	cmd := &cobra.Command{
		Use:   "log NAME [FILE]",
		Short: "Add a version of an artifact",
		Long: `Add a version of an artifact, save the repository and print the version's number.
A repository that is not there is made.

Without --handler the file's suffix says which handler it is for; a folder, and a
file whose suffix no handler has, are stored as they are, with the handler
"file". A file of the handler's own format is checked and stored byte for byte;
one of another handler's format is converted. --value stores a value given here
instead of a file: JSON, or text if it does not parse as JSON.

` + timeHelp,
		Example: `  lazyscribe repo log model model.json
  lazyscribe repo log model model.json --ttl 30d
  lazyscribe repo log notes notes.md --handler text --expiry 2035-01-01
  lazyscribe repo log weights --value '[0.5, 1.5]' --set indent=2`,
		Args:              arguments(1, 2),
		ValidArgsFunction: a.completeName,
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 2) == cmd.Flags().Changed("value") {
				return usagef("repo log: want either a FILE or --value")
			}
			in, err := o.input(args)
			if err != nil {
				return err
			}
			l, err := o.logger(a, in.name)
			if err != nil {
				return err
			}
			return a.repoLog(cmd.Context(), in, l)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.handler, "handler", "", "`alias` of the handler that stores it")
	flags.StringVar(&o.value, "value", "", "store this value, as `JSON`")
	flags.StringArrayVar(&o.set, "set", nil, "setting of the handler, as `key=value` (may be repeated)")
	flags.Var(&o.ttl, "ttl", "expires after this `time`, such as 30d or 12h")
	flags.StringVar(&o.expiry, "expiry", "", "expires at this `time`")
	return cmd
}

// input is what is to be logged.
func (o *repoLogOptions) input(args []string) (artifactInput, error) {
	in := artifactInput{name: args[0], alias: o.handler}
	if len(args) == 1 {
		in.value = parseValue(o.value)
		return in, nil
	}
	in.file = args[1]
	if in.file == "" {
		return in, usagef("repo log: FILE is empty")
	}
	return in, localFile(in.file)
}

// logger turns the input into an artifact.
func (o *repoLogOptions) logger(a *app, name string) (*artifactLogger, error) {
	l := a.artifactLogger(settings{})
	l.handlerFlag = true
	for _, text := range o.set {
		if err := l.settings.parse(name, text); err != nil {
			return nil, err
		}
	}
	l.options.TTL = time.Duration(o.ttl)
	if o.expiry == "" {
		return l, nil
	}
	if o.ttl != 0 {
		return nil, usagef("repo log: want either --ttl or --expiry")
	}
	var err error
	l.options.Expiry, err = a.parseTime("expiry", o.expiry)
	return l, err
}

func (a *app) repoLog(ctx context.Context, in artifactInput, l *artifactLogger) error {
	r, err := a.openRepository(ctx, repository.ReadWrite)
	if err != nil {
		return err
	}
	l.progress = a.progress("saving " + in.name)
	v := &versionRecorder{r: r}
	if err = l.log(ctx, v, in); err == nil {
		err = a.saveVersion(ctx, r, v.logged, l.progress)
	}
	return errors.Join(versionHint(r, err), r.Close())
}

// saveVersion saves a version that was added or changed, and prints it.
func (a *app) saveVersion(ctx context.Context, r *repository.Repository, x artifacts.Artifact, bar *progress) error {
	err := r.Save(ctx)
	bar.end()
	if err != nil {
		return err
	}
	if x, err = r.Current(x); err != nil {
		return err
	}
	return a.printVersion(x)
}

// A versionRecorder takes one artifact, as a version.
type versionRecorder struct {
	r      *repository.Repository
	logged artifacts.Artifact
}

func (v *versionRecorder) LogArtifact(name string, value any, alias string, opts *artifacts.LogOptions) (err error) {
	v.logged, err = v.r.LogArtifact(name, value, alias, opts)
	return err
}
