package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// trustFlags say how a plugin is trusted, as they were given.
type trustFlags struct {
	sha256 string
	rename []string
	env    []string
	noTLS  bool
	yes    bool
}

func (a *app) pluginTrustCommand() *cobra.Command {
	o := &trustFlags{}
	cmd := &cobra.Command{
		Use:   "trust NAME|PATH",
		Short: "Let a plugin run from now on",
		Long: `Let a plugin run from now on, with your rights. What its file shows is printed
first, while nothing of it runs, and you are asked; elsewhere than on a terminal
--yes agrees to whatever is there and --sha256 to what has that checksum.

Then the plugin is started: it has to describe itself and to keep to the protocol
in a few checks. What it offers is recorded with the checksum in your trust file:
lazyscribe/plugins.json in your folder for settings, unless
$LAZYSCRIBE_PLUGIN_TRUST names another. A file that changes, or that others may
write, does not run.`,
		Example:           "  lazyscribe plugin trust lines --yes\n  lazyscribe plugin trust lines --yes --as lines=rows --env LINES_TOKEN",
		Args:              arguments(1, 1),
		ValidArgsFunction: a.completeFoundPlugin,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.pluginTrust(cmd.Context(), args[0], o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	flags.StringVar(&o.sha256, "sha256", "", "do not ask, and want this `checksum` of the file")
	flags.StringArrayVar(&o.rename, "as", nil, "give an alias of the plugin another one here, as `alias=other` (may be repeated)")
	flags.StringArrayVar(&o.env, "env", nil, "let the plugin see this `variable` of the environment (may be repeated)")
	flags.BoolVar(&o.noTLS, "no-mtls", false, "talk to it without mutual TLS, which is faster")
	return cmd
}

func (a *app) pluginTrust(ctx context.Context, arg string, o *trustFlags) error {
	options := plugins.TrustOptions{Env: o.env, NoTLS: o.noTLS}
	var err error
	if options.Rename, err = o.renames(); err != nil {
		return err
	}
	if plugins.Off() {
		return errPluginsOff("plugin trust")
	}
	t, err := trustFile()
	if err != nil {
		return err
	}
	path, err := locatePlugin(t, arg)
	if err != nil {
		return err
	}
	facts, err := plugins.Inspect(path)
	if err != nil {
		return err
	}
	agreed, err := a.agree(ctx, facts, o)
	if err != nil || !agreed {
		return err
	}
	options.SHA256 = facts.SHA256
	host, err := a.plugins.open()
	if err != nil {
		return err
	}
	trusted, err := host.Trust(ctx, path, options)
	if err != nil {
		return err
	}
	object, err := objectOf(trusted)
	if err != nil {
		return err
	}
	return a.printOne(object, func() error {
		_, err := fmt.Fprintf(a.out, "%s %s: %s\n", trusted.Name, render.Printable(trusted.Description.Version), strings.Join(trusted.Aliases(), " "))
		return err
	})
}

// renames reads the --as flags.
func (o *trustFlags) renames() (map[string]string, error) {
	renames := map[string]string{}
	for _, text := range o.rename {
		from, to, ok := strings.Cut(text, "=")
		if !ok || !aliasPattern.MatchString(from) || !aliasPattern.MatchString(to) {
			return nil, usagef("--as %q: want alias=other", text)
		}
		renames[from] = to
	}
	return renames, nil
}

// agree shows what is known about a file, and finds out whether the user agrees
// to run it.
func (a *app) agree(ctx context.Context, facts plugins.Facts, o *trustFlags) (bool, error) {
	if err := a.factsSection(facts).table.Write(a.err); err != nil {
		return false, err
	}
	if facts.Unsafe != nil {
		return false, fmt.Errorf("trust plugin %q: %w", facts.Path, facts.Unsafe)
	}
	switch {
	case o.sha256 != "" && !strings.EqualFold(o.sha256, facts.SHA256):
		return false, withHint(fmt.Errorf("trust plugin %q: its SHA-256 is %s, not %q", facts.Path, facts.SHA256, o.sha256),
			"the file is not the one the checksum is of: get it again from where you got both")
	case o.sha256 != "" || o.yes:
		return true, nil
	case !isTerminal(a.in):
		return false, withHint(usagef("plugin trust: there is no terminal to ask on"),
			"--sha256 %s agrees to this very file, --yes to whatever is there", facts.SHA256)
	}
	agreed, err := a.ask(ctx, fmt.Sprintf("let %q run with your rights", facts.Path))
	if err == nil && !agreed {
		a.say("nothing was trusted")
	}
	return agreed, err
}
