package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/internal/pyjson"
	"github.com/lazyscribe-go/lazyscribe/plugins"
	"github.com/lazyscribe-go/lazyscribe/plugins/plugintest"
)

// testFlags say how a plugin is tested, as they were given.
type testFlags struct {
	samples   []string
	openEnded bool
	only      []string
	skip      []string
}

func (a *app) pluginTestCommand() *cobra.Command {
	o := &testFlags{}
	cmd := &cobra.Command{
		Use:   "test NAME|PATH",
		Short: "Check that a plugin keeps to the rules",
		Long: `Check that a plugin keeps to the rules: those of the protocol, with streams that
end too early, damaged files, values that formats are tempted to change, signals
and the end of the host; and those of handlers, as a program sees them. This
starts the plugin many times, with your rights. A NAME must be trusted as it is; a
PATH is taken at its word, for plugins in the making.

Most checks need a sample: a file with a value as JSON, as CBOR (.cbor), or, for
handlers of bytes, of any other kind. The exit code is 1 if a check failed.`,
		Example:           "  lazyscribe plugin test lines --sample texts.json --only R1\n  lazyscribe plugin test lines --sample texts.json:lines --skip V1 --only W1",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completePlugin,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.pluginTest(cmd.Context(), args[0], o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVar(&o.samples, "sample", nil, "value to test with, as `file[:alias]` (may be repeated)")
	flags.BoolVar(&o.openEnded, "open-ended", false, "a part of a file can be a file of another value")
	flags.StringArrayVar(&o.only, "only", nil, "make this `check` alone (may be repeated)")
	flags.StringArrayVar(&o.skip, "skip", nil, "leave this `check` out (may be repeated)")
	checks := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return plugintest.IDs(), cobra.ShellCompDirectiveNoFileComp
	}
	for _, name := range []string{"only", "skip"} {
		if err := cmd.RegisterFlagCompletionFunc(name, checks); err != nil {
			panic(err) // there is no such flag
		}
	}
	return cmd
}

func (a *app) pluginTest(ctx context.Context, arg string, o *testFlags) error {
	if plugins.Off() {
		return errPluginsOff("plugin test")
	}
	host := a.pluginOptions()
	options := &plugintest.Options{Only: o.only, Skip: map[string]string{}, Host: &host}
	for _, id := range append(slices.Clone(o.only), o.skip...) {
		if !slices.Contains(plugintest.IDs(), id) {
			return usagef("there is no check %q (there are %s)", id, strings.Join(plugintest.IDs(), ", "))
		}
	}
	for _, id := range o.skip {
		options.Skip[id] = "left out"
	}
	path, err := a.pluginToTest(arg, &host)
	if err != nil {
		return err
	}
	var samples []plugintest.Sample
	for _, text := range o.samples {
		sample, err := readSample(ctx, text)
		if err != nil {
			return err
		}
		sample.OpenEnded = o.openEnded
		samples = append(samples, sample)
	}
	results, err := plugintest.Check(ctx, path, samples, options)
	if err != nil {
		return err
	}
	if err := a.printResults(results); err != nil {
		return err
	}
	if failed := len(slices.DeleteFunc(results, func(r plugintest.Result) bool { return r.Err == nil })); failed > 0 {
		return fmt.Errorf("test plugin %q: %s failed", arg, plural(failed, "check"))
	}
	return nil
}

// pluginToTest returns the path of the plugin to test. Whoever types a path means
// that file; a name must not lead to one that nobody agreed to run.
func (a *app) pluginToTest(arg string, host *plugins.Options) (string, error) {
	if isPath(arg) {
		path, err := filepath.Abs(arg)
		if err != nil {
			return "", err
		}
		_, err = os.Stat(path)
		return path, err
	}
	t, err := trustFile()
	if err != nil {
		return "", err
	}
	trusted, ok, err := t.Lookup(arg)
	if err != nil {
		return "", err
	}
	if !ok {
		path, err := locatePlugin(t, arg)
		if err != nil {
			return "", err
		}
		return "", withHint(fmt.Errorf("test plugin %q: %w", arg, plugins.ErrUntrusted), "lazyscribe plugin test %s runs it all the same", path)
	}
	host.Env, host.NoTLS = trusted.Env, trusted.NoTLS
	return trusted.Path, trusted.Verify()
}

// readSample reads file[:alias].
func readSample(ctx context.Context, text string) (plugintest.Sample, error) {
	name, alias, _ := cutAlias(text)
	s := plugintest.Sample{Alias: alias, Name: filepath.Base(name)}
	file, err := os.Open(name)
	if err != nil {
		return s, err
	}
	data, err := readAll(ctx, file)
	_ = file.Close() // it was only read
	if err != nil {
		return s, err
	}
	switch filepath.Ext(name) {
	case ".json":
		var tree any
		if tree, err = pyjson.Parse(data); err == nil {
			err = pyjson.Assign(tree, &s.Value)
		}
	case ".cbor":
		err = plugins.UnmarshalValue(data, &s.Value)
	default:
		s.Value = data
	}
	if err != nil {
		return s, fmt.Errorf("sample %q: %w", name, err)
	}
	return s, nil
}

// printResults prints what came out of each check. In a table the problems have no
// place; they stand below it.
func (a *app) printResults(results []plugintest.Result) error {
	l := &listing{header: []string{"check", "result", "what"}}
	machine := a.output != tableOutput
	if machine {
		l.header = append(l.header, "problem")
	}
	var problems []string
	for _, r := range results {
		result, problem := "passed", r.Skipped
		switch {
		case r.Err != nil:
			result, problem = "failed", r.Err.Error()
			problems = append(problems, r.ID+": "+problem)
		case r.Skipped != "":
			result = "skipped"
		}
		row := []any{r.ID, result, r.Name}
		if machine {
			row = append(row, problem)
		}
		l.rows = append(l.rows, row)
	}
	if err := a.print(l); err != nil {
		return err
	}
	for _, problem := range problems {
		for line := range strings.Lines(problem) {
			a.say("%s", render.Printable(strings.TrimRight(line, "\n")))
		}
	}
	return nil
}
