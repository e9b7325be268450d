package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// Run runs the command line args (without the program's name) until it is done
// or ctx ends, and returns the exit code. getenv reads the environment.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	a := &app{in: stdin, out: stdout, err: stderr, getenv: getenv, now: time.Now, output: tableOutput}
	root := a.root()
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	return a.report(errors.Join(err, a.plugins.close()))
}

// An app is one run of the program.
type app struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time

	project    string // as flags and environment say
	repository string
	author     string
	output     output
	verbose    bool
	noColor    bool

	begun  bool   // flags and arguments were understood
	path   string // of the command, such as "lazyscribe artifact get"
	logger *slog.Logger
	ownBar bool // the command shows a progress of its own

	plugins     pluginHost
	handlers    *artifacts.Registry
	handlerHint atomic.Pointer[string] // about the last alias no handler had
}

func (a *app) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "lazyscribe",
		Short: "Track experiments in plain files",
		Long: `lazyscribe keeps experiments in plain files: a JSON file, the project, with one
record for each run, and a file for each artifact beside it. A repository keeps
versions of artifacts the same way. Python's lazyscribe reads and writes the same
files.`,
		Example: "  lazyscribe init\n  lazyscribe log baseline --metric auroc=0.91 --param lr=0.1\n  lazyscribe list",
		Args:    noSuchCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			if version {
				return a.sayVersion()
			}
			return helpOnly(cmd, args)
		},
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		SilenceUsage:               true,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRun:           func(cmd *cobra.Command, _ []string) { a.begin(cmd) },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if cmd.HasParent() { // all errors begin with the name of the program
			err = fmt.Errorf("%s: %w", cmd.Name(), err)
		}
		return withHint(&usageError{err}, helpHint, cmd.CommandPath())
	})
	root.Flags().BoolVar(&version, "version", false, "print the version of this program")
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVarP(&a.project, "project", "p", "", "project `file` or URL [$LAZYSCRIBE_PROJECT] (default \"project.json\")")
	flags.StringVarP(&a.repository, "repository", "r", "", "repository `file` or URL [$LAZYSCRIBE_REPOSITORY] (default \"repository.json\")")
	flags.VarP(&a.output, "output", "o", "`form` of results: "+oneOf(outputs))
	flags.StringVar(&a.author, "author", "", "`name` recorded with changes [$LAZYSCRIBE_AUTHOR] (default the user)")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "say more on standard error")
	flags.BoolVar(&a.noColor, "no-color", false, "no colours [$NO_COLOR]")
	root.AddCommand(
		a.initCommand(), a.logCommand(), a.listCommand(), a.showCommand(), a.compareCommand(),
		a.editCommand(), a.rmCommand(), a.mergeCommand(), a.copyCommand(), a.artifactCommand(),
		a.repoCommand(), a.releaseCommand(), a.pluginCommand(), a.shelfCommand(),
		a.datasetCommand(), a.pipelineCommand(), a.archiveCommand(),
		a.checkCommand(), a.gcCommand(), a.compactCommand(), a.exportCommand(), a.versionCommand(), a.completionCommand(),
	)
	return root
}

// begin runs before each command, when its flags and arguments are understood.
func (a *app) begin(cmd *cobra.Command) {
	a.begun, a.path = true, cmd.CommandPath()
	a.project = cmp.Or(a.project, a.getenv("LAZYSCRIBE_PROJECT"), "project.json")
	a.repository = cmp.Or(a.repository, a.getenv("LAZYSCRIBE_REPOSITORY"), repositoryName)
	a.author = cmp.Or(a.author, a.getenv("LAZYSCRIBE_AUTHOR"))
	a.logger = slog.New(slog.NewTextHandler(a.err, a.logOptions()))
	a.plugins.options = a.pluginOptions
	a.handlers = a.registry()
	a.logger.DebugContext(cmd.Context(), "begin", "command", cmd.CommandPath(), "project", a.project, "repository", a.repository)
}

// command is the command's name as it is typed behind the program's.
func (a *app) command() string { return strings.TrimPrefix(a.path, "lazyscribe ") }

// logOptions let warnings through always, without a time, which says nothing to
// somebody who has just typed the command.
func (a *app) logOptions() *slog.HandlerOptions {
	if a.verbose {
		return &slog.HandlerOptions{Level: slog.LevelDebug}
	}
	return &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: func(groups []string, attr slog.Attr) slog.Attr {
		if len(groups) == 0 && attr.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return attr
	}}
}

// colour reports whether results may be coloured.
func (a *app) colour() bool {
	return !a.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb" && isTerminal(a.out)
}

// isTerminal reports whether a stream of the process is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
